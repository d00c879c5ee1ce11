"""Which document a question names: by its title, its file's name, or characteristic words of these."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import islice

from corpus.clauses import ParsedDocument
from corpus.span import Span
from index.tokenizer import search_form

DOCUMENT_KINDS = "意见|办法|规定|方案|通知|措施|规则|报告|要点|计划|规划|决定|细则|条例|纲要|指引|公告|安排|通报|批复"
"""What documents are called."""

_QUOTED_TITLE = re.compile("《([^《》]+)》")
_OTHER_LAW = re.compile("宪法|法典|民法|刑法|(?<![办方执司立普守违合非])法$|条例|准则|(?<![本该此])规程")
_MARKS = re.compile(r"[\W_]+")
_SHARE = 0.5
_LEAD = 1.5
_MIN_NAME = 4
_KIND_ENDS = re.compile(f"{DOCUMENT_KINDS}|法(?![律规人院定治制])")
_BORDER = re.compile("[,。?!;:“”《》]|(?<!\\d)[()]")
_POINTING = re.compile("那个|这个|那份|这份|那部|这部|的")
_NUMBER_BEFORE = re.compile(
    r"(?:(?:[\u4e00-\u9fff]{1,4}?[发函令字])?[〔(\[]?(?:19|20)\d\d[〕)\]]?年?(?:第?\d{1,3}号)?(?:那个|那份|的)?"
    r"|[\u4e00-\u9fff]{1,4}?[发函令字]第?\d{1,3}号的?)?$"
)
_PARTICLES = "在把将从按据请查凡问给"
_OWN = 0.65
_SHORTEST, _LONGEST = 3, 30
_MOST_ENDS = 12


@dataclass(frozen=True, slots=True, order=True)
class _ShortName:
    """Words that may name a document: the more of its characters and the fewer others they hold, the greater."""

    worth: int
    shortness: int
    words: str
    span: Span


class DocumentNames:
    """The names that the documents of an index go by."""

    def __init__(self, documents: Sequence[ParsedDocument]) -> None:
        """Read titles and file names."""
        self._documents = documents
        self._names = {parsed.document.name: _names(parsed) for parsed in documents}
        pairs = {name: set().union(*map(_pairs, names)) for name, names in self._names.items()}
        owners = Counter(pair for own in pairs.values() for pair in own)
        self._weights = {name: {pair: 1 / owners[pair] for pair in own} for name, own in pairs.items()}

    def in_full(self, asked: str) -> ParsedDocument | None:
        """The document whose title, file name or part of these stands in the text; None if that is none, or several.

        Of names that hold one another, the longest counts.
        """
        bare = _MARKS.sub("", asked)
        lengths = {
            parsed.document.name: max((len(name) for name in self._long(parsed) if name in bare), default=0)
            for parsed in self._documents
        }
        longest = max(lengths.values())
        named = [parsed for parsed in self._documents if lengths[parsed.document.name] == longest > 0]
        return named[0] if len(named) == 1 else None

    def alike(self, asked: str) -> ParsedDocument | None:
        """The document whose names share most with the text: pairs of characters, each counting less the more have it.

        The shared ones must be worth one pair that no other document's name has, and clearly more than the next's.
        """
        found = set(_pairs(_MARKS.sub("", asked)))
        weights = [self._weights[parsed.document.name] for parsed in self._documents]
        worth = [sum(own.get(pair, 0.0) for pair in found) for own in weights]
        best, *others = sorted(worth, reverse=True)
        if best < 1 or (others and best < _LEAD * others[0]):
            return None
        return self._documents[worth.index(best)]

    def abbreviated(self, words: str) -> ParsedDocument | None:
        """The one document of whose names the words are an abbreviation: at least four of its characters in order."""
        short = [parsed for parsed in self._documents if self._abbreviates(parsed, words)]
        return short[0] if len(short) == 1 else None

    def anywhere(self, asked: str) -> tuple[ParsedDocument, Span] | None:
        """The document that a short name in the text means, and where that stands; None if there is none.

        A short name ends in what kind of document it is (`记分办法`, `鲇鱼山那个条例`) and is made of a document's name
        by leaving characters out; some others may stand among them. Of several that could be meant, the rest of the
        text decides.
        """
        ends = islice(_KIND_ENDS.finditer(asked), _MOST_ENDS)
        best = max((name for end in ends for name in self._short_names(asked, end)), default=None)
        if best is None:
            return None
        meant = [parsed for parsed in self._documents if self._worth(parsed, best.words) == best.worth]
        border = _border(asked, best.span.start)
        likely = self.alike(asked[border : best.span.end]) or (self.alike(asked) if len(meant) > 1 else None)
        parsed = likely or meant[0]
        if parsed not in meant or (likely is None and len(meant) > 1):
            return None
        return parsed, Span(self._start(parsed, asked, best.span.start), best.span.end)

    def _start(self, parsed: ParsedDocument, asked: str, start: int) -> int:
        """Where a name begins that was found from `start` on: with what else of it, or of its number, stands before."""
        own = set().union(*self._names[parsed.document.name])
        while start > 0 and asked[start - 1] in own:
            start -= 1
        if number := _NUMBER_BEFORE.search(asked, 0, start):
            start = number.start()
        border = _border(asked, start)
        left = asked[border:start]
        return border if len(left) < _SHORTEST and not set(left) & set(_PARTICLES) else start

    def _short_names(self, asked: str, end: re.Match[str]) -> Iterator["_ShortName"]:
        """The stretches before the end of a word for a kind of document that may name one."""
        for start in range(max(_border(asked, end.start()), end.end() - _LONGEST), end.start()):
            words = _POINTING.sub("", asked[start : end.end()])
            if len(words) < _SHORTEST or words[0] not in self._characters:
                continue
            worth = max(self._worth(parsed, words) for parsed in self._documents)
            if worth > 0:
                yield _ShortName(worth, -start, words, Span(start, end.end()))

    def _worth(self, parsed: ParsedDocument, words: str) -> int:
        """How many characters of a short name are the document's, less the others; 0 if those are too many."""
        kind = _KIND_ENDS.search(words)
        if kind is None:
            return 0
        enough = max(_OWN * len(words), len(kind[0]) + 1)
        names = [name for name in self._names[parsed.document.name] if kind[0] in name]
        likely = [name for name in names if sum(char in name for char in words) >= enough]
        shared = max((_common(words, name) for name in likely), default=0)
        return 2 * shared - len(words) if shared >= enough else 0

    @cached_property
    def _characters(self) -> frozenset[str]:
        """Those of all names."""
        return frozenset().union(*(set(name) for names in self._names.values() for name in names))

    def names(self, parsed: ParsedDocument, words: str) -> bool:
        """Whether words may be a short name of the document: half of their pairs, or all in order, are its names'."""
        pairs = _pairs(words)
        known = self._weights[parsed.document.name]
        is_like = bool(pairs) and sum(pair in known for pair in pairs) >= _SHARE * len(pairs)
        return is_like or self._abbreviates(parsed, words)

    def without(self, parsed: ParsedDocument, asked: str) -> str:
        """The text without the document's title, file name and parts of these, where they stand as they are."""
        written = {compact(parsed.document.title), compact(parsed.document.name), *self._long(parsed)}
        for name in sorted(filter(None, written), key=len, reverse=True):
            asked = asked.replace(name, "")
        return asked

    def cites_another(self, asked: str) -> bool:
        """Whether a title in 《》 stands in the text that is like none of the documents' names."""
        titles = [_MARKS.sub("", title) for title in _QUOTED_TITLE.findall(asked)]
        return any(not any(self.names(parsed, title) for parsed in self._documents) for title in titles)

    def _long(self, parsed: ParsedDocument) -> list[str]:
        return [name for name in self._names[parsed.document.name] if len(name) >= _MIN_NAME]

    def _abbreviates(self, parsed: ParsedDocument, words: str) -> bool:
        return len(words) >= _MIN_NAME and any(in_order(words, name) for name in self._names[parsed.document.name])


