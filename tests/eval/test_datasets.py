"""The gold sets are what they claim: quotes stand in the documents, clauses exist, nothing is there twice."""

from collections import Counter
from pathlib import Path

import pytest

from assistant.question import read_question
from assistant.settings import BUNDLED_DOCUMENTS
from corpus import ParsedDocument, parse, read_document
from eval.dataset import (
    ALL,
    BUNDLED_SET,
    DATASETS,
    KINDS,
    OWN_SETS,
    UNANSWERABLE,
    Example,
    documents_beside,
    load_examples,
)
from eval.outcome import Judge
from eval.response import Response

SETS = {path: documents_beside(path) or BUNDLED_DOCUMENTS for path in OWN_SETS}
REASONS = {"文件未涉及", "超出本文件范围", "问题不明确"}


def examples(path: Path) -> list[Example]:
    return load_examples(path, ALL)


def documents(path: Path) -> dict[str, ParsedDocument]:
    names = {example.document for example in examples(path) if example.document}
    return {name: parse(read_document(SETS[path] / name)) for name in names}


@pytest.fixture(params=SETS, ids=lambda path: path.stem)
def dataset(request: pytest.FixtureRequest) -> Path:
    path: Path = request.param
    return path


def test_ids_and_questions_stand_once(dataset: Path) -> None:
    found = examples(dataset)
    assert len(found) == len(dataset.read_text("utf-8").splitlines())
    assert max(Counter(example.id for example in found).values()) == 1
    assert max(Counter((example.question, str(example.history)) for example in found).values()) == 1


def test_every_question_can_be_asked(dataset: Path) -> None:
    for example in examples(dataset):
        assert read_question(example.question, example.history).text, example.id


def test_every_question_is_for_one_split_and_both_have_every_kind(dataset: Path) -> None:
    found = examples(dataset)
    assert {example.split for example in found} == {"dev", "test"}
    kinds = {split: {example.kind for example in load_examples(dataset, split)} for split in ("dev", "test")}
    assert kinds["dev"] == kinds["test"] <= set(KINDS)


def test_unanswerable_questions_say_why_and_have_no_gold(dataset: Path) -> None:
    for example in examples(dataset):
        assert example.reason in (REASONS if example.kind == UNANSWERABLE else {"", *REASONS}), example.id
        assert example.answerable or not (example.gold or example.quotes), example.id


def test_a_content_question_has_gold_unless_it_is_a_list_of_nothing(dataset: Path) -> None:
    for example in examples(dataset):
        if example.answerable and example.kind != "structure":
            assert bool(example.gold) != ("none" in example.flags), example.id
            assert bool(example.gold) == bool(example.quotes) or example.kind == "followup", example.id


def test_every_quote_stands_in_its_document_on_one_line(dataset: Path) -> None:
    parsed = documents(dataset)
    for example in examples(dataset):
        for quote in example.quotes:
            assert "\n" not in quote
            assert quote in parsed[example.document].document.text, example.id


def test_every_gold_clause_exists(dataset: Path) -> None:
    judge = Judge(documents(dataset).values())
    for example in examples(dataset):
        outcome = judge.outcome(example, Response("", True, None, (), (), 0.0))
        assert len(outcome.gold) == len(example.gold), example.id


def test_every_measure_of_the_bundled_document_is_gold_for_four_questions() -> None:
    counts = Counter(path for example in examples(BUNDLED_SET) for path in example.gold)
    (parsed,) = documents(BUNDLED_SET).values()
    assert all(counts["/".join(clause.path)] >= 4 for clause in parsed.clauses)


def test_no_other_package_reads_the_datasets() -> None:
    root = DATASETS.parents[1]
    sources = [path for folder in ("assistant", "corpus", "index", "prompts") for path in (root / folder).rglob("*.py")]
    names = ("eval.dataset", "eval/datasets", *(path.stem for path in SETS))
    assert sources
    assert not [path.name for path in sources if any(name in path.read_text("utf-8") for name in names)]
