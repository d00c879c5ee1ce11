"""Reading a question together with a text: the seam, and the bundled judge."""

import hashlib
import json
import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Protocol

import numpy as np

from corpus.errors import EmbeddingModelError
from index.onnx_model import CONFIG_FILE, FILES, MODEL_FILE, TOKENIZER_FILE, Matrix, open_session, open_tokenizer

JUDGE_FOLDER = Path(__file__).parent / "models" / "judge-zh"
LOGITS = "logits"


class Reranker(Protocol):
    """A question and texts in, a score for each text out.

    Attributes:
        fingerprint: SHA-256, in hex, of all that decides the scores.
    """

    fingerprint: str

    def score(self, question: str, texts: Sequence[str]) -> Matrix:
        """How likely each text answers the question, float32 `(n,)` in [0, 1], in order."""
        ...


class BundledReranker:
    """The bundled judge: a cross-encoder of six layers, trained by `index.training.train_judge`.

    Each text is read alone on one core, several beside each other, as `BundledEmbedder` does.
    """

    def __init__(self, folder: Path = JUDGE_FOLDER, threads: int | None = None) -> None:
        """Load the model of `folder`, to run on `threads` cores (all by default); raises `EmbeddingModelError`."""
        try:
            config = json.loads((folder / CONFIG_FILE).read_text(encoding="utf-8"))
            self._tokenizer = open_tokenizer(folder / TOKENIZER_FILE, config)
            self._session = open_session(folder / MODEL_FILE, threads=1)
            digests = [hashlib.sha256((folder / name).read_bytes()).hexdigest() for name in FILES]
        except Exception as error:
            raise EmbeddingModelError("内置的判断模型文件缺失或损坏，请重新安装本程序。") from error
        self._threads = threads or os.cpu_count() or 1
        self.fingerprint = hashlib.sha256("\n".join(digests).encode()).hexdigest()

    def score(self, question: str, texts: Sequence[str]) -> Matrix:
        """See `Reranker`."""
        with ThreadPoolExecutor(self._threads) as pool:
            logits = np.fromiter(pool.map(lambda text: self._logit(question, text), texts), np.float32, len(texts))
        return np.asarray(1 / (1 + np.exp(-logits)), dtype=np.float32)

    def _logit(self, question: str, text: str) -> float:
        encoding = self._tokenizer.encode(question, text)
        features = {
            "input_ids": np.array([encoding.ids], dtype=np.int64),
            "attention_mask": np.array([encoding.attention_mask], dtype=np.int64),
        }
        (logits,) = self._session.run([LOGITS], features)
        return float(np.asarray(logits)[0])
