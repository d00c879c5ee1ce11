"""Intervals and tests: the same in every process, right on cases worked out by hand, and of the promised strength."""

import math
from collections.abc import Callable, Sequence

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from eval.significance import (
    DRAWS,
    bootstrap_interval,
    bootstrap_table_interval,
    mcnemar,
    paired_p_value,
    paired_randomization,
)

shares = st.floats(0, 1).map(lambda value: round(value, 3))
binary = st.sampled_from([0.0, 1.0])
pairs = st.lists(st.tuples(shares, shares), min_size=1, max_size=30)
binary_pairs = st.lists(st.tuples(binary, binary), min_size=1, max_size=30)


@settings(deadline=None)
@given(st.lists(shares, min_size=1, max_size=30))
def test_interval_is_the_same_for_the_same_values_and_lies_within_them(values: list[float]) -> None:
    low, high = bootstrap_interval(values, draws=50)
    assert (low, high) == bootstrap_interval(values, draws=50)
    assert min(values) - 1e-9 <= low <= high <= max(values) + 1e-9


def test_interval_of_equal_values_is_that_value_and_of_nothing_no_number() -> None:
    assert bootstrap_interval([0.25] * 7) == (0.25, 0.25)
    assert all(math.isnan(end) for end in bootstrap_interval([]))


def test_interval_by_the_normal_approximation() -> None:
    """400 coins, 100 heads: 0.25 ± 1.96 * sqrt(0.25 * 0.75 / 400)."""
    low, high = bootstrap_interval([1.0] * 100 + [0.0] * 300)
    assert low == pytest.approx(0.25 - 1.96 * math.sqrt(0.1875 / 400), abs=0.005)
    assert high == pytest.approx(0.25 + 1.96 * math.sqrt(0.1875 / 400), abs=0.005)


def test_interval_narrows_with_the_root_of_the_number_of_questions() -> None:
    few, many = (bootstrap_interval([0.0, 1.0] * size) for size in (25, 400))
    assert (few[1] - few[0]) / (many[1] - many[0]) == pytest.approx(4, rel=0.15)


@pytest.mark.parametrize(
    ("draw", "centre"),
    [
        (lambda random: (random.random(60) < 0.7).astype(float), 0.7),
        (lambda random: random.random(60), 0.5),
        (lambda random: random.beta(5, 2, 60), 5 / 7),
    ],
    ids=["coin", "uniform", "skewed"],
)
def test_interval_covers_the_true_mean_about_95_times_in_100(
    draw: Callable[[np.random.Generator], Sequence[float]], centre: float
) -> None:
    random = np.random.default_rng(1)
    intervals = [bootstrap_interval(list(draw(random)), draws=1000) for _ in range(400)]
    assert 0.91 <= np.mean([low <= centre <= high for low, high in intervals]) <= 0.985


def test_interval_of_a_table_is_that_of_a_sample_if_all_its_columns_are_alike() -> None:
    sample = [1.0] * 30 + [0.0] * 70
    found = bootstrap_table_interval(np.tile(np.array(sample)[:, None], 5))
    assert found == pytest.approx(bootstrap_table_interval(np.array(sample)[:, None]))
    assert found == pytest.approx(bootstrap_interval(sample), abs=0.02)


@settings(max_examples=30, deadline=None)
@given(st.lists(st.lists(shares, min_size=3, max_size=3), min_size=1, max_size=8))
def test_interval_of_a_table_is_the_same_for_the_same_values_and_lies_within_them(rows: list[list[float]]) -> None:
    low, high = bootstrap_table_interval(np.array(rows), draws=50)
    assert (low, high) == bootstrap_table_interval(np.array(rows), draws=50)
    assert np.min(rows) - 1e-9 <= low <= high <= np.max(rows) + 1e-9


def test_interval_of_a_table_without_rows_or_columns_is_no_number() -> None:
    assert all(
        math.isnan(end) for shape in [(0, 3), (3, 0), (0, 0)] for end in bootstrap_table_interval(np.ones(shape))
    )


def test_interval_of_a_table_covers_the_true_chance_to_win_about_95_times_in_100() -> None:
    """Two normal samples, one deviation apart: the first is the higher with a chance of Φ(1 / √2)."""
    random, chance = np.random.default_rng(4), (1 + math.erf(0.5)) / 2
    intervals = [
        bootstrap_table_interval((random.normal(1, 1, (60, 1)) > random.normal(0, 1, 40)).astype(float), draws=1000)
        for _ in range(300)
    ]
    assert 0.91 <= np.mean([low <= chance <= high for low, high in intervals]) <= 0.985


