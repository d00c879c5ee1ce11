"""The README's snippets work as they are written, against a server, one after the other in one session."""

import contextlib
import io
import re
from pathlib import Path

import pytest

from assistant.assistant import Assistant
from assistant.server.run import RunningServer

README = Path(__file__).parents[3] / "README.md"
ADDRESS = "http://127.0.0.1:7860/"


def test_snippets_work_as_written(
    server: RunningServer, assistant: Assistant, index_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    monkeypatch.setenv("POLICY_ASSISTANT_INDEX", str(index_folder))
    snippets = re.findall(r"```python\n(.*?)```", README.read_text(encoding="utf-8"), re.DOTALL)
    assert len(snippets) == 4
    answer = assistant.ask("农业方面有哪些目标")
    first = answer.citations[0]
    printed = [
        f"{answer.text}\n{first.clause.label} {first.span.start} {first.span.end} {first.quote}\n",
        f"{[hit.clause.label for hit in assistant.search('农业方面有哪些目标', 3)]}\n",
        f"{answer.text}\n{first.quote}\n",
        f"{answer.text}\n",
    ]
    session: dict[str, object] = {}
    for snippet, expected in zip(snippets, printed, strict=True):
        with contextlib.redirect_stdout(io.StringIO()) as output:
            exec(snippet.replace(ADDRESS, server.address), session)  # noqa: S102 - our own README
        assert output.getvalue().startswith(expected)
