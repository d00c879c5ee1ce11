"""The ledger against the targets marked by hand, and what those marks are."""

from functools import cache

import pytest

from corpus import ParsedDocument
from corpus.errors import PolicyAssistantError
from corpus.targets import find_targets
from eval.targets import (
    HELD_OUT,
    NEAR_MISSES,
    Comparison,
    Marked,
    compare,
    compare_all,
    load_marked,
    load_records,
    match,
    open_document,
)

BUNDLED = "2023年经济工作要点.txt"
DEV = [name for name in load_records() if not name.startswith(HELD_OUT)]


@cache
def bundled() -> tuple[ParsedDocument, list[Marked]]:
    parsed = open_document(BUNDLED)
    return parsed, load_marked(parsed, load_records()[BUNDLED])


@cache
def comparisons() -> dict[str, Comparison]:
    return {one.document: one for one in compare_all()}


def test_every_firm_target_of_the_bundled_document_is_in_the_ledger_and_none_that_is_not_one() -> None:
    one = comparisons()[BUNDLED]
    assert [mark.indicator for mark in one.missed] == []
    assert [row.indicator for row in one.wrong] == []
    assert len(one.pairs) == 60


@pytest.mark.parametrize("name", DEV)
def test_the_documents_that_the_rules_were_made_with_are_read_without_a_fault(name: str) -> None:
    assert (comparisons()[name].precision, comparisons()[name].recall) == (1.0, 1.0)


def test_other_documents_stay_as_good_as_they_were() -> None:
    held_out = [one for name, one in comparisons().items() if name.startswith(HELD_OUT)]
    pairs = sum(len(one.pairs) for one in held_out)
    assert pairs / (pairs + sum(len(one.wrong) for one in held_out)) >= 0.85
    assert pairs / (pairs + sum(len(one.missed) for one in held_out)) >= 0.5


def test_direction_figure_unit_and_time_are_those_of_the_document() -> None:
    agreement = comparisons()[BUNDLED].agreement()
    assert agreement.pop("indicator") > 0.95
    assert set(agreement.values()) == {1.0}


def test_how_firmly_a_target_is_meant_is_never_made_stronger_or_weaker() -> None:
    for one in comparisons().values():
        for row, mark in one.pairs:
            claimed = {"力争", "确保", "争取"} & {row.direction[:2]}
            assert all(modal in mark.direction for modal in claimed), (row, mark)


def test_no_near_miss_is_in_the_ledger() -> None:
    parsed, marked = bundled()
    text = parsed.document.text
    matched = match(find_targets(parsed), marked)
    rows = [row for place, row in enumerate(find_targets(parsed)) if place not in matched]
    for record in load_records(NEAR_MISSES)[BUNDLED]:
        assert record["quote"] in text
        assert not any(record["quote"] in row.span.of(text) for row in rows), record["quote"]


def test_each_row_and_each_mark_is_matched_once() -> None:
    parsed, marked = bundled()
    pairs = match(find_targets(parsed), marked)
    assert len(set(pairs.values())) == len(pairs) == len(find_targets(parsed))


def test_a_ledger_that_misses_a_target_loses_recall_and_one_too_many_loses_precision() -> None:
    parsed, marked = bundled()
    firm = [mark for mark in marked if not mark.is_doubtful]
    fewer = compare(parsed, [mark for mark in marked if mark is not firm[0]])
    assert (len(fewer.wrong), fewer.recall) == (1, 1.0)
    assert fewer.precision == pytest.approx(59 / 60)
    twice = compare(parsed, [*marked, firm[0]])
    assert (len(twice.missed), twice.precision) == (1, 1.0)
    assert twice.recall == pytest.approx(60 / 61)
    assert twice.f1 == pytest.approx(120 / 121)


def test_doubtful_marks_are_neither_required_nor_held_against_the_ledger() -> None:
    parsed, marked = bundled()
    assert sum(mark.is_doubtful for mark in marked) == 7
    assert compare(parsed, [mark for mark in marked if mark.is_doubtful]).missed == ()
    assert not any(
        row.span.overlaps(mark.span) for mark in marked if mark.is_doubtful for row in compare(*bundled()).wrong
    )


def test_a_mark_whose_quote_is_not_in_its_clause_is_reported() -> None:
    parsed, _ = bundled()
    record = {**load_records()[BUNDLED][0], "quote": "没有这句话"}
    with pytest.raises(PolicyAssistantError, match="没有这句话"):
        load_marked(parsed, [record])
