"""Training texts for the judge: a question, a text, and whether the text answers it."""

import json
import random
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from corpus.sentences import sentence_spans
from corpus.span import Span
from index.embedder import Embedder
from index.onnx_model import Matrix
from index.tokenizer import search_form
from index.training.pairs import NEAR_MISSES_FILE, POLICIES_FILE, QUESTIONS_FILE, read_records, squad_paragraphs

_NEAREST = 12
_HARD = 2
_SHORTENED = 0.3
_PART_END = re.compile("(?<=[，；])|(?<=,)|(?<=;)")
_SHORTEST = 10


@dataclass(frozen=True, slots=True)
class Judged:
    """A question, and a text that answers it (`is_answer`) or does not; `answer`: the words that do, where known."""

    question: str
    text: str
    is_answer: bool
    answer: str = ""


@dataclass(frozen=True, slots=True)
class Asked:
    """A question, words of a text that hold the answer, and of these the fewest that answer ("": not known)."""

    question: str
    words: str
    answer: str = ""


@dataclass(frozen=True, slots=True)
class Source:
    """A text with its questions.

    Attributes:
        name: what may stand before its sentences, as headings do when the judge is asked; "" for nothing.
        text: in search form, as all else here.
        answered: the questions that it answers.
        near_misses: questions on the text's topic that it does not answer.
        document: what it is a part of, if no other part of that answers its questions; "" if that is not known.
    """

    name: str
    text: str
    answered: tuple[Asked, ...]
    near_misses: tuple[str, ...] = ()
    document: str = ""


@dataclass(frozen=True, slots=True)
class _Unit:
    """A sentence of a source: the source's row, the sentence's span there, and its text."""

    row: int
    span: Span
    text: str


def reading_sources(path: Path) -> list[Source]:
    """The passages of a SQuAD-style file."""
    return [
        Source(
            "",
            search_form(context),
            tuple(Asked(search_form(question), search_form(answer), search_form(answer)) for question, answer in asked),
        )
        for context, asked in squad_paragraphs(json.loads(path.read_text(encoding="utf-8")))
    ]


def own_sources(questions: Path = QUESTIONS_FILE, near_misses: Path = NEAR_MISSES_FILE) -> list[Source]:
    """The articles that questions and near misses were written for."""
    further = {record["id"]: record["near_misses"] for record in read_records(near_misses)}
    return [
        Source(
            search_form(record["group"]),
            search_form(record["text"]),
            tuple(Asked(search_form(asked["q"]), search_form(asked["sentence"])) for asked in record["questions"]),
            tuple(map(search_form, [record["near_miss"], *further.get(record["id"], ())])),
        )
        for record in read_records(questions)
    ]


def policy_sources(path: Path = POLICIES_FILE) -> list[Source]:
    """The clauses of the invented policy documents, each under its heading."""
    return [
        Source(
            search_form(record["heading"]),
            search_form(record["text"]),
            tuple(
                Asked(*map(search_form, (asked["q"], asked["sentence"], asked["answer"])))
                for asked in record["questions"]
            ),
            tuple(map(search_form, record["near_misses"])),
            record["group"],
        )
        for record in read_records(path)
    ]


def judged_questions(sources: Sequence[Source], embedder: Embedder, generator: random.Random) -> list[list[Judged]]:
    """For each question of the sources the texts that it is judged with.

    An answered question comes with the sentence that answers it; with what is left of that sentence without the part
    that answers, where that is known; with the nearest other one of its source; and with two near ones of other
    sources. A near miss comes with the nearest of its source and one of another. One of those others is of the same
    document, where the source has one. Of further sources, a sentence that the encoder finds nearer than the right one
    may be right too, and is left out (Solatorio, 2024, GISTEmbed). Before every second text stands its source's name.
    """
    return list(_Miner(sources, embedder, generator).all())


