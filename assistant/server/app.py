"""The server, put together: the doors for programs, and the chat page everywhere else."""

from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from typing import Any

import gradio as gr
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.openapi.utils import get_openapi
from mcp.server.mcpserver import MCPServer
from mcp.server.transport_security import TransportSecuritySettings
from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from assistant.server.access import Access, Rules
from assistant.server.guard import Guard
from assistant.server.mcp_server import mcp_server
from assistant.server.metrics import Metrics
from assistant.server.observe import Observe, ObservedAssistant
from assistant.server.openai_routes import openai_router
from assistant.server.paths import MCP_PATH, OPENAPI_PATH, is_for_programs
from assistant.server.problems import (
    BY_STATUS,
    FAILED,
    INVALID,
    NO_CLAUSE,
    Problem,
    RequestError,
    problem_response,
    question_problem,
)
from assistant.server.routes import api_router
from assistant.server.schemas import answer_schemas
from assistant.server.served import Served
from assistant.server.workers import AT_ONCE, WAITING, Workers
from assistant.sheet_door import SHEET_PATH, sheet_route
from assistant.ui import build_page, mount_page
from corpus.errors import ClauseMissingError, PolicyAssistantError, QuestionError

Handler = Callable[[Request, Any], Coroutine[Any, Any, Response]]
_BEARER = {"令牌": {"type": "http", "scheme": "bearer"}}


def create_app(
    assistant: Served,
    rules: Rules,
    *,
    only_loopback: bool,
    log_questions: bool = False,
    page: gr.Blocks | None = None,
) -> ASGIApp:
    """The whole server as an ASGI application.

    `rules` are for programs. `only_loopback`: the server listens to this machine only. `page`: the chat page, if not
    the usual one.
    """
    metrics = Metrics(assistant.documents)
    observed = ObservedAssistant(assistant, metrics, log_questions=log_questions)
    workers = Workers(AT_ONCE, WAITING)
    front = FastAPI(openapi_url=None)
    front.add_route(SHEET_PATH, sheet_route(observed, observed.recent), methods=["POST"])
    mount_page(front, page or build_page(observed))
    doors = _doors(observed, workers, metrics, lifespan_of=front, needs_token=bool(rules.tokens))
    return Observe(Guard(_Split(Access(doors, rules), front), only_loopback=only_loopback), metrics)


class _Split:
    """ASGI: the doors for programs have their own application; start and end of the server are its matter too."""

    def __init__(self, doors: ASGIApp, front: ASGIApp) -> None:
        self._doors = doors
        self._front = front

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        is_door = scope["type"] == "lifespan" or is_for_programs(scope["path"])
        await (self._doors if is_door else self._front)(scope, receive, send)


def _doors(
    assistant: Served, workers: Workers, metrics: Metrics, *, lifespan_of: FastAPI, needs_token: bool
) -> FastAPI:
    tools = mcp_server(assistant, workers)
    tools_app = tools.streamable_http_app(
        streamable_http_path=MCP_PATH,
        json_response=True,
        stateless_http=True,
        transport_security=TransportSecuritySettings(enable_dns_rebinding_protection=False),  # the guard does that
    )
    app = FastAPI(
        title="政策问答助手",
        description="回答关于条款式政策文件的问题，引文都与原文逐字核对。",
        openapi_url=OPENAPI_PATH,
        docs_url=None,  # its page loads scripts from elsewhere
        redoc_url=None,
        exception_handlers=_HANDLERS,
        lifespan=_lifespan(tools, lifespan_of),
    )
    app.include_router(api_router(assistant, workers, metrics))
    app.include_router(openai_router(assistant, workers))
    app.router.routes.extend(tools_app.routes)
    app.openapi = lambda: _openapi(app, needs_token=needs_token)  # type: ignore[method-assign]
    return app


def _lifespan(tools: MCPServer[Any], front: FastAPI) -> Callable[[FastAPI], Any]:
    @asynccontextmanager
    async def run(_: FastAPI) -> AsyncIterator[None]:
        async with front.router.lifespan_context(front), tools.session_manager.run():
            yield

    return run


def _openapi(app: FastAPI, *, needs_token: bool) -> dict[str, Any]:
    """The description of the doors, with the answer's promised schema, and without the errors that cannot come."""
    if app.openapi_schema is None:
        schema = get_openapi(
            title=app.title,
            version="1",
            description=app.description,
            routes=app.routes,
            separate_input_output_schemas=False,
        )
        schema["components"]["schemas"].update(answer_schemas())
        for path in schema["paths"].values():
            for operation in path.values():
                operation["responses"].pop("422", None)
        if needs_token:
            schema["components"]["securitySchemes"] = _BEARER
            schema["security"] = [{name: [] for name in _BEARER}]
        app.openapi_schema = schema
    return app.openapi_schema


def _handler(find: Callable[[Any], Problem]) -> Handler:
    async def handle(request: Request, error: Exception) -> Response:
        return problem_response(find(error), request.url.path)

    return handle


_HANDLERS: dict[int | type[Exception], Handler] = {
    RequestError: _handler(lambda error: error.problem),
    ClauseMissingError: _handler(lambda _: NO_CLAUSE),
    QuestionError: _handler(lambda error: question_problem(str(error))),
    PolicyAssistantError: _handler(lambda error: Problem(FAILED.status, FAILED.code, str(error))),
    RequestValidationError: _handler(lambda _: INVALID),
    HTTPException: _handler(lambda error: BY_STATUS.get(error.status_code, INVALID)),
    Exception: _handler(lambda _: FAILED),
}
