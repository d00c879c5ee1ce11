"""Every vector store keeps the contract of `VectorStore`, judged by a brute-force oracle."""

import json
from collections.abc import Sequence
from typing import Protocol, Self

import faiss
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus.errors import IndexDamagedError
from index.faiss_store import FaissStore
from index.onnx_model import Matrix
from index.vector_store import Ids, VectorStore

DIMENSION = 4
REMEDY = "policy-assistant index build"


class SavedStore(VectorStore, Protocol):
    """A store that can be written to bytes."""

    def to_bytes(self) -> bytes: ...

    @classmethod
    def from_bytes(cls, data: bytes, dimension: int) -> Self: ...


class NumpyStore:
    """The oracle: a dictionary, and a loop over it for every search."""

    def __init__(self, dimension: int) -> None:
        self._dimension = dimension
        self._rows: dict[int, list[float]] = {}

    def add(self, ids: Sequence[int], vectors: Matrix) -> None:
        if vectors.shape != (len(ids), self._dimension) or len(set(ids)) < len(ids) or self._rows.keys() & set(ids):
            raise ValueError
        self._rows.update(zip(ids, vectors.tolist(), strict=True))

    def search(self, queries: Matrix, k: int) -> tuple[Matrix, Ids]:
        count = max(0, min(k, len(self)))
        best = [self._best(query)[:count] for query in queries]
        scores = np.array([[score for score, _ in row] for row in best], dtype=np.float32)
        ids = np.array([[key for _, key in row] for row in best], dtype=np.int64)
        return scores.reshape(len(queries), count), ids.reshape(len(queries), count)

    def _best(self, query: Matrix) -> list[tuple[float, int]]:
        cosines = [(min(1.0, max(-1.0, float(np.dot(query, row)))), key) for key, row in self._rows.items()]
        return sorted(cosines, key=lambda pair: (-pair[0], pair[1]))

    def delete(self, ids: Sequence[int]) -> None:
        for key in ids:
            self._rows.pop(key, None)

    def __len__(self) -> int:
        """See `VectorStore`."""
        return len(self._rows)

    def to_bytes(self) -> bytes:
        return json.dumps([self._dimension, list(self._rows.items())]).encode()

    @classmethod
    def from_bytes(cls, data: bytes, dimension: int) -> Self:
        store = cls(dimension)
        try:
            found, rows = json.loads(data)
        except (ValueError, TypeError, RecursionError) as error:
            raise IndexDamagedError(REMEDY) from error
        if found != dimension:
            raise IndexDamagedError(REMEDY)
        store._rows = dict(rows)
        return store


every_store = pytest.mark.parametrize("store_class", [FaissStore, NumpyStore])
"""Add a backend here, and it is held to all of this."""

corners = st.tuples(*[st.sampled_from([-0.5, 0.5])] * DIMENSION)
"""Unit vectors whose products are exact in float32: many ties, and no doubt about them."""
steps = st.lists(
    st.one_of(
        st.tuples(st.just("add"), st.dictionaries(st.integers(0, 2**40), corners, max_size=6)),
        st.tuples(st.just("delete"), st.lists(st.integers(0, 12), max_size=4)),
        st.tuples(st.just("search"), st.tuples(st.lists(corners, min_size=1, max_size=3), st.integers(-1, 9))),
    ),
    max_size=12,
)


def matrix(rows: Sequence[Sequence[float]]) -> Matrix:
    return np.array(rows, dtype=np.float32).reshape(-1, DIMENSION)


def unit_rows(count: int, seed: int = 7) -> Matrix:
    rows = np.random.default_rng(seed).normal(size=(count, DIMENSION)).astype(np.float32)
    return np.asarray(rows / np.linalg.norm(rows, axis=1, keepdims=True), dtype=np.float32)


def same(found: tuple[Matrix, Ids], expected: tuple[Matrix, Ids]) -> None:
    assert (found[0].dtype, found[1].dtype) == (np.float32, np.int64)
    assert found[1].tolist() == expected[1].tolist()
    np.testing.assert_allclose(found[0], expected[0], atol=1e-6)


@every_store
@settings(max_examples=150, deadline=None)
@given(sequence=steps)
def test_any_sequence_of_calls_gives_what_the_oracle_gives(
    store_class: type[SavedStore], sequence: list[tuple[str, object]]
) -> None:
    store, oracle = store_class(DIMENSION), NumpyStore(DIMENSION)  # type: ignore[call-arg]
    known: list[int] = []
    for verb, value in sequence:
        if verb == "add" and isinstance(value, dict):
            new = {key: row for key, row in value.items() if key not in known}
            known += new
            for each in (store, oracle):
                each.add(list(new), matrix(list(new.values())))
        elif verb == "delete" and isinstance(value, list):
            gone = [known.pop(place % len(known)) if known else place for place in value]
            for each in (store, oracle):
                each.delete(gone)
        elif isinstance(value, tuple):
            same(store.search(matrix(value[0]), value[1]), oracle.search(matrix(value[0]), value[1]))
        assert len(store) == len(oracle) == len(known)


@every_store
def test_cosines_of_random_vectors_are_within_a_millionth(store_class: type[SavedStore]) -> None:
    store, oracle = store_class(DIMENSION), NumpyStore(DIMENSION)  # type: ignore[call-arg]
    for each in (store, oracle):
        each.add(range(200), unit_rows(200))
    same(store.search(unit_rows(8, seed=8), 10), oracle.search(unit_rows(8, seed=8), 10))


