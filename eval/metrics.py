"""Measures of answers; pure functions."""

import random
from collections.abc import Sequence


def hit_at(relevant: Sequence[bool], k: int) -> float:
    """1 if one of the first `k` results is relevant, else 0."""
    return float(any(relevant[:k]))


def reciprocal_rank(relevant: Sequence[bool]) -> float:
    """1 / rank of the first relevant result; 0 if there is none. Its mean is MRR (Voorhees, TREC-8, 1999)."""
    return next((1 / rank for rank, is_relevant in enumerate(relevant, 1) if is_relevant), 0.0)


def precision(found: set[str], gold: set[str]) -> float:
    """|found ∩ gold| / |found|; 0 if nothing was found."""
    return len(found & gold) / len(found) if found else 0.0


def recall(found: set[str], gold: set[str]) -> float:
    """|found ∩ gold| / |gold|; `gold` must not be empty."""
    return len(found & gold) / len(gold)


def evidence_coverage(gold_quotes: Sequence[str], cited_quotes: Sequence[str]) -> float:
    """The share of the gold quotes that stand inside a cited quote; `gold_quotes` must not be empty."""
    return sum(any(gold in cited for cited in cited_quotes) for gold in gold_quotes) / len(gold_quotes)


def mean(values: Sequence[float]) -> float:
    """Arithmetic mean; `nan` of nothing."""
    return sum(values) / len(values) if values else float("nan")


def bootstrap_interval(values: Sequence[float], *, draws: int = 1000, seed: int = 2023) -> tuple[float, float]:
    """95 % percentile bootstrap interval of the mean (Efron, 1979); the same for the same values."""
    if not values:
        return float("nan"), float("nan")
    generator = random.Random(seed)  # noqa: S311 - statistics, not secrets
    means = sorted(mean(generator.choices(values, k=len(values))) for _ in range(draws))
    return means[int(0.025 * draws)], means[int(0.975 * draws) - 1]
