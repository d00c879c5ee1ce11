"""Training texts for the judge: a question, a text, and whether the text answers it."""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from corpus.sentences import sentence_spans
from corpus.span import Span
from index.embedder import Embedder
from index.onnx_model import Matrix
from index.tokenizer import search_form
from index.training.pairs import QUESTIONS_FILE, read_records

_NEAREST = 12
_HARD = 2


@dataclass(frozen=True, slots=True)
class Judged:
    """A question, and a text that answers it (`is_answer`) or does not."""

    question: str
    text: str
    is_answer: bool


@dataclass(frozen=True, slots=True)
class _Unit:
    """A sentence of an article: the article's row, the sentence's span there, and its text."""

    row: int
    span: Span
    text: str


def judged_questions(embedder: Embedder, generator: random.Random, path: Path = QUESTIONS_FILE) -> list[list[Judged]]:
    """For each question written for training, and each near miss, the texts that it is judged with.

    A question comes with the sentence that answers it, with two that the encoder finds near in other articles, with
    one beside it in its article and with any other; a near miss with those that come nearest. A sentence that the
    encoder finds nearer than the right one may be right too, and is left out (Solatorio, 2024, GISTEmbed). Before
    every second text stands the statute's name, as headings do when the judge is asked.
    """
    miner = _Miner(list(read_records(path)), embedder, generator)
    return list(miner.all())


class _Miner:
    """Finds texts for questions among all sentences of all articles."""

    def __init__(self, records: Sequence[dict[str, Any]], embedder: Embedder, generator: random.Random) -> None:
        self._records = records
        self._embedder = embedder
        self._generator = generator
        self._units = [unit for row, record in enumerate(records) for unit in _units(row, search_form(record["text"]))]
        self._vectors = embedder.embed_passages([unit.text for unit in self._units])

    def all(self) -> Iterator[list[Judged]]:
        """The texts of one question after the other."""
        for row, record in enumerate(self._records):
            own = [place for place, unit in enumerate(self._units) if unit.row == row]
            for asked in record["questions"]:
                yield self._question(search_form(asked["q"]), self._right(search_form(asked["sentence"]), own), own)
            yield self._near_miss(search_form(record["near_miss"]), own)

    def _question(self, question: str, right: Sequence[int], own: Sequence[int]) -> list[Judged]:
        scores = self._scores(question)
        beside = [place for place in own if place not in right]
        wrong = self._hard(scores, own, float(scores[right].max()))
        wrong += self._generator.sample(beside, min(1, len(beside)))
        wrong.append(self._generator.choice([place for place in range(len(scores)) if place not in own]))
        return [Judged(question, self._written(place), place in right) for place in [right[0], *wrong]]

    def _near_miss(self, question: str, own: Sequence[int]) -> list[Judged]:
        scores = self._scores(question)
        nearest = max(own, key=lambda place: float(scores[place]))
        return [Judged(question, self._written(place), False) for place in [nearest, *self._hard(scores, own, 1.0)]]

    def _right(self, sentence: str, own: Sequence[int]) -> list[int]:
        """The places of an article's sentences that the answer overlaps, at least one."""
        start = search_form(self._records[self._units[own[0]].row]["text"]).find(sentence)
        end = start + len(sentence)
        return [place for place in own if self._units[place].span.start < end and start < self._units[place].span.end]

    def _hard(self, scores: Matrix, own: Sequence[int], limit: float) -> list[int]:
        """Places of sentences of other articles, near but not nearer than `limit`."""
        near = [int(place) for place in np.argsort(-scores)[: 4 * _NEAREST]]
        left = [place for place in near if place not in own and scores[place] < limit][:_NEAREST]
        return self._generator.sample(left, min(_HARD, len(left)))

    def _scores(self, question: str) -> Matrix:
        return np.asarray(self._vectors @ self._embedder.embed_queries([question])[0], dtype=np.float32)

    def _written(self, place: int) -> str:
        unit = self._units[place]
        return f"{self._records[unit.row]['group']} {unit.text}" if self._generator.random() < 0.5 else unit.text


def _units(row: int, text: str) -> list[_Unit]:
    return [_Unit(row, span, span.of(text)) for span in sentence_spans(text, Span(0, len(text)))]
