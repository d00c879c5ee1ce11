"""Turning texts into vectors: the seam, and its two implementations."""

import hashlib
import json
import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, Protocol

import numpy as np

from corpus.errors import EmbeddingModelError
from index.onnx_model import FILES, MODEL_FILE, Matrix, OnnxModel

BUNDLED = "bundled"
BUNDLED_FOLDER = Path(__file__).parent / "models" / "e5-small-zh"
_BATCH = 8

Progress = Callable[[int, int], None]
"""Called with the number of texts done and the number of all."""


class Embedder(Protocol):
    """Texts in, vectors out.

    Attributes:
        dimension: number of components.
        fingerprint: SHA-256, in hex, of all that decides the vectors: weights, tokenizer, prompts, pooling.
    """

    dimension: int
    fingerprint: str

    def embed_queries(self, texts: Sequence[str]) -> Matrix:
        """Float32 `(n, dimension)`, unit norm, one row per text, in order."""
        ...

    def embed_passages(self, texts: Sequence[str], progress: Progress | None = None) -> Matrix:
        """Float32 `(n, dimension)`, unit norm, one row per text, in order."""
        ...


def load_embedder(model: str = BUNDLED, threads: int | None = None) -> Embedder:
    """The bundled model, one that `index.models` built, or any Sentence Transformers model, by folder or name.

    Raises:
        EmbeddingModelError: if it cannot be loaded.
    """
    if model == BUNDLED:
        return BundledEmbedder(threads=threads)
    if (Path(model) / MODEL_FILE).is_file():
        return BundledEmbedder(Path(model), threads)
    return SentenceTransformerEmbedder(model)


class BundledEmbedder:
    """The bundled model, without the cost of importing Sentence Transformers.

    Each text is run alone on one core, several beside each other: no time goes into padding, and a vector does not
    depend on its neighbours.
    """

    def __init__(self, folder: Path = BUNDLED_FOLDER, threads: int | None = None) -> None:
        """Load the model of `folder`, to run on `threads` cores (all by default); raises `EmbeddingModelError`."""
        self._model = OnnxModel(folder, threads=1)
        self._threads = threads or os.cpu_count() or 1
        self.dimension = self._model.dimension
        digests = [hashlib.sha256((folder / name).read_bytes()).hexdigest() for name in FILES]
        self.fingerprint = hashlib.sha256("\n".join(digests).encode()).hexdigest()

    def embed_queries(self, texts: Sequence[str]) -> Matrix:
        """See `Embedder`."""
        return self._embed(texts, self._model.prompts["query"], None)

    def embed_passages(self, texts: Sequence[str], progress: Progress | None = None) -> Matrix:
        """See `Embedder`."""
        return self._embed(texts, self._model.prompts["passage"], progress)

    def _embed(self, texts: Sequence[str], prompt: str, progress: Progress | None) -> Matrix:
        vectors = np.zeros((len(texts), self.dimension), dtype=np.float32)
        with ThreadPoolExecutor(self._threads) as pool:
            encoded = pool.map(lambda text: self._model.encode([prompt + text])[0], texts)
            for row, vector in enumerate(encoded):
                vectors[row] = vector
                if progress:
                    progress(row + 1, len(texts))
        return vectors


class SentenceTransformerEmbedder:
    """Any Sentence Transformers model. Only safetensors weights; no code from the model's folder."""

    def __init__(self, model: str) -> None:
        """Load by folder or name; raises `EmbeddingModelError`."""
        self._model = _open_sentence_transformer(model)
        dimension = self._model.get_embedding_dimension()
        if dimension is None:
            raise EmbeddingModelError(f"模型“{Path(model).name}”没有给出向量维数，请换一个模型。")
        self.dimension = int(dimension)
        self.fingerprint = _fingerprint(self._model)

    def embed_queries(self, texts: Sequence[str]) -> Matrix:
        """See `Embedder`."""
        return self._checked(self._model.encode_query(list(texts), **self._options(texts)))

    def embed_passages(self, texts: Sequence[str], progress: Progress | None = None) -> Matrix:
        """See `Embedder`; progress is reported once, at the end."""
        vectors = self._checked(self._model.encode_document(list(texts), **self._options(texts)))
        if progress:
            progress(len(texts), len(texts))
        return vectors

    @staticmethod
    def _options(texts: Sequence[str]) -> dict[str, Any]:
        return {
            "batch_size": min(_BATCH, max(1, len(texts))),
            "normalize_embeddings": True,
            "show_progress_bar": False,
            "convert_to_numpy": True,
        }

    def _checked(self, vectors: Any) -> Matrix:  # noqa: ANN401 - the library's return type is a union
        return np.asarray(vectors, dtype=np.float32).reshape(-1, self.dimension)


def _open_sentence_transformer(model: str) -> Any:  # noqa: ANN401 - imported late, it is slow
    try:
        from sentence_transformers import SentenceTransformer  # noqa: PLC0415

        return SentenceTransformer(model, device="cpu", trust_remote_code=False, model_kwargs={"use_safetensors": True})
    except Exception as error:
        raise EmbeddingModelError(
            f"无法载入向量模型“{Path(model).name}”，请检查名称或文件夹（须含 safetensors 权重），或改用内置模型。"
        ) from error


def _fingerprint(model: Any) -> str:  # noqa: ANN401
    digest = hashlib.sha256()
    for name, tensor in sorted(model.state_dict().items()):
        digest.update(name.encode())
        digest.update(tensor.detach().cpu().float().numpy().tobytes())
    tokenizer = getattr(model.tokenizer, "backend_tokenizer", None)
    digest.update(tokenizer.to_str().encode() if tokenizer else b"")
    digest.update(json.dumps(model.prompts, sort_keys=True).encode())
    digest.update(repr(model).encode())
    return digest.hexdigest()
