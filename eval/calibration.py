"""Whether the stated probability that the documents answer a question can be trusted."""

import math
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from eval.figures import Estimate
from eval.metrics import mean
from eval.outcome import Outcome
from eval.significance import bootstrap_table_interval

BINS = 10

Forecast = tuple[float, bool]
"""A probability that the documents answer, in [0, 1], and whether they do."""


@dataclass(frozen=True, slots=True)
class Bin:
    """Questions of similar probability.

    Attributes:
        probability: the mean of what was stated.
        share: of the questions, how many the documents answer, in [0, 1].
        count: number of questions, at least 1.
    """

    probability: float
    share: float
    count: int


@dataclass(frozen=True, slots=True)
class Calibration:
    """The probabilities of a run against the truth.

    Attributes:
        bins: by rising probability; none if no response states a probability.
        auc: see `auc`; its `n` counts the pairs of an answerable and an unanswerable question.
    """

    bins: tuple[Bin, ...]
    auc: Estimate


def calibrate(outcomes: Iterable[Outcome]) -> Calibration:
    """Hold the probabilities against whether the examples are answerable; responses without one are left out."""
    forecasts = [
        (one.response.probability, one.example.answerable) for one in outcomes if one.response.probability is not None
    ]
    answerable = [probability for probability, truth in forecasts if truth]
    unanswerable = [probability for probability, truth in forecasts if not truth]
    low, high = bootstrap_table_interval(_wins(answerable, unanswerable))
    area = Estimate(auc(answerable, unanswerable), low, high, len(answerable) * len(unanswerable))
    return Calibration(bins(forecasts), area)


def auc(answerable: Sequence[float], unanswerable: Sequence[float]) -> float:
    """Area under the ROC curve of the probabilities of both, in [0, 1]; 1 is best, 0.5 is guessing.

    AUC = U / (m n): of all m n pairs of an answerable and an unanswerable question, the share in which the answerable
    one has the higher probability, a tie counting half; `nan` if there is no pair. Source: U by Mann and Whitney,
    Annals of Mathematical Statistics 18(1), 1947; that it is the area, Hanley and McNeil, Radiology 143(1), 1982.
    """
    wins = _wins(answerable, unanswerable)
    return float(wins.mean()) if wins.size else math.nan


def _wins(rows: Sequence[float], columns: Sequence[float]) -> NDArray[np.float64]:
    """For each pair 1 if the row's value is the higher, 0.5 for a tie, else 0; of shape (rows, columns)."""
    lead = np.asarray(rows, np.float64)[:, None] - np.asarray(columns, np.float64)
    return np.heaviside(lead, np.float64(0.5))


def bins(forecasts: Iterable[Forecast]) -> tuple[Bin, ...]:
    """The points of a reliability diagram (Murphy and Winkler, Applied Statistics 26(1), 1977).

    The range from 0 to 1 is cut into `BINS` bins of equal width, each with its lower bound and the last with 1, too;
    empty ones are left out.
    """
    found: defaultdict[int, list[Forecast]] = defaultdict(list)
    for probability, truth in forecasts:
        found[min(int(probability * BINS), BINS - 1)].append((probability, truth))
    return tuple(_bin(found[place]) for place in sorted(found))


def _bin(forecasts: Sequence[Forecast]) -> Bin:
    probabilities, truths = zip(*forecasts, strict=True)
    return Bin(mean(probabilities), mean(truths), len(forecasts))
