"""The tree of a document's numbered sections."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise

from corpus.document import Document
from corpus.numbering import ATTACHMENT_RANK, Label, LabelReader
from corpus.span import Span, trimmed

_MAX_HEADING = 30
_MAX_LONE_HEADING = 60
_MAX_SIGNATURE = 40
_BRACKETED = re.compile(r"\s*(?P<heading>[（(][^（）()]{1,30}[）)])\s*$")
_SENTENCE = re.compile(rf"\s*(?P<heading>[^\s。！？；：:][^。！？；：:]{{0,{_MAX_HEADING - 1}}})[。！？]")
_TOPIC = re.compile(r"\s*(?P<heading>[^\s。！？；：:，][^。！？；：:，]{0,9})[：:](?=.)")
_ENDS_TEXT = re.compile(r"[。！？；，：:]\s*$")
_SENTENCE_MARK = re.compile("[。！？；，]")
_NUMERAL = r"[\d一二三四五六七八九〇○零十]"
_DATE = re.compile(rf"{_NUMERAL}{{4}}\s*年\s*{_NUMERAL}{{1,3}}\s*月\s*{_NUMERAL}{{1,3}}\s*日\s*$")
_REMARK = re.compile(r"\s*[（(](此件|本文|此文)[^）)]*[）)]\s*$")


@dataclass(slots=True)
class Section:
    """A numbered unit, or the root (no label), which stands for the document.

    Attributes:
        label: its label; None for the root.
        start: offset of the label, or of the Markdown marks before it.
        heading: its heading's span, without the full stop; None if it has none.
        paragraphs: its own text behind the heading, before its first child.
        tail: its own text behind its last child.
        children: the units inside it, in order.
        parent: the unit around it; None for the root.
    """

    label: Label | None
    start: int
    parent: "Section | None" = None
    heading: Span | None = None
    head_end: int = 0
    paragraphs: list[Span] = field(default_factory=list)
    tail: list[Span] = field(default_factory=list)
    children: list["Section"] = field(default_factory=list)

    @property
    def rank(self) -> int:
        """The rank of its numbering; -1 for the root."""
        return -1 if self.label is None else self.label.rank

    def ancestors(self) -> list["Section"]:
        """The units around it, from the top, the root left out."""
        found: list[Section] = []
        section = self.parent
        while section is not None and section.label is not None:
            found.append(section)
            section = section.parent
        return found[::-1]

    def walk(self) -> Iterator["Section"]:
        """Itself and all units inside it, in the order of the text."""
        yield self
        for child in self.children:
            yield from child.walk()


@dataclass(frozen=True, slots=True)
class Outline:
    """A document's tree.

    Attributes:
        root: stands for the document; its `paragraphs` are the text before the first label, title included.
        closing: signature and date at the end, or before the attachments.
    """

    root: Section
    closing: tuple[Span, ...]


def parse_outline(document: Document) -> Outline:
    """Read the tree from the labels at the line starts, those that `LabelReader` lets count."""
    builder = _Builder(document)
    notes = {note.span.start for note in document.footnotes}
    for span in _lines(document.text):
        if span.start not in notes and len(trimmed(document.text, span.start, span.end)):
            builder.add(span)
    for section in list(builder.root.walk()):
        _give_tail_to_list(document.text, section)
        _take_lone_sentence_as_text(document.text, section)
    return Outline(builder.root, tuple(sorted(_take_closings(document.text, builder.root))))


def _lines(text: str) -> Iterator[Span]:
    start = 0
    for line in text.split("\n"):
        yield Span(start, start + len(line))
        start += len(line) + 1


class _Builder:
    """Takes the lines of a document one by one."""

    def __init__(self, document: Document) -> None:
        self.text = document.text
        self.root = Section(label=None, start=0)
        self.current = self.root
        self.labels = LabelReader()

    def add(self, line: Span) -> None:
        label = self.labels.read(line.of(self.text))
        if label is None:
            self.current.paragraphs.append(trimmed(self.text, line.start, line.end))
            return
        self.current = self._open(label, line)

    def _open(self, label: Label, line: Span) -> Section:
        parent = self._parent_of(label)
        section = Section(label=label, start=trimmed(self.text, line.start, line.end).start, parent=parent)
        parent.children.append(section)
        bold = "**" if self.text[section.start : line.start + label.start].endswith("**") else ""
        section.head_end = self._behind(bold, line.start + label.end)
        heading = _heading(self.text, section.head_end, line.end, label.numbering.titled)
        if heading:
            words, head_end = heading
            section.head_end = self._behind(bold, head_end)
            section.heading = Span(words.start, words.end - len(bold) * words.of(self.text).endswith("**"))
        rest = trimmed(self.text, section.head_end, line.end)
        if len(rest):
            section.paragraphs.append(rest)
        return section

    def _behind(self, bold: str, offset: int) -> int:
        """`offset`, or that behind Markdown's closing `**`."""
        return offset + len(bold) * self.text.startswith("**", offset)

    def _parent_of(self, label: Label) -> Section:
        """The nearest open unit of a higher rank; a series that a colon announces stays under the colon."""
        path = [*self.current.ancestors(), self.current]
        before = next((section for section in path if section.rank == label.rank), None)
        if before is None and _announces(self.text, self.current):
            return self.current
        if before is not None and before.parent is not None and label.number > 1:
            return before.parent
        section = self.current
        while section.parent is not None and section.rank >= label.rank:
            section = section.parent
        return section


