"""Every loader reads its publisher's format, and says in one sentence what is wrong with a file that is not in it."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from corpus.errors import PolicyAssistantError
from eval.public_sets import LOADERS, PublicSet

RIVER = "清水河全长一百二十公里，发源于北山。"
LAKE = "东湖面积三十平方公里，湖中有七座小岛。"
HILL = "北山海拔一千五百米，山顶终年积雪。"
PORT = "南港有八个泊位，冬季不结冰。"


def squad(*articles: tuple[str, list[dict[str, Any]]]) -> dict[str, Any]:
    return {
        "version": "v1.0",
        "data": [
            {
                "title": "地理",
                "id": f"DEV_{n}",
                "paragraphs": [{"id": f"DEV_{n}", "context": context, "qas": qas}],
            }
            for n, (context, qas) in enumerate(articles)
        ],
    }


def asked(id_: str, question: str, *answers: str) -> dict[str, Any]:
    return {"id": id_, "question": question, "answers": [{"text": text, "answer_start": 3} for text in answers]}


SQUAD = squad(
    (RIVER, [asked("Q0", "清水河有多长？", "一百二十公里", "全长一百二十公里", "一百二十公里")]),
    (LAKE, [asked("Q1", "东湖有几座岛？", "七座"), asked("Q2", " ", "七座"), asked("Q3", "东湖多深？")]),
    (RIVER, [asked("Q4", "清水河发源于哪里？", "北山")]),
)
CMRC_OWN = [
    {
        "context_id": "TRIAL_1",
        "context_text": RIVER,
        "title": "清水河",
        "qas": [{"query_id": "TRIAL_1_QUERY_0", "query_text": "清水河有多长？", "answers": ["一百二十公里"]}],
    }
]
REFINE = {
    "id": 0,
    "query": "清水河有多长",
    "answer": [["一百二十公里", "120公里"], "北山"],
    "positive": [RIVER, "清水河长120公里。"],
    "negative": [LAKE, "  ", HILL],
}
OTHER = {"id": 1, "query": "北山有多高", "answer": ["一千五百米"], "positive": [HILL], "negative": [LAKE, PORT]}
INTEGRATION = {
    "id": 7,
    "query": "清水河多长，北山多高",
    "answer": ["一百二十公里", "一千五百米"],
    "asnwer1": ["一百二十公里"],
    "answer2": ["一千五百米"],
    "positive": [[RIVER], [HILL]],
    "negative": [LAKE],
}
FACT = {
    "id": 3,
    "query": "东湖有几座岛",
    "answer": "七座",
    "fakeanswer": "九座",
    "positive_wrong": [LAKE.replace("七", "九")],
    "positive": [LAKE],
    "negative": [],
}
CRUD = {
    "event_summary": [],
    "questanswer_1doc": [
        {"ID": "64fa", "event": "治河", "news1": RIVER, "questions": "清水河有多长？", "answers": "它长120公里。"}
    ],
    "questanswer_2docs": [
        {
            "ID": "64fa",
            "event": "治河",
            "news1": RIVER,
            "news2": LAKE,
            "questions": "清水河和东湖各有多大？",
            "answers": "河长120公里，湖有30平方公里。",
        }
    ],
    "questanswer_3docs": [
        {
            "ID": "64fb",
            "event": "山水",
            "news1": HILL,
            "news2": LAKE,
            "news3": LAKE,
            "questions": "山和湖各怎样？",
            "answers": "山高湖阔。",
        }
    ],
}
ARTICLES = [
    {"id": "河道法第一条", "text": "为了保护河道，制定本法。"},
    {"id": "河道法第二条", "text": "河道两岸一百米内不得采砂。"},
    {"id": "湖泊法第一条", "text": "为了保护河道，制定本法。"},
    {"id": "河道法第一条", "text": "为了保护河道，制定本法。"},
    {"id": "河道法第二条", "text": "河道两岸五十米内不得采砂。"},
]
STATUTES = [{"id": "stard-1", "question": "河边能挖沙吗？", "gold": ["河道法第二条", "河道法第一条"]}]
POLICIES = [{"id": "a1", "text": RIVER}, {"id": "b2", "text": LAKE}, {"id": "c3", "text": RIVER}]
POLICY_QUESTIONS = [{"id": "q1", "document": "c3", "question": "清水河有多长？", "answer": "一百二十公里"}]

Write = Callable[[str, Any], Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Writes JSON, or JSON lines into a file whose name says so."""

    def write_file(name: str, content: Any) -> Path:  # noqa: ANN401
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        lines = content if name.endswith("jsonl") or name.startswith("zh_") else [content]
        path.write_text("\n".join(json.dumps(line, ensure_ascii=False) for line in lines) + "\n", encoding="utf-8")
        return path

    return write_file


