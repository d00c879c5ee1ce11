"""A build gives an index that answers, or leaves the one that was there, whichever write fails."""

import builtins
import errno
import io
import os
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Self

import numpy as np
import pytest
from numpy.typing import NDArray

from corpus import Document, document_from_text
from corpus.errors import DocumentError, IndexBusyError, IndexMissingError, SearchIndexError
from index.build import build_index
from index.passages import passages
from index.retriever import HybridRetriever
from index.search_index import SearchIndex, open_index
from tests.index.fakes import HashEmbedder

pytestmark = pytest.mark.usefixtures("small_dictionary")
ROADS_QUESTION, WATER_QUESTION = "县级财政每年安排养护经费", "汛期每日观测水位"


def best(index: SearchIndex, question: str) -> str:
    return HybridRetriever(index, HashEmbedder()).search(question, 1)[0].clause.id


def test_an_index_of_two_documents_answers_from_both(
    tmp_path: Path, roads: Document, water: Document, embedder: HashEmbedder
) -> None:
    manifest = build_index([water, roads], tmp_path, embedder)
    index = open_index(tmp_path, embedder)
    assert index.manifest == manifest
    assert [parsed.document for parsed in index.documents] == [roads, water], "in the order of their names"
    assert best(index, ROADS_QUESTION) == "村道:一/（二）"
    assert best(index, WATER_QUESTION) == "水库:第二条"


def test_an_index_of_the_bundled_document_answers(tmp_path: Path, bundled: Document, embedder: HashEmbedder) -> None:
    build_index([bundled], tmp_path, embedder)
    index = open_index(tmp_path, embedder)
    assert len(index.clauses) == 29
    clause = index.clauses[6]
    assert clause.heading == "稳住农业发展基础"
    assert best(index, clause.sentences[0].of(bundled.text)) == clause.id


def test_an_opened_index_finds_the_documents_of_its_clauses(
    tmp_path: Path, roads: Document, water: Document, embedder: HashEmbedder
) -> None:
    build_index([roads, water], tmp_path, embedder)
    index = open_index(tmp_path, embedder)
    for clause in index.clauses:
        assert clause in index.document_of(clause).clauses


def test_the_vectors_are_those_of_the_passages(tmp_path: Path, roads: Document, embedder: HashEmbedder) -> None:
    build_index([roads], tmp_path, embedder)
    index = open_index(tmp_path, embedder)
    for kind, found in passages(index.documents).items():
        store = index.vectors[kind]
        assert len(store) == len(found) == len(index.rows[kind])
        vectors = embedder.embed_passages([passage.text for passage in found])
        scores, _ = store.search(vectors, 1)
        np.testing.assert_allclose(scores, 1, atol=1e-5)


def test_the_manifest_says_what_the_index_is_made_of(
    tmp_path: Path, roads: Document, water: Document, embedder: HashEmbedder
) -> None:
    manifest = build_index([roads, water], tmp_path, embedder)
    assert (manifest.model, manifest.dimension) == (embedder.fingerprint, embedder.dimension)
    assert [(entry.name, entry.title, entry.sha256, entry.clauses) for entry in manifest.documents] == [
        ("村道", "村道养护办法", roads.sha256, 3),
        ("水库", "水库管理规定", water.sha256, 3),
    ]


def test_the_order_of_the_documents_given_does_not_matter(
    tmp_path: Path, roads: Document, water: Document, embedder: HashEmbedder
) -> None:
    one = build_index([roads, water], tmp_path / "one", embedder)
    other = build_index([water, roads], tmp_path / "other", embedder)
    assert one == other, "checksums of all files included"


def test_progress_counts_every_passage_to_the_end(tmp_path: Path, roads: Document, embedder: HashEmbedder) -> None:
    told: list[tuple[int, int]] = []
    build_index([roads], tmp_path, embedder, lambda done, total: told.append((done, total)))
    total = sum(len(store) for store in open_index(tmp_path, embedder).vectors.values())
    assert told == [(done, total) for done in range(1, total + 1)]


