"""Which document a question names: by its title, its file's name, or characteristic words of these."""

import re
from collections import Counter
from collections.abc import Sequence

from corpus.clauses import ParsedDocument
from index.tokenizer import search_form

_QUOTED_TITLE = re.compile("《([^《》]+)》")
_OTHER_LAW = re.compile("宪法|法典|民法|刑法|(?<![办方执司立普守违合非])法$|条例|准则|(?<![本该此])规程")
_MARKS = re.compile(r"[\W_]+")
_SHARE = 0.5
_LEAD = 1.5
_MIN_NAME = 4


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


def _names(parsed: ParsedDocument) -> set[str]:
    """Title and file name and the parts of these, without marks."""
    title = compact(parsed.document.title)
    pieces = [title, *_QUOTED_TITLE.findall(title), *re.split("_", compact(parsed.document.name))]
    return {_MARKS.sub("", piece) for piece in pieces} - {""}


def _pairs(text: str) -> list[str]:
    """Overlapping pairs of characters, but those with `的`."""
    return [text[place : place + 2] for place in range(len(text) - 1) if "的" not in text[place : place + 2]]
