"""Comparing what the pages of an answer sheet show with what should stand there."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import takewhile

from assistant.sheet_layout import SIGNATURES, Line

_NUMBERED = re.compile(r"〔\d+〕")
_OF_DOCUMENT = re.compile("条引文$|的全文$")
"""Parts that hold words of a document, with which the machine-readable copy is compared too."""

_SHORT = 60
_CONTEXT = 12
_FILLED_IN = 40
"""Characters that may be typed behind a signature's label."""

_AHEAD = 50
"""Paragraphs among which an altered one is looked for."""

_ALIKE = 0.6


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that does not agree: what it is part of, and a Chinese sentence."""

    part: str
    message: str


def take_signatures(lines: Sequence[str], expected: Sequence[Line]) -> tuple[list[str], list[str]]:
    """The paragraphs without what was typed behind a signature's label, and the paragraphs in which something was."""
    own = {line.text for line in expected}
    labels = [next((label for label in SIGNATURES if _is_filled_in(line, label, own)), None) for line in lines]
    kept = [label or line for label, line in zip(labels, lines, strict=True)]
    return kept, [line for label, line in zip(labels, lines, strict=True) if label]


def _is_filled_in(line: str, label: str, own: set[str]) -> bool:
    return line.startswith(label) and line not in own and len(line) <= len(label) + _FILLED_IN


def compare_pages(expected: list[Line], lines: list[str], doubtful: set[str]) -> Iterator[Finding]:
    """What the pages show otherwise than the machine-readable copy has it; of `doubtful` parts that copy is wrong."""
    matcher = SequenceMatcher(None, [line.text for line in expected], lines, autojunk=False)
    for kind, start, end, first, last in matcher.get_opcodes():
        if kind != "equal":
            for line, text in _paired(expected[start:end], lines[first:last]):
                yield _finding(line, text, doubtful)


def _paired(expected: Sequence[Line], lines: Sequence[str]) -> Iterator[tuple[Line | None, str | None]]:
    """Each line with what became of it; None where it was removed, and where a paragraph was added."""
    if len(expected) == len(lines):
        yield from zip(expected, lines, strict=True)
        return
    start = 0
    for line in expected:
        places = range(start, min(len(lines), start + _AHEAD))
        place = next((place for place in places if _is_alike(line.text, lines[place])), None)
        if place is None:
            yield line, None
            continue
        yield from ((None, text) for text in lines[start:place])
        yield line, lines[place]
        start = place + 1
    yield from ((None, text) for text in lines[start:])


def _is_alike(one: str, other: str) -> bool:
    """Whether one may have become the other: the same number before a quote, or most characters in common."""
    numbers = [match and match[0] for match in map(_NUMBERED.match, (one, other))]
    if any(numbers):
        return numbers[0] == numbers[1]
    return SequenceMatcher(None, one, other).quick_ratio() >= _ALIKE


def _finding(line: Line | None, text: str | None, doubtful: set[str]) -> Finding:
    if line is None:
        added = text or ""
        what = "引文" if _NUMBERED.match(added) else "文字"
        return Finding("版面", f"答复单多出一段{what}：“{_cut(added)}”。")
    if text is None:
        return Finding(line.part, f"{line.part}在答复单上被删去：“{_cut(line.text)}”。")
    side = "原文" if _OF_DOCUMENT.search(line.part) and line.part not in doubtful else "机读副本"
    before, after = line.text, text
    number = _NUMBERED.match(before)
    if number and after.startswith(number[0]):
        before, after = before[number.end() :], after[number.end() :]
    return Finding(line.part, f"{line.part}与{side}不符：{differ(side, before, '答复单', after)}。")


def differ(one: str, before: str, other: str, after: str) -> str:
    """`原文为“…”，答复单为“…”`, of long texts only the places that differ and the words around them."""
    if max(len(before), len(after)) > _SHORT:
        start = _shared(before, after)
        end = _shared(before[start:][::-1], after[start:][::-1])
        before, after = _around(before, start, end), _around(after, start, end)
    return f"{one}为“{before}”，{other}为“{after}”"


def _shared(one: str, other: str) -> int:
    """How many characters at the beginning are the same."""
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(one, other, strict=False)))


def _around(text: str, start: int, end: int) -> str:
    """What stands between the first `start` characters and the last `end`, with some of each."""
    first, last = max(0, start - _CONTEXT), min(len(text), len(text) - end + _CONTEXT)
    before, after = "……" if first else "", "……" if last < len(text) else ""
    return f"{before}{_cut(text[first:last])}{after}"


def _cut(text: str) -> str:
    return text if len(text) <= 2 * _SHORT else f"{text[: 2 * _SHORT]}……"