def is_other_law(words: str) -> bool:
    """Whether words in front of an article's number, which name none of the documents, name a law."""
    return bool(_OTHER_LAW.search(words))


def compact(text: str) -> str:
    """Search form without white space."""
    return "".join(search_form(text).split())


def in_order(chars: str, text: str) -> bool:
    """Whether the characters stand in the text in this order, be it with others between them."""
    rest = iter(text)
    return all(char in rest for char in chars)


def _border(asked: str, end: int) -> int:
    """Where the stretch between marks that ends there begins."""
    return max((mark.end() for mark in _BORDER.finditer(asked, 0, end)), default=0)


def _common(one: str, other: str) -> int:
    """The length of the longest common subsequence."""
    row = [0] * (len(other) + 1)
    for char in one:
        last = 0
        for place, against in enumerate(other, 1):
            last, row[place] = row[place], last + 1 if char == against else max(row[place], row[place - 1])
    return row[-1]


def _names(parsed: ParsedDocument) -> set[str]:
    """Title and file name and the parts of these, without marks."""
    title = compact(parsed.document.title)
    pieces = [title, *_QUOTED_TITLE.findall(title), *re.split("_", compact(parsed.document.name))]
    return {_MARKS.sub("", piece) for piece in pieces} - {""}


def _pairs(text: str) -> list[str]:
    """Overlapping pairs of characters, but those with `的`."""
    return [text[place : place + 2] for place in range(len(text) - 1) if "的" not in text[place : place + 2]]
