"""A public set is scored as one would count by hand, and a broken answerer loses where its fault lies."""

import json
import math
from dataclasses import replace
from pathlib import Path

import jieba
import pytest

from assistant.answer import Answer, RefusalReason
from assistant.assistant import Assistant
from assistant.bulk import Answerer
from assistant.factory import create_assistant
from assistant.settings import Settings
from corpus.errors import PolicyAssistantError
from eval.public import MEASURES, PublicOutcome, PublicResult, answer_coverage, ask_all, run_public, score_public
from eval.public_sets import PublicQuestion, PublicSet

TEXTS = {
    "p1": "清水河全长一百二十公里，发源于北山，流经三个县，最后注入东湖。",
    "p2": "東湖面積三十平方公里，湖中有七座小島。",
    "p3": "北山海拔一千五百米 山顶终年积雪",
    "p4": "南港有八个泊位，冬季不结冰，年吞吐量五百万吨。",
    "p5": "一、图书馆每周一闭馆。\n二、图书馆每人最多可借十本书。\n三、图书馆逾期每天收费一角。",
    "p6": "县医院设有二十个科室，床位六百张，急诊全天开放。",
    "p7": "县医院的住院部在新楼，探视时间是下午三点到五点。",
    "p8": "本地的小麦在六月收割，亩产约四百公斤。",
    "p9": "老城的石桥建于明代，共有九个桥孔。",
    "p10": "公共汽车票价两元，六十五岁以上老人免费。",
    "p11": "青年足球队去年获得省里的冠军，教练是李华。",
    "p12": "博物馆收藏青铜器三百件，每年五月十八日免费开放。",
}
QUESTIONS = (
    PublicQuestion("river", "清水河全长多少公里？", frozenset({"p1"}), (("一百二十公里", "120公里"),)),
    PublicQuestion("lake", "东湖中有几座小岛？", frozenset({"p2"}), (("七座",),)),
    PublicQuestion("hill", "北山的海拔是多少米？", frozenset({"p3"}), (("一千五百米",), ("珠穆朗玛",))),
    PublicQuestion("library", "图书馆每人最多可借几本书？", frozenset({"p5"}), (("十本",),)),
    PublicQuestion("hospital", "县医院的急诊和住院部探视时间是怎样的？", frozenset({"p6", "p7"})),
)
SET = PublicSet("山水", TEXTS, QUESTIONS)
UNANSWERABLE = PublicSet(
    "无答案",
    TEXTS,
    (PublicQuestion("x1", "GPT-5的API接口怎么收费？", frozenset()),),
)


class Broken:
    """An answerer with one fault."""

    def __init__(self, sound: Answerer, **faults: object) -> None:
        self._sound = sound
        self._faults = faults

    def ask(self, question: str, history: object = None) -> Answer:
        """The sound answer with some of its attributes replaced."""
        return replace(self._sound.ask(question, history), **self._faults)  # type: ignore[arg-type]


class Reversed(Broken):
    """Ranks the worst first."""

    def ask(self, question: str, history: object = None) -> Answer:
        answer = self._sound.ask(question, history)
        return replace(answer, retrieved=answer.retrieved[::-1])


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("public")


@pytest.fixture(scope="module")
def result(folder: Path) -> PublicResult:
    return score_public(SET, folder, Settings())


@pytest.fixture(scope="module")
def assistant(folder: Path, result: PublicResult) -> Assistant:
    assert result.documents == len(TEXTS)
    return create_assistant(Settings(index=next(folder.iterdir())))


def means(result: PublicResult) -> dict[str, float]:
    return {name: round(estimate.mean, 6) for name, estimate in result.estimates().items()}


def score(answerer: Answerer) -> dict[str, float]:
    return means(PublicResult("broken", len(TEXTS), ask_all(answerer, SET.questions)))


