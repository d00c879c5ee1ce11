"""The seam for vector databases."""

from collections.abc import Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from index.onnx_model import Matrix

Ids = NDArray[np.int64]


class VectorStore(Protocol):
    """Unit vectors under integer ids."""

    def add(self, ids: Sequence[int], vectors: Matrix) -> None:
        """Add float32 `(n, dimension)` unit rows under `n` new ids.

        Raises:
            ValueError: if the shapes do not fit or an id is taken.
        """
        ...

    def search(self, queries: Matrix, k: int) -> tuple[Matrix, Ids]:
        """The `min(k, len(self))` nearest of each query, best first.

        Returns cosines, float32, in [-1, 1], higher is better, and ids, int64; both `(n, min(k, len(self)))`.
        Equal cosines come in the order of ids.
        """
        ...

    def delete(self, ids: Sequence[int]) -> None:
        """Remove; unknown ids are passed over."""
        ...

    def __len__(self) -> int:
        """Number of vectors."""
        ...
