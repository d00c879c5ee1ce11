"""Fusion depends on the order and the spread of scores, never on their unit."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.fusion import best_per_group, log_odds, weighted_sum, z_scores
from index.onnx_model import Matrix

scores = st.lists(st.integers(-1000, 1000), min_size=1, max_size=40)


def signal(values: list[int] | list[float]) -> Matrix:
    return np.array(values, dtype=np.float32)


@given(scores, st.integers(-1000, 1000), st.integers(1, 100))
def test_z_scores_do_not_depend_on_shift_or_scale(values: list[int], shift: int, scale: int) -> None:
    moved = [value * scale + shift for value in values]
    np.testing.assert_allclose(z_scores(signal(moved)), z_scores(signal(values)), atol=1e-5)


@given(scores)
def test_z_scores_keep_the_order_and_the_ties(values: list[int]) -> None:
    standard = z_scores(signal(values))
    assert np.array_equal(np.sign(np.subtract.outer(standard, standard)), np.sign(np.subtract.outer(values, values)))


@given(scores.filter(lambda values: len(set(values)) > 1))
def test_z_scores_have_mean_0_and_deviation_1(values: list[int]) -> None:
    standard = z_scores(signal(values)).astype(float)
    assert standard.mean() == pytest.approx(0, abs=1e-5)
    assert standard.std() == pytest.approx(1, abs=1e-5)


@given(st.floats(width=32, allow_nan=False, allow_infinity=False), st.integers(0, 300))
def test_z_scores_of_equal_values_are_zeros_whatever_the_value(value: float, count: int) -> None:
    standard = z_scores(np.full(count, value, dtype=np.float32))
    assert standard.dtype == np.float32
    assert standard.tolist() == [0.0] * count


def test_z_scores_leave_their_argument_alone() -> None:
    values = signal([1, 2, 3])
    z_scores(values)
    assert values.tolist() == [1, 2, 3]


@given(st.lists(st.tuples(st.integers(-99, 99), st.integers(-99, 99)), min_size=1, max_size=20))
def test_a_signal_without_weight_has_no_say(rows: list[tuple[int, int]]) -> None:
    first, second = (signal([row[place] for row in rows]) for place in (0, 1))
    fused = weighted_sum({"first": first, "second": second}, {"first": 2.0, "absent": 9.0})
    assert fused.dtype == np.float32
    np.testing.assert_allclose(fused, 2 * z_scores(first), atol=1e-6)


def test_the_sum_of_signals_is_weighted() -> None:
    fused = weighted_sum({"a": signal([0, 1]), "b": signal([5, 3])}, {"a": 3.0, "b": 1.0})
    assert fused.tolist() == [-2, 2]


@pytest.mark.parametrize("weights", [{}, {"absent": 1.0}])
def test_no_weighted_signal_is_an_error(weights: dict[str, float]) -> None:
    with pytest.raises(ValueError, match="no signal has a weight"):
        weighted_sum({"a": signal([1, 2])}, weights)


@given(st.lists(st.tuples(st.integers(-99, 99), st.integers(0, 9)), max_size=40), st.integers(10, 14))
def test_best_per_group_is_what_a_loop_finds(pairs: list[tuple[int, int]], size: int) -> None:
    values = signal([value for value, _ in pairs])
    groups = np.array([group for _, group in pairs], dtype=np.int64)
    floor = min((value for value, _ in pairs), default=0)
    expected = [max((value for value, own in pairs if own == group), default=floor) for group in range(size)]
    best = best_per_group(values, groups, size)
    assert best.dtype == np.float32
    assert best.tolist() == expected


@given(st.floats(0, 1))
def test_log_odds_rise_with_the_probability_and_are_bounded(probability: float) -> None:
    found = log_odds(probability)
    assert -12 <= found <= 12
    assert found == pytest.approx(-log_odds(1 - probability), abs=1e-6)
    assert log_odds(0.5) == 0
    assert found <= log_odds(min(1.0, probability + 0.01))
