"""What the tests of `corpus` share: the bundled document, other official texts, and a parser of invented texts."""

from collections.abc import Callable
from pathlib import Path

import pytest

import corpus
from corpus import Document, ParsedDocument, document_from_text, parse, read_document


@pytest.fixture(scope="session")
def bundled_path() -> Path:
    return Path(corpus.__file__).parent / "documents" / "2023年经济工作要点.txt"


@pytest.fixture(scope="session")
def bundled(bundled_path: Path) -> Document:
    return read_document(bundled_path)


@pytest.fixture(scope="session")
def bundled_parse(bundled: Document) -> ParsedDocument:
    return parse(bundled)


@pytest.fixture(scope="session")
def documents_folder() -> Path:
    """Public official texts, each numbered in another way."""
    return Path(__file__).parents[2] / "eval" / "datasets" / "other_policies"


@pytest.fixture(scope="session")
def official_texts(documents_folder: Path, bundled: Document) -> list[Document]:
    return [bundled, *(read_document(path) for path in sorted(documents_folder.glob("*.txt")))]


@pytest.fixture(scope="session")
def parsed() -> Callable[..., ParsedDocument]:
    """Parses the given lines as the document `样例`."""

    def parse_lines(*lines: str) -> ParsedDocument:
        return parse(document_from_text("\n".join(lines), "样例.txt"))

    return parse_lines
