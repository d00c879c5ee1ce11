"""What the parts of the target reader share: what a piece of a sentence says, and how it begins.

A piece is what stands between commas, or a member of an enumeration that has a figure or a verb of its own. All
positions count from the beginning of the piece.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from corpus.span import Span
from corpus.target_figures import Figure
from corpus.target_words import ACHIEVE, DRIVE, MANNERS, MODAL, TIME

ELIDED = "…"
"""Stands between words of the document that are not next to each other there."""

_SUBJECT = r"(?:全[国省市县区]|各[地省市县区]|我[省市县区]|\w{1,8}?(?<![主重需])要)"
_SKIPPED = re.compile(
    rf"{TIME}|{_SUBJECT}(?={MANNERS}(?:{MODAL}|{DRIVE}|{ACHIEVE}))|其中|并(?!网)|同时|以及|[和及]|[，、\s]"
)
LEAD = re.compile(rf"{MANNERS}(?:{MODAL}|{DRIVE})")
"""A word such as 力争 or 尽快推动, below which a piece stands."""
LEAD_OR_VERB = re.compile(rf"{MANNERS}(?:{MODAL}|{DRIVE}|{ACHIEVE})(?:一批)?")
AIM = re.compile(f"{MODAL}|{TIME}")
"""What shows that a piece says what is to be reached."""
AND = re.compile("[、和及]")
_FIRM = re.compile(MODAL)


@dataclass(frozen=True, slots=True)
class Reading:
    """A target as one piece states it.

    Attributes:
        direction: the words that say which way and how firmly, in order.
        indicator: what is to be reached, in order; its parts may have stood on both sides of the verb. Empty where
            it has to be taken from the piece before.
        figure: by how much; None for a state to be reached.
        is_level: whether the verb puts the indicator at the figure (达到), instead of counting its objects (新增).
        leans: whether the verb has to be taken from the piece before.
    """

    direction: tuple[Span, ...]
    indicator: tuple[Span, ...]
    figure: Figure | None = None
    is_level: bool = False
    leans: bool = False


@dataclass(frozen=True, slots=True)
class Setting:
    """What stands above a piece.

    Attributes:
        is_aimed: whether a word such as 力争, a deadline or a heading says that what follows is to be reached.
        follows_figure: whether the piece before set a figure.
        is_counting: whether it counted something, so that a bare `企业*家` goes on with it.
    """

    is_aimed: bool = False
    follows_figure: bool = False
    is_counting: bool = False


def modal_of(piece: str) -> str:
    """The word of `MODALS` that stands in the piece last, or ""."""
    found = _FIRM.findall(piece)
    return found[-1] if found else ""


def lead_of(piece: str) -> str:
    """The words such as 尽快推动 and 力争 with which the piece begins."""
    return "".join(word.of(piece) for word in read_lead(piece, len(piece), LEAD)[0])


def read_lead(piece: str, end: int, words: re.Pattern[str]) -> tuple[list[Span], int]:
    """The words of direction with which the piece begins, none behind `end`, and where they stop."""
    found: list[Span] = []
    position = 0
    while position < end:
        if match := words.match(piece, position, end):
            found.append(Span(*match.span()))
        elif not (match := _SKIPPED.match(piece, position, end)):
            break
        position = match.end()
    return found, position


def filled(*spans: Span) -> tuple[Span, ...]:
    """Those that are not empty, each once, in order."""
    return tuple(sorted({span for span in spans if len(span)}))


def cut(piece: str, span: Span, between: re.Pattern[str]) -> list[Span]:
    """The members of an enumeration."""
    ends = [match.start() for match in between.finditer(piece, span.start, span.end)]
    starts = [span.start, *(end + 1 for end in ends)]
    return [Span(start, end) for start, end in zip(starts, [*ends, span.end], strict=True)]


def joined(text: str, spans: Sequence[Span]) -> str:
    """The words at `spans`, in order; `…` between those that do not touch."""
    parts: list[str] = []
    end = -1
    for span in sorted(spans):
        parts.append(span.of(text) if span.start == end or end < 0 else ELIDED + span.of(text))
        end = span.end
    return "".join(parts)
