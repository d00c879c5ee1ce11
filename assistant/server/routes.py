"""`/api`, for programs, and what tells an administrator how the server is."""

from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, Response
from prometheus_client import CONTENT_TYPE_LATEST

from assistant.bulk import answer_request
from assistant.ledger import row_record
from assistant.records import clause_record, document_record
from assistant.server.metrics import Metrics
from assistant.server.paths import (
    ASK_PATH,
    CLAUSES_PATH,
    DOCUMENTS_PATH,
    HEALTH_PATH,
    METRICS_PATH,
    TARGETS_PATH,
)
from assistant.server.schemas import ClauseBody, Documents, ErrorBody, Health, Targets, reference
from assistant.server.served import Served
from assistant.server.workers import Workers

_ERRORS: dict[int | str, dict[str, Any]] = {
    400: {"model": ErrorBody, "description": "请求的内容不对"},
    401: {"model": ErrorBody, "description": "没有有效的令牌"},
    429: {"model": ErrorBody, "description": "请求太频繁"},
    503: {"model": ErrorBody, "description": "提问的人较多"},
}
_NOT_FOUND: dict[int | str, dict[str, Any]] = {404: {"model": ErrorBody, "description": "没有这一条款"}}
_TOO_LARGE: dict[int | str, dict[str, Any]] = {
    411: {"model": ErrorBody, "description": "请求没有说明长度"},
    413: {"model": ErrorBody, "description": "提交的内容太大"},
}


def api_router(assistant: Served, workers: Workers, metrics: Metrics) -> APIRouter:
    """The routes."""
    router = APIRouter(responses=_ERRORS)
    by_name = {parsed.document.name: parsed for parsed in assistant.documents}

    @router.post(
        ASK_PATH,
        summary="提问",
        description="请求和回答就是 policy-assistant answer 命令输入、输出文件的一行。",
        openapi_extra={"requestBody": {**reference("question"), "required": True}},
        responses={200: {**reference("answer"), "description": "回答或拒答"}, **_TOO_LARGE},
    )
    async def ask(request: Request) -> JSONResponse:
        return JSONResponse(await workers.run(answer_request, assistant, await request.body()))

    @router.get(DOCUMENTS_PATH, summary="所依据的文件和其中的条款")
    async def documents() -> Documents:
        return Documents.model_validate({"documents": [document_record(parsed) for parsed in assistant.documents]})

    @router.get(f"{CLAUSES_PATH}/{{clause_id:path}}", summary="一条条款的全文", responses=_NOT_FOUND)
    async def clause(clause_id: str) -> ClauseBody:
        found = assistant.clause(clause_id)
        return ClauseBody.model_validate(clause_record(found, by_name[found.document]))

    @router.get(TARGETS_PATH, summary="文件提出的目标", description="不写 topic 则全部列出。")
    async def targets(topic: str | None = None) -> Targets:
        selection = await workers.run(assistant.targets, topic)
        rows = [row_record(row) for row in selection.rows]
        return Targets(topic=topic, by_words=selection.by_words, targets=rows)

    @router.get(HEALTH_PATH, summary="服务是否正常")
    async def health() -> Health:
        return Health(documents=len(by_name), clauses=sum(len(parsed.clauses) for parsed in by_name.values()))

    @router.get(
        METRICS_PATH,
        summary="运行指标（Prometheus 格式）",
        response_class=Response,
        responses={200: {"content": {"text/plain": {"schema": {"type": "string"}}}}},
    )
    async def prometheus() -> Response:
        return Response(metrics.text(), media_type=CONTENT_TYPE_LATEST)

    return router
