"""What is known afterwards: every request and every answer counted, timed and logged."""

import time

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from assistant.answer import Answer
from assistant.ledger import Selection
from assistant.question import History
from assistant.server.log import log_event
from assistant.server.metrics import Metrics
from assistant.server.paths import route_of
from assistant.server.request_id import HEADER, begin_request
from assistant.server.served import Served
from assistant.sheet_door import RecentAnswers
from corpus.clauses import Clause
from index.retriever import Hit


class Observe:
    """The outermost ASGI middleware: gives every request its id, counts it, and logs how it ended."""

    def __init__(self, app: ASGIApp, metrics: Metrics) -> None:
        """Observe `app`."""
        self._app = app
        self._metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one connection."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request_id = begin_request(Headers(scope=scope).get(HEADER, ""))
        status = 499  # the client left before there was a response

        async def send_on(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                MutableHeaders(scope=message)[HEADER] = request_id
            await send(message)

        start = time.perf_counter()
        self._metrics.begin()
        try:
            await self._app(scope, receive, send_on)
        finally:
            seconds = time.perf_counter() - start
            route = route_of(scope["path"])
            self._metrics.end(route, scope["method"], status, seconds)
            log_event(
                "request",
                client=scope.get("client_name", ""),
                method=scope["method"],
                route=route,
                status=status,
                milliseconds=round(seconds * 1000, 1),
            )


class ObservedAssistant:
    """An assistant whose answers are counted, timed and logged; the text of questions only if `log_questions`.

    Attributes:
        recent: its last answers.
    """

    def __init__(self, assistant: Served, metrics: Metrics, *, log_questions: bool) -> None:
        """Hand on to `assistant`."""
        self.recent = RecentAnswers()
        self._assistant = assistant
        self._metrics = metrics
        self._log_questions = log_questions
        self.documents = assistant.documents
        self.manifest = assistant.manifest

    def clause(self, clause_id: str) -> Clause:
        """See `Assistant.clause`."""
        return self._assistant.clause(clause_id)

    def search(self, question: str, k: int) -> list[Hit]:
        """See `Assistant.search`."""
        return self._assistant.search(question, k)

    def targets(self, topic: str | None = None) -> Selection:
        """See `Assistant.targets`."""
        return self._assistant.targets(topic)

    def ask(self, question: str, history: History | None = None) -> Answer:
        """See `Assistant.ask`."""
        start = time.perf_counter()
        answer = self._assistant.ask(question, history)
        seconds = time.perf_counter() - start
        self._metrics.answered(answer, seconds)
        self.recent.add(answer)
        log_event(
            "answer",
            result=answer.refusal.value if answer.refusal else "作答",
            mode=answer.mode,
            citations=len(answer.citations),
            milliseconds=round(seconds * 1000, 1),
            **({"question": answer.question} if self._log_questions else {}),
        )
        return answer
