"""Cutting text into sentences without touching it."""

from collections.abc import Iterator

from corpus.span import Span, trimmed

_ENDS = frozenset("。！？；")
_OPENING = "（(“‘「『《【〔"
_CLOSING = "）)”’」』》】〕"


def sentence_spans(text: str, span: Span) -> tuple[Span, ...]:
    """The sentences of `text` inside `span`, in order, without white space at their ends.

    A sentence ends with 。！？； outside brackets and quotation marks (inside too, where a line's brackets do
    not pair), or with its line. Only white space lies between sentences.
    """
    found: list[Span] = []
    start = span.start
    while start < span.end:
        end = text.find("\n", start, span.end)
        end = span.end if end < 0 else end
        found.extend(piece for piece in _line_sentences(text, start, end) if len(piece))
        start = end + 1
    return tuple(found)


def _line_sentences(text: str, start: int, end: int) -> Iterator[Span]:
    paired = _depths(text[start:end])
    position = start
    for offset in range(start, end):
        depth = paired[offset - start] if paired else 0
        is_last = offset + 1 == end or text[offset + 1] not in _ENDS
        if text[offset] in _ENDS and depth == 0 and is_last:
            yield trimmed(text, position, offset + 1)
            position = offset + 1
    yield trimmed(text, position, end)


def _depths(line: str) -> list[int] | None:
    """Bracket depth at each character; None where the brackets do not pair."""
    depths: list[int] = []
    depth = 0
    for char in line:
        depth += (char in _OPENING) - (char in _CLOSING)
        if depth < 0:
            return None
        depths.append(depth)
    return depths if depth == 0 else None
