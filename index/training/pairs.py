"""Training pairs: a question and the texts that answer it."""

import json
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from index.tokenizer import search_form

DATA = Path(__file__).parent / "data"
QUESTIONS_FILE = DATA / "questions.jsonl"
NEAR_MISSES_FILE = DATA / "near_misses.jsonl"
POLICIES_FILE = DATA / "policies.jsonl"
_MAX_CHARACTERS = 160


@dataclass(frozen=True, slots=True)
class Pair:
    """A question and what answers it.

    Attributes:
        question: as people ask.
        source: the clause or passage; pairs of one source are never negatives of each other.
        group: what the source belongs to (a law, an article), from which harder negatives come.
        positives: texts of different size that answer; one of them is drawn each time.
    """

    question: str
    source: str
    group: str
    positives: tuple[str, ...]


def own_pairs(path: Path = QUESTIONS_FILE) -> list[Pair]:
    """The questions written for this purpose."""
    return [
        Pair(
            question=search_form(asked["q"]),
            source=record["id"],
            group=record["group"],
            positives=(asked["sentence"], _cut(f"{record['group']} {record['text']}", asked["sentence"])),
        )
        for record in read_records(path)
        for asked in record["questions"]
    ]


def statute_pairs(folder: Path) -> list[Pair]:
    """`statutes.train.jsonl` with the articles of `statutes.corpus.jsonl` beside it."""
    texts = {record["id"]: record["text"] for record in read_records(folder / "statutes.corpus.jsonl")}
    return [
        Pair(search_form(record["question"]), gold, gold.split("第")[0], (_cut(f"{gold} {texts[gold]}", ""),))
        for record in read_records(folder / "statutes.train.jsonl")
        for gold in record["gold"]
        if gold in texts
    ]


def reading_pairs(path: Path) -> list[Pair]:
    """Questions of a SQuAD-style file with the part of the passage that holds the answer."""
    found: list[Pair] = []
    for number, (context, asked) in enumerate(squad_paragraphs(json.loads(path.read_text(encoding="utf-8")))):
        text = search_form(context)
        for question, answer in asked:
            if search_form(answer) in text:
                source = f"{path.name} {number}"
                found.append(Pair(search_form(question), source, "reading", (_cut(text, search_form(answer)),)))
    return found


def squad_paragraphs(data: dict[str, Any]) -> Iterator[tuple[str, list[tuple[str, str]]]]:
    """Each passage of a SQuAD-style file with its questions and their first answers."""
    for article in data["data"]:
        for paragraph in article["paragraphs"]:
            asked = [(one["question"], one["answers"][0]["text"]) for one in paragraph["qas"] if one.get("answers")]
            yield paragraph["context"], [(question, answer) for question, answer in asked if question.strip()]


def batches(pairs: Sequence[Pair], size: int, generator: random.Random) -> Iterator[list[Pair]]:
    """Every pair once, in batches without two pairs of one source; a quarter of a batch comes from one group."""
    place = {group: generator.random() for group in {pair.group: None for pair in pairs}}
    ordered = sorted(generator.sample(pairs, len(pairs)), key=lambda pair: place[pair.group])
    blocks = [ordered[start : start + size // 4] for start in range(0, len(ordered), size // 4)]
    waiting = [pair for block in generator.sample(blocks, len(blocks)) for pair in block]
    while waiting:
        batch: dict[str, Pair] = {}
        for pair in waiting[: 2 * size]:
            if len(batch) < size:
                batch.setdefault(pair.source, pair)
        taken = set(map(id, batch.values()))
        waiting = [pair for pair in waiting if id(pair) not in taken]
        yield list(batch.values())


def _cut(text: str, needed: str) -> str:
    """At most `_MAX_CHARACTERS` of the text, such that `needed` is inside."""
    place = text.find(needed)
    start = max(0, min(place - _MAX_CHARACTERS // 3, len(text) - _MAX_CHARACTERS))
    return text[start : start + _MAX_CHARACTERS]


def read_records(path: Path) -> Iterator[dict[str, Any]]:
    """The records of a JSONL file."""
    with path.open(encoding="utf-8") as file:
        for line in file:
            if line.strip():
                yield json.loads(line)
