"""A document as it was read, with everything that was altered on the way."""

from dataclasses import dataclass
from enum import StrEnum

from corpus.span import Span


class RepairKind(StrEnum):
    """What kind of alteration the normaliser made."""

    CHARACTER_REMOVED = "removed"
    CHARACTER_REPLACED = "replaced"
    LINE_ENDING = "line-ending"
    FOOTNOTE_MOVED = "footnote-moved"
    SENTENCE_JOINED = "sentence-joined"


@dataclass(frozen=True, slots=True)
class Repair:
    """One alteration of the source text.

    Attributes:
        kind: what was done.
        before: the source text.
        after: what stands in its place; for a moved footnote, the footnote itself.
        line: 1-based line of the source file.
        count: how often the same alteration was made on that line (line endings: in the whole file).
    """

    kind: RepairKind
    before: str
    after: str
    line: int
    count: int = 1


@dataclass(frozen=True, slots=True)
class Footnote:
    """An explanation that the source sets apart from the sentence it explains.

    Attributes:
        span: the footnote's text, its mark included.
        mark: the reference mark in the running text.
        term: the quoted words before that mark, quotation marks included.
    """

    span: Span
    mark: Span
    term: Span


@dataclass(frozen=True, slots=True)
class Document:
    """A normalised document; all offsets in the product point into `text`.

    Attributes:
        id: the first 16 hex digits of the SHA-256 of `text`.
        name: the source file's name without its extension; unique in an index.
        title: the title, of one or more lines of the source joined.
        text: the normalised text, lines ended by a single line feed.
        source_name: the source file's name.
        sha256: SHA-256 of the source file's bytes, in hex.
        line_numbers: for each line of `text`, the 1-based line of the source on which it begins.
        footnotes: in the order of their spans.
        repairs: every alteration, in the order of source lines.
    """

    id: str
    name: str
    title: str
    text: str
    source_name: str
    sha256: str
    line_numbers: tuple[int, ...]
    footnotes: tuple[Footnote, ...] = ()
    repairs: tuple[Repair, ...] = ()

    def line_at(self, offset: int) -> int:
        """1-based line of the source file on which the text line holding `offset` begins."""
        return self.line_numbers[self.text.count("\n", 0, offset)]
