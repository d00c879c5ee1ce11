"""The only code that alters a document's text. It runs before offsets exist and records every alteration."""

import re
import unicodedata
from collections import Counter
from dataclasses import dataclass, field

from corpus.document import Footnote, Repair, RepairKind
from corpus.numbering import DEFINITION, LabelReader, match_label
from corpus.span import Span

_INVISIBLE = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb\ud800-\udfff]"
)
_RADICALS = re.compile("[\u2e80-\u2fdf]")

_MARKS = "*＊※†①②③④⑤⑥⑦⑧⑨⑩"
_MASKS = "*＊"
_DEFINITION = re.compile(rf"(?P<mark>[{re.escape(_MARKS)}]){DEFINITION}")
_REFERENCE = re.compile(rf"(?P<term>[“「《][^“”「」《》]*[”」》])(?P<mark>[{re.escape(_MARKS)}])")
_MEASURE_WORD = re.compile(
    r"[余多.．~～—-]|[个家户项处条件次所座名位人万亿元吨亩米倍%％天年月日]|[平立]方|公[里斤顷]|千[米瓦伏]"
)
_SENTENCE_END = "。！？；："


@dataclass(frozen=True, slots=True)
class Normalized:
    """What `normalize` returns; the fields are those of `Document`."""

    text: str
    line_numbers: tuple[int, ...]
    footnotes: tuple[Footnote, ...]
    repairs: tuple[Repair, ...]


@dataclass(slots=True)
class _Line:
    text: str
    number: int


@dataclass(slots=True)
class _Mark:
    """A reference mark: the line that holds it, and its match there."""

    line: _Line
    match: re.Match[str]


@dataclass(slots=True)
class _Unit:
    """The lines from one label to the next, and the footnotes found among them."""

    lines: list[_Line] = field(default_factory=list)
    notes: list[tuple[_Line, _Mark]] = field(default_factory=list)


def normalize(raw: str) -> Normalized:
    """Clean a source text: line endings, invisible characters, radicals used as characters, stray footnotes.

    A page footnote that an export left inside the text is moved behind the numbered unit that it belongs to,
    and the sentence that it cut is joined again. General rule: a footnote runs from its mark and a word of
    definition (即, 指, 包括, a colon) to the end of its line; it stands alone on the line or breaks off a
    sentence that the next line continues; and a quoted term with the same mark stands before it in the same
    unit. A mark with a measure word behind it (`*个`) masks a figure and is no reference.
    """
    repairs: list[Repair] = []
    lines = _clean_lines(raw, repairs)
    units = _units(lines)
    for unit in units:
        _set_footnotes_apart(unit, repairs)
    repairs.sort(key=lambda repair: repair.line)
    return _assemble(units, tuple(repairs))


def _clean_lines(raw: str, repairs: list[Repair]) -> list[_Line]:
    for ending in ("\r\n", "\r", "\v", "\u2028", "\u2029"):
        if count := raw.count(ending):
            line = raw[: raw.index(ending)].count("\n") + 1
            repairs.append(Repair(RepairKind.LINE_ENDING, ending, "\n", line, count))
            raw = raw.replace(ending, "\n")
    return [_Line(_clean(text, number, repairs), number) for number, text in enumerate(raw.split("\n"), 1)]


def _clean(text: str, number: int, repairs: list[Repair]) -> str:
    for char, count in Counter(_INVISIBLE.findall(text)).items():
        repairs.append(Repair(RepairKind.CHARACTER_REMOVED, char, "", number, count))
    text = _INVISIBLE.sub("", text)
    for char, count in Counter(_RADICALS.findall(text)).items():
        plain = unicodedata.normalize("NFKC", char)
        if plain != char:
            repairs.append(Repair(RepairKind.CHARACTER_REPLACED, char, plain, number, count))
    return _RADICALS.sub(lambda match: unicodedata.normalize("NFKC", match[0]), text)