def _heading(text: str, start: int, end: int, titled: bool) -> tuple[Span, int] | None:
    """The heading behind a label and the offset at which the text behind it begins."""
    rest = text[start:end]
    if match := _BRACKETED.match(rest):
        inside = Span(start + match.start("heading") + 1, start + match.end("heading") - 1)
        return inside, end
    if not titled:
        return None
    for pattern in (_SENTENCE, _TOPIC):
        if match := pattern.match(rest):
            return Span(start + match.start("heading"), start + match.end("heading")), start + match.end()
    lone = trimmed(text, start, end)
    if 0 < len(lone) <= _MAX_LONE_HEADING and not _ENDS_TEXT.search(rest):
        return lone, end
    return None


def _announces(text: str, section: Section) -> bool:
    """Whether the unit's own words end with a colon, as before a list."""
    if not section.paragraphs:
        return False
    return section.paragraphs[-1].of(text).endswith(("：", ":"))


def _give_tail_to_list(text: str, section: Section) -> None:
    """Unnumbered paragraphs behind the last item of a list belong to the unit that announces the list."""
    if section.label is None or not section.children or not _announces(text, section):
        return
    if section.children[-1].children:
        return
    last = section.children[-1]
    own = 1 if last.heading is None else 0
    if own or _is_item_of_one_line(text, section):
        section.tail = last.paragraphs[own:]
        del last.paragraphs[own:]


def _is_item_of_one_line(text: str, section: Section) -> bool:
    """Whether a list's last item, a heading by its looks, is a short item like those before it."""
    *others, last = section.children
    if not others or any(other.children or len(other.paragraphs) + bool(other.heading) > 1 for other in others):
        return False
    return bool(last.paragraphs) and "\n" in text[last.head_end : last.paragraphs[0].start]


def _take_lone_sentence_as_text(text: str, section: Section) -> None:
    """A sentence with nothing behind it is no heading but the unit's text."""
    heading = section.heading
    if heading and not section.children and not section.paragraphs and heading.end < section.head_end:
        sentence = Span(heading.start, section.head_end)
        if _ENDS_TEXT.search(sentence.of(text)):
            section.heading, section.head_end = None, heading.start
            section.paragraphs.append(sentence)


def _take_closings(text: str, root: Section) -> Iterator[Span]:
    """Take signature and date away from the last unit, and from the last before the attachments."""
    tops = [root, *root.children]
    ends = [before for before, after in pairwise(tops) if after.rank == ATTACHMENT_RANK]
    for section in [*ends, tops[-1]]:
        paragraphs = _last_paragraphs(section)
        first = _closing_start(text, paragraphs)
        yield from paragraphs[first:]
        del paragraphs[first:]


def _last_paragraphs(section: Section) -> list[Span]:
    """The text at the end of a unit; for the root, the text before the first label."""
    if section.tail or not section.children or section.label is None:
        return section.tail or section.paragraphs
    return _last_paragraphs(section.children[-1])


def _closing_start(text: str, paragraphs: list[Span]) -> int:
    """Index of the first paragraph of the signature, remarks and date; their number if there is no date."""
    words = [paragraph.of(text) for paragraph in paragraphs]
    index = len(words)
    while index > 0 and (_REMARK.match(words[index - 1]) or _may_sign(words[index - 1])):
        index -= 1
    closing = words[index:]
    return index if any(_DATE.search(word) and len(word) <= 20 for word in closing) else len(words)


def _may_sign(words: str) -> bool:
    """Whether a line may be a signature, a date or the name of an attachment: short, and no sentence."""
    return len(words) <= _MAX_SIGNATURE and not _SENTENCE_MARK.search(words) and not _ENDS_TEXT.search(words)
