"""Finding a term as a word: `外资` stands in `内外资企业`, but not in `省外资金`."""

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

from corpus.span import Span
from index.tokenizer import WordTokenizer, word_classes

_WORD = re.compile(r"[^\W_]+")
_LATIN = re.compile(r"[0-9a-z]")
_REACH = 8
_LONGEST = 3
"""Longer words of the dictionary are compounds, and their parts are what is compared."""
_NAMES = ("ns", "nr", "i")
_OFFICES = "局厅部署委"
_PARTICLE = "的"
_SUFFIXED, _OFFICE = 3.5, 8.0
"""By how much the cost may be higher where a suffix follows (`银行`业, though `行业` is a word; `中标`的, though
`标的` is one), or an office."""


@dataclass(frozen=True, slots=True)
class _Path:
    """A way of cutting a text into words; the lower its cost, the likelier it is."""

    cost: float
    words: tuple[str, ...]

    @property
    def lone(self) -> int:
        """How many words are a single character."""
        return sum(len(word) == 1 for word in self.words)


class WordMatcher:
    """Tells where a term stands as a word or as a part of a compound. All texts are in search form."""

    def __init__(self, tokenizer: WordTokenizer, fixed: Mapping[str, Collection[str]] | None = None) -> None:
        """`fixed`: for a single character, the words in which it does not have its own meaning (`水`: `水平`)."""
        self._tokenizer = tokenizer
        self._fixed = fixed or {}
        self._costs: dict[str, float | None] = {}

    def find(self, term: str, text: str) -> list[Span]:
        """Where `term` stands in `text` as a word, in order."""
        return [span for span in _occurrences(term, text) if self._stands(text, span)]

    def strangers(self, term: str, text: str) -> list[str]:
        """The words of `text` that hold the characters of `term` without being or holding that word, in order."""
        return [self.around(text, span) for span in _occurrences(term, text) if not self._stands(text, span)]

    def cut(self, text: str) -> list[str]:
        """The words of `text`, compounds whole."""
        return self._tokenizer.cut(text)

    def pieces(self, text: str) -> list[tuple[str, Span]]:
        """The words of `text`, compounds in their parts, and where they stand."""
        pieces, start = [], 0
        for word in self._cheapest(text).words:
            pieces.append((word, Span(start, start + len(word))))
            start += len(word)
        return pieces

    def around(self, text: str, span: Span) -> str:
        """The words that share a character with the occurrence, joined."""
        run = _run(text, span)
        start, found = run.start, ""
        for word in self._cheapest(run.of(text)).words:
            if start < span.end and span.start < start + len(word):
                found += word
            start += len(word)
        return found

    def _stands(self, text: str, span: Span) -> bool:
        """Whether the likeliest way of cutting has a border at both ends of the occurrence.

        Words that hold the occurrence are left aside, so that a compound is judged by its parts. The occurrence is
        given the benefit where the likeliest way leaves more single characters over, or where a suffix follows.
        """
        if _cuts_latin(text, span.start) or _cuts_latin(text, span.end):
            return False
        if len(span) == 1:
            return self._keeps_meaning(text, span)
        run = _run(text, span)
        inside = Span(span.start - run.start, span.end - run.start)
        words = run.of(text)
        free = self._cheapest(words, inside)
        before, term, behind = (
            self._cheapest(piece) for piece in (words[: inside.start], inside.of(words), words[inside.end :])
        )
        bound = before.cost + term.cost + behind.cost
        return bound <= free.cost + self._slack(words, inside) or before.lone + behind.lone < free.lone

    def _slack(self, text: str, span: Span) -> float:
        """By how much the cost may be higher for what follows the occurrence."""
        suffix = text[span.end : span.end + 1]
        if suffix == _PARTICLE:
            return _SUFFIXED
        if suffix and suffix in _OFFICES:
            return _OFFICE
        is_word = bool(suffix) and self._cost(span.of(text) + suffix) is not None
        return _SUFFIXED if is_word else 1e-9

    def _keeps_meaning(self, text: str, span: Span) -> bool:
        """Whether a single character is a word, or begins or ends one that is no longer name and not `fixed`."""
        char, word = span.of(text), self.around(text, span)
        if word == char:
            return True
        if len(word) > 2 and word_classes().get(word, "").startswith(_NAMES):
            return False
        known = [part for part in (word, word[:2], word[-2:]) if self._cost(part) is not None]
        fixed = self._fixed.get(char, ())
        return word not in fixed and any(part not in fixed and char in (part[0], part[-1]) for part in known)

    def _cheapest(self, text: str, inside: Span | None = None) -> _Path:
        """The likeliest way of cutting a text without white space; compounds of and with `inside` are left aside."""
        costs, starts = [0.0], [0]
        for end in range(1, len(text) + 1):
            ways = [
                (costs[start] + cost, start)
                for start in range(max(0, end - _LONGEST), end)
                if (cost := self._cost(text[start:end])) is not None and not self._joins(text, start, end, inside)
            ]
            cost, start = min(ways)
            costs.append(cost)
            starts.append(start)
        words, end = [], len(text)
        while end > 0:
            words.append(text[starts[end] : end])
            end = starts[end]
        return _Path(costs[-1], tuple(reversed(words)))

    def _joins(self, text: str, start: int, end: int, inside: Span | None) -> bool:
        """Whether a word would hold more than `inside`, or hang a character on one of its words (`处罚`权)."""
        if inside is None or end <= inside.start or start >= inside.end or end - start == 1:
            return False
        if start <= inside.start and inside.end <= end:
            return end - start > len(inside)
        borders = [border for border in (inside.start, inside.end) if start < border < end and end - start > 2]
        parts = [max(text[start:border], text[border:end], key=len) for border in borders]
        return any(self._cost(part) is not None for part in parts)

    def _cost(self, word: str) -> float | None:
        """The cost of a word; of a character that is none, the highest; None for anything else."""
        if word not in self._costs:
            cost = self._tokenizer.cost(word)
            self._costs[word] = self._tokenizer.unknown_cost if cost is None and len(word) == 1 else cost
        return self._costs[word]


def _occurrences(term: str, text: str) -> Iterator[Span]:
    start = text.find(term) if term else -1
    while start >= 0:
        yield Span(start, start + len(term))
        start = text.find(term, start + 1)


def _run(text: str, span: Span) -> Span:
    """The letters, characters and digits around an occurrence, up to `_REACH` on each side."""
    start, end = span.start, span.end
    while start > max(0, span.start - _REACH) and _WORD.match(text[start - 1]):
        start -= 1
    while end < min(len(text), span.end + _REACH) and _WORD.match(text[end]):
        end += 1
    return Span(start, end)


def _cuts_latin(text: str, offset: int) -> bool:
    """Whether the offset lies between two Latin letters or digits."""
    return 0 < offset < len(text) and bool(_LATIN.match(text[offset - 1]) and _LATIN.match(text[offset]))
