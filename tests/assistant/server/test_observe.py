"""Every request has an id, a count and a line in the log; what was asked is not in it unless that is wanted."""

import io
import json
import logging
import time
from collections.abc import Callable, Iterator

import httpx
import pytest

from assistant.server.log import LOGGER, write_log
from assistant.server.run import RunningServer

QUESTION = "第十二条讲什么？"
Start = Callable[..., RunningServer]


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    loggers = [LOGGER, logging.getLogger("uvicorn"), logging.getLogger("mcp")]
    before = [(logger.handlers, logger.propagate) for logger in loggers]
    stream = io.StringIO()
    write_log(stream)
    yield stream
    for logger, (handlers, propagate) in zip(loggers, before, strict=True):
        logger.handlers, logger.propagate = handlers, propagate


def lines(log: io.StringIO, count: int) -> list[dict[str, object]]:
    """So many lines of the log; a request's own comes just after its answer."""
    deadline = time.monotonic() + 20
    while log.getvalue().count("\n") < count and time.monotonic() < deadline:
        time.sleep(0.01)
    return [json.loads(line) for line in log.getvalue().splitlines()]


def ask(server: RunningServer, **headers: str) -> httpx.Response:
    return httpx.post(
        f"{server.address}api/ask", json={"id": 1, "question": QUESTION}, headers=headers, trust_env=False, timeout=60
    )


def test_a_request_is_logged_with_its_id_and_without_the_question(server: RunningServer, log: io.StringIO) -> None:
    reply = ask(server)
    answer, request = lines(log, 2)
    assert request["request_id"] == answer["request_id"] == reply.headers["x-request-id"]
    assert (request["event"], request["route"], request["status"]) == ("request", "/api/ask", 200)
    assert (answer["event"], answer["result"], answer["mode"]) == ("answer", "作答", "extractive")
    assert "第十二条" not in log.getvalue()


def test_the_question_is_logged_if_that_is_asked_for(start: Start, log: io.StringIO) -> None:
    ask(start(log_questions=True))
    assert [line.get("question") for line in lines(log, 2)] == [QUESTION, None]


@pytest.mark.parametrize(
    ("given", "kept"),
    [("abc-1.2_3", True), ("", False), ("x" * 65, False), ("甲", False), ("a b", False), ('"', False)],
)
def test_an_id_that_a_client_gives_is_kept_if_it_is_harmless(server: RunningServer, given: str, kept: bool) -> None:
    headers = {"X-Request-ID": given.encode("utf-8").decode("latin-1")}
    reply = httpx.get(
        f"{server.address}healthz", headers={k: v.encode("latin-1") for k, v in headers.items()}, trust_env=False
    )
    assert (reply.headers["x-request-id"] == given) == kept
    assert len(reply.headers["x-request-id"]) > 0


def test_nothing_that_a_client_wrote_becomes_a_route(start: Start, log: io.StringIO) -> None:
    server = start()
    for path in ("api/clauses/%0Asecret", "v1/secret", "secret", "api/clauses/%22secret"):
        httpx.get(server.address + path, trust_env=False)
    metrics = httpx.get(f"{server.address}metrics", trust_env=False).text
    assert "secret" not in metrics
    assert {line["route"] for line in lines(log, 5)} == {"/api/clauses/{clause_id}", "other", "page", "/metrics"}
    assert "secret" not in log.getvalue()


def test_requests_and_answers_are_counted(start: Start) -> None:
    server = start()
    for question in (QUESTION, QUESTION, "怎样办理护照？", ""):
        httpx.post(f"{server.address}api/ask", json={"id": 1, "question": question}, trust_env=False, timeout=60)
    metrics = httpx.get(f"{server.address}metrics", trust_env=False).text
    for line in (
        'policy_assistant_requests_total{method="POST",route="/api/ask",status="200"} 3.0',
        'policy_assistant_requests_total{method="POST",route="/api/ask",status="400"} 1.0',
        'policy_assistant_answers_total{mode="extractive",result="answered"} 2.0',
        'policy_assistant_answers_total{mode="extractive",result="not_in_document"} 1.0',
        "policy_assistant_answer_seconds_count 3.0",
        "policy_assistant_requests_under_way 1.0",
        "policy_assistant_documents 1.0",
        "policy_assistant_clauses 29.0",
    ):
        assert line in metrics.splitlines()