def test_no_document_and_two_of_one_name_are_refused(tmp_path: Path, roads: Document, embedder: HashEmbedder) -> None:
    for documents in ([], [roads, roads]):
        with pytest.raises(ValueError, match="different names"):
            build_index(documents, tmp_path, embedder)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("text", ["关于某事的通知", "！！！", "*", "关于某事的通知\n\n***"])
def test_documents_without_a_word_below_the_title_are_refused(
    tmp_path: Path, text: str, embedder: HashEmbedder
) -> None:
    with pytest.raises(DocumentError, match=r"请放入有正文的文件后重试。$"):
        build_index([document_from_text(text, "空.txt")], tmp_path, embedder)


@pytest.mark.parametrize("text", ["关于某事的通知", "！！！", "一、\n二、\n"])
def test_beside_another_document_one_without_words_does_no_harm(
    tmp_path: Path, text: str, water: Document, embedder: HashEmbedder
) -> None:
    build_index([document_from_text(text, "空.txt"), water], tmp_path, embedder)
    assert best(open_index(tmp_path, embedder), WATER_QUESTION) == "水库:第二条"


def test_a_folder_that_is_a_file_is_refused(tmp_path: Path, roads: Document, embedder: HashEmbedder) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(SearchIndexError, match=r"重试。$"):
        build_index([roads], tmp_path / "file", embedder)


class NestedBuilder(HashEmbedder):
    """Tries to build in the same folder while it is asked for vectors."""

    def __init__(self, documents: Sequence[Document], folder: Path) -> None:
        super().__init__()
        self._documents = documents
        self._folder = folder
        self.refused = False

    def embed_passages(
        self, texts: Sequence[str], progress: Callable[[int, int], None] | None = None
    ) -> NDArray[np.float32]:
        with pytest.raises(IndexBusyError, match=r"请稍候重试。$"):
            build_index(self._documents, self._folder, HashEmbedder())
        self.refused = True
        return super().embed_passages(texts, progress)


def test_a_second_builder_of_the_same_process_is_refused_and_the_first_goes_on(
    tmp_path: Path, roads: Document, water: Document, embedder: HashEmbedder
) -> None:
    first = NestedBuilder([water], tmp_path)
    build_index([roads], tmp_path, first)
    assert first.refused
    assert best(open_index(tmp_path, embedder), ROADS_QUESTION) == "村道:一/（二）"


class FailingModelError(Exception):
    """What the embedder below raises."""


class FailingEmbedder(HashEmbedder):
    """Fails at the third kind of passage."""

    calls = 0

    def embed_passages(
        self, texts: Sequence[str], progress: Callable[[int, int], None] | None = None
    ) -> NDArray[np.float32]:
        self.calls += 1
        if self.calls == 3:
            raise FailingModelError
        return super().embed_passages(texts, progress)


def test_a_model_that_fails_leaves_the_old_index_and_the_lock_free(
    tmp_path: Path, roads: Document, water: Document, embedder: HashEmbedder
) -> None:
    build_index([roads], tmp_path, embedder)
    with pytest.raises(FailingModelError):
        build_index([water], tmp_path, FailingEmbedder())
    assert best(open_index(tmp_path, embedder), ROADS_QUESTION) == "村道:一/（二）"
    build_index([water], tmp_path, embedder)
    assert best(open_index(tmp_path, embedder), WATER_QUESTION) == "水库:第二条"


