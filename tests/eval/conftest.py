"""What the tests of `eval` share: the bundled index, built once with the bundled model, and the command over it."""

import os
import sys
from pathlib import Path

import pytest

from assistant import build_assistant, cli
from assistant.assistant import Assistant
from assistant.settings import PREFIX
from tests.eval.command import Call, Done


@pytest.fixture(scope="session")
def index_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where `assistant` puts the bundled index; ask for that fixture too."""
    return tmp_path_factory.mktemp("eval") / "index"


@pytest.fixture(scope="session")
def assistant(index_folder: Path) -> Assistant:
    """The real one, over the bundled document."""
    return build_assistant(index=index_folder)


@pytest.fixture
def call(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], index_folder: Path, tmp_path: Path
) -> Call:
    """Runs the entry point in this process, in a folder of its own, over the shared index."""
    for name in [name for name in os.environ if name.startswith(PREFIX)]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("POLICY_ASSISTANT_INDEX", str(index_folder))
    monkeypatch.chdir(tmp_path)

    def run(*arguments: str | Path) -> Done:
        monkeypatch.setattr(sys, "argv", ["policy-assistant", *map(str, arguments)])
        with pytest.raises(SystemExit) as ended:
            cli.main()
        captured = capsys.readouterr()
        return Done(int(ended.value.code or 0), captured.out, captured.err)

    return run