def _units(lines: list[_Line]) -> list[_Unit]:
    units = [_Unit()]
    labels = LabelReader()
    for line in lines:
        if labels.read(line.text):
            units.append(_Unit())
        units[-1].lines.append(line)
    return units


def _set_footnotes_apart(unit: _Unit, repairs: list[Repair]) -> None:
    joined: list[Repair] = []
    position = 0
    while position < len(unit.lines):
        note = _footnote_in(unit, position)
        if note is None:
            position += 1
            continue
        start, mark = note
        _move(unit, position, start, mark, joined)
    last = unit.lines[-1].number if unit.lines else 0
    notes = [note for note, _ in unit.notes if note.number <= last]
    repairs.extend(Repair(RepairKind.FOOTNOTE_MOVED, note.text, note.text, note.number) for note in notes)
    repairs.extend(joined)


def _footnote_in(unit: _Unit, position: int) -> tuple[int, _Mark] | None:
    """Where in the line a footnote starts, and the mark that refers to it."""
    text = unit.lines[position].text
    match = _DEFINITION.search(text)
    if match is None or not text.rstrip().endswith(("。", "！", "？")):
        return None
    label = match_label(text)
    if label and not text[label.end : match.start()].strip():
        return None
    before = text[: match.start()].strip()
    if before and (before[-1] in _SENTENCE_END or not _continues(unit, position)):
        return None
    mark = _last_reference(unit, position, match.start(), match["mark"])
    return (match.start(), mark) if mark else None


def _continues(unit: _Unit, position: int) -> bool:
    return position + 1 < len(unit.lines) and bool(unit.lines[position + 1].text.strip())


def _last_reference(unit: _Unit, position: int, start: int, mark: str) -> _Mark | None:
    """The last quoted term before the footnote whose mark is the footnote's and not yet explained."""
    explained = {(id(known.line), known.match.start()) for _, known in unit.notes}
    for index in range(position, -1, -1):
        line = unit.lines[index]
        limit = start if index == position else len(line.text)
        for match in reversed(list(_REFERENCE.finditer(line.text, 0, limit))):
            masks_a_figure = match["mark"] in _MASKS and _MEASURE_WORD.match(line.text, match.end())
            if match["mark"] == mark and not masks_a_figure and (id(line), match.start()) not in explained:
                return _Mark(line, match)
    return None


def _move(unit: _Unit, position: int, start: int, mark: _Mark, joined: list[Repair]) -> None:
    line = unit.lines[position]
    text, kept = line.text[start:].strip(), line.text[:start]
    unit.notes.append((_Line(text, line.number), mark))
    if not kept.strip():
        del unit.lines[position]
        return
    following = unit.lines.pop(position + 1)
    line.text = kept + following.text.lstrip()
    before, after = kept[-8:], following.text.lstrip()[:8]
    joined.append(Repair(RepairKind.SENTENCE_JOINED, f"{before}\n{after}", before + after, line.number))


def _assemble(units: list[_Unit], repairs: tuple[Repair, ...]) -> Normalized:
    texts: list[str] = []
    numbers: list[int] = []
    starts: dict[int, int] = {}
    footnotes: list[Footnote] = []
    length = 0
    for unit in units:
        for line in [*unit.lines, *(note for note, _ in unit.notes)]:
            starts[id(line)] = length
            texts.append(line.text)
            numbers.append(line.number)
            length += len(line.text) + 1
        footnotes.extend(_located(note, mark, starts) for note, mark in unit.notes)
    return Normalized("\n".join(texts), tuple(numbers), tuple(footnotes), repairs)


def _located(note: _Line, mark: _Mark, starts: dict[int, int]) -> Footnote:
    start, anchor = starts[id(note)], starts[id(mark.line)]
    return Footnote(
        span=Span(start, start + len(note.text)),
        mark=Span(anchor + mark.match.start("mark"), anchor + mark.match.end("mark")),
        term=Span(anchor + mark.match.start("term"), anchor + mark.match.end("term")),
    )
