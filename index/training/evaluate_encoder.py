"""Compare encoders on public retrieval sets, by vectors alone.

    python -m index.training.evaluate_encoder --shared FOLDER MODEL_FOLDER [MODEL_FOLDER ...]

For each set the questions that are held out from training, over all its passages: `statutes` (18,888 articles of law,
an article cut at 400 characters), `cmrc` (CMRC 2018 dev) and `drcd` (DRCD test). Prints hit@1, MRR@10 and recall@10
(the share of a question's gold passages among the ten best), all in [0, 1].
"""

import argparse
import json
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from index.embedder import BundledEmbedder, Embedder
from index.tokenizer import search_form

_ARTICLE = 400
_DEPTH = 10


@dataclass(frozen=True, slots=True)
class RetrievalSet:
    """Passages, and questions each with the rows of its gold passages."""

    name: str
    passages: tuple[str, ...]
    questions: tuple[tuple[str, frozenset[int]], ...]


def statutes(folder: Path) -> RetrievalSet:
    """Laypeople's questions over articles of law."""
    corpus = list(_records(folder / "statutes.corpus.jsonl"))
    rows = {record["id"]: row for row, record in enumerate(corpus)}
    return RetrievalSet(
        "statutes",
        tuple(search_form(record["text"][:_ARTICLE]) for record in corpus),
        tuple(
            (search_form(record["question"]), frozenset(rows[gold] for gold in record["gold"]))
            for record in _records(folder / "statutes.dev.jsonl")
        ),
    )


def reading(name: str, path: Path) -> RetrievalSet:
    """The questions of a SQuAD-style file over its passages."""
    articles = json.loads(path.read_text(encoding="utf-8"))["data"]
    paragraphs = [paragraph for article in articles for paragraph in article["paragraphs"]]
    return RetrievalSet(
        name,
        tuple(search_form(paragraph["context"]) for paragraph in paragraphs),
        tuple(
            (search_form(asked["question"]), frozenset({row}))
            for row, paragraph in enumerate(paragraphs)
            for asked in paragraph["qas"]
        ),
    )


def score(found: RetrievalSet, embedder: Embedder) -> dict[str, float]:
    """hit@1, MRR@10 and recall@10."""
    passages = embedder.embed_passages(found.passages)
    queries = embedder.embed_queries([question for question, _ in found.questions])
    hits, ranks, recalls = [], [], []
    for query, (_, gold) in zip(queries, found.questions, strict=True):
        best = np.argsort(-(passages @ query), kind="stable")[:_DEPTH]
        relevant = [int(row) in gold for row in best]
        hits.append(float(relevant[0]))
        ranks.append(1 / (relevant.index(True) + 1) if any(relevant) else 0.0)
        recalls.append(sum(relevant) / len(gold))
    return {"hit@1": float(np.mean(hits)), "mrr@10": float(np.mean(ranks)), "recall@10": float(np.mean(recalls))}


def _records(path: Path) -> Iterator[dict[str, Any]]:
    with path.open(encoding="utf-8") as file:
        yield from map(json.loads, file)


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--shared", type=Path, required=True)
    parser.add_argument("models", type=Path, nargs="+")
    options = parser.parse_args(arguments)
    sets = [
        reading("cmrc", options.shared / "cmrc2018_dev.json"),
        reading("drcd", options.shared / "drcd_test.json"),
        statutes(options.shared),
    ]
    for found in sets:
        for folder in options.models:
            figures = score(found, BundledEmbedder(folder))
            words = "  ".join(f"{name} {value:.3f}" for name, value in figures.items())
            sys.stdout.write(f"{found.name:10}{folder.name:20}{words}\n")
            sys.stdout.flush()


if __name__ == "__main__":
    main()
