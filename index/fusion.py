"""Putting scores of different kinds together; pure functions."""

import math
from collections.abc import Mapping

import numpy as np

from index.onnx_model import Matrix

_SURE = 6.15e-6


def log_odds(probability: float) -> float:
    """The logit of a probability, in [-12, 12]: higher is likelier, 0 for 0.5."""
    bounded = min(max(probability, _SURE), 1 - _SURE)
    return math.log(bounded / (1 - bounded))


def z_scores(values: Matrix) -> Matrix:
    """Each value's distance from the mean in standard deviations; zeros where all are equal.

    Source: Fox and Shaw's CombSUM (TREC-2, 1994), over standardised scores.
    """
    exact = values.astype(np.float64)
    deviation = float(exact.std()) if exact.size else 0.0
    if deviation < 1e-9:
        return np.zeros_like(values)
    return np.asarray((exact - exact.mean()) / deviation, dtype=np.float32)


def weighted_sum(signals: Mapping[str, Matrix], weights: Mapping[str, float]) -> Matrix:
    """Sum of the signals' z-scores, each times its weight; signals without a weight are left out.

    All signals are float32 `(n,)`, higher is better; so is the result, which has no fixed range.

    Raises:
        ValueError: if no signal has a weight.
    """
    parts = [weights[name] * z_scores(values) for name, values in signals.items() if name in weights]
    if not parts:
        raise ValueError("no signal has a weight")
    return np.asarray(np.sum(parts, axis=0), dtype=np.float32)


def best_per_group(values: Matrix, groups: np.ndarray, size: int) -> Matrix:
    """The highest of `values` in each group; groups are numbered from 0 to `size - 1`.

    A group without a value gets the lowest value of all (0 if there is none).
    """
    floor = float(values.min()) if values.size else 0.0
    best = np.full(size, floor, dtype=np.float32)
    np.maximum.at(best, groups, values)
    return best
