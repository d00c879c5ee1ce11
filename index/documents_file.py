"""The documents of an index, on disk as JSON lines."""

from collections.abc import Iterable, Sequence
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from corpus.document import Document
from corpus.errors import IndexDamagedError

_ADAPTER = TypeAdapter(Document)


def write_documents(path: Path, documents: Iterable[Document]) -> None:
    """One document a line."""
    with path.open("wb") as file:
        for document in documents:
            file.write(_ADAPTER.dump_json(document) + b"\n")


def read_documents(path: Path) -> Sequence[Document]:
    """Read what `write_documents` wrote.

    Raises:
        IndexDamagedError: if the file is missing or holds anything else.
    """
    try:
        return [_ADAPTER.validate_json(line) for line in path.read_bytes().splitlines()]
    except (OSError, ValidationError) as error:
        raise IndexDamagedError("索引中的文件正文无法读取，请运行 policy-assistant index build 重建。") from error
