"""Measures of one answer; pure functions. `eval.measures` says of which questions each is taken."""

import math
import re
import unicodedata
from collections.abc import Iterable, Sequence

_CHINESE = "零〇一二两三四五六七八九十百千万亿"
_UNIT = "个|家|户|条|项|处|所|座|位|人|名|头|件|台|套|次|倍|成|天|日|月|年|元|吨|斤|亩|公里|米|平方|伏|分|度"
_NUMBER = re.compile(
    rf"\d[\d,]*(?:\.\d+)?|百分之[{_CHINESE}点]+|(?<![第{_CHINESE}])[{_CHINESE}]*[零〇一二两三四五六七八九十百][{_CHINESE}]*(?={_UNIT})"
)
_DIGITS = rf"(?:\d[\d,.]*|[{_CHINESE}]+)"
_HIDDEN = re.compile(r"隐去|隐藏|遮盖|未公开|[以用][“\"']\*[”\"']")
_CONTEXT = 4
_MARK = re.compile(r"[〔\[【]\d+[〕\]】]")


def hit_at(relevant: Sequence[bool], k: int) -> float:
    """1 if one of the first `k` results is relevant, else 0."""
    return float(any(relevant[:k]))


def recall_at(relevant: Sequence[bool], k: int, gold: int) -> float:
    """Relevant results among the first `k` / `gold`, the number of relevant ones there are (at least 1)."""
    return sum(relevant[:k]) / gold


def reciprocal_rank(relevant: Sequence[bool]) -> float:
    """1 / rank of the first relevant result; 0 if there is none. Its mean is MRR (Voorhees, TREC-8, 1999)."""
    return next((1 / rank for rank, is_relevant in enumerate(relevant, 1) if is_relevant), 0.0)


def ndcg_at(relevant: Sequence[bool], k: int, gold: int) -> float:
    """Normalised discounted cumulative gain of the first `k` results, in [0, 1].

    DCG = sum of 1 / log2(rank + 1) over the relevant ranks, divided by that of the best order of `gold` (at least 1)
    relevant results. Source: Järvelin and Kekäläinen, ACM TOIS 20(4), 2002, with binary gain.
    """
    gained = sum(1 / math.log2(rank + 1) for rank, is_relevant in enumerate(relevant[:k], 1) if is_relevant)
    return gained / sum(1 / math.log2(rank + 1) for rank in range(1, min(gold, k) + 1))


def precision(found: set[str], gold: set[str]) -> float:
    """|found ∩ gold| / |found|; 0 if nothing was found."""
    return len(found & gold) / len(found) if found else 0.0


def recall(found: set[str], gold: set[str]) -> float:
    """|found ∩ gold| / |gold|; `gold` must not be empty."""
    return len(found & gold) / len(gold)


def f1(found: set[str], gold: set[str]) -> float:
    """Harmonic mean of precision and recall (van Rijsbergen, 1979); 0 if they share nothing."""
    return 2 * len(found & gold) / (len(found) + len(gold))


def evidence_coverage(gold_quotes: Sequence[str], cited_quotes: Sequence[str]) -> float:
    """The share of the gold quotes that stand inside a cited quote; `gold_quotes` must not be empty."""
    return sum(any(gold in cited for cited in cited_quotes) for gold in gold_quotes) / len(gold_quotes)


def numbers(text: str) -> set[str]:
    """The numbers in a text: Arabic ones without thousands separators, Chinese ones that count or measure."""
    found = _NUMBER.findall(unicodedata.normalize("NFKC", text))
    return {number.replace(",", "") for number in found}


def number_closure(text: str, evidence: Iterable[str]) -> float:
    """1 if every number of `text` but its citation marks (`〔1〕`, `[1]`) is one of the evidence's, else 0."""
    return float(numbers(_MARK.sub("", text)) <= set().union(*map(numbers, evidence)))


def fills_mask(text: str, masked: str) -> bool:
    """Whether `text` repeats the surroundings of a `*` of `masked` with a number in its place.

    The surroundings are the four characters before it and the two behind it.
    """
    for mask in re.finditer(r"\*(?:\.\*)?", masked):
        before = masked[max(0, mask.start() - _CONTEXT) : mask.start()]
        behind = masked[mask.end() : mask.end() + 2]
        if "*" not in before + behind and re.search(rf"{re.escape(before)}\s*{_DIGITS}\s*{re.escape(behind)}", text):
            return True
    return False


def mask_fidelity(text: str, masked: Sequence[str]) -> float:
    """1 if `text` says that the document hides something and puts no number in the place of a `*`, else 0."""
    return float(bool(_HIDDEN.search(text)) and not any(fills_mask(text, words) for words in masked))


def brier(probability: float, truth: bool) -> float:
    """(probability - truth)², in [0, 1]; 0 is best, and 0.25 is what a probability of one half gets.

    Its mean is the Brier score of one class: half of the sum over both that Brier wrote (Monthly Weather Review 78(1),
    1950).
    """
    return (probability - truth) ** 2


def percentile(values: Sequence[float], share: float) -> float:
    """The smallest value that at least `share` of the values do not exceed (nearest rank); `nan` of nothing."""
    ordered = sorted(values)
    return ordered[max(0, math.ceil(share * len(ordered)) - 1)] if ordered else math.nan


def mean(values: Sequence[float]) -> float:
    """Arithmetic mean; `nan` of nothing."""
    return sum(values) / len(values) if values else math.nan
