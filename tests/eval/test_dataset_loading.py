"""A dataset is read as it is meant, or refused in one Chinese sentence; so are gold clauses that do not exist."""

import json
import re
from pathlib import Path

import pytest

from assistant.settings import BUNDLED_DOCUMENTS, load_settings
from corpus import document_from_text, parse
from corpus.errors import PolicyAssistantError
from eval.dataset import ALL, BUNDLED_SET, DATASETS, UNANSWERABLE, Example, documents_beside, load_examples
from eval.outcome import Judge
from eval.response import Response
from eval.run import OUTPUT, dataset_settings
from tests.command import is_one_sentence
from tests.eval.scripted import NAME, bundled

SILENT = Response("", True, None, (), (), 0.0)
TWICE = "办法\n第一章 总则\n（一）水源。划定保护区。\n第二章 附则\n（一）水价。按成本核定。\n"


def written(path: Path, *records: object, encoding: str = "utf-8", end: str = "\n") -> Path:
    text = end.join(json.dumps(record, ensure_ascii=False) for record in records)
    path.write_bytes((text + end).encode(encoding))
    return path


def gold(path: Path, *entries: object, document: str = f"{NAME}.txt") -> Example:
    written(path, {"id": "q7", "question": "粮食？", "gold": entries, "document": document})
    return load_examples(path, ALL)[0]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "题目.jsonl"


def test_id_and_question_are_enough(path: Path) -> None:
    written(path, {"id": 1, "question": "粮食？"})
    assert load_examples(path, ALL) == [Example("1", "粮食？", (), UNANSWERABLE, "", "", (), (), "", "", ())]


def test_a_question_with_gold_is_direct_unless_it_says_otherwise(path: Path) -> None:
    written(
        path,
        {"id": "a", "question": "粮食？", "gold": ["二/（六）"]},
        {"id": "b", "question": "哪几条？", "gold": ["二/（六）"], "kind": "list", "history": None},
        {"id": "c", "question": "什么？", "kind": "direct", "reason": "问题不明确"},
    )
    found = load_examples(path, ALL)
    assert [one.kind for one in found] == ["direct", "list", "direct"]
    assert [one.answerable for one in found] == [True, True, False]


def test_every_key_is_kept(path: Path) -> None:
    history = [{"role": "user", "content": "农业有哪些目标？"}]
    record = {
        "id": "x", "question": "那工业呢？", "history": history, "kind": "followup", "split": "test",
        "document": "甲.txt", "gold": [4, ""], "quotes": ["晶硅"], "answer": "答", "reason": "", "flags": ["masked"],
    }  # fmt: skip
    (found,) = load_examples(written(path, record), "test")
    kept = {name: getattr(found, name) for name in record}
    assert kept == {name: tuple(value) if isinstance(value, list) else value for name, value in record.items()}


def test_splits_are_chosen_by_name_and_all_is_every_one(path: Path) -> None:
    written(path, *({"id": split, "question": "粮食？", "split": split} for split in ("dev", "test", "dev2")))
    assert [[one.id for one in load_examples(path, split)] for split in ("dev", "test", ALL)] == [
        ["dev"],
        ["test"],
        ["dev", "test", "dev2"],
    ]


@pytest.mark.parametrize("split", ["test", "", "DEV"])
def test_a_split_without_questions_is_an_error_that_names_the_others(path: Path, split: str) -> None:
    written(path, {"id": 1, "question": "粮食？", "split": "dev"})
    with pytest.raises(PolicyAssistantError, match=r"题目.jsonl.*--split") as error:
        load_examples(path, split)
    assert is_one_sentence(error.value)


@pytest.mark.parametrize(("encoding", "end"), [("utf-8-sig", "\n"), ("utf-8", "\r\n"), ("utf-8-sig", "\r\n\r\n \n")])
def test_byte_order_mark_line_ends_and_blank_lines_do_not_matter(path: Path, encoding: str, end: str) -> None:
    records = [{"id": number, "question": f"问题{number}？"} for number in range(3)]
    plain = load_examples(written(path, *records), ALL)
    assert load_examples(written(path, *records, encoding=encoding, end=end), ALL) == plain


@pytest.mark.parametrize("separator", ["\u2028", "\u2029", "\x85"])
def test_a_separator_inside_a_question_does_not_cut_the_line(path: Path, separator: str) -> None:
    written(path, {"id": 1, "question": f"粮食{separator}生猪？"})
    assert load_examples(path, ALL)[0].question == f"粮食{separator}生猪？"


@pytest.mark.parametrize(
    "content",
    [
        b"nonsense\n",
        b"[]\n",
        b"3\n",
        b'{"id": 1}\n',
        b'{"question": "x"}\n',
        b'{"id": 1, "question": "x", "gold": null}\n',
        b'{"id": 1, "question": "x", "gold": 3}\n',
        '{"id": 1, "question": "粮食"}\n'.encode("gb18030"),
        b'{"id": 1, "question": ' + b"[" * 100_000,
        b"\x00\x01\xff",
    ],
    ids=["word", "list", "number", "no question", "no id", "null", "gold", "encoding", "depth", "binary"],
)
def test_a_malformed_file_is_named_in_one_sentence(path: Path, content: bytes) -> None:
    path.write_bytes(b'{"id": 0, "question": "x"}\n' + content)
    with pytest.raises(PolicyAssistantError, match=r"题目\.jsonl") as error:
        load_examples(path, ALL)
    assert is_one_sentence(error.value)


