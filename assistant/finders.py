"""Finding what a list question asks for in a sentence. All texts are in search form; spans point into them."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from assistant.list_question import Reading
from assistant.word_match import WordMatcher
from assistant.wordings import Wordings
from corpus.span import Span
from index.tokenizer import word_classes

_GAP = 4
"""Characters that may stand between the words of one expression (`三孩`生育`政策`)."""
_BREAK = re.compile("[,，。;；:：!?]")
_ANY = re.compile("×+|x{2,}|某+|[*]+|…+|~+")
_MODIFIES = ("n", "a", "b", "j", "l", "m", "vn", "eng", "g")
_COUNTS = "个批些类项种座家多余"


class Finder(Protocol):
    """One way of finding a subject."""

    def find(self, text: str) -> list[Span]:
        """Where it stands in `text`, in order."""
        ...


@dataclass(frozen=True, slots=True)
class Expression:
    """Words in their order, each under any of its wordings, at most `gap` characters apart and not across a comma."""

    matcher: WordMatcher
    slots: tuple[tuple[str, ...], ...]
    gap: int = 0

    def find(self, text: str) -> list[Span]:
        """See `Finder`."""
        first, *others = (self._fillings(slot, text) for slot in self.slots)
        found = first
        for fillings in others:
            found = [longer for span in found for longer in self._joined(text, span, fillings)[:1]]
        return sorted(set(found))

    def _fillings(self, slot: tuple[str, ...], text: str) -> list[Span]:
        return sorted({span for wording in slot for span in self.matcher.find(wording, text)})

    def _joined(self, text: str, span: Span, fillings: Sequence[Span]) -> list[Span]:
        behind = [next_ for next_ in fillings if 0 <= next_.start - span.end <= self.gap]
        return [Span(span.start, next_.end) for next_ in behind if not _BREAK.search(text[span.end : next_.start])]


@dataclass(frozen=True, slots=True)
class Pattern:
    """Whatever a regular expression matches."""

    pattern: re.Pattern[str]

    def find(self, text: str) -> list[Span]:
        """See `Finder`."""
        return [Span(*match.span()) for match in self.pattern.finditer(text)]


@dataclass(frozen=True, slots=True)
class Modified:
    """A word with a name before it: `海绵城市`, but not `加强城市规划`."""

    matcher: WordMatcher
    head: str

    def find(self, text: str) -> list[Span]:
        """See `Finder`."""
        heads = self.matcher.find(self.head, text)
        pieces = self.matcher.pieces(text) if heads else []
        found = ((self._start(text, span, pieces), span.end) for span in heads)
        return [Span(start, end) for start, end in found if start is not None]

    def _start(self, text: str, span: Span, pieces: Sequence[tuple[str, Span]]) -> int | None:
        """Where the name before the word begins; None if there is none, or if the word goes on."""
        if all(place.end != span.end for _, place in pieces):
            return None
        opening = text.rfind("“", 0, span.start)
        is_quoted = opening >= 0 and "”" not in text[opening : span.start - 1]
        if is_quoted and len(self.head) > 1:
            return opening + 1 if span.start - opening > 1 else None
        start = span.start
        for word, place in reversed(pieces):
            if place.end == span.end and place.start < span.start and _is_place(word):
                return None
            if (place.end == span.end and place.start < span.start) or (place.end == start and _modifies(word)):
                start = place.start
        return start if span.start - start > 1 else None


def _is_place(word: str) -> bool:
    return word_classes().get(word, "").startswith("ns")


def _modifies(word: str) -> bool:
    """Whether the word may belong to a name; of single characters, those that are no numeral or measure."""
    kind = word_classes().get(word, "n" if word.isalpha() else "")
    if len(word) == 1:
        return kind.startswith(("n", "q", "z", "a", "g")) and word not in _COUNTS
    return kind.startswith(_MODIFIES) and not (kind == "m" and word[-1] in _COUNTS)


@dataclass(frozen=True, slots=True)
class Together:
    """Words anywhere in a sentence, all of them, each under any of its wordings."""

    words: tuple[Expression, ...]

    def find(self, text: str) -> list[Span]:
        """See `Finder`."""
        found = [word.find(text) for word in self.words]
        return sorted({span for spans in found for span in spans}) if all(found) else []


@dataclass(frozen=True, slots=True)
class Either:
    """What any of several ways finds."""

    finders: tuple[Finder, ...]

    def find(self, text: str) -> list[Span]:
        """See `Finder`."""
        return sorted({span for finder in self.finders for span in finder.find(text)})


class Strategies:
    """The ways of finding a subject, the strictest first."""

    def __init__(self, matcher: WordMatcher, table: Wordings) -> None:
        """Use the words of `table`."""
        self._matcher = matcher
        self._table = table

    def of(self, subject: str, reading: Reading) -> Iterator[Finder]:
        """The ways to try until one finds something."""
        if reading is Reading.QUOTED:
            yield self._quoted(subject)
            yield self._respelled(subject)
        elif pattern := self._table.pattern(subject):
            yield Pattern(pattern)
        elif reading is Reading.WORD:
            yield from self._word(subject)
        else:
            yield from self._topic(subject)

    def names(self, subject: str, reading: Reading) -> tuple[str, ...]:
        """The wordings that are looked for, that of the question first."""
        if reading is Reading.QUOTED:
            return (subject,)
        related = self._table.related(self._core(subject)) if reading is Reading.TOPIC else []
        return tuple(dict.fromkeys((subject, *self._table.same(self._core(subject)), *related)))

    def _quoted(self, subject: str) -> Finder:
        literal = _ANY.sub("", subject)
        if literal and _ANY.match(subject):
            return Modified(self._matcher, literal)
        return self._exact((literal,))

    def _word(self, subject: str) -> Iterator[Finder]:
        core = self._core(subject)
        for name in dict.fromkeys((subject, core)):
            slots = tuple((piece, *self._table.same(piece)) for piece in self._split(name))
            yield Either((self._exact((name, *self._table.same(name))), Expression(self._matcher, slots)))
        yield self._respelled(subject)
        yield self._apart(core)
        yield self._related(core)
        if any(map(self._is_verb, self._words(core))):
            yield self._together(core)

    def _topic(self, subject: str) -> Iterator[Finder]:
        core = self._core(subject)
        says_what_is_done = any(word in self._table.generic for word in self._split(core))
        yield Either((self._related(core), self._together(core))) if says_what_is_done else self._related(core)
        yield self._respelled(subject)
        yield self._apart(core)
        yield self._together(core)

    def _respelled(self, subject: str) -> Finder:
        return self._exact(tuple(self._table.respelled(subject)))

    def _related(self, core: str) -> Finder:
        slots = tuple(self._names(piece) for piece in self._split(core))
        return Either((self._exact(self._names(core)), Expression(self._matcher, slots, _GAP)))

    def _apart(self, core: str) -> Finder:
        """The words of the subject in their order."""
        return Expression(self._matcher, tuple((word,) for word in self._words(core)), _GAP)

    def _together(self, core: str) -> Finder:
        """The words of the subject in any order; who does something may go unsaid."""
        words = self._words(core)
        if any(map(self._is_verb, words)):
            words = [word for word in words if word not in self._table.agents]
        return Together(tuple(self._exact(self._names(word)) for word in words))

    def _exact(self, wordings: tuple[str, ...]) -> Expression:
        return Expression(self._matcher, (wordings,))

    def _names(self, word: str) -> tuple[str, ...]:
        return tuple(dict.fromkeys((word, *self._table.same(word), *self._table.related(word))))

    def _core(self, subject: str) -> str:
        """The subject without what is done about it: `空气质量` of `改善空气质量`."""
        words = self._matcher.cut(subject)
        while len(words) > 1 and words[0] in self._table.generic:
            del words[0]
        return "".join(words)

    def _split(self, phrase: str) -> list[str]:
        """The names of the table and the words that a phrase is made of."""
        return self._table.split([word for word, _ in self._matcher.pieces(phrase)])

    def _words(self, phrase: str) -> list[str]:
        """Those that name something; the phrase itself if it falls apart into single characters."""
        words = [word for word in self._split(phrase) if word not in self._table.generic]
        return words if words and all(len(word) > 1 for word in words) else [phrase]

    def _is_verb(self, word: str) -> bool:
        """Whether it is a verb, or a phrase that begins with one (`找工作`)."""
        first = self._matcher.pieces(word)[0][0]
        return word_classes().get(word, word_classes().get(first)) == "v"
