"""Killed, crowded or misdirected: the folder always holds an index that opens, or says how to get one."""

import json
import os
import random
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from corpus import Document
from corpus.errors import IndexBusyError, IndexDamagedError, IndexMissingError
from index import search_index
from index.build import build_index
from index.manifest import MANIFEST_FILE, Manifest
from index.retriever import HybridRetriever
from index.search_index import open_index
from tests.index.fakes import HashEmbedder

pytestmark = pytest.mark.usefixtures("small_dictionary")
ROOT = Path(__file__).parents[2]
REMEDY = "policy-assistant index build"
Nursery = Callable[..., str]


@pytest.fixture
def folder(tmp_path: Path, roads: Document, embedder: HashEmbedder) -> Path:
    """An index of one document."""
    build_index([roads], tmp_path / "index", embedder)
    return tmp_path / "index"


@pytest.fixture(scope="module")
def nursery(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Nursery]:
    """Sends a command to `builder_nursery.py` and gives its answer."""
    dictionary = tmp_path_factory.mktemp("nursery") / "dict.txt"
    dictionary.write_text("养护 9 v\n水库 9 n\n", encoding="utf-8")
    command = [sys.executable, str(Path(__file__).parent / "builder_nursery.py"), str(dictionary)]
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
    pipe = subprocess.PIPE
    with subprocess.Popen(command, env=environment, stdin=pipe, stdout=pipe, text=True) as process:  # noqa: S603 - our own code

        def ask(*words: object) -> str:
            assert process.stdin is not None
            assert process.stdout is not None
            process.stdin.write(" ".join(map(str, words)) + "\n")
            process.stdin.flush()
            verb, _, answer = process.stdout.readline().rstrip("\n").partition(" ")
            assert verb == words[0], "the nursery has died"
            return answer

        yield ask


def generations(folder: Path) -> list[Path]:
    return sorted(folder.glob("gen-*"))


def current(folder: Path) -> Path:
    return folder / json.loads((folder / "CURRENT").read_text(encoding="utf-8"))["generation"]


def test_a_builder_killed_at_any_moment_leaves_an_index_that_opens(
    folder: Path, nursery: Nursery, embedder: HashEmbedder
) -> None:
    moments = random.Random(20230104)  # noqa: S311
    completed = cut_short = 0
    for _ in range(15):
        completed += int(nursery("build", folder, moments.uniform(0, 0.4)))
        index = open_index(folder, embedder)
        hits = HybridRetriever(index, embedder).search("养护经费由县级财政安排", 3)
        assert "养护" in index.document_of(hits[0].clause).document.text
        cut_short += any(not (path / MANIFEST_FILE).exists() for path in generations(folder))
    assert completed, "some builds came to their end"
    assert cut_short, "some did not"


def test_after_a_kill_the_next_build_clears_what_was_left(
    folder: Path, nursery: Nursery, roads: Document, embedder: HashEmbedder
) -> None:
    nursery("hold", folder)
    nursery("kill")
    left = [path for path in generations(folder) if not (path / MANIFEST_FILE).exists()]
    assert len(left) == 1
    build_index([roads], folder, embedder)
    assert not left[0].exists()


def test_while_another_process_builds_a_builder_is_refused_and_a_reader_is_not(
    folder: Path, nursery: Nursery, water: Document, embedder: HashEmbedder
) -> None:
    nursery("hold", folder)
    try:
        with pytest.raises(IndexBusyError, match=r"请稍候重试。$"):
            build_index([water], folder, embedder)
        assert open_index(folder, embedder).documents[0].document.name == "村道"
    finally:
        nursery("kill")
    build_index([water], folder, embedder)
    assert open_index(folder, embedder).documents[0].document.name == "水库"


def test_a_reader_that_opened_before_a_rebuild_keeps_answering_after_it(
    folder: Path, water: Document, embedder: HashEmbedder
) -> None:
    reader = HybridRetriever(open_index(folder, embedder), embedder)
    before = reader.search("养护经费", 3)
    for _ in range(4):
        build_index([water], folder, embedder)
    assert reader.search("养护经费", 3) == before
    assert {hit.clause.document for hit in before} == {"村道"}