def texts(public: PublicSet, names: frozenset[str]) -> set[str]:
    return {public.documents[name] for name in names}


@pytest.mark.parametrize("name", ["cmrc", "drcd"])
def test_a_context_is_one_document_however_often_it_stands(name: str, write: Write) -> None:
    (public,) = LOADERS[name](write("dev.json", SQUAD))
    assert public.name == "dev"
    assert not public.titled
    assert sorted(public.documents.values()) == sorted([RIVER, LAKE])
    assert [(one.id, texts(public, one.gold)) for one in public.questions] == [
        ("Q0", {RIVER}),
        ("Q1", {LAKE}),
        ("Q3", {LAKE}),
        ("Q4", {RIVER}),
    ]


def test_annotators_wordings_are_one_part_and_no_wording_is_no_part(write: Write) -> None:
    (public,) = LOADERS["cmrc"](write("dev.json", SQUAD))
    assert public.questions[0].answers == (("一百二十公里", "全长一百二十公里"),)
    assert public.questions[2].answers == ()


def test_cmrc_in_its_own_layout(write: Write) -> None:
    (public,) = LOADERS["cmrc"](write("cmrc2018_trial.json", CMRC_OWN))
    (question,) = public.questions
    assert (question.id, question.answers) == ("TRIAL_1_QUERY_0", (("一百二十公里",),))
    assert texts(public, question.gold) == {RIVER}


def test_rgb_noise_searches_all_passages_of_all_questions(write: Write) -> None:
    noise, _ = LOADERS["rgb"](write("zh_refine.json", [REFINE, OTHER]))
    assert set(noise.documents.values()) == {RIVER, "清水河长120公里。", LAKE, HILL, PORT}
    first, second = noise.questions
    assert (first.id, second.id) == ("0", "1")
    assert texts(noise, first.gold) == {RIVER, "清水河长120公里。"}
    assert texts(noise, first.distractors) == {LAKE, HILL}
    assert first.answers == (("一百二十公里", "120公里"), ("北山",))
    assert texts(noise, second.gold) == {HILL}


def test_rgb_rejection_asks_each_question_about_its_own_negatives(write: Write) -> None:
    _, rejection = LOADERS["rgb"](write("zh_refine.json", [REFINE, OTHER, FACT]))
    assert rejection.alone
    assert [one.id for one in rejection.questions] == ["0", "1"]  # the third has no negatives
    assert all(not one.answerable and one.answers == () for one in rejection.questions)
    assert [set(part.documents.values()) for part in rejection.parts()] == [{LAKE, HILL}, {LAKE, PORT}]
    assert [len(part.questions) for part in rejection.parts()] == [1, 1]
    assert list(rejection.documents.values()) == [LAKE, HILL, PORT]


def test_rgb_integration_needs_the_passages_of_every_sub_question(write: Write) -> None:
    noise, rejection = LOADERS["rgb"](write("zh_int.json", [INTEGRATION]))
    (question,) = noise.questions
    assert texts(noise, question.gold) == {RIVER, HILL}
    assert question.answers == (("一百二十公里",), ("一千五百米",))
    assert list(rejection.documents.values()) == [LAKE]


def test_rgb_counterfactual_passages_are_not_read(write: Write) -> None:
    noise, _ = LOADERS["rgb"](write("zh_fact.json", [FACT, OTHER]))
    assert noise.questions[0].answers == (("七座",),)
    assert not any("九座" in text for text in noise.documents.values())


def test_crud_has_a_set_a_task_over_the_news_of_all(write: Write) -> None:
    found = LOADERS["crud"](write("split_merged.json", CRUD))
    assert [public.name for public in found] == ["questanswer_1doc", "questanswer_2docs", "questanswer_3docs"]
    for public, gold in zip(found, [{RIVER}, {RIVER, LAKE}, {HILL, LAKE}], strict=True):
        assert set(public.documents.values()) == {RIVER, LAKE, HILL}
        (question,) = public.questions
        assert texts(public, question.gold) == gold
        assert question.answers == ()


def test_statutes_keep_their_ids_as_titles_and_both_texts_of_one_id(write: Write) -> None:
    write("statutes.corpus.jsonl", ARTICLES)
    (public,) = LOADERS["statutes"](write("statutes.dev.jsonl", STATUTES))
    assert public.titled
    assert len(public.documents) == 4
    assert public.documents["河道法第二条"] == "河道两岸一百米内不得采砂。"
    assert public.documents["湖泊法第一条"] == public.documents["河道法第一条"]
    assert public.questions[0].gold == {"河道法第二条", "河道法第一条"}
    assert public.questions[0].answers == ()


