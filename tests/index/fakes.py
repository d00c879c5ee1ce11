"""An embedder that needs no model, for tests and for users of the seam."""

import hashlib
from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from index.tokenizer import character_bigrams

DIMENSION = 32


class HashEmbedder:
    """`Embedder` that counts character bigrams in 32 buckets; texts with common words are near each other."""

    def __init__(self, name: str = "hash") -> None:
        """Two embedders of one name are the same model; the name alone decides the fingerprint."""
        self.dimension = DIMENSION
        self.fingerprint = hashlib.sha256(name.encode()).hexdigest()

    def embed_queries(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """See `Embedder`."""
        return np.array([_vector(text) for text in texts], dtype=np.float32).reshape(-1, DIMENSION)

    def embed_passages(
        self, texts: Sequence[str], progress: Callable[[int, int], None] | None = None
    ) -> NDArray[np.float32]:
        """See `Embedder`; progress is reported after each text."""
        vectors = self.embed_queries(texts)
        for count in range(1, len(texts) + 1):
            if progress:
                progress(count, len(texts))
        return vectors


def _vector(text: str) -> NDArray[np.float64]:
    counts = np.full(DIMENSION, 1e-3)
    for bigram in character_bigrams(text):
        counts[hashlib.sha256(bigram.encode()).digest()[0] % DIMENSION] += 1
    return counts / np.linalg.norm(counts)


class WordReranker:
    """`Reranker` that needs no model: the share of the question's character pairs that stand in the text.

    Attributes:
        read: every text that was read, in order.
    """

    def __init__(self) -> None:
        """All of them are the same."""
        self.fingerprint = hashlib.sha256(b"words").hexdigest()
        self.read: list[str] = []

    def score(self, question: str, texts: Sequence[str]) -> NDArray[np.float32]:
        """See `Reranker`."""
        self.read += texts
        asked = set(character_bigrams(question))
        shares = [len(asked & set(character_bigrams(text))) / max(1, len(asked)) for text in texts]
        return np.array(shares, dtype=np.float32)