def test_the_assistant_finds_each_passage_and_cites_the_answer(result: PublicResult) -> None:
    assert [one.ranking[: len(one.question.gold)] for one in result.outcomes[:4]] == [
        ("p1",),
        ("p2",),
        ("p3",),
        ("p5",),
    ]
    assert set(result.outcomes[4].ranking[:2]) == {"p6", "p7"}
    assert means(result) == {
        "hit@1": 1.0,
        "recall@10": 1.0,
        "MRR@10": 1.0,
        "nDCG@10": 1.0,
        "answer coverage": (1 + 1 + 0.5 + 1) / 4,
        "over-refusal": 0.0,
    }
    assert {name: estimate.n for name, estimate in result.estimates().items()} == {
        "hit@1": 5,
        "recall@10": 5,
        "MRR@10": 5,
        "nDCG@10": 5,
        "answer coverage": 4,
        "over-refusal": 5,
    }


def test_a_document_is_ranked_once_however_many_of_its_clauses_are_found(result: PublicResult) -> None:
    library = result.outcomes[3]
    assert library.ranking[0] == "p5"
    assert len(library.ranking) == len(set(library.ranking)) == 8  # ten clauses, three of them the library's


def test_questions_without_gold_count_for_refusal_alone(folder: Path, result: PublicResult) -> None:
    found = score_public(UNANSWERABLE, folder, Settings())
    assert means(found) == {"refusal recall": 1.0}
    assert found.documents == result.documents


def test_measures_by_hand() -> None:
    question = PublicQuestion("1", "？", frozenset({"a", "b", "c"}), (("七座", "7座"), ("北山",)))
    outcome = PublicOutcome(
        question,
        ("x", "a", "y", "b"),
        (
            "湖中有 7",
            "座小岛",
        ),
        refused=False,
    )
    best = 1 + 1 / math.log2(3) + 1 / math.log2(4)
    assert {one.name: one.score(outcome) for one in MEASURES if one.applies(outcome)} == {
        "hit@1": 0.0,
        "recall@10": pytest.approx(2 / 3),
        "MRR@10": 0.5,
        "nDCG@10": pytest.approx((1 / math.log2(3) + 1 / math.log2(5)) / best),
        "answer coverage": 0.5,
        "over-refusal": 0.0,
    }


def test_coverage_minds_neither_script_nor_width_nor_white_space() -> None:
    assert answer_coverage([["东湖ABC 12"]], ["位於東湖ａｂｃ１", "２的島"]) == 1.0
    assert answer_coverage([["东湖"], ["西湖"]], ["东", "、湖", "西湖"]) == 0.5
    assert answer_coverage([["东湖"]], []) == 0.0


def test_ranking_the_worst_first_loses_ranks_alone(assistant: Assistant, result: PublicResult) -> None:
    found, sound = score(Reversed(assistant)), means(result)
    assert found["hit@1"] == 0.0
    assert found["MRR@10"] < 0.3
    assert found["nDCG@10"] < 0.6
    assert (found["answer coverage"], found["recall@10"]) == (sound["answer coverage"], sound["recall@10"])


def test_finding_nothing_loses_all_of_retrieval(assistant: Assistant) -> None:
    found = score(Broken(assistant, retrieved=()))
    assert [found[name] for name in ("hit@1", "recall@10", "MRR@10", "nDCG@10")] == [0.0] * 4


def test_citing_nothing_loses_the_answers(assistant: Assistant) -> None:
    found = score(Broken(assistant, groups=()))
    assert (found["answer coverage"], found["hit@1"]) == (0.0, 1.0)


def test_refusing_everything_is_over_refusal(assistant: Assistant) -> None:
    assert score(Broken(assistant, refusal=RefusalReason.NOT_IN_DOCUMENT))["over-refusal"] == 1.0


@pytest.mark.usefixtures("small_dictionary")
def test_an_index_is_used_again_unless_it_is_damaged_or_of_other_documents(tmp_path: Path) -> None:
    first = score_public(SET.first(1), tmp_path, Settings())
    (index,) = tmp_path.iterdir()
    built = (index / "CURRENT").read_bytes()
    assert first.documents == 1
    assert score_public(SET.first(1), tmp_path, Settings()) == first
    assert (index / "CURRENT").read_bytes() == built
    for file in index.rglob("*.faiss"):
        file.write_bytes(b"")
    assert score_public(SET.first(1), tmp_path, Settings()) == first
    assert (index / "CURRENT").read_bytes() != built
    score_public(SET.first(2), tmp_path, Settings())
    assert len(list(tmp_path.iterdir())) == 2


