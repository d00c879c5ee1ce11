"""The figures of an encoder are those of its ranking."""

import json
from pathlib import Path

import numpy as np
from pytest import approx

from index.training.evaluate_encoder import RetrievalSet, reading, score, statutes


class Directions:
    """Texts of one letter, each letter a direction of its own; `ab` points between `a` and `b`, nearer `a`."""

    dimension = 3
    fingerprint = ""

    def embed_queries(self, texts: list[str]) -> np.ndarray:
        """See `Embedder`."""
        return np.array([[text.count(letter) * (2 if text[0] == letter else 1) for letter in "abc"] for text in texts])

    embed_passages = embed_queries


def test_a_right_answer_in_second_place_counts_half() -> None:
    asked = RetrievalSet("x", ("a", "b", "c"), (("ab", frozenset({1})), ("c", frozenset({2}))))
    assert score(asked, Directions()) == {"hit@1": 0.5, "mrr@10": approx(0.75), "recall@10": 1.0}  # type: ignore[arg-type]


def test_a_gold_passage_beyond_the_tenth_is_not_found() -> None:
    passages = (*["a"] * 10, "b", "ab")
    figures = score(RetrievalSet("x", passages, (("a", frozenset({10, 11, 0})),)), Directions())  # type: ignore[arg-type]
    assert figures == {"hit@1": 1.0, "mrr@10": 1.0, "recall@10": approx(1 / 3)}


def test_sets_name_their_gold_passages_by_row(tmp_path: Path) -> None:
    (tmp_path / "statutes.corpus.jsonl").write_text('{"id": "甲", "text": "一"}\n{"id": "乙", "text": "二"}\n', "utf-8")
    (tmp_path / "statutes.dev.jsonl").write_text('{"question": "问", "gold": ["乙"]}\n', "utf-8")
    assert statutes(tmp_path).questions == (("问", frozenset({1})),)
    paragraphs = [{"context": "文", "qas": [{"question": "問"}]}]
    (tmp_path / "drcd.json").write_text(json.dumps({"data": [{"paragraphs": paragraphs}]}), "utf-8")
    assert reading("drcd", tmp_path / "drcd.json").questions == (("问", frozenset({0})),)
