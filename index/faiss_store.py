"""The embedded vector store: an exact FAISS index in memory."""

from collections.abc import Sequence

import faiss
import numpy as np

from corpus.errors import IndexDamagedError
from index.onnx_model import Matrix
from index.vector_store import Ids

faiss.omp_set_num_threads(1)
"""FAISS's threads wait for each other by spinning; requests run beside each other anyway."""

_DAMAGED = "向量索引无法读取，请运行 policy-assistant index build 重建。"


class FaissStore:
    """`VectorStore` over `IndexIDMap2(IndexFlatIP)`."""

    def __init__(self, dimension: int) -> None:
        """An empty store."""
        self._index = faiss.IndexIDMap2(faiss.IndexFlatIP(dimension))

    def add(self, ids: Sequence[int], vectors: Matrix) -> None:
        """See `VectorStore`."""
        if vectors.shape != (len(ids), self._index.d):
            raise ValueError(f"vectors of shape {vectors.shape} for {len(ids)} ids of dimension {self._index.d}")
        if len(set(ids)) != len(ids) or set(ids) & set(self._ids().tolist()):
            raise ValueError("an id is taken")
        self._index.add_with_ids(np.ascontiguousarray(vectors, dtype=np.float32), np.asarray(ids, dtype=np.int64))

    def search(self, queries: Matrix, k: int) -> tuple[Matrix, Ids]:
        """See `VectorStore`."""
        count = min(k, len(self))
        if count <= 0:
            return np.zeros((len(queries), 0), np.float32), np.zeros((len(queries), 0), np.int64)
        scores, ids = self._nearest(np.ascontiguousarray(queries, dtype=np.float32), count)
        order = np.lexsort((ids, -scores), axis=1)[:, :count]
        return np.take_along_axis(scores, order, axis=1), np.take_along_axis(ids, order, axis=1)

    def delete(self, ids: Sequence[int]) -> None:
        """See `VectorStore`."""
        self._index.remove_ids(faiss.IDSelectorBatch(np.asarray(ids, dtype=np.int64)))

    def __len__(self) -> int:
        """See `VectorStore`."""
        return int(self._index.ntotal)

    def to_bytes(self) -> bytes:
        """FAISS's own format."""
        return bytes(faiss.serialize_index(self._index).tobytes())

    @classmethod
    def from_bytes(cls, data: bytes, dimension: int) -> "FaissStore":
        """Read what `to_bytes` wrote; the caller has checked its checksum.

        Raises:
            IndexDamagedError: if it is another kind of index or of another dimension.
        """
        try:
            index = faiss.deserialize_index(np.frombuffer(data, dtype=np.uint8))
        except RuntimeError as error:
            raise IndexDamagedError(_DAMAGED) from error
        if not isinstance(index, faiss.IndexIDMap2) or index.d != dimension:
            raise IndexDamagedError(_DAMAGED)
        if not isinstance(faiss.downcast_index(index.index), faiss.IndexFlatIP):
            raise IndexDamagedError(_DAMAGED)
        store = cls(dimension)
        store._index = index
        return store

    def _nearest(self, queries: Matrix, count: int) -> tuple[Matrix, Ids]:
        """At least the `count` best of each query, and all that equal the last of them: FAISS cuts ties anyhow."""
        wide = min(count + 1, len(self))
        while True:
            scores, ids = self._index.search(queries, wide)
            scores = np.clip(scores, -1, 1)
            if wide == len(self) or bool((scores[:, -1] < scores[:, count - 1]).all()):
                return scores, ids
            wide = min(2 * wide, len(self))

    def _ids(self) -> Ids:
        return np.asarray(faiss.vector_to_array(self._index.id_map), dtype=np.int64)
