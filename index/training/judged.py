"""Training texts for the judge: a question, a text, and whether the text answers it."""

import json
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from corpus.sentences import sentence_spans
from corpus.span import Span
from index.embedder import Embedder
from index.onnx_model import Matrix
from index.tokenizer import search_form
from index.training.pairs import NEAR_MISSES_FILE, QUESTIONS_FILE, read_records, squad_paragraphs

_NEAREST = 12
_HARD = 2


@dataclass(frozen=True, slots=True)
class Judged:
    """A question, and a text that answers it (`is_answer`) or does not."""

    question: str
    text: str
    is_answer: bool


@dataclass(frozen=True, slots=True)
class Source:
    """A text with its questions.

    Attributes:
        name: what may stand before its sentences, as headings do when the judge is asked; "" for nothing.
        text: in search form, as all else here.
        answered: questions, each with words of the text that answer it.
        near_misses: questions on the text's topic that it does not answer.
    """

    name: str
    text: str
    answered: tuple[tuple[str, str], ...]
    near_misses: tuple[str, ...] = ()


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
            "", search_form(context), tuple((search_form(question), search_form(answer)) for question, answer in asked)
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
            tuple((search_form(asked["q"]), search_form(asked["sentence"])) for asked in record["questions"]),
            tuple(map(search_form, [record["near_miss"], *further.get(record["id"], ())])),
        )
        for record in read_records(questions)
    ]


def judged_questions(sources: Sequence[Source], embedder: Embedder, generator: random.Random) -> list[list[Judged]]:
    """For each question of the sources the texts that it is judged with.

    An answered question comes with the sentence that answers it, with the nearest other one of its source, and with
    two that the encoder finds near in other sources; a near miss with the nearest of its source and one of another.
    A sentence of another source that the encoder finds nearer than the right one may be right too, and is left out
    (Solatorio, 2024, GISTEmbed). Before every second text stands the source's name.
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
            for question, answer in source.answered:
                if right := [place for place in own[row] if self._holds(place, answer)]:
                    yield self._answered(question, right, own[row])
            for question in source.near_misses:
                yield self._near_miss(question, own[row])

    def _answered(self, question: str, right: Sequence[int], own: Sequence[int]) -> list[Judged]:
        scores = self._scores(question)
        best = max(right, key=lambda place: float(scores[place]))
        beside = sorted((place for place in own if place not in right), key=lambda place: -float(scores[place]))
        wrong = [*beside[:1], *self._hard(scores, own, float(scores[best]), _HARD)]
        return [Judged(question, self._written(place), place == best) for place in [best, *wrong]]

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
        """Places of sentences of other sources, near but not nearer than `limit`."""
        near = [int(place) for place in np.argsort(-scores)[: 4 * _NEAREST]]
        left = [place for place in near if place not in own and scores[place] < limit][:_NEAREST]
        return self._generator.sample(left, min(count, len(left)))

    def _scores(self, question: str) -> Matrix:
        return np.asarray(self._vectors @ self._embedder.embed_queries([question])[0], dtype=np.float32)

    def _written(self, place: int) -> str:
        unit = self._units[place]
        return f"{self._sources[unit.row].name} {unit.text}".strip() if self._generator.random() < 0.5 else unit.text


def _units(row: int, text: str) -> list[_Unit]:
    return [_Unit(row, span, span.of(text)) for span in sentence_spans(text, Span(0, len(text)))]
