"""Cutting sentences into the pieces that may set a target each."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from corpus.span import Span, trimmed
from corpus.target_figures import find_figures
from corpus.target_readings import LEAD_OR_VERB
from corpus.target_states import has_state

_OPENING = "（(“‘「『《【〔"
_CLOSING = "）)”’」』》】〕"
_LONGEST = 500
"""Code points; what runs on longer between two commas is a list or a table."""
_COMMAS = "，；。：！？"
_CONJUNCTIONS = "、和以及并"
_AND = re.compile("、|和|以及|及|并")


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of a sentence; `goes_on`: it stands behind a conjunction, in one enumeration with the piece before."""

    span: Span
    goes_on: bool


def pieces(text: str, sentence: Span) -> Iterator[Piece]:
    """Cut a sentence at its commas, and enumerations where each member says something of its own.

    The pieces come in order; between them lie punctuation, conjunctions, white space, and what exceeds `_LONGEST`.
    """
    start = sentence.start
    for offset in [*_outside_brackets(text, sentence, _COMMAS), sentence.end]:
        fragment = trimmed(text, start, offset)
        if 0 < len(fragment) <= _LONGEST:
            yield from _members(text, fragment)
        start = offset + 1


def _members(text: str, fragment: Span) -> Iterator[Piece]:
    """The members of an enumeration, if both that before a conjunction and that behind it have a core of their own."""
    outside = set(_outside_brackets(text, fragment, _CONJUNCTIONS))
    ands = [match for match in _AND.finditer(text, fragment.start, fragment.end) if match.start() in outside]
    ends = [*(match.start() for match in ands[1:]), fragment.end]
    start = fragment.start
    for match, end in zip(ands, ends, strict=True) if ands else ():
        before, after = text[start : match.start()], text[match.end() : end]
        if before.strip() and _has_core(after) and (LEAD_OR_VERB.match(after) or _has_core(before)):
            yield Piece(trimmed(text, start, match.start()), start > fragment.start)
            start = match.end()
    yield Piece(trimmed(text, start, fragment.end), start > fragment.start)


def _outside_brackets(text: str, span: Span, marks: str) -> list[int]:
    """Where one of `marks` stands outside brackets; anywhere, if the brackets do not pair."""
    found: list[int] = []
    depth = 0
    for offset in range(span.start, span.end):
        depth += (text[offset] in _OPENING) - (text[offset] in _CLOSING)
        if depth < 0:
            break
        if depth == 0 and text[offset] in marks:
            found.append(offset)
    return found if depth == 0 else [at for at in range(span.start, span.end) if text[at] in marks]


def _has_core(text: str) -> bool:
    """Whether there is a figure with words of its own, or a word of a state."""
    figures = list(find_figures(text))
    is_bare = len(figures) == 1 and len(text) == figures[0].end - figures[0].start
    return bool(figures and not is_bare) or has_state(text)
