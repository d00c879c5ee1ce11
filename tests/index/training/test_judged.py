"""What the judge learns from is right: one text answers, the others do not."""

import json
import random
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from index.training.judged import (
    Asked,
    Source,
    judged_questions,
    own_sources,
    policy_sources,
    reading_sources,
    without,
)
from tests.index.fakes import HashEmbedder

SOURCES = [
    Source(
        "村道养护办法",
        "村道由沿线各村分段养护。县级财政每年安排养护经费30万元。每季度巡查一次。",
        (Asked("养护经费一年有多少", "每年安排养护经费30万元"),),
        ("村道养护的监督电话是多少",),
    ),
    Source(
        "", "水库实行分级管理。汛期每日观测水位。", (Asked("汛期几天观测一次水位", "每日"), Asked("谁管", "不在文中"))
    ),
    Source(
        "茶叶规定", "茶园每年修剪一次。鲜叶当日加工。茶农应当记录农药使用。", (Asked("鲜叶放多久", "鲜叶当日加工"),)
    ),
]
LOAN = "贷款期限最长不超过三年，由担保公司全额担保，经办银行应当在七日内放款。"
FUND = [
    Source("", LOAN, (Asked("贷款最长几年", LOAN, "最长不超过三年"),), ("贷款利率是多少",), "基金办法"),
    Source("", "逾期不还的贷款由担保公司代偿。", (), (), "基金办法"),
    *SOURCES,
]


def judged(seed: int = 1) -> dict[str, list[tuple[str, bool]]]:
    found = judged_questions(SOURCES, HashEmbedder(), random.Random(seed))  # noqa: S311
    return {group[0].question: [(one.text, one.is_answer) for one in group] for group in found}


def test_a_question_has_one_right_text_which_holds_the_answer() -> None:
    for asked in (asked for source in SOURCES for asked in source.answered if asked.words in source.text):
        right = [text for text, is_answer in judged()[asked.question] if is_answer]
        assert len(right) == 1
        assert asked.words in right[0] or right[0].endswith(asked.words)


def test_wrong_texts_do_not_hold_the_answer_and_one_is_of_the_same_source() -> None:
    wrong = [text for text, is_answer in judged()["养护经费一年有多少"] if not is_answer]
    assert not any("养护经费30万元" in text for text in wrong)
    assert any("村道" in text or "巡查" in text for text in wrong)
    assert len(wrong) <= 3


def test_nothing_answers_a_near_miss() -> None:
    texts = judged()["村道养护的监督电话是多少"]
    assert len(texts) == 2
    assert not any(is_answer for _, is_answer in texts)


def test_a_question_whose_answer_is_not_there_is_left_out() -> None:
    assert "谁管" not in judged()


def test_names_stand_before_some_texts_only() -> None:
    texts = [text for seed in range(8) for group in judged(seed).values() for text, _ in group if "鲜叶" in text]
    named = [text for text in texts if text.startswith("茶叶规定 ")]
    assert 0 < len(named) < len(texts)


def test_passages_of_a_reading_set_are_sources(tmp_path: Path) -> None:
    paragraph = {"context": "村道由各村養護。", "qas": [{"question": "誰養護村道", "answers": [{"text": "各村"}]}]}
    file = tmp_path / "set.json"
    file.write_text(json.dumps({"data": [{"paragraphs": [paragraph]}]}), encoding="utf-8")
    assert reading_sources(file) == [Source("", "村道由各村养护。", (Asked("谁养护村道", "各村", "各村"),))]


def test_own_articles_come_with_all_their_near_misses() -> None:
    sources = own_sources()
    assert sum(len(source.near_misses) for source in sources) >= 4000
    assert all(source.name and source.answered for source in sources)


def test_clauses_of_invented_policies_know_their_document_and_their_answers() -> None:
    sources = policy_sources()
    assert len({source.document for source in sources}) == 40
    assert all(asked.answer in asked.words for source in sources for asked in source.answered)


def test_the_rest_of_a_sentence_without_its_answer_does_not_answer() -> None:
    for seed in range(8):
        groups = judged_questions(FUND, HashEmbedder(), random.Random(seed))  # noqa: S311
        (texts,) = (group for group in groups if group[0].question == "贷款最长几年")
        right, *wrong = texts
        assert right.is_answer
        assert right.answer in right.text
        assert "由担保公司全额担保，经办银行应当在七日内放款。" in [one.text for one in wrong]
        assert not any("三年" in one.text for one in wrong)


def test_a_wrong_text_is_of_the_same_document_where_there_is_one() -> None:
    groups = judged_questions(FUND, HashEmbedder(), random.Random(1))  # noqa: S311
    (texts,) = ([one.text for one in group] for group in groups if group[0].question == "贷款利率是多少")
    assert texts == [LOAN, "逾期不还的贷款由担保公司代偿。"]


@given(st.text("甲乙丙丁戊，；", max_size=60), st.data())
def test_what_is_left_without_words_is_made_of_the_other_parts(sentence: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(sentence)))
    words = sentence[start : data.draw(st.integers(start, len(sentence)))]
    rest = without(sentence, words) if words else ""
    assert not rest or words not in rest
    assert set(filter(None, rest.rstrip("。").replace("；", "，").split("，"))) <= set(
        sentence.replace("；", "，").split("，")
    )
