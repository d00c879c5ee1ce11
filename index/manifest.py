"""What an index on disk is made of, and the check that it still is."""

import hashlib
from collections.abc import Sequence
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from corpus.clauses import ParsedDocument
from corpus.errors import IndexDamagedError

SCHEMA = 1
MANIFEST_FILE = "manifest.json"
_REBUILD = "请运行 policy-assistant index build 重建。"


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class FileEntry(_Frozen):
    """A file of the index: SHA-256 in hex, size in bytes."""

    sha256: str
    size: int


class DocumentEntry(_Frozen):
    """A document of the index, with the SHA-256 of its source file."""

    name: str
    title: str
    sha256: str
    clauses: int


class Manifest(_Frozen):
    """Binds the files of an index to each other, to the model and to the way of cutting documents.

    Attributes:
        layout: SHA-256 of all clause ids and sentence spans; another parser gives another layout.
        model: the embedder's fingerprint.
    """

    schema_version: int
    model: str
    dimension: int
    layout: str
    documents: tuple[DocumentEntry, ...]
    files: dict[str, FileEntry]

    def check_model(self, fingerprint: str) -> None:
        """Raise `IndexDamagedError` if the index was made with another model."""
        if fingerprint != self.model:
            raise IndexDamagedError(f"索引是用另一个向量模型建立的，{_REBUILD}")

    def check_layout(self, documents: Sequence[ParsedDocument]) -> None:
        """Raise `IndexDamagedError` if this program cuts the documents in another way."""
        if layout_digest(documents) != self.layout:
            raise IndexDamagedError(f"索引是由另一版本的程序建立的，{_REBUILD}")


def layout_digest(documents: Sequence[ParsedDocument]) -> str:
    """SHA-256 of what the rows of the vectors stand for."""
    digest = hashlib.sha256()
    for parsed in documents:
        for clause in parsed.clauses:
            spans = ",".join(f"{span.start}-{span.end}" for span in clause.sentences)
            digest.update(f"{clause.id}|{clause.section}|{clause.heading}|{spans}\n".encode())
    return digest.hexdigest()


def file_entries(folder: Path) -> dict[str, FileEntry]:
    """All files below `folder`, by their path there, the manifest left out."""
    return {
        path.relative_to(folder).as_posix(): FileEntry(
            sha256=hashlib.sha256(path.read_bytes()).hexdigest(), size=path.stat().st_size
        )
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.name != MANIFEST_FILE
    }


def read_manifest(folder: Path, sha256: str) -> Manifest:
    """Read the manifest whose checksum is `sha256`, and check every file that it names.

    Raises:
        IndexDamagedError: if anything does not match.
    """
    try:
        data = (folder / MANIFEST_FILE).read_bytes()
        if hashlib.sha256(data).hexdigest() != sha256:
            raise IndexDamagedError(f"索引的清单已损坏，{_REBUILD}")
        manifest = Manifest.model_validate_json(data)
        if manifest.schema_version != SCHEMA:
            raise IndexDamagedError(f"索引是由另一版本的程序建立的，{_REBUILD}")
        for name, entry in manifest.files.items():
            if hashlib.sha256((folder / name).read_bytes()).hexdigest() != entry.sha256:
                raise IndexDamagedError(f"索引文件“{name}”已损坏，{_REBUILD}")
    except (OSError, ValidationError) as error:
        raise IndexDamagedError(f"索引文件缺失或无法读取，{_REBUILD}") from error
    return manifest
