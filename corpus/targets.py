"""The targets that a document sets: what is to be reached, how firmly it is said, by how much and when."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from corpus.clauses import Clause, ParsedDocument
from corpus.span import Span
from corpus.target_pieces import Piece, pieces
from corpus.target_quantities import read_quantities
from corpus.target_readings import ELIDED, Reading, Setting, joined, lead_of, modal_of
from corpus.target_states import read_states
from corpus.target_words import CONDITION, MODAL, RULE, STATED, TIME

_MASK = "*"
_HALF_STOP = "；"
_TIME = re.compile(TIME)
_TIME_ABOVE = re.compile(rf"(?:{MODAL})?(?P<time>{TIME})(?P<more>.*)")
_NOT_A_TARGET = re.compile(rf"{STATED}|{RULE}|^{CONDITION}|(?:的|时|后|之日)$")
_LOOKS_BACK = re.compile("回顾|成效|成绩|成就|总结|现状|形势")
_LOOKS_AHEAD = "目标"
_ANNOUNCES = re.compile(r"目标(?:是|为|如下|包括)?$")


@dataclass(frozen=True, slots=True)
class Target:
    """One target; all texts are the document's own words.

    Attributes:
        clause: where it stands.
        sentence: the sentence.
        span: the part of the sentence that sets it; `text[span.start:span.end]` is the quote.
        indicator: what is to be reached, such as `粮食产量`; parts that stand apart are joined by `…`.
        direction: which way and how firmly: `确保…稳定在…以上`. 力争 stays 力争.
        value: the figure as written, `*` where the document hides it; "" for a state to be reached.
        unit: its unit, such as `亿斤`; "" for a state.
        time: by when, such as `全年`, `到2025年`, from this or an earlier sentence of the paragraph; "" if not said.
        is_masked: whether the quote holds a `*` that hides a figure or a name.
    """

    clause: Clause
    sentence: Span
    span: Span
    indicator: str
    direction: str
    value: str
    unit: str
    time: str
    is_masked: bool

    @property
    def is_quantity(self) -> bool:
        """Whether a figure measures it; otherwise it is a state, such as a status granted or a works finished."""
        return bool(self.value)


def find_targets(parsed: ParsedDocument) -> tuple[Target, ...]:
    """The ledger of a document, in its order; several targets of one place in the order of their figures."""
    reader = _Reader(parsed)
    return tuple(target for clause in parsed.clauses for target in reader.targets(clause))


class _Context:
    """What earlier pieces leave to later ones of the same paragraph (`time`, `is_announced`) or sentence (the rest).

    Attributes:
        time: the deadline that stands above.
        is_announced: whether a heading, or 目标是 before it, announces targets.
        modal: the word such as 力争 that governs what follows.
        was_firm: whether such a word stood earlier in the sentence or, before a semicolon, in the one before.
        follows_figure, is_counting: whether the piece before set a figure, and whether it counted something.
        lead, verb, indicator, counted_time: those of the piece before.
    """

    def __init__(self, *, is_announced: bool) -> None:
        self.time = ""
        self.is_announced = is_announced
        self.was_firm = False
        self.next_sentence(goes_on=False)

    def next_sentence(self, *, goes_on: bool) -> None:
        """Forget what governs one sentence only; `goes_on`: only a semicolon stood between the two."""
        self.modal = self.lead = self.verb = self.indicator = self.counted_time = ""
        self.was_firm = self.was_firm and goes_on
        self.follows_figure = self.is_counting = False

    def setting(self) -> Setting:
        """What has to be known to read a piece."""
        is_aimed = bool(self.is_announced or self.modal or self.time or self.was_firm)
        return Setting(is_aimed, self.follows_figure, self.is_counting)

    def direction(self, words: str, reading: Reading, *, goes_on: bool) -> str:
        """The words of direction of a piece, below those of earlier pieces that govern it too."""
        if reading.leans and self.is_counting:
            above = self.verb
        elif lead_of(words) or modal_of(words):
            above = ""
        else:
            above = self.lead if goes_on else self.modal
        return ELIDED.join(part for part in (above, joined(words, reading.direction)) if part)

    def pass_on(self, words: str, readings: Sequence[Reading], *, goes_on: bool) -> None:
        """Take note of a piece that was read."""
        self.is_announced = self.is_announced or bool(_ANNOUNCES.search(words))
        self.modal = modal_of(words) or (self.modal if readings and not lead_of(words) else "")
        self.was_firm = self.was_firm or bool(self.modal)
        if lead_of(words) or not goes_on:
            self.lead = lead_of(words) if readings else modal_of(words)
        if (above := _TIME_ABOVE.fullmatch(words)) and (not above["more"] or above["time"][0] in "到至"):
            self.time = above["time"]
        self.follows_figure = any(reading.figure for reading in readings)
        self.is_counting = any(reading.figure and not reading.is_level for reading in readings)

    def pass_on_target(self, words: str, reading: Reading, target: Target) -> None:
        """Take note of what came of a piece, for pieces that lean on it."""
        self.indicator = target.indicator
        if reading.figure and not reading.leans:
            before = [word for word in reading.direction if word.end <= reading.figure.start]
            self.verb = joined(words, before)
            self.counted_time = target.time


class _Reader:
    """Reads the clauses of one document."""

    def __init__(self, parsed: ParsedDocument) -> None:
        self._text = parsed.document.text
        self._marks = {note.mark.start for note in parsed.document.footnotes}

    def targets(self, clause: Clause) -> Iterator[Target]:
        """The targets of a clause; none where its headings say that it looks back."""
        headings = f"{clause.section}{clause.heading}"
        if _LOOKS_BACK.search(headings):
            return
        context = _Context(is_announced=_LOOKS_AHEAD in headings)
        end = clause.span.start
        for sentence in clause.sentences:
            if "\n" in self._text[end : sentence.start]:
                context = _Context(is_announced=_LOOKS_AHEAD in headings)
            context.next_sentence(goes_on=self._text[end - 1 : end] == _HALF_STOP)
            for piece in pieces(self._text, sentence):
                yield from self._read(clause, sentence, piece, context)
            end = sentence.end

    def _read(self, clause: Clause, sentence: Span, piece: Piece, context: _Context) -> Iterator[Target]:
        words = piece.span.of(self._text)
        readings = _read_piece(words, context.setting())
        targets = [self._target(clause, sentence, piece, reading, context) for reading in readings]
        for reading, target in zip(readings, targets, strict=True):
            context.pass_on_target(words, reading, target)
        context.pass_on(words, readings, goes_on=piece.goes_on)
        yield from targets

    def _target(self, clause: Clause, sentence: Span, piece: Piece, reading: Reading, context: _Context) -> Target:
        words = piece.span.of(self._text)
        figure = reading.figure
        own_time = _TIME.search(words)
        above = context.counted_time if reading.leans else ""
        masks = [piece.span.start + place for place, char in enumerate(words) if char == _MASK]
        return Target(
            clause=clause,
            sentence=sentence,
            span=piece.span,
            indicator=joined(words, reading.indicator) or context.indicator,
            direction=context.direction(words, reading, goes_on=piece.goes_on),
            value=figure.value.of(words) if figure else "",
            unit=figure.unit.of(words) if figure else "",
            time=own_time[0] if own_time else above or context.time,
            is_masked=any(mask not in self._marks for mask in masks),
        )


def _read_piece(words: str, setting: Setting) -> list[Reading]:
    """The targets that a piece sets: quantities, or else states."""
    if _NOT_A_TARGET.search(words):
        return []
    return read_quantities(words, setting) or read_states(words, setting)
