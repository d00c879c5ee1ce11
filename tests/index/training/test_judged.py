"""What the judge learns from is right: one text answers, the others do not."""

import json
import random
from pathlib import Path

from index.training.judged import Source, judged_questions, own_sources, reading_sources
from tests.index.fakes import HashEmbedder

SOURCES = [
    Source(
        "村道养护办法",
        "村道由沿线各村分段养护。县级财政每年安排养护经费30万元。每季度巡查一次。",
        (("养护经费一年有多少", "每年安排养护经费30万元"),),
        ("村道养护的监督电话是多少",),
    ),
    Source("", "水库实行分级管理。汛期每日观测水位。", (("汛期几天观测一次水位", "每日"), ("谁管", "不在文中"))),
    Source("茶叶规定", "茶园每年修剪一次。鲜叶当日加工。茶农应当记录农药使用。", (("鲜叶放多久", "鲜叶当日加工"),)),
]


def judged(seed: int = 1) -> dict[str, list[tuple[str, bool]]]:
    found = judged_questions(SOURCES, HashEmbedder(), random.Random(seed))  # noqa: S311
    return {group[0].question: [(one.text, one.is_answer) for one in group] for group in found}


def test_a_question_has_one_right_text_which_holds_the_answer() -> None:
    for question, answer in (asked for source in SOURCES for asked in source.answered if asked[1] in source.text):
        right = [text for text, is_answer in judged()[question] if is_answer]
        assert len(right) == 1
        assert answer in right[0] or right[0].endswith(answer)


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
    assert reading_sources(file) == [Source("", "村道由各村养护。", (("谁养护村道", "各村"),))]


def test_own_articles_come_with_all_their_near_misses() -> None:
    sources = own_sources()
    assert sum(len(source.near_misses) for source in sources) >= 4000
    assert all(source.name and source.answered for source in sources)
