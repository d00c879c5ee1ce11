"""`/v1`: the assistant as OpenAI's clients know a chat model.

The answer's text is the message; its record, citations and all, stands beside it as `policy_assistant`. Nothing is sent
before the whole answer has been checked; a stream then carries it line by line.
"""

import json
import time
import uuid
from collections.abc import Iterator
from typing import Any

from fastapi import APIRouter
from fastapi.responses import StreamingResponse

from assistant.answer import Answer
from assistant.records import answer_record
from assistant.server.paths import CHAT_PATH, MODELS_PATH
from assistant.server.problems import NO_MODEL, RequestError, question_problem
from assistant.server.schemas import (
    MODEL,
    ChatReply,
    ChatRequest,
    Choice,
    Completion,
    ModelEntry,
    Models,
    OpenAIError,
)
from assistant.server.served import Served
from assistant.server.workers import Workers

_ERRORS: dict[int | str, dict[str, Any]] = {
    status: {"model": OpenAIError, "description": words}
    for status, words in {
        400: "请求的内容不对",
        401: "没有有效的令牌",
        404: "没有这个模型",
        411: "请求没有说明长度",
        413: "提交的内容太大",
        429: "请求太频繁",
        503: "提问的人较多",
    }.items()
}
_EXTENSION = "policy_assistant"


def openai_router(assistant: Served, workers: Workers) -> APIRouter:
    """The routes."""
    router = APIRouter(responses=_ERRORS)
    since = int(time.time())

    @router.get(MODELS_PATH, summary="可用的模型")
    async def models() -> Models:
        return Models(data=[ModelEntry(created=since)])

    @router.get(f"{MODELS_PATH}/{{name}}", summary="一个模型")
    async def model(name: str) -> ModelEntry:
        _check_model(name)
        return ModelEntry(created=since)

    @router.post(
        CHAT_PATH,
        summary="提问（与 OpenAI 的接口相同）",
        response_model=Completion,
        responses={200: {"content": {"text/event-stream": {"schema": {"type": "string"}}}}},
    )
    async def chat(request: ChatRequest) -> Completion | StreamingResponse:
        _check_model(request.model)
        question, history = _conversation(request)
        answer = await workers.run(assistant.ask, question, history)
        if request.stream:
            return StreamingResponse(_events(answer), media_type="text/event-stream")
        return _completion(answer)

    return router


def _check_model(name: str) -> None:
    if name != MODEL:
        raise RequestError(NO_MODEL)


def _conversation(request: ChatRequest) -> tuple[str, list[dict[str, str]]]:
    """The question and what was said before it."""
    *earlier, last = request.messages
    if last.role != "user":
        raise RequestError(question_problem("最后一条消息必须是用户的提问，请改正后重试。"))
    said = [{"role": one.role, "content": one.words} for one in earlier if one.role in ("user", "assistant")]
    return last.words, said


def _completion(answer: Answer) -> Completion:
    return Completion(
        id=_new_id(),
        created=int(time.time()),
        choices=[Choice(message=ChatReply(content=answer.text))],
        policy_assistant=answer_record(answer),
    )


def _events(answer: Answer) -> Iterator[str]:
    """The answer as server-sent events; the last before `[DONE]` carries its record."""
    head = {"id": _new_id(), "object": "chat.completion.chunk", "created": int(time.time()), "model": MODEL}
    yield _event({**head, "choices": [_delta({"role": "assistant", "content": ""})]})
    for line in answer.text.splitlines(keepends=True):
        yield _event({**head, "choices": [_delta({"content": line})]})
    yield _event({**head, "choices": [_delta({}, "stop")], _EXTENSION: answer_record(answer)})
    yield "data: [DONE]\n\n"


def _delta(delta: dict[str, str], finish_reason: str | None = None) -> dict[str, Any]:
    return {"index": 0, "delta": delta, "finish_reason": finish_reason}


def _event(chunk: dict[str, Any]) -> str:
    return f"data: {json.dumps(chunk, ensure_ascii=False)}\n\n"


def _new_id() -> str:
    return f"chatcmpl-{uuid.uuid4().hex}"