@pytest.mark.usefixtures("small_dictionary")
def test_the_name_of_a_titled_document_is_searched(tmp_path: Path) -> None:
    texts = {"河道法第二条": "两岸一百米内不得采砂。", "湖泊法第二条": "两岸一百米内不得建房。"}
    question = PublicQuestion("1", "河道法怎么说？", frozenset({"河道法第二条"}))
    titled = score_public(PublicSet("法", texts, (question,), titled=True), tmp_path, Settings())
    assert titled.outcomes[0].ranking[0] == "河道法第二条"


@pytest.fixture
def small_dictionary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Jieba reads two words instead of 350,000: where words need not mean anything, a second a time is saved."""
    path = tmp_path.with_name(f"{tmp_path.name}.txt")
    path.write_text("河道 9 n\n采砂 9 v\n", encoding="utf-8")
    monkeypatch.setattr(jieba.Tokenizer, "get_dict_file", lambda _: path.open("rb"))


@pytest.fixture
def rgb_file(tmp_path: Path) -> Path:
    path = tmp_path / "zh_refine.json"
    records = [
        {
            "id": 0,
            "query": "清水河全长多少公里",
            "answer": ["一百二十公里"],
            "positive": [TEXTS["p1"]],
            "negative": [TEXTS["p9"]],
        },
        {
            "id": 1,
            "query": "老城的石桥有几个桥孔",
            "answer": ["九个"],
            "positive": [TEXTS["p9"]],
            "negative": [TEXTS["p4"]],
        },
    ]
    path.write_text("\n".join(json.dumps(record, ensure_ascii=False) for record in records), encoding="utf-8")
    return path


@pytest.mark.usefixtures("small_dictionary")
def test_the_command_prints_both_sets_and_writes_the_result(
    rgb_file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    output = tmp_path / "result.json"
    run_public("rgb", rgb_file, tmp_path / "index", None, output)
    shown = capsys.readouterr()
    assert "noise" in shown.out
    assert "rejection" in shown.out
    assert "小样" not in shown.out
    assert shown.err == ""
    record = json.loads(output.read_text("utf-8"))
    assert (record["set"], record["file"], record["limit"]) == ("rgb", "zh_refine.json", None)
    noise, rejection = record["results"]
    assert (noise["questions"], noise["documents"], rejection["documents"]) == (2, 3, 2)
    assert noise["estimates"]["hit@1"]["mean"] == 1.0
    assert noise["outcomes"][0] == {
        "id": "0",
        "ranking": noise["outcomes"][0]["ranking"],
        "refused": False,
        "scores": dict.fromkeys(("hit@1", "recall@10", "MRR@10", "nDCG@10", "answer coverage"), 1.0)
        | {"over-refusal": 0.0},
    }
    assert list(rejection["estimates"]) == ["refusal recall"]


@pytest.mark.usefixtures("small_dictionary")
def test_a_sample_says_that_it_is_one(rgb_file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    output = tmp_path / "result.json"
    run_public("rgb", rgb_file, tmp_path / "index", 1, output)
    assert "这是前 1 题的小样" in capsys.readouterr().out
    assert any("小样" in note for note in json.loads(output.read_text("utf-8"))["notes"])


def test_an_unknown_set_and_a_file_that_cannot_be_written_are_named(rgb_file: Path, tmp_path: Path) -> None:
    with pytest.raises(PolicyAssistantError, match="没有名为“squad”的题库，请用 --set 指定 cmrc、drcd、rgb、crud"):
        run_public("squad", rgb_file, None, None, None)
    with pytest.raises(PolicyAssistantError, match=r"结果文件“result\.json”无法写入"):
        run_public("rgb", rgb_file, tmp_path / "index", None, tmp_path / "no folder" / "result.json")