def test_epidemic_policies_of_one_text_are_one_document(write: Write) -> None:
    write("epidemic_policies.corpus.jsonl", POLICIES)
    (public,) = LOADERS["epidemic"](write("epidemic_policies.questions.jsonl", POLICY_QUESTIONS))
    assert sorted(public.documents.values()) == sorted([RIVER, LAKE])
    (question,) = public.questions
    assert texts(public, question.gold) == {RIVER}
    assert question.answers == (("一百二十公里",),)


def test_a_sample_keeps_what_came_with_its_questions(write: Write) -> None:
    noise, rejection = LOADERS["rgb"](write("zh_fact.json", [OTHER, REFINE, FACT]))
    sample = noise.first(1)
    assert [one.id for one in sample.questions] == ["1"]
    assert set(sample.documents.values()) == {HILL, LAKE, PORT}
    assert sample.parts() == (sample,)
    assert set(rejection.first(1).documents.values()) == {LAKE, PORT}


def without(record: dict[str, Any], key: str) -> dict[str, Any]:
    return {name: value for name, value in record.items() if name != key}


MALFORMED = {
    "no context": ("cmrc", squad((RIVER, [])) | {"data": [{"paragraphs": [{"qas": []}]}]}),
    "no question at all": ("drcd", squad((RIVER, []))),
    "two questions of one id": ("drcd", squad((RIVER, [asked("Q", "多长？"), asked("Q", "多宽？")]))),
    "a number for a question": ("cmrc", squad((RIVER, [{"id": "Q", "question": 3, "answers": []}]))),
    "own layout without answers": ("cmrc", [without(CMRC_OWN[0], "qas")]),
    "a text": ("cmrc", "cmrc"),
    "no positives": ("rgb", without(REFINE, "positive")),
    "blank positives": ("rgb", REFINE | {"positive": [" "]}),
    "a number among the passages": ("rgb", REFINE | {"negative": [5]}),
    "a blank answer": ("rgb", REFINE | {"answer": [""]}),
    "a task missing": ("crud", without(CRUD, "questanswer_2docs")),
    "no news": ("crud", CRUD | {"questanswer_1doc": [without(CRUD["questanswer_1doc"][0], "news1")]}),
    "blank news": ("crud", CRUD | {"questanswer_1doc": [CRUD["questanswer_1doc"][0] | {"news1": ""}]}),
}


@pytest.mark.parametrize("case", MALFORMED)
def test_a_file_of_another_format_is_named_with_the_remedy(case: str, write: Write) -> None:
    name, content = MALFORMED[case]
    path = write("题库.json", content)
    with pytest.raises(PolicyAssistantError, match=r"“题库\.json”无法读取，请检查.*后重试。$"):
        LOADERS[name](path)


@pytest.mark.parametrize("name", LOADERS)
def test_what_is_no_json_or_not_there_is_named(name: str, tmp_path: Path) -> None:
    path = tmp_path / "a.questions.jsonl"
    with pytest.raises(PolicyAssistantError, match=r"“a\.questions\.jsonl”无法读取"):
        LOADERS[name](path)
    path.write_bytes(b'{"id": "\xff')
    (tmp_path / "a.corpus.jsonl").write_text("[[", encoding="utf-8")
    with pytest.raises(PolicyAssistantError, match=r"“a\.questions\.jsonl”无法读取"):
        LOADERS[name](path)
    path.write_text("[" * 100_000, encoding="utf-8")
    with pytest.raises(PolicyAssistantError, match=r"“a\.questions\.jsonl”无法读取"):
        LOADERS[name](path)


@pytest.mark.parametrize(
    ("name", "questions"), [("statutes", STATUTES), ("epidemic", POLICY_QUESTIONS)], ids=["statutes", "epidemic"]
)
def test_a_corpus_that_is_missing_or_lacks_the_gold_is_named(name: str, questions: list[Any], write: Write) -> None:
    path = write(f"{name}.test.jsonl", questions)
    with pytest.raises(PolicyAssistantError, match=rf"旁边没有“{name}\.corpus\.jsonl”，请把它放进同一个文件夹后重试。"):
        LOADERS[name](path)
    write(f"{name}.corpus.jsonl", [{"id": "别的", "text": HILL}])
    with pytest.raises(PolicyAssistantError, match=rf"“{name}\.test\.jsonl”无法读取"):
        LOADERS[name](path)


def test_articles_without_gold_are_refused(write: Write) -> None:
    write("statutes.corpus.jsonl", ARTICLES)
    with pytest.raises(PolicyAssistantError, match="无法读取"):
        LOADERS["statutes"](write("statutes.dev.jsonl", [STATUTES[0] | {"gold": []}]))
