"""The set of claims is what it says, and the check does what it was measured to do."""

from pathlib import Path

import pytest

from assistant.settings import BUNDLED_DOCUMENTS
from corpus import read_document
from eval.claims import Checked, Example, check, fitted_level, load_claims, share_kept
from index.embedder import BundledEmbedder
from index.reranker import BundledReranker

DATASETS = Path(__file__).parents[2] / "eval" / "datasets"


@pytest.fixture(scope="module")
def examples() -> list[Example]:
    return load_claims()


def test_the_halves_are_even_and_share_no_document(examples: list[Example]) -> None:
    assert len({one.id for one in examples}) == len({one.claim for one in examples}) == len(examples) == 480
    for split in ("dev", "test"):
        assert sum(one.supported for one in examples if one.split == split) == 120
    documents = {split: {one.document for one in examples if one.split == split} for split in ("dev", "test")}
    assert not documents["dev"] & documents["test"]


def test_all_evidence_stands_in_its_document(examples: list[Example]) -> None:
    folders = (BUNDLED_DOCUMENTS, DATASETS / "other_policies", DATASETS / "regulations")
    texts = {
        file.stem: "".join(read_document(file).text.split()) for folder in folders for file in folder.glob("*.txt")
    }
    for one in examples:
        for sentence in one.evidence:
            assert "".join(sentence.split()) in texts[one.document], one.id


def checked(supported: bool, agrees: bool, similarity: float) -> Checked:
    return Checked(Example("1", "dev", "甲", ("乙",), "丙", supported, "copy"), agrees, similarity, 0.5)


def test_shares_are_of_the_right_and_of_the_wrong() -> None:
    some = [
        checked(True, True, 0.95),
        checked(True, True, 0.85),
        checked(False, False, 0.99),
        checked(False, True, 0.9),
    ]
    assert share_kept(some, supported=True, level=0.9) == 0.5
    assert share_kept(some, supported=False, level=0.9) == 0.5
    assert share_kept(some, supported=False, level=0.95) == 0.0


@pytest.mark.parametrize(("kept", "level"), [(0, 0.88), (1, 0.88), (2, 0.96), (3, 0.96)])
def test_the_level_is_the_least_that_keeps_one_in_twenty_of_the_wrong(kept: int, level: float) -> None:
    close = [checked(False, True, 0.94)] * kept
    far = [checked(False, True, 0.87)] * (20 - kept) + [checked(True, True, 0.81), checked(False, False, 0.99)]
    assert fitted_level([*close, *far]) == level


def test_no_level_is_fitted_where_the_wrong_is_all_too_close() -> None:
    with pytest.raises(ValueError, match="min"):
        fitted_level([checked(False, True, 1.0)])


def test_a_copy_is_kept_and_a_filled_mask_is_not(examples: list[Example]) -> None:
    kinds = {kind: [one for one in examples if one.kind == kind] for kind in ("copy", "mask")}
    models = BundledEmbedder(), BundledReranker()
    assert all(one.is_kept() for one in check(kinds["copy"], *models))
    assert not any(one.is_kept() for one in check(kinds["mask"], *models))