@every_store
def test_a_cosine_never_leaves_minus_one_to_one(store_class: type[SavedStore]) -> None:
    rows = unit_rows(300)
    store = store_class(DIMENSION)  # type: ignore[call-arg]
    store.add(range(300), rows)
    scores, _ = store.search(np.concatenate([rows, -rows]), 300)
    assert (scores.min(), scores.max()) == (-1, 1)


@every_store
@pytest.mark.parametrize("k", [1, 2, 3, 5, 6, 99])
def test_equal_cosines_come_in_the_order_of_ids_wherever_the_list_is_cut(store_class: type[SavedStore], k: int) -> None:
    store = store_class(DIMENSION)  # type: ignore[call-arg]
    store.add([9, 7, 5, 3, 1], matrix([(1, 0, 0, 0)] * 5))
    store.add([4], matrix([(0, 1, 0, 0)]))
    assert store.search(matrix([(1, 0, 0, 0)]), k)[1].tolist() == [[1, 3, 5, 7, 9, 4][:k]]


@every_store
@pytest.mark.parametrize("k", [-1, 0, 5])
def test_an_empty_store_finds_nothing(store_class: type[SavedStore], k: int) -> None:
    scores, ids = store_class(DIMENSION).search(unit_rows(2), k)  # type: ignore[call-arg]
    assert (scores.shape, ids.shape, scores.dtype, ids.dtype) == ((2, 0), (2, 0), np.float32, np.int64)


@every_store
@pytest.mark.parametrize("ids", [[1], [2, 2], [3, 1]])
def test_an_id_that_is_taken_is_refused_and_nothing_is_added(store_class: type[SavedStore], ids: list[int]) -> None:
    store = store_class(DIMENSION)  # type: ignore[call-arg]
    store.add([1], unit_rows(1))
    with pytest.raises(ValueError):
        store.add(ids, unit_rows(len(ids)))
    assert len(store) == 1


@every_store
@pytest.mark.parametrize("shape", [(1, DIMENSION), (2, DIMENSION + 1), (2 * DIMENSION,), (2, DIMENSION, 1)])
def test_vectors_of_another_shape_are_refused(store_class: type[SavedStore], shape: tuple[int, ...]) -> None:
    store = store_class(DIMENSION)  # type: ignore[call-arg]
    with pytest.raises(ValueError):
        store.add([1, 2], np.zeros(shape, dtype=np.float32))
    assert len(store) == 0


@every_store
def test_a_deleted_id_is_not_found_and_may_be_used_again(store_class: type[SavedStore]) -> None:
    store = store_class(DIMENSION)  # type: ignore[call-arg]
    rows = unit_rows(3)
    store.add([1, 2, 3], rows)
    store.delete([2, 2, 77])
    assert 2 not in store.search(rows[1:2], 3)[1]
    store.add([2], rows[1:2])
    assert store.search(rows[1:2], 1)[1].tolist() == [[2]]


@every_store
@pytest.mark.parametrize("count", [0, 1, 30])
def test_bytes_hold_the_whole_store(store_class: type[SavedStore], count: int) -> None:
    store = store_class(DIMENSION)  # type: ignore[call-arg]
    store.add(range(100, 100 + count), unit_rows(count))
    again = store_class.from_bytes(store.to_bytes(), DIMENSION)
    assert len(again) == count
    same(again.search(unit_rows(3, seed=1), 30), store.search(unit_rows(3, seed=1), 30))
    with pytest.raises(ValueError):
        again.add([100, 100], unit_rows(2))


@every_store
def test_bytes_of_another_dimension_are_refused(store_class: type[SavedStore]) -> None:
    data = store_class(DIMENSION + 1).to_bytes()  # type: ignore[call-arg]
    with pytest.raises(IndexDamagedError, match=REMEDY):
        store_class.from_bytes(data, DIMENSION)


@every_store
@settings(max_examples=200, deadline=None)
@given(data=st.binary(max_size=200))
def test_foreign_bytes_are_refused_by_name_of_the_remedy(store_class: type[SavedStore], data: bytes) -> None:
    with pytest.raises(IndexDamagedError, match=REMEDY):
        store_class.from_bytes(data, DIMENSION)


@pytest.mark.parametrize("size", [0, 3, 4, 40, -1])
def test_truncated_faiss_bytes_are_refused(size: int) -> None:
    store = FaissStore(DIMENSION)
    store.add(range(5), unit_rows(5))
    with pytest.raises(IndexDamagedError, match=REMEDY):
        FaissStore.from_bytes(store.to_bytes()[:size], DIMENSION)


@pytest.mark.parametrize(
    "other",
    [
        faiss.IndexFlatIP(DIMENSION),
        faiss.IndexIDMap(faiss.IndexFlatIP(DIMENSION)),
        faiss.IndexIDMap2(faiss.IndexFlatL2(DIMENSION)),
        faiss.IndexIDMap2(faiss.IndexHNSWFlat(DIMENSION, 4)),
    ],
    ids=["no ids", "other id map", "distances instead of cosines", "approximate"],
)
def test_another_kind_of_faiss_index_is_refused(other: faiss.Index) -> None:
    with pytest.raises(IndexDamagedError, match=REMEDY):
        FaissStore.from_bytes(bytes(faiss.serialize_index(other).tobytes()), DIMENSION)
