"""The gold sets are what they claim: quotes stand in the documents, clauses exist, nothing is there twice."""

from collections import Counter
from pathlib import Path

import pytest

from assistant.settings import BUNDLED_DOCUMENTS
from corpus import ParsedDocument, parse, read_document
from eval.dataset import BUNDLED_SET, DATASETS, Example, load_examples

SETS = {BUNDLED_SET: BUNDLED_DOCUMENTS, DATASETS / "other_policies.jsonl": DATASETS / "other_policies"}
KINDS = {"direct", "paraphrase", "figure", "multi", "structure", "unanswerable", "followup"}


def examples(path: Path) -> list[Example]:
    return [*load_examples(path, "dev"), *load_examples(path, "test")]


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


def test_kinds_are_known_and_unanswerable_questions_have_no_gold(dataset: Path) -> None:
    for example in examples(dataset):
        assert example.kind in KINDS
        assert example.answerable or not (example.gold or example.quotes)


def test_every_quote_stands_in_its_document_on_one_line(dataset: Path) -> None:
    parsed = documents(dataset)
    for example in examples(dataset):
        for quote in example.quotes:
            assert "\n" not in quote
            assert quote in parsed[example.document].document.text, example.id


def test_every_gold_clause_exists(dataset: Path) -> None:
    parsed = documents(dataset)
    for example in examples(dataset):
        paths = {"/".join(clause.path) for clause in parsed[example.document].clauses} if example.gold else set()
        assert set(example.gold) <= paths, example.id


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
