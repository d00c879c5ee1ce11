"""The bundled model's engine: a tokenizer and an ONNX graph, without PyTorch.

Sentence Transformers runs the same engine through `OnnxEncoder`. Importing Sentence Transformers costs about
ten seconds of processor time, so the assistant's own path calls the engine directly.
"""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, cast

import numpy as np
import onnxruntime
from numpy.typing import NDArray
from tokenizers import Tokenizer

from corpus.errors import EmbeddingModelError

MODEL_FILE = "model_int8.onnx"
TOKENIZER_FILE = "tokenizer.json"
CONFIG_FILE = "config.json"
FILES = (MODEL_FILE, TOKENIZER_FILE, CONFIG_FILE)

Matrix = NDArray[np.float32]


class OnnxModel:
    """Text encoder read from a folder that holds `FILES`. Safe to use from several threads.

    Attributes:
        dimension: number of components of a vector.
        prompts: what stands before a `query` and a `passage`.

    Raises:
        EmbeddingModelError: if a file is missing or damaged.
    """

    def __init__(self, folder: Path, threads: int | None = None) -> None:
        """Load the model; `threads` within one operator, None for one per physical core."""
        self.folder = folder
        try:
            self.config: dict[str, Any] = json.loads((folder / CONFIG_FILE).read_text(encoding="utf-8"))
            self.tokenizer = open_tokenizer(folder / TOKENIZER_FILE, self.config)
            self._session = open_session(folder / MODEL_FILE, threads)
            self.dimension = int(self.config["dimension"])
            self.prompts = {kind: str(self.config["prompts"][kind]) for kind in ("query", "passage")}
        except Exception as error:
            raise EmbeddingModelError("内置的向量模型文件缺失或损坏，请重新安装本程序。") from error

    def features(self, texts: Sequence[str]) -> dict[str, NDArray[np.int64]]:
        """`input_ids` and `attention_mask`, int64 `(n, length)`, padded to the longest text."""
        encodings = self.tokenizer.encode_batch(list(texts))
        return {
            "input_ids": np.array([encoding.ids for encoding in encodings], dtype=np.int64),
            "attention_mask": np.array([encoding.attention_mask for encoding in encodings], dtype=np.int64),
        }

    def token_vectors(self, features: dict[str, NDArray[np.int64]]) -> Matrix:
        """The last hidden state, float32 `(n, length, dimension)`."""
        (output,) = self._session.run(["last_hidden_state"], features)
        return cast("Matrix", output)

    def encode(self, texts: Sequence[str]) -> Matrix:
        """Mean-pooled vectors, float32 `(n, dimension)`, unit norm; the prompt must stand in the texts."""
        features = self.features(texts)
        return mean_pool(self.token_vectors(features), features["attention_mask"])


def mean_pool(hidden: Matrix, mask: NDArray[np.int64]) -> Matrix:
    """Average the tokens of each text and scale to unit norm.

    `hidden` is `(n, length, dimension)`, `mask` `(n, length)` with 1 for tokens; each row has a token.
    """
    sums = np.einsum("bld,bl->bd", hidden, mask.astype(np.float32))
    return cast("Matrix", sums / np.linalg.norm(sums, axis=1, keepdims=True))


def open_tokenizer(path: Path, config: Mapping[str, Any]) -> Tokenizer:
    """A tokenizer that cuts at `config["max_length"]` and pads with `config["pad_token"]`."""
    tokenizer = Tokenizer.from_file(str(path))
    tokenizer.enable_truncation(max_length=int(config["max_length"]))
    token = config["pad_token"]
    tokenizer.enable_padding(pad_id=tokenizer.token_to_id(token), pad_token=token)
    return tokenizer


def open_session(path: Path, threads: int | None) -> onnxruntime.InferenceSession:
    """An ONNX graph on the CPU, with `threads` within one operator, None for one per physical core."""
    options = onnxruntime.SessionOptions()
    options.inter_op_num_threads = 1
    options.intra_op_num_threads = threads or 0
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    return onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
