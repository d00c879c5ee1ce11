"""AUC agrees with scikit-learn's, and the bins account for every question that has a probability."""

import math
from collections.abc import Sequence
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import roc_auc_score

from eval.calibration import BINS, Bin, Forecast, auc, bins, calibrate
from tests.eval.scripted import EXAMPLES, outcomes_of, right

probabilities = st.floats(0, 1) | st.integers(0, 10).map(lambda tenths: tenths / 10)
samples = st.lists(probabilities, min_size=1, max_size=30)
forecasts = st.lists(st.tuples(probabilities, st.booleans()), max_size=60)


@settings(deadline=None)
@given(samples, samples)
def test_auc_agrees_with_scikit_learn(answerable: list[float], unanswerable: list[float]) -> None:
    truths = [1] * len(answerable) + [0] * len(unanswerable)
    expected = roc_auc_score(truths, answerable + unanswerable)
    assert auc(answerable, unanswerable) == pytest.approx(expected, abs=1e-12)


@settings(deadline=None)
@given(samples, samples)
def test_auc_of_samples_that_change_places_is_the_rest_to_1(one: list[float], other: list[float]) -> None:
    assert 0 <= auc(one, other) <= 1
    assert auc(one, other) == pytest.approx(1 - auc(other, one), abs=1e-12)
    assert auc(one, one) == pytest.approx(0.5)


@pytest.mark.parametrize(
    ("answerable", "unanswerable", "area"),
    [
        ([0.8, 0.9], [0.1, 0.7], 1),
        ([0.1, 0.2], [0.3], 0),
        ([0.5], [0.5, 0.5], 0.5),
        ([0.9, 0.4], [0.5, 0.4], (1 + 1 + 0 + 0.5) / 4),
    ],
)
def test_auc_by_hand(answerable: list[float], unanswerable: list[float], area: float) -> None:
    assert auc(answerable, unanswerable) == area


@pytest.mark.parametrize(("answerable", "unanswerable"), [([], []), ([0.5], []), ([], [0.5])])
def test_auc_without_a_pair_is_no_number(answerable: list[float], unanswerable: list[float]) -> None:
    assert math.isnan(auc(answerable, unanswerable))


@settings(deadline=None)
@given(forecasts)
def test_every_question_is_in_one_bin_of_a_tenth(found: list[Forecast]) -> None:
    drawn = bins(found)
    assert sum(one.count for one in drawn) == len(found)
    assert sum(one.count * one.share for one in drawn) == pytest.approx(sum(truth for _, truth in found))
    assert sum(one.count * one.probability for one in drawn) == pytest.approx(sum(stated for stated, _ in found))
    places = [min(int(one.probability * BINS + 1e-9), BINS - 1) for one in drawn]
    assert places == sorted(set(places))
    assert all(0 <= one.share <= 1 <= one.count for one in drawn)


def test_bins_by_hand() -> None:
    found = [(1.0, True), (0.9, False), (0.0, False), (0.1, True), (0.1, False), (0.19, True)]
    assert bins(found) == (
        Bin(0.0, 0.0, 1),
        Bin(pytest.approx(0.13), pytest.approx(2 / 3), 3),
        Bin(pytest.approx(0.95), 0.5, 2),
    )


def test_only_stated_probabilities_are_held_against_the_truth() -> None:
    stated: Sequence[float | None] = (0.9, None, 0.3, 0.4)
    by_id = {example.id: probability for example, probability in zip(EXAMPLES, stated, strict=True)}
    found = calibrate(outcomes_of(lambda one: replace(right(one), probability=by_id[one.id])))
    assert found.bins == (Bin(0.3, 1.0, 1), Bin(0.4, 0.0, 1), Bin(0.9, 1.0, 1))
    assert (found.auc.mean, found.auc.n) == (0.5, 2)
    assert found.auc.low <= found.auc.mean <= found.auc.high


def test_without_probabilities_there_is_neither_a_bin_nor_an_area() -> None:
    found = calibrate(outcomes_of(lambda one: replace(right(one), probability=None)))
    assert (found.bins, found.auc.n) == ((), 0)
    assert math.isnan(found.auc.mean)
