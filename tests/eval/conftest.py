"""What the tests of `eval` share: the bundled index, built once with the bundled model."""

from pathlib import Path

import pytest

from assistant import build_assistant
from assistant.assistant import Assistant


@pytest.fixture(scope="session")
def index_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where `assistant` puts the bundled index; ask for that fixture too."""
    return tmp_path_factory.mktemp("eval") / "index"


@pytest.fixture(scope="session")
def assistant(index_folder: Path) -> Assistant:
    """The real one, over the bundled document."""
    return build_assistant(index=index_folder)
