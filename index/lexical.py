"""BM25 over tokens."""

import json
from collections.abc import Sequence
from pathlib import Path

import bm25s
import numpy as np

from corpus.errors import IndexDamagedError
from index.onnx_model import Matrix

_K1, _B = 1.2, 0.75
_UNREADABLE = (OSError, EOFError, ValueError, LookupError, TypeError, AttributeError, RecursionError)


class BM25Index:
    """BM25 (Lucene's variant, k1 = 1.2, b = 0.75) over tokenised passages.

    Source: Kamphuis et al., "Which BM25 Do You Mean?", ECIR 2020; computed by bm25s.
    """

    def __init__(self, engine: bm25s.BM25, size: int) -> None:
        """Use `build` or `load`."""
        self._engine = engine
        self._size = size

    @classmethod
    def build(cls, passages: Sequence[Sequence[str]]) -> "BM25Index":
        """Index tokenised passages; at least one of them must have a token."""
        engine = bm25s.BM25(k1=_K1, b=_B, method="lucene")
        engine.index([list(tokens) for tokens in passages], show_progress=False)
        return cls(engine, len(passages))

    def __len__(self) -> int:
        """Number of passages."""
        return self._size

    def scores(self, tokens: Sequence[str]) -> Matrix:
        """Float32 `(len(self),)`, >= 0, higher is better; each token of the query counts once."""
        known = [token for token in dict.fromkeys(tokens) if token and token in self._engine.vocab_dict]
        if not known:
            return np.zeros(self._size, dtype=np.float32)
        return np.asarray(self._engine.get_scores(known), dtype=np.float32)

    def save(self, folder: Path) -> None:
        """Write numpy arrays and JSON into `folder`."""
        self._engine.save(str(folder), show_progress=False)
        (folder / "size.json").write_text(json.dumps(self._size), encoding="utf-8")

    @classmethod
    def load(cls, folder: Path) -> "BM25Index":
        """Read what `save` wrote; the caller has checked its checksums.

        Raises:
            IndexDamagedError: if a file is missing or cannot be read.
        """
        try:
            engine = bm25s.BM25.load(str(folder), load_corpus=False)
            return cls(engine, int(json.loads((folder / "size.json").read_text(encoding="utf-8"))))
        except _UNREADABLE as error:
            raise IndexDamagedError("关键词索引无法读取，请运行 policy-assistant index build 重建。") from error