class FailingFile:
    """A file whose writes count; the one that fails has written half before."""

    def __init__(self, file: Any, disk: "FailingDisk") -> None:  # noqa: ANN401
        self._file = file
        self._disk = disk

    def write(self, data: Any) -> int:  # noqa: ANN401
        if self._disk.fails():
            self._file.write(data[: len(data) // 2])
            raise OSError(errno.ENOSPC, "No space left on device")
        return int(self._file.write(data))

    def __enter__(self) -> Self:
        """It is its own context."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close the file."""
        self._file.close()

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401
        """All else is the file's."""
        return getattr(self._file, name)


class FailingDisk:
    """Counts what changes the disk (below one folder or by descriptor), and fails once, at a given count."""

    def __init__(self, patch: pytest.MonkeyPatch, folder: Path, fail_at: int) -> None:
        self._folder = str(folder)
        self._fail_at = fail_at
        self.count = 0
        for module in (builtins, io):
            patch.setattr(module, "open", self._opener(io.open))
        for name in ("replace", "rename", "mkdir", "open"):
            patch.setattr(os, name, self._call(getattr(os, name)))
        patch.setattr(os, "fsync", self._fsync)

    @property
    def failed(self) -> bool:
        return self.count >= self._fail_at

    def fails(self) -> bool:
        self.count += 1
        return self.count == self._fail_at

    def _counts(self, path: Any) -> bool:  # noqa: ANN401
        return isinstance(path, str | Path) and str(path).startswith(self._folder)

    def _opener(self, real: Callable[..., Any]) -> Callable[..., Any]:
        def opener(path: Any, mode: str = "r", *args: Any, **options: Any) -> Any:  # noqa: ANN401
            if not self._counts(path) or not set(mode) & set("wax+"):
                return real(path, mode, *args, **options)
            if self.fails():
                raise OSError(errno.ENOSPC, "No space left on device", str(path))
            return FailingFile(real(path, mode, *args, **options), self)

        return opener

    def _call(self, real: Callable[..., Any]) -> Callable[..., Any]:
        def call(path: Any, *args: Any, **options: Any) -> Any:  # noqa: ANN401
            exists = real.__name__ == "mkdir" and Path(path).exists()
            if self._counts(path) and not exists and self.fails():
                raise OSError(errno.ENOSPC, "No space left on device", str(path))
            return real(path, *args, **options)

        return call

    def _fsync(self, _: int) -> None:
        """Only counts: what it would do is out of a test's sight, and slow."""
        if self.fails():
            raise OSError(errno.EIO, "Input/output error")


def test_whichever_write_fails_the_index_answers_and_the_next_build_succeeds(
    tmp_path: Path, roads: Document, water: Document, embedder: HashEmbedder
) -> None:
    folder = tmp_path / "index"
    choices = [(roads, ROADS_QUESTION, "村道:一/（二）"), (water, WATER_QUESTION, "水库:第二条")]
    build_index([roads], folder, embedder)
    current, fail_at, published_late = 0, 0, 0
    while True:
        fail_at += 1
        with pytest.MonkeyPatch.context() as patch:
            disk = FailingDisk(patch, folder, fail_at)
            try:
                build_index([choices[1 - current][0]], folder, embedder)
            except SearchIndexError as error:
                assert str(error).endswith("重试。"), "the remedy"
            else:
                assert not disk.failed, f"failure {fail_at} was passed over"
                break
        assert disk.failed
        index = open_index(folder, embedder)
        if index.documents[0].document != choices[current][0]:
            published_late += 1
            current = 1 - current
        _, question, clause = choices[current]
        assert best(index, question) == clause
    assert fail_at > 60, "the writes of some twenty files, and their flushing, were met"
    assert published_late <= 2, "only opening and flushing the folder comes behind the swap"
    _, question, clause = choices[1 - current]
    assert best(open_index(folder, embedder), question) == clause
    assert not list(folder.glob("*.tmp"))


def test_a_first_build_that_fails_leaves_no_index(tmp_path: Path, roads: Document, embedder: HashEmbedder) -> None:
    folder = tmp_path / "index"
    for fail_at in range(1, 42, 8):
        with pytest.MonkeyPatch.context() as patch:
            FailingDisk(patch, folder, fail_at)
            with pytest.raises(SearchIndexError):
                build_index([roads], folder, embedder)
        with pytest.raises(IndexMissingError, match="policy-assistant index build"):
            open_index(folder, embedder)
    build_index([roads], folder, embedder)
    assert best(open_index(folder, embedder), ROADS_QUESTION) == "村道:一/（二）"
