"""What the tests of `assistant` share: the bundled index, built once with the bundled model, and what stands on it."""

from collections.abc import Callable
from pathlib import Path

import pytest

from assistant import build_assistant
from assistant.answerability import AnswerabilityModel
from assistant.assistant import Assistant
from assistant.settings import BUNDLED_DOCUMENTS
from corpus import ParsedDocument, document_from_text, parse, read_document
from index.embedder import BundledEmbedder
from index.retriever import HybridRetriever


@pytest.fixture(scope="session")
def index_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where `assistant` puts the bundled index; ask for that fixture too, unless the index may be missing."""
    return tmp_path_factory.mktemp("assistant") / "index"


@pytest.fixture(scope="session")
def assistant(index_folder: Path) -> Assistant:
    return build_assistant(index=index_folder)


@pytest.fixture(scope="session")
def bundled() -> ParsedDocument:
    return parse(read_document(BUNDLED_DOCUMENTS / "2023年经济工作要点.txt"))


@pytest.fixture(scope="session")
def retriever(assistant: Assistant) -> HybridRetriever:
    """The assistant's own, so that the model is loaded once."""
    return assistant._retriever


@pytest.fixture(scope="session")
def embedder() -> BundledEmbedder:
    return BundledEmbedder()


@pytest.fixture(scope="session")
def willing() -> AnswerabilityModel:
    """Finds every question answerable, so that a test does not hang on fitted numbers."""
    return AnswerabilityModel({}, bias=0.0, threshold=0.0)


@pytest.fixture(scope="session")
def unwilling() -> AnswerabilityModel:
    """Finds no question answerable."""
    return AnswerabilityModel({}, bias=0.0, threshold=1.0)


@pytest.fixture(scope="session")
def official() -> Callable[[str], ParsedDocument]:
    """An official text by the number that its file name begins with."""
    folder = Path(__file__).parents[2] / "eval" / "datasets" / "other_policies"

    def find(number: str) -> ParsedDocument:
        return parse(read_document(next(folder.glob(f"{number}_*.txt"))))

    return find


@pytest.fixture(scope="session")
def parsed() -> Callable[..., ParsedDocument]:
    """Parses the given lines as the document `样例`."""

    def parse_lines(*lines: str) -> ParsedDocument:
        return parse(document_from_text("\n".join(lines), "样例.txt"))

    return parse_lines


@pytest.fixture
def token_file(tmp_path: Path) -> Path:
    file = tmp_path / "tokens.txt"
    file.write_text("# 各单位的令牌\n农业局 nongyeju-0123456789\n\n统计局 tongjiju-0123456789\n", encoding="utf-8")
    return file
