"""Finding the clauses that bear on a question."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from corpus.clauses import Clause
from index.embedder import Embedder
from index.fusion import best_per_group, log_odds, weighted_sum
from index.onnx_model import Matrix
from index.passages import PassageKind, lexical_text
from index.reranker import Reranker
from index.search_index import SearchIndex
from index.tokenizer import character_bigrams, search_form

WEIGHTS: Mapping[str, float] = dict.fromkeys(
    (PassageKind.CONTEXT, PassageKind.FRAGMENT, PassageKind.CLAUSE, "words", "bigrams"), 1.0
)
"""Weights of the signals for clauses: equal; no others were better on the `dev` splits of both datasets.

Those of the keyword signals are multiplied by the share of the question's character pairs that the best clause holds:
keywords decide where the question uses the document's words, and fall silent where it does not.
"""

SENTENCE_WEIGHTS: Mapping[str, float] = {
    PassageKind.SENTENCE: 1.0,
    PassageKind.CONTEXT: 0.5,
    PassageKind.FRAGMENT: 1.0,
}
_DEPTH = 4000
_JUDGED = 3
"""The clauses of which the best sentence is read."""
JUDGED_WEIGHT = 0.25
"""Weight, beside the fused score, of the log-odds that a clause's best sentence answers, less their mean."""


@dataclass(frozen=True, slots=True)
class Hit:
    """A clause that was found.

    Attributes:
        clause: the clause.
        score: fused score; higher is better, 0 is the average clause, no fixed range.
        sentence_scores: for each sentence of the clause the same at the level of sentences.
        similarities: for each sentence the cosine of the question with the sentence or its best fragment, in [-1, 1].
        judged: how likely its best sentence answers, in [0, 1]; None if no reranker has read it.
    """

    clause: Clause
    score: float
    sentence_scores: tuple[float, ...]
    similarities: tuple[float, ...]
    judged: float | None = None


class HybridRetriever:
    """Dense vectors of four sizes and two keyword indexes, fused by standardised scores."""

    def __init__(
        self,
        index: SearchIndex,
        embedder: Embedder,
        weights: Mapping[str, float] = WEIGHTS,
        reranker: Reranker | None = None,
    ) -> None:
        """`weights` by signal; a signal without a weight is switched off."""
        self.index = index
        self._embedder = embedder
        self._weights = weights
        self._reranker = reranker

    def search(self, question: str, k: int) -> list[Hit]:
        """The `min(k, number of clauses)` best clauses, best first; equal scores in the documents' order."""
        dense = self._dense(question)
        signals = self._clause_signals(question, dense)
        share = self._shared_wording(question, signals["bigrams"])
        weights = {**self._weights, **{name: self._weights.get(name, 0.0) * share for name in ("words", "bigrams")}}
        clause_scores = weighted_sum(signals, weights)
        sentence_scores = weighted_sum(dense, SENTENCE_WEIGHTS)
        similarities = np.maximum(dense[PassageKind.SENTENCE], dense[PassageKind.FRAGMENT])
        best = np.argsort(-clause_scores, kind="stable")[: max(k, 0)]
        return [self._hit(int(row), clause_scores, sentence_scores, similarities) for row in best]

    def judge(self, question: str, hits: Sequence[Hit]) -> list[Hit]:
        """The same hits, the best sentence of each of the first read by the reranker, and these in the order after it.

        Without a reranker, the hits as they are.
        """
        if self._reranker is None:
            return list(hits)
        read = [(hit, _best_sentence(hit)) for hit in hits[:_JUDGED]]
        scores = self._reranker.score(search_form(question), [self._readable(hit.clause, row) for hit, row in read])
        odds = np.array([log_odds(float(score)) for score in scores])
        judged = [
            replace(hit, score=hit.score + JUDGED_WEIGHT * float(more), judged=float(score))
            for (hit, _), score, more in zip(read, scores, odds - odds.mean(), strict=True)
        ]
        return [*sorted(judged, key=lambda hit: -hit.score), *hits[_JUDGED:]]

    def _readable(self, clause: Clause, row: int) -> str:
        """A sentence under its clause's heading, as the judge was trained to read."""
        text = self.index.document_of(clause).document.text
        return search_form(f"{clause.heading} {clause.sentences[row].of(text)}".strip())

    def _dense(self, question: str) -> dict[str, Matrix]:
        """Cosines by kind of passage, `(sentences,)`, for `CLAUSE` `(clauses,)`."""
        query = self._embedder.embed_queries([search_form(question)])
        sizes = {PassageKind.CLAUSE: len(self.index.clauses)}
        signals: dict[str, Matrix] = {}
        for kind, store in self.index.vectors.items():
            scores, ids = store.search(query, _DEPTH)
            size = sizes.get(kind, len(self.index.clause_of_sentence))
            signals[kind] = best_per_group(scores[0], self.index.rows[kind][ids[0]], size)
        return signals

    def _clause_signals(self, question: str, dense: Mapping[str, Matrix]) -> dict[str, Matrix]:
        signals = dict(dense)
        for kind in SENTENCE_WEIGHTS:
            signals[kind] = best_per_group(dense[kind], self.index.clause_of_sentence, len(self.index.clauses))
        signals["words"] = self.index.words.scores(self.index.tokenizer(question))
        signals["bigrams"] = self.index.bigrams.scores(character_bigrams(question))
        return signals

    def _shared_wording(self, question: str, scores: Matrix) -> float:
        """The share of the question's character pairs that the best clause by keywords holds, in [0, 1]."""
        asked = set(character_bigrams(question))
        best = self.index.clauses[int(scores.argmax())]
        held = set(character_bigrams(lexical_text(self.index.document_of(best), best, with_title=True)))
        return len(asked & held) / len(asked) if asked else 0.0

    def _hit(self, row: int, clauses: Matrix, sentences: Matrix, similarities: Matrix) -> Hit:
        clause = self.index.clauses[row]
        start = int(self.index.first_sentence[row])
        own = slice(start, start + len(clause.sentences))
        return Hit(
            clause=clause,
            score=float(clauses[row]),
            sentence_scores=tuple(map(float, sentences[own])),
            similarities=tuple(map(float, similarities[own])),
        )


def _best_sentence(hit: Hit) -> int:
    """The row of a clause's best sentence."""
    return max(range(len(hit.sentence_scores)), key=lambda row: hit.sentence_scores[row])
