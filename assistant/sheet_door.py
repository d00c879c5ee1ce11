"""The page's button for an answer sheet.

`POST /api/sheet` takes a form whose field `asked` holds what `sheet_request` writes, and gives that answer's sheet.
"""

import hashlib
import json
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime
from threading import Lock
from typing import Any, Protocol
from urllib.parse import quote

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.formparsers import MultiPartException
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from assistant.answer import Answer
from assistant.bulk import Answerer
from assistant.sheet_record import Source
from corpus.errors import PolicyAssistantError, QuestionError

SHEET_PATH = "/api/sheet"


_REMEMBERED = 256


class RecentAnswers:
    """The last answers given, so that a sheet holds the very answer that was shown, whoever wrote it.

    Safe to use from several threads.
    """

    def __init__(self) -> None:
        """Remember nothing yet."""
        self._by_digest: OrderedDict[tuple[str, str], Answer] = OrderedDict()
        self._lock = Lock()

    def add(self, answer: Answer) -> None:
        """Remember an answer, and forget the oldest."""
        with self._lock:
            self._by_digest[answer.question, _digest(answer)] = answer
            if len(self._by_digest) > _REMEMBERED:
                self._by_digest.popitem(last=False)

    def find(self, question: str, digest: str) -> Answer | None:
        """The answer to a question, by the digest of its text."""
        with self._lock:
            return self._by_digest.get((question, digest))


class SheetAnswerer(Answerer, Source, Protocol):
    """What answers, and knows its documents; `Assistant` does."""


def sheet_route(assistant: SheetAnswerer, recent: RecentAnswers) -> Callable[[Request], Awaitable[Response]]:
    """The handler of `SHEET_PATH`: 200 with a .docx to keep, or 400 with one Chinese sentence as plain text."""

    async def sheet(request: Request) -> Response:
        try:
            asked = await _field(request)
            name, data = await run_in_threadpool(_sheet, assistant, recent, asked)
        except PolicyAssistantError as error:
            return PlainTextResponse(str(error), status_code=400)
        kept = f"attachment; filename=\"answer-sheet.docx\"; filename*=UTF-8''{quote(name)}"
        return Response(data, headers={"Content-Disposition": kept, "Cache-Control": "no-store"}, media_type=_DOCX)

    return sheet


def sheet_request(question: str, earlier: Sequence[str], answer: Answer) -> str:
    """What the button posts: the question, the questions before it, and a digest of the answer that was shown.

    Any text can be asked for, with characters that UTF-8 cannot carry too; every code point takes at most six bytes.
    """
    history = [{"role": "user", "content": words} for words in earlier]
    asked = json.dumps({"question": question, "history": history, "shown": _digest(answer)}, ensure_ascii=False)
    return asked.encode("utf-8", "backslashreplace").decode("utf-8")


async def _field(request: Request) -> str:
    try:
        async with request.form(max_files=0, max_fields=1) as form:
            asked = form.get("asked")
    except (HTTPException, MultiPartException) as error:
        raise QuestionError(_NOT_A_REQUEST) from error
    if not isinstance(asked, str):
        raise QuestionError(_NOT_A_REQUEST)
    return asked


def _sheet(assistant: SheetAnswerer, recent: RecentAnswers, text: str) -> tuple[str, bytes]:
    """The sheet's file name and its bytes; an answer that is not remembered is given again."""
    from assistant.sheet import sheet_name, write_sheet  # noqa: PLC0415 - slow to import

    asked = _parse(text)
    shown = recent.find(asked["question"].strip(), asked["shown"])
    answer = shown or assistant.ask(asked["question"], asked["history"])
    if asked["shown"] != _digest(answer):
        raise PolicyAssistantError("再次作答的结果与页面上所示的不同，没有写出答复单，请重新提问后再下载。")
    return sheet_name(answer), write_sheet(answer, assistant, datetime.now(UTC))


def _parse(text: str) -> dict[str, Any]:
    """What `sheet_request` wrote; what question and history say is for the assistant to check."""
    try:
        asked = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise QuestionError(_NOT_A_REQUEST) from error
    kinds = {"question": str, "history": list, "shown": str}
    if not isinstance(asked, dict) or not all(isinstance(asked.get(name), kind) for name, kind in kinds.items()):
        raise QuestionError(_NOT_A_REQUEST)
    return asked


def _digest(answer: Answer) -> str:
    return hashlib.sha256(answer.text.encode("utf-8", "replace")).hexdigest()


_NOT_A_REQUEST = "提交的内容格式不对，请从问答页面点“下载答复单”。"
_DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
