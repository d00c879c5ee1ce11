"""The manifest binds every file, the model and the parser: whatever does not match is refused, with the remedy."""

import hashlib
import json
import pickle
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from corpus import Document, Span, clauses
from corpus.errors import IndexDamagedError, IndexMissingError
from index import manifest as manifest_module
from index.build import build_index
from index.manifest import MANIFEST_FILE, Manifest, file_entries, layout_digest
from index.passages import PassageKind
from index.retriever import HybridRetriever
from index.search_index import open_index, vectors_file
from tests.index.fakes import HashEmbedder

pytestmark = pytest.mark.usefixtures("small_dictionary")
REMEDY = "policy-assistant index build"
FILES = [
    "CURRENT",
    MANIFEST_FILE,
    "documents.jsonl",
    *(vectors_file(kind) for kind in PassageKind),
    *(
        f"{folder}/{name}"
        for folder in ("words", "bigrams")
        for name in (
            *("data.csc.index.npy", "indices.csc.index.npy", "indptr.csc.index.npy"),
            *("params.index.json", "vocab.index.json", "size.json"),
        )
    ),
]
every_file = pytest.mark.parametrize("name", FILES)


@pytest.fixture(scope="module")
def pristine(tmp_path_factory: pytest.TempPathFactory, roads: Document, water: Document) -> Path:
    folder = tmp_path_factory.mktemp("index") / "two"
    build_index([roads, water], folder, HashEmbedder())
    return folder


@pytest.fixture(scope="module")
def foreign(tmp_path_factory: pytest.TempPathFactory, water: Document) -> Path:
    """Another index of the same model."""
    folder = tmp_path_factory.mktemp("index") / "one"
    build_index([water], folder, HashEmbedder())
    return folder


@pytest.fixture
def folder(tmp_path: Path, pristine: Path) -> Path:
    """A copy to damage."""
    return Path(shutil.copytree(pristine, tmp_path / "index"))


def located(folder: Path, name: str) -> Path:
    pointer = json.loads((folder / "CURRENT").read_text(encoding="utf-8"))
    return folder / name if name == "CURRENT" else folder / pointer["generation"] / name


def reseal(folder: Path) -> None:
    """Make manifest and pointer true again after a change of files."""
    path = located(folder, MANIFEST_FILE)
    old = Manifest.model_validate_json(path.read_bytes())
    data = old.model_copy(update={"files": file_entries(path.parent)}).model_dump_json().encode()
    path.write_bytes(data)
    pointer = {"generation": path.parent.name, "manifest_sha256": hashlib.sha256(data).hexdigest()}
    (folder / "CURRENT").write_text(json.dumps(pointer), encoding="utf-8")


def refused(folder: Path, embedder: HashEmbedder | None = None) -> str:
    with pytest.raises(IndexDamagedError, match=REMEDY) as caught:
        open_index(folder, embedder or HashEmbedder())
    assert str(folder) not in str(caught.value)
    return str(caught.value)


def test_the_list_of_files_is_whole(pristine: Path) -> None:
    generation = located(pristine, "documents.jsonl").parent
    found = {path.relative_to(generation).as_posix() for path in generation.rglob("*") if path.is_file()}
    assert found == set(FILES) - {"CURRENT"}
    assert set(file_entries(generation)) == found - {MANIFEST_FILE}


@every_file
@pytest.mark.parametrize("place", [0.0, 0.3, 0.7, 1.0])
def test_one_flipped_bit_in_any_file_is_refused(folder: Path, name: str, place: float) -> None:
    path = located(folder, name)
    data = bytearray(path.read_bytes())
    data[round(place * (len(data) - 1))] ^= 1
    path.write_bytes(data)
    refused(folder)


def test_every_flipped_bit_of_the_pointer_is_refused(folder: Path) -> None:
    path = folder / "CURRENT"
    whole = path.read_bytes()
    for place in range(len(whole)):
        for bit in range(8):
            damaged = bytearray(whole)
            damaged[place] ^= 1 << bit
            path.write_bytes(damaged)
            refused(folder)


@every_file
@pytest.mark.parametrize("change", [lambda data: data[:-1], lambda data: b"", lambda data: data + b"\0"])
def test_a_file_cut_short_or_grown_is_refused(folder: Path, name: str, change: Callable[[bytes], bytes]) -> None:
    path = located(folder, name)
    path.write_bytes(change(path.read_bytes()))
    refused(folder)