def test_a_missing_or_empty_file_and_a_folder_are_named_in_one_sentence(tmp_path: Path, path: Path) -> None:
    path.write_bytes(b"\n")
    for wrong in (path, tmp_path, tmp_path / "没有.jsonl"):
        with pytest.raises(PolicyAssistantError, match=wrong.name) as error:
            load_examples(wrong, ALL)
        assert is_one_sentence(error.value)


def test_an_id_that_stands_twice_is_an_error_since_scores_are_kept_by_id(path: Path) -> None:
    written(path, {"id": 1, "question": "粮食？"}, {"id": "1", "question": "生猪？"})
    with pytest.raises(PolicyAssistantError, match="重复") as error:
        load_examples(path, ALL)
    assert is_one_sentence(error.value)


def test_a_kind_that_no_figure_counts_is_an_error_and_not_left_out_in_silence(path: Path) -> None:
    written(path, {"id": 1, "question": "粮食？", "gold": [6], "kind": "事实"})
    with pytest.raises(PolicyAssistantError, match="事实") as error:
        load_examples(path, ALL)
    assert is_one_sentence(error.value)


@pytest.mark.parametrize("entry", ["二/（六）", 6])
@pytest.mark.parametrize("document", ["", NAME, f"{NAME}.txt", f"{NAME}.md"])
def test_gold_is_a_path_or_the_number_of_a_clause(path: Path, entry: str | int, document: str) -> None:
    outcome = Judge([bundled()]).outcome(gold(path, entry, document=document), SILENT)
    assert outcome.gold == (f"{NAME}:二/（六）",)
    assert "稳定在*亿斤以上" in outcome.masked[0]


@pytest.mark.parametrize("entry", ["", 0])
def test_gold_0_is_the_opening(path: Path, entry: str | int) -> None:
    outcome = Judge([bundled()]).outcome(gold(path, entry), SILENT)
    assert outcome.gold == (f"{NAME}:",)
    assert outcome.masked[0].startswith("2023年是全面贯彻")


def test_gold_keeps_its_order_and_a_clause_named_twice_counts_once(path: Path) -> None:
    outcome = Judge([bundled()]).outcome(gold(path, 10, "二/（六）", 6), SILENT)
    assert outcome.gold == (f"{NAME}:三/（十）", f"{NAME}:二/（六）")


@pytest.mark.parametrize("entry", [29, -1, "（六）", "二", "二/(六)", "九/（二十九）"])
def test_gold_that_does_not_exist_is_named_in_one_sentence(path: Path, entry: str | int) -> None:
    with pytest.raises(PolicyAssistantError, match=re.escape(f"“q7”的条款“{entry}”")) as error:
        Judge([bundled()]).outcome(gold(path, entry), SILENT)
    assert is_one_sentence(error.value)


def test_a_number_that_two_clauses_bear_is_no_gold_but_their_paths_are(path: Path) -> None:
    judge = Judge([parse(document_from_text(TWICE, "办法.txt"))])
    with pytest.raises(PolicyAssistantError, match="不唯一") as error:
        judge.outcome(gold(path, 1, document="办法.txt"), SILENT)
    assert is_one_sentence(error.value)
    assert judge.outcome(gold(path, "第二章/（一）", document="办法.txt"), SILENT).gold == ("办法:第二章/（一）",)


@pytest.mark.parametrize("document", ["别的.txt", ""])
def test_gold_of_a_document_that_is_not_there_or_not_named_is_an_error(path: Path, document: str) -> None:
    judge = Judge([bundled(), parse(document_from_text(TWICE, "办法.txt"))])
    with pytest.raises(PolicyAssistantError, match="--documents") as error:
        judge.outcome(gold(path, 6, document=document), SILENT)
    assert is_one_sentence(error.value)


def test_documents_of_a_dataset_stand_beside_it_under_its_name(tmp_path: Path, path: Path) -> None:
    assert documents_beside(path) is None
    path.with_suffix("").mkdir()
    assert documents_beside(path) == tmp_path / "题目"
    assert documents_beside(BUNDLED_SET) is None


def test_documents_that_are_given_or_stand_beside_a_dataset_get_an_index_of_their_own(
    tmp_path: Path, path: Path
) -> None:
    bundled_settings = dataset_settings(BUNDLED_SET)
    assert (bundled_settings.documents, bundled_settings.index) == (BUNDLED_DOCUMENTS, load_settings().index)
    assert dataset_settings(path, documents=tmp_path).index == OUTPUT / "题目-index"
    other = dataset_settings(DATASETS / "other_policies.jsonl")
    assert (other.documents, other.index) == (DATASETS / "other_policies", OUTPUT / "other_policies-index")
    given = dataset_settings(DATASETS / "other_policies.jsonl", documents=tmp_path, index=path)
    assert (given.documents, given.index) == (tmp_path, path)
