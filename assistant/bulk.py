"""The bulk door: questions from a JSON lines file, answers into another.

Both formats are promises: `answer_schema.json` beside this module describes them and tests hold the code to it.
"""

import json
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from assistant.answer import Answer
from assistant.records import answer_record
from corpus.errors import PolicyAssistantError, QuestionError

SCHEMA_FILE = Path(__file__).with_name("answer_schema.json")


class Answerer(Protocol):
    """What answers; `Assistant` does."""

    def ask(self, question: str, history: Any = None) -> Answer:  # noqa: ANN401 - checked by the door itself
        """See `Assistant.ask`."""
        ...


@dataclass(frozen=True, slots=True)
class BadLine:
    """A line that could not be answered: its 1-based number and why, in one sentence."""

    number: int
    reason: str


def read_lines(path: Path) -> list[bytes]:
    """The lines of a questions file.

    Raises:
        PolicyAssistantError: if it cannot be read.
    """
    try:
        return path.read_bytes().removeprefix(b"\xef\xbb\xbf").splitlines()
    except OSError as error:
        raise PolicyAssistantError(f"问题文件“{path.name}”无法读取，请检查路径和权限后重试。") from error


def answer_lines(assistant: Answerer, lines: list[bytes]) -> Iterator[dict[str, Any] | BadLine]:
    """Answer each line, in order; a bad line gives a `BadLine`, a blank one nothing."""
    for number, line in enumerate(lines, 1):
        if line.strip():
            yield _answer_line(assistant, line, number)


def _answer_line(assistant: Answerer, line: bytes, number: int) -> dict[str, Any] | BadLine:
    try:
        return answer_request(assistant, line)
    except PolicyAssistantError as error:
        return BadLine(number, str(error))


def answer_request(assistant: Answerer, line: bytes) -> dict[str, Any]:
    """Answer one line.

    Raises:
        PolicyAssistantError: if it cannot be answered.
    """
    asked = _parse(line)
    start = time.perf_counter()
    answer = assistant.ask(asked["question"], asked.get("history"))
    elapsed = (time.perf_counter() - start) * 1000
    return {"id": asked["id"], **answer_record(answer), "elapsed_ms": round(elapsed, 3)}


def _parse(line: bytes) -> dict[str, Any]:
    try:
        asked = json.loads(line.decode("utf-8"))
    except (ValueError, RecursionError) as error:
        raise QuestionError("这一行不是 UTF-8 编码的 JSON，请改正后重试。") from error
    if not isinstance(asked, dict) or not {"id", "question"} <= asked.keys():
        raise QuestionError("这一行须有 id 和 question 两项，请改正后重试。")
    if not isinstance(asked["id"], str | int) or isinstance(asked["id"], bool):
        raise QuestionError("id 必须是文字或整数，请改正后重试。")
    if any("\ud800" <= char <= "\udfff" for char in str(asked["id"])):
        raise QuestionError("id 里有无法写成 UTF-8 的字符，请改正后重试。")
    if not isinstance(asked.get("history"), list | None):
        raise QuestionError("history 必须是一个列表，请改正后重试。")
    return asked
