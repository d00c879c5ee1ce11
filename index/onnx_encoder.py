"""The bundled model as a module of Sentence Transformers.

    model = SentenceTransformer(
        modules=[OnnxEncoder(folder)], prompts={"query": "query: ", "passage": "passage: "}, device="cpu"
    )
    vectors = model.encode(texts, prompt_name="query")  # float32 (n, 384), unit norm

Importing this module imports PyTorch and Sentence Transformers, which takes seconds; `onnx_model` does not.
"""

import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Self

import torch
from sentence_transformers.base.modules import InputModule
from tokenizers import Tokenizer

from index.onnx_model import FILES, OnnxModel, mean_pool

_HIDDEN = "token_embeddings"
_VECTOR = "sentence_embedding"


class OnnxEncoder(InputModule):
    """Turns texts into unit vectors: tokenizer, ONNX Runtime, mean pooling, L2 norm.

    It has no PyTorch parameters, runs on the CPU and cannot be trained.

    Attributes:
        tokenizer: the fast tokenizer; it pads to the longest text of a batch.
    """

    def __init__(self, folder: str | Path, intra_op_num_threads: int | None = None) -> None:
        """Load the model of a folder.

        Args:
            folder: holds `model_int8.onnx`, `tokenizer.json` and `config.json`.
            intra_op_num_threads: threads within one operator; None for one per physical core.

        Raises:
            EmbeddingModelError: if a file is missing or damaged.
        """
        super().__init__()  # type: ignore[no-untyped-call]
        self._engine = OnnxModel(Path(folder), intra_op_num_threads)
        self.tokenizer: Tokenizer = self._engine.tokenizer
        self._max_seq_length = int(self._engine.config["max_length"])

    @property
    def max_seq_length(self) -> int:
        """Texts are cut after this many tokens, prompt and two special tokens included."""
        return self._max_seq_length

    @max_seq_length.setter
    def max_seq_length(self, length: int) -> None:
        longest = int(self._engine.config["max_length"])
        if not 3 <= length <= longest:
            msg = f"max_seq_length must lie in [3, {longest}], got {length}"
            raise ValueError(msg)
        self.tokenizer.enable_truncation(max_length=length)
        self._max_seq_length = length

    def get_embedding_dimension(self) -> int:
        """The number of components of a vector."""
        return self._engine.dimension

    def preprocess(self, inputs: Sequence[Any], prompt: str | None = None, **kwargs: Any) -> dict[str, torch.Tensor]:  # noqa: ANN401
        """`input_ids` and `attention_mask`, int64 `(n, length)`, of strings with the prompt before each."""
        features = self._engine.features([f"{prompt or ''}{text}" for text in inputs])
        return {name: torch.from_numpy(values) for name, values in features.items()}

    def forward(self, features: dict[str, Any], **kwargs: Any) -> dict[str, Any]:  # noqa: ANN401
        """Add the hidden states `(n, length, dimension)` and the unit vectors `(n, dimension)` to the features."""
        inputs = {name: features[name].cpu().numpy() for name in ("input_ids", "attention_mask")}
        hidden = self._engine.token_vectors(inputs)
        features[_HIDDEN] = torch.from_numpy(hidden)
        features[_VECTOR] = torch.from_numpy(mean_pool(hidden, inputs["attention_mask"]))
        return features

    def save(self, output_path: str, *args: Any, safe_serialization: bool = True, **kwargs: Any) -> None:  # noqa: ANN401
        """Copy the model's three files to a folder, for `OnnxEncoder(output_path)`; nothing is pickled."""
        for name in FILES:
            shutil.copyfile(self._engine.folder / name, Path(output_path) / name)

    @classmethod
    def load(cls, model_name_or_path: str, subfolder: str = "", *args: Any, **kwargs: Any) -> Self:  # noqa: ANN401
        """Load what `save` wrote. Local folders only: nothing is downloaded."""
        return cls(Path(model_name_or_path) / subfolder)
