"""Is it chance? Intervals of a mean, and tests of two runs over the same questions; pure functions.

All are computed from fixed seeds: the same values give the same result.
"""

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

_SEED = 2023
DRAWS = 10_000


def bootstrap_interval(values: Sequence[float], *, draws: int = 2000) -> tuple[float, float]:
    """95 % percentile bootstrap interval of the mean (Efron, Annals of Statistics 7(1), 1979); `nan` of nothing."""
    if not values:
        return math.nan, math.nan
    sample = np.asarray(values, dtype=np.float64)
    chosen = np.random.default_rng(_SEED).integers(0, len(sample), (draws, len(sample)))
    return _middle(sample[chosen].mean(axis=1))


def bootstrap_table_interval(table: NDArray[np.float64], *, draws: int = 2000) -> tuple[float, float]:
    """95 % percentile bootstrap interval of a table's mean, its rows and its columns being two samples.

    Each sample is drawn anew on its own (Efron and Tibshirani, An Introduction to the Bootstrap, 1993, chapter 8);
    `nan` of nothing.
    """
    if not table.size:
        return math.nan, math.nan
    random = np.random.default_rng(_SEED)
    rows, columns = (random.multinomial(size, np.full(size, 1 / size), draws) / size for size in table.shape)
    return _middle(((rows @ table) * columns).sum(axis=1))


def _middle(means: NDArray[np.float64]) -> tuple[float, float]:
    low, high = np.quantile(means, [0.025, 0.975])
    return float(low), float(high)


def mcnemar(first: Sequence[float], second: Sequence[float]) -> float:
    """Two-sided p-value that two paired runs of 0s and 1s are equally often right: the exact binomial form.

    Source: McNemar, Psychometrika 12(2), 1947; exact over the pairs that differ.
    """
    won = sum(one < other for one, other in zip(first, second, strict=True))
    lost = sum(one > other for one, other in zip(first, second, strict=True))
    tail = sum(math.comb(won + lost, count) for count in range(min(won, lost) + 1)) / 2 ** (won + lost)
    return float(min(1.0, 2 * tail))


def paired_randomization(first: Sequence[float], second: Sequence[float], *, draws: int = DRAWS) -> float:
    """Two-sided p-value that the mean difference of two paired runs is 0: random signs on the differences.

    Source: Fisher's randomization test as in Smucker et al., CIKM 2007; (extreme draws + 1) / (draws + 1).
    """
    differences = np.asarray(second, dtype=np.float64) - np.asarray(first, dtype=np.float64)
    differences = differences[differences != 0]
    if not len(differences):
        return 1.0
    signs = np.random.default_rng(_SEED).choice((-1.0, 1.0), (draws, len(differences)))
    extreme = np.abs(signs @ differences) >= abs(differences.sum()) - 1e-12
    return float((extreme.sum() + 1) / (draws + 1))


def paired_p_value(first: Sequence[float], second: Sequence[float]) -> float:
    """McNemar's test where all values are 0 or 1, else the randomization test."""
    is_binary = set(first) | set(second) <= {0.0, 1.0}
    return mcnemar(first, second) if is_binary else paired_randomization(first, second)
