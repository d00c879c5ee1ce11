"""The measures are the textbook's, on cases worked out by hand, and within their bounds on any case."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eval.metrics import (
    bootstrap_interval,
    evidence_coverage,
    hit_at,
    mean,
    precision,
    recall,
    reciprocal_rank,
)


def test_hit_counts_only_the_first_k() -> None:
    assert hit_at([False, True], 1) == 0
    assert hit_at([False, True], 2) == 1
    assert hit_at([], 5) == 0


def test_reciprocal_rank_is_that_of_the_first_relevant_result() -> None:
    assert reciprocal_rank([False, False, True, True]) == pytest.approx(1 / 3)
    assert reciprocal_rank([False]) == 0


def test_precision_and_recall_by_hand() -> None:
    assert precision({"a", "b", "c"}, {"a", "d"}) == pytest.approx(1 / 3)
    assert recall({"a", "b", "c"}, {"a", "d"}) == pytest.approx(1 / 2)
    assert precision(set(), {"a"}) == 0


def test_evidence_is_covered_only_by_a_quote_that_holds_all_of_it() -> None:
    assert evidence_coverage(["确保粮食", "生猪"], ["力争，确保粮食产量", "生"]) == pytest.approx(0.5)


def test_mean_of_nothing_is_no_number() -> None:
    assert math.isnan(mean([]))


@given(st.lists(st.floats(0, 1), min_size=1, max_size=30))
def test_interval_holds_for_the_same_values_and_lies_within_them(values: list[float]) -> None:
    low, high = bootstrap_interval(values, draws=50)
    assert (low, high) == bootstrap_interval(values, draws=50)
    assert min(values) - 1e-9 <= low <= high <= max(values) + 1e-9


@given(st.sets(st.integers(0, 9), min_size=1), st.sets(st.integers(0, 9), min_size=1))
def test_precision_and_recall_change_places_with_their_arguments(found: set[int], gold: set[int]) -> None:
    one, other = set(map(str, found)), set(map(str, gold))
    assert precision(one, other) == recall(other, one)