def test_a_rebuild_in_the_middle_of_opening_does_not_disturb_it(
    folder: Path, water: Document, embedder: HashEmbedder, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = search_index.read_manifest

    def rebuild_first(generation: Path, sha256: str) -> Manifest:
        build_index([water], folder, embedder)
        return real(generation, sha256)

    monkeypatch.setattr(search_index, "read_manifest", rebuild_first)
    assert open_index(folder, embedder).documents[0].document.name == "村道"
    monkeypatch.undo()
    assert open_index(folder, embedder).documents[0].document.name == "水库"


def test_old_generations_are_cleaned_up(folder: Path, roads: Document, embedder: HashEmbedder) -> None:
    order = [current(folder)]
    for _ in range(5):
        build_index([roads], folder, embedder)
        order.append(current(folder))
    assert set(generations(folder)) <= set(order[-3:]), "the new one, and those a reader may be opening"
    assert {order[-1], order[-2]} <= set(generations(folder))


def test_what_is_no_generation_is_left_alone(folder: Path, roads: Document, embedder: HashEmbedder) -> None:
    (folder / "备注.txt").write_text("请勿删除", encoding="utf-8")
    (folder / "gen-file").touch()
    for _ in range(3):
        build_index([roads], folder, embedder)
    assert (folder / "备注.txt").exists()


def test_without_an_index_the_error_names_the_command(tmp_path: Path, embedder: HashEmbedder) -> None:
    for folder in (tmp_path, tmp_path / "none"):
        with pytest.raises(IndexMissingError, match=REMEDY):
            open_index(folder, embedder)


def pointer(generation: str, **more: Any) -> str:  # noqa: ANN401
    return json.dumps({"generation": generation, "manifest_sha256": "0" * 64, **more})


@pytest.mark.parametrize(
    "content",
    [
        pointer("../x"),
        pointer("gen-/../../x"),
        pointer("/etc"),
        pointer("gen-..\\x"),
        pointer(".."),
        pointer(""),
        pointer("gen-" + "a" * 3000),
        pointer("gen-" + "0" * 32),
        pointer("gen-" + "0" * 31 + "\0"),
        pointer("gen-\ud800"),
        pointer("gen-" + "0" * 32 + "\n"),
        '{"generation": "gen-0"}',
        '["gen-0", "0"]',
        "null",
        "",
        "[" * 100_000,
    ],
    ids=lambda content: ascii(content)[:40],
)
def test_a_pointer_that_is_none_or_leads_elsewhere_is_refused(
    folder: Path, content: str, embedder: HashEmbedder
) -> None:
    outside = folder.parent / "x"
    current(folder).rename(outside)
    (folder / "CURRENT").write_text(content, encoding="utf-8")
    with pytest.raises(IndexDamagedError, match=REMEDY):
        open_index(folder, embedder)


def test_a_pointer_to_a_true_generation_elsewhere_is_refused(folder: Path, embedder: HashEmbedder) -> None:
    true = json.loads((folder / "CURRENT").read_text(encoding="utf-8"))
    current(folder).rename(folder.parent / true["generation"])
    (folder / "CURRENT").write_text(json.dumps({**true, "generation": f"../{true['generation']}"}), encoding="utf-8")
    with pytest.raises(IndexDamagedError, match=REMEDY):
        open_index(folder, embedder)


def test_a_build_mends_a_damaged_pointer(folder: Path, water: Document, embedder: HashEmbedder) -> None:
    (folder / "CURRENT").write_bytes(b"\xff\x00")
    build_index([water], folder, embedder)
    assert open_index(folder, embedder).documents[0].document.name == "水库"


def test_the_folder_may_be_moved(folder: Path, embedder: HashEmbedder) -> None:
    moved = folder.rename(folder.parent / "别处")
    assert open_index(moved, embedder).documents[0].document.name == "村道"