@pytest.mark.parametrize(
    ("won", "lost", "p"),
    [
        (0, 0, 1.0),
        (1, 0, 1.0),
        (5, 0, 2 / 32),
        (6, 0, 2 / 64),
        (8, 1, 2 * (1 + 9) / 512),
        (10, 2, 2 * (1 + 12 + 66) / 4096),
        (3, 3, 1.0),
    ],
)
def test_mcnemar_is_the_exact_binomial_over_the_pairs_that_differ(won: int, lost: int, p: float) -> None:
    first = [0.0] * won + [1.0] * lost + [1.0, 0.0] * 20
    second = [1.0] * won + [0.0] * lost + [1.0, 0.0] * 20
    assert mcnemar(first, second) == pytest.approx(p, abs=1e-12)


def test_mcnemar_stays_exact_over_thousands_of_pairs() -> None:
    first, second = [0.0] * 1600 + [1.0] * 1400, [1.0] * 1600 + [0.0] * 1400
    deviation = (100 - 0.5) / math.sqrt(3000 / 4)  # the normal tail with continuity correction
    assert mcnemar(first, second) == pytest.approx(math.erfc(deviation / math.sqrt(2)), rel=0.02)


def test_without_a_difference_nothing_is_significant() -> None:
    values = [0.1, 0.5, 0.9] * 10
    assert paired_randomization(values, values) == 1.0
    assert paired_randomization([], []) == 1.0


def test_all_better_by_far_is_as_significant_as_the_draws_can_say() -> None:
    first = [number / 100 for number in range(40)]
    assert paired_randomization(first, [value + 0.5 for value in first]) == 1 / (DRAWS + 1)


def test_randomization_by_hand() -> None:
    """Differences 0.1, 0.2, 0.3: of the 8 signs only all plus and all minus reach the sum of 0.6."""
    assert paired_randomization([0.0, 0.0, 0.0], [0.1, 0.2, 0.3]) == pytest.approx(2 / 8, abs=0.02)
    assert paired_randomization([0.0, 0.0, 0.3], [0.1, 0.2, 0.0]) == 1.0  # a sum of 0 is never extreme


def test_randomization_finds_no_more_differences_by_chance_than_it_says() -> None:
    random = np.random.default_rng(2)
    found = [paired_randomization(list(random.random(25)), list(random.random(25)), draws=400) for _ in range(400)]
    assert 0.02 <= np.mean([p < 0.05 for p in found]) <= 0.08


@settings(max_examples=40, deadline=None)
@given(pairs)
def test_p_values_are_shares_and_do_not_ask_which_run_came_first(values: list[tuple[float, float]]) -> None:
    first, second = map(list, zip(*values, strict=True))
    assert 0 < paired_randomization(first, second, draws=200) == paired_randomization(second, first, draws=200) <= 1
    assert 0 < paired_p_value(first, second) == paired_p_value(second, first) <= 1


@settings(deadline=None)
@given(binary_pairs)
def test_zeros_and_ones_are_tested_exactly_and_all_else_by_randomization(values: list[tuple[float, float]]) -> None:
    first, second = map(list, zip(*values, strict=True))
    assert 0 < paired_p_value(first, second) == mcnemar(first, second) == mcnemar(second, first) <= 1
    shaded = ([*first, 0.5], [*second, 0.5])
    assert paired_p_value(*shaded) == paired_randomization(*shaded)


@settings(max_examples=40, deadline=None)
@given(binary_pairs)
def test_the_two_tests_agree_on_zeros_and_ones(values: list[tuple[float, float]]) -> None:
    first, second = map(list, zip(*values, strict=True))
    assert paired_randomization(first, second) == pytest.approx(mcnemar(first, second), abs=0.03)


def test_runs_of_different_length_are_never_compared() -> None:
    with pytest.raises(ValueError, match="zip"):
        mcnemar([0.0, 1.0], [0.0])
    with pytest.raises(ValueError, match="broadcast"):
        paired_randomization([0.1, 0.2, 0.3], [0.1, 0.2])
