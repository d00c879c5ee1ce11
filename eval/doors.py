"""The doors through which the assistant can be asked: a `Door` turns an example into a response."""

import json
import time
from collections.abc import Callable
from pathlib import Path

import httpx

from assistant.bulk import Answerer
from assistant.records import answer_record
from corpus.errors import PolicyAssistantError
from eval.dataset import Example
from eval.response import Response, read_response

Door = Callable[[Example], Response]
_TIMEOUT = 120.0


def python_door(assistant: Answerer) -> Door:
    """Ask in this process; times are the assistant's own."""

    def ask(example: Example) -> Response:
        start = time.perf_counter()
        answer = assistant.ask(example.question, example.history)
        elapsed = (time.perf_counter() - start) * 1000
        return read_response({**answer_record(answer), "elapsed_ms": elapsed})

    return ask


def answers_file(path: Path) -> Door:
    """Look answers up in what `policy-assistant answer --output` wrote.

    Raises:
        PolicyAssistantError: if the file cannot be read; by the door itself, if it has no answer to a question.
    """
    try:
        lines = path.read_text(encoding="utf-8-sig").split("\n")  # other line separators may stand in an answer
        records = {str(record["id"]): record for record in map(json.loads, filter(str.strip, lines))}
    except (OSError, ValueError, LookupError, TypeError, RecursionError) as error:
        raise PolicyAssistantError(f"回答文件“{path.name}”无法读取，请检查文件后重试。") from error

    def look_up(example: Example) -> Response:
        if example.id not in records:
            raise PolicyAssistantError(f"回答文件“{path.name}”里没有题目“{example.id}”的回答，请补上后重试。")
        return read_response(records[example.id])

    return look_up


def endpoint(url: str, client: httpx.Client | None = None) -> Door:
    """Post to a running server: `{"id", "question", "history"}` to `url`, a line of the bulk door back.

    Times are measured here, with the way there and back. Raises (by the door itself) PolicyAssistantError if the
    server cannot be reached or does not answer in that format.
    """
    connection = client or httpx.Client(timeout=_TIMEOUT, trust_env=False)

    def post(example: Example) -> Response:
        asked = {"id": example.id, "question": example.question, "history": list(example.history)}
        start = time.perf_counter()
        try:
            reply = connection.post(url, json=asked)
            reply.raise_for_status()
            record = {**reply.json(), "elapsed_ms": (time.perf_counter() - start) * 1000}
        except (httpx.HTTPError, httpx.InvalidURL, ValueError, TypeError, RecursionError) as error:
            raise PolicyAssistantError("服务没有正常回答，请检查 --endpoint 的地址和服务是否在运行。") from error
        return read_response(record)

    return post