class _Miner:
    """Finds texts for questions among all sentences of all sources."""

    def __init__(self, sources: Sequence[Source], embedder: Embedder, generator: random.Random) -> None:
        self._sources = sources
        self._embedder = embedder
        self._generator = generator
        self._units = [unit for row, source in enumerate(sources) for unit in _units(row, source.text)]
        self._vectors = embedder.embed_passages([unit.text for unit in self._units])

    def all(self) -> Iterator[list[Judged]]:
        """The texts of one question after the other."""
        own: dict[int, list[int]] = {}
        for place, unit in enumerate(self._units):
            own.setdefault(unit.row, []).append(place)
        for row, source in enumerate(self._sources):
            for asked in source.answered:
                if right := [place for place in own[row] if self._holds(place, asked.words)]:
                    yield self._answered(asked, right, own[row])
            for question in source.near_misses:
                yield self._near_miss(question, own[row])

    def _answered(self, asked: Asked, right: Sequence[int], own: Sequence[int]) -> list[Judged]:
        scores = self._scores(asked.question)
        best = max(right, key=lambda place: float(scores[place]))
        beside = sorted((place for place in own if place not in right), key=lambda place: -float(scores[place]))
        wrong = [*beside[:1], *self._hard(scores, own, float(scores[best]), _HARD)]
        sentence = self._units[best].text
        held = asked.answer if asked.answer in sentence else ""
        found = [Judged(asked.question, self._named(best, self._shortened(sentence, held)), True, held)]
        if held and (rest := without(sentence, held)):
            found.append(Judged(asked.question, self._named(best, rest), False))
        return [*found, *(Judged(asked.question, self._written(place), False) for place in wrong)]

    def _near_miss(self, question: str, own: Sequence[int]) -> list[Judged]:
        scores = self._scores(question)
        nearest = max(own, key=lambda place: float(scores[place]))
        return [Judged(question, self._written(place), False) for place in [nearest, *self._hard(scores, own, 1.0, 1)]]

    def _holds(self, place: int, answer: str) -> bool:
        """Whether a sentence holds the answer, or a part of its first occurrence."""
        unit = self._units[place]
        start = self._sources[unit.row].text.find(answer)
        return answer in unit.text or (start >= 0 and unit.span.start < start + len(answer) and start < unit.span.end)

    def _hard(self, scores: Matrix, own: Sequence[int], limit: float, count: int) -> list[int]:
        """Places of near sentences of other sources, the first of the same document; others no nearer than `limit`."""
        document = self._sources[self._units[own[0]].row].document
        near = [int(place) for place in np.argsort(-scores) if int(place) not in own]
        beside = [place for place in near if document and self._document(place) == document][:_NEAREST]
        taken = self._generator.sample(beside, min(1, len(beside)))
        left = [
            place for place in near[: 4 * _NEAREST] if scores[place] < limit and self._is_elsewhere(place, document)
        ]
        return [*taken, *self._generator.sample(left[:_NEAREST], min(count - len(taken), len(left[:_NEAREST])))]

    def _document(self, place: int) -> str:
        return self._sources[self._units[place].row].document

    def _is_elsewhere(self, place: int, document: str) -> bool:
        return not document or self._document(place) != document

    def _scores(self, question: str) -> Matrix:
        return np.asarray(self._vectors @ self._embedder.embed_queries([question])[0], dtype=np.float32)

    def _written(self, place: int) -> str:
        return self._named(place, self._units[place].text)

    def _named(self, place: int, text: str) -> str:
        name = self._sources[self._units[place].row].name
        return f"{name} {text}".strip() if self._generator.random() < 0.5 else text

    def _shortened(self, sentence: str, answer: str) -> str:
        """Now and then the sentence without a part that does not answer, so that a missing part proves nothing."""
        others = [part for part in _PART_END.split(sentence) if answer and answer not in part]
        rest = without(sentence, self._generator.choice(others)) if len(others) > 1 else ""
        return rest if answer in rest and self._generator.random() < _SHORTENED else sentence


def without(sentence: str, words: str) -> str:
    """What is left of a sentence without its parts, from comma to comma, that hold any of the words.

    "" if that is too little, or if the words stand there as well.
    """
    start = sentence.find(words)
    rest, place = "", 0
    for part in _PART_END.split(sentence):
        if not (place < start + len(words) and start < place + len(part)):
            rest += part
        place += len(part)
    rest = rest.rstrip("，；,;。") + "。" if rest else ""
    return rest if len(rest) > _SHORTEST and words not in rest else ""


def _units(row: int, text: str) -> list[_Unit]:
    return [_Unit(row, span, span.of(text)) for span in sentence_spans(text, Span(0, len(text)))]