@every_file
def test_a_removed_file_is_refused(folder: Path, name: str) -> None:
    located(folder, name).unlink()
    with pytest.raises(IndexMissingError if name == "CURRENT" else IndexDamagedError, match=REMEDY):
        open_index(folder, HashEmbedder())


@every_file
def test_a_file_that_is_a_folder_is_refused(folder: Path, name: str) -> None:
    path = located(folder, name)
    path.unlink()
    path.mkdir()
    refused(folder)


@every_file
def test_a_file_of_another_index_is_refused(folder: Path, foreign: Path, name: str) -> None:
    shutil.copy(located(foreign, name), located(folder, name))
    refused(folder)


def test_the_refusal_names_the_damaged_file(folder: Path) -> None:
    located(folder, "words/size.json").write_text("7", encoding="utf-8")
    assert "words/size.json" in refused(folder)


@pytest.mark.parametrize("name", [name for name in FILES if name not in ("CURRENT", MANIFEST_FILE)])
def test_a_file_that_the_manifest_does_not_miss_is_missed_all_the_same(folder: Path, name: str) -> None:
    located(folder, name).unlink()
    reseal(folder)
    refused(folder)


def test_too_few_vectors_are_refused_even_if_the_manifest_agrees(folder: Path, foreign: Path) -> None:
    shutil.copy(located(foreign, "clause.faiss"), located(folder, "clause.faiss"))
    reseal(folder)
    refused(folder)


class Canary:
    """Unpickled, it makes a file."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self) -> tuple[object, tuple[Path]]:
        """What unpickling calls."""
        return Path.touch, (self.path,)


def test_planted_files_are_not_read(folder: Path, pristine: Path, tmp_path: Path) -> None:
    evil = pickle.dumps(Canary(tmp_path / "canary"))
    generation = located(folder, "documents.jsonl").parent
    for name in ("index.pkl", "documents.pkl", "CURRENT.tmp", "words/corpus.jsonl", "words/nonoccurrence_array.npy"):
        for top in (folder, generation):
            (top / name).parent.mkdir(exist_ok=True)
            (top / name).write_bytes(evil)
    hits = [
        HybridRetriever(open_index(each, HashEmbedder()), HashEmbedder()).search("养护经费", 9)
        for each in (folder, pristine)
    ]
    assert hits[0] == hits[1]
    assert not (tmp_path / "canary").exists()


@pytest.mark.parametrize("name", [name for name in FILES if name != "CURRENT"])
def test_a_pickle_in_the_place_of_a_file_is_refused_and_not_run(folder: Path, tmp_path: Path, name: str) -> None:
    located(folder, name).write_bytes(pickle.dumps(Canary(tmp_path / "canary")))
    refused(folder)
    assert not (tmp_path / "canary").exists()


def test_another_model_of_the_same_dimension_is_refused(folder: Path) -> None:
    assert "另一个向量模型" in refused(folder, HashEmbedder("another"))


def test_another_parser_is_refused(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clauses, "sentence_spans", lambda _, paragraph: [paragraph])
    assert "另一版本的程序" in refused(folder)


def test_another_schema_is_refused(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(manifest_module, "SCHEMA", manifest_module.SCHEMA + 1)
    assert "另一版本的程序" in refused(folder)


def test_an_unknown_key_of_the_manifest_is_refused(folder: Path) -> None:
    path = located(folder, MANIFEST_FILE)
    data = json.dumps({**json.loads(path.read_bytes()), "more": 1}).encode()
    path.write_bytes(data)
    pointer = {"generation": path.parent.name, "manifest_sha256": hashlib.sha256(data).hexdigest()}
    (folder / "CURRENT").write_text(json.dumps(pointer), encoding="utf-8")
    refused(folder)


def test_the_layout_depends_on_what_rows_stand_for(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    documents = open_index(folder, HashEmbedder()).documents
    layout = layout_digest(documents)
    assert layout == layout_digest(list(documents))
    assert layout != layout_digest(documents[::-1])
    assert layout != layout_digest(documents[:1])
    monkeypatch.setattr(clauses, "sentence_spans", lambda text, paragraph: [Span(paragraph.start, paragraph.end - 1)])
    assert layout != layout_digest([clauses.parse(parsed.document) for parsed in documents])
