"""Clauses: the units that are cited."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from corpus.document import Document, Footnote
from corpus.numbering import Label
from corpus.outline import Outline, Section, parse_outline
from corpus.sentences import sentence_spans
from corpus.span import Span, trimmed

OPENING_LABEL = "开篇"
_BARE_NUMERAL = re.compile(r"\d+|[零〇○一二三四五六七八九十百千两]+")


class ClauseKind(StrEnum):
    """What kind of unit a clause is."""

    OPENING = "opening"
    ITEM = "item"
    SECTION_TEXT = "section-text"


@dataclass(frozen=True, slots=True)
class Clause:
    """The smallest numbered unit with text of its own, the opening, or the own words of a unit with parts.

    Attributes:
        id: unique over all documents of an index: `<document name>:<path of labels joined by />`.
        document: the document's name.
        kind: `opening`, `item` (a unit without parts), `section-text` (words of a unit that has parts).
        label: its own label, such as `（二）` or `第十二条`; `开篇` for the opening.
        number: the value of that label; 0 for the opening.
        path: the labels from the top, its own last; empty for the opening.
        heading: its heading, without the full stop; "" if it has none.
        section: the headings above it, from the top, each with its label, joined by ` › `.
        span: from the label (the Markdown marks before it, if any) to the end of its last paragraph.
        heading_span: where the heading stands, if it has one.
        sentences: the sentences of its text, in order; where there is none but the heading, the heading.
        footnotes: those whose mark stands in it.
    """

    id: str
    document: str
    kind: ClauseKind
    label: str
    number: int
    path: tuple[str, ...]
    heading: str
    section: str
    span: Span
    heading_span: Span | None
    sentences: tuple[Span, ...]
    footnotes: tuple[Footnote, ...]

    @property
    def title(self) -> str:
        """Label and heading as a reader writes them."""
        return labelled(self.label, self.heading)


@dataclass(frozen=True, slots=True)
class ParsedDocument:
    """A document with its tree and its clauses.

    Attributes:
        document: the text.
        outline: the tree.
        clauses: in the order of the text.
        headings: spans of the title and of the labels and headings of units that have parts.
        closing: spans of signature and date.

    The spans of clauses, headings, closing and footnotes do not overlap, and hold all but white space.
    """

    document: Document
    outline: Outline
    clauses: tuple[Clause, ...]
    headings: tuple[Span, ...]
    closing: tuple[Span, ...]


def parse(document: Document) -> ParsedDocument:
    """Cut a document into clauses."""
    outline = parse_outline(document)
    cutter = _Cutter(document)
    clauses = tuple(cutter.clauses(outline.root))
    return ParsedDocument(document, outline, clauses, tuple(cutter.headings), outline.closing)


def written_heading(document: Document, section: Section) -> str:
    """Label and heading of a unit as a reader writes them."""
    heading = " ".join(section.heading.of(document.text).split()) if section.heading else ""
    return labelled(section.label.text if section.label else "", heading)


def labelled(label: str, heading: str) -> str:
    """A label before its heading: `二、推动产业质效提升`, `第一章 总则`, `（三）发展目标`, `3、指导思想`."""
    if heading and label[-1:] in "章节编篇条":
        return f"{label} {heading}"
    return f"{label}{'、' if _BARE_NUMERAL.fullmatch(label) else ''}{heading}"


class _Cutter:
    """Walks the tree once and collects clauses and the spans that belong to none."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self.headings: list[Span] = []
        self._seen: dict[tuple[str, ...], int] = {}

    def clauses(self, root: Section) -> Iterator[Clause]:
        titles = self._title_lines(root)
        self.headings += root.paragraphs[:titles]
        opening = root.paragraphs[titles:]
        if opening:
            yield self._clause(root, ClauseKind.OPENING, opening[0].start, opening)
        for section in root.children:
            yield from self._section(section)

    def _title_lines(self, root: Section) -> int:
        """How many paragraphs at the top repeat the title; none if they are all there is, and hold a sentence."""
        title = self.document.title.replace(" ", "")
        words = [span.of(self.document.text).lstrip("#").strip().replace(" ", "") for span in root.paragraphs]
        count = next((place for place, line in enumerate(words) if line not in title), len(words))
        is_all = not root.children and count == len(words)
        return 0 if is_all and any("。" in line for line in words) else count

    def _section(self, section: Section) -> Iterator[Clause]:
        if not section.children:
            yield self._clause(section, ClauseKind.ITEM, section.start, section.paragraphs)
            return
        self.headings.append(trimmed(self.document.text, section.start, section.head_end))
        if section.paragraphs:
            yield self._clause(section, ClauseKind.SECTION_TEXT, section.paragraphs[0].start, section.paragraphs)
        for child in section.children:
            yield from self._section(child)
        if section.tail:
            yield self._clause(section, ClauseKind.SECTION_TEXT, section.tail[0].start, section.tail)

    def _clause(self, section: Section, kind: ClauseKind, start: int, paragraphs: list[Span]) -> Clause:
        text = self.document.text
        above = section.ancestors()
        label = section.label or Label(0, 0, OPENING_LABEL, 0, 0)
        path = tuple(unit.label.text for unit in [*above, section] if unit.label)
        span = Span(start, max([paragraph.end for paragraph in paragraphs] or [section.head_end]))
        span = trimmed(text, span.start, span.end)
        sentences = tuple(piece for paragraph in paragraphs for piece in sentence_spans(text, paragraph))
        heading = section.heading
        return Clause(
            id=self._id(path),
            document=self.document.name,
            kind=kind,
            label=label.text,
            number=label.number,
            path=path,
            heading=" ".join(heading.of(text).split()) if heading else "",
            section=" › ".join(written_heading(self.document, unit) for unit in above),
            span=span,
            heading_span=heading,
            sentences=sentences or ((heading,) if heading else (span,)),
            footnotes=tuple(note for note in self.document.footnotes if span.contains(note.mark)),
        )

    def _id(self, path: tuple[str, ...]) -> str:
        """The path's first clause has no suffix, a further one of the same path `#2`, and so on."""
        self._seen[path] = self._seen.get(path, 0) + 1
        suffix = f"#{self._seen[path]}" if self._seen[path] > 1 else ""
        return f"{self.document.name}:{'/'.join(path) or OPENING_LABEL}{suffix}"
