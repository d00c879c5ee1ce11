"""The doors for programs: what comes is what the assistant answers, and what is wrong is said so."""

import json
import socket
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import httpx
import jsonschema
import pytest

from assistant.answer import Answer
from assistant.assistant import Assistant
from assistant.bulk import SCHEMA_FILE
from assistant.records import answer_record
from assistant.server.run import RunningServer
from assistant.sheet_door import sheet_request
from corpus.errors import SettingsError
from eval.dataset import BUNDLED_SET, load_examples

QUESTION = "农业方面有哪些目标"
Start = Callable[..., RunningServer]


def test_an_answer_is_the_assistant_s_own_and_keeps_the_promise(client: httpx.Client, assistant: Assistant) -> None:
    reply = client.post("/api/ask", json={"id": "甲", "question": QUESTION}).json()
    jsonschema.validate(reply, json.loads(SCHEMA_FILE.read_text("utf-8")))
    elapsed = reply.pop("elapsed_ms")
    assert elapsed > 0
    assert reply == {"id": "甲", **answer_record(assistant.ask(QUESTION))}


def test_many_clients_at_once_get_what_one_gets(client: httpx.Client, assistant: Assistant) -> None:
    questions = [example.question for example in load_examples(BUNDLED_SET, "dev")[::12]]

    def ask(question: str) -> Any:  # noqa: ANN401 - JSON
        reply = client.post("/api/ask", json={"id": question, "question": question}).json()
        return {name: value for name, value in reply.items() if name != "elapsed_ms"}

    with ThreadPoolExecutor(16) as pool:
        got = list(pool.map(ask, questions))
    assert len(questions) > 30
    assert got == [{"id": question, **answer_record(assistant.ask(question))} for question in questions]


def test_documents_and_their_clauses_are_all_there(client: httpx.Client, assistant: Assistant) -> None:
    (document,) = client.get("/api/documents").json()["documents"]
    (parsed,) = assistant.documents
    assert document["sha256"] == parsed.document.sha256
    assert [clause["clause_id"] for clause in document["clauses"]] == [clause.id for clause in parsed.clauses]


def test_every_clause_can_be_fetched_and_is_verbatim(client: httpx.Client, assistant: Assistant) -> None:
    (parsed,) = assistant.documents
    for clause in parsed.clauses:
        body = client.get(f"/api/clauses/{clause.id}").json()
        for passage in (body, *body["sentences"], *body["footnotes"]):
            assert parsed.document.text[passage["start"] : passage["end"]] == passage["text"]
        assert body["clause_id"] == clause.id
        assert len(body["sentences"]) == len(clause.sentences)


def test_targets_are_the_ledger_s(client: httpx.Client, assistant: Assistant) -> None:
    everything = client.get("/api/targets").json()
    some = client.get("/api/targets", params={"topic": "农业"}).json()
    assert len(everything["targets"]) == len(assistant.targets().rows)
    assert [row["quote"] for row in some["targets"]] == [row.quote for row in assistant.targets("农业").rows]
    assert some["by_words"] and 0 < len(some["targets"]) < len(everything["targets"])


@pytest.mark.parametrize(
    ("asked", "body", "status", "code"),
    [
        ("GET /api/clauses/没有", None, 404, "clause_not_found"),
        ("GET /api/clauses/../../etc/passwd", None, 403, "forbidden"),
        ("GET /api/targets?topic=", None, 400, "invalid_question"),
        (f"GET /api/targets?topic={'长' * 501}", None, 400, "invalid_question"),
        ("POST /api/ask", b"{", 400, "invalid_question"),
        ("POST /api/ask", b"\xff", 400, "invalid_question"),
        ("POST /api/ask", b'{"id": 1, "question": " "}', 400, "invalid_question"),
        ("POST /api/ask", b"[" * 100_000, 400, "invalid_question"),
        ("POST /api/ask", b" " * 300_000, 413, "too_large"),
        ("GET /api/ask", None, 405, "method_not_allowed"),
        ("DELETE /api/documents", None, 405, "method_not_allowed"),
        ("BREW /api/documents", None, 405, "method_not_allowed"),
    ],
)
def test_what_is_wrong_is_said_in_chinese_and_in_a_code(
    client: httpx.Client, asked: str, body: bytes | None, status: int, code: str
) -> None:
    method, path = asked.split(" ", 1)
    reply = client.request(method, path, content=body)
    assert (reply.status_code, reply.json()["code"]) == (status, code)
    assert reply.json()["error"].endswith("。")
    assert "请" in reply.json()["error"]
    assert reply.json()["request_id"] == reply.headers["x-request-id"]


def test_a_body_of_unknown_length_is_not_read(client: httpx.Client) -> None:
    def forever() -> Any:  # noqa: ANN401 - a generator of bytes
        yield b"{"

    reply = client.post("/api/ask", content=forever())
    assert (reply.status_code, reply.json()["code"]) == (411, "length_required")


class Changing:
    """An assistant that, like a chat model, never says the same twice."""

    def __init__(self, assistant: Assistant) -> None:
        self._assistant = assistant
        self.documents = assistant.documents
        self.manifest = assistant.manifest
        self.count = 0

    def ask(self, question: str, history: object = None) -> Answer:
        self.count += 1
        return replace(self._assistant.ask(question), lead=f"第{self.count}次。")


def test_a_sheet_holds_the_answer_that_was_shown(start: Start, assistant: Assistant) -> None:
    changing = Changing(assistant)
    address = start(served=changing).address
    shown = httpx.post(f"{address}api/ask", json={"id": 1, "question": QUESTION}, trust_env=False, timeout=60)
    answer = replace(assistant.ask(QUESTION), lead="第1次。")
    assert answer.text == shown.json()["answer"]
    for asked, status in ((answer, 200), (replace(answer, lead="第0次。"), 400)):
        form = {"asked": sheet_request(QUESTION, [], asked)}
        assert httpx.post(f"{address}api/sheet", data=form, trust_env=False, timeout=60).status_code == status
    assert changing.count == 2


class Broken:
    """An assistant with a defect."""

    def __init__(self, assistant: Assistant) -> None:
        self.documents = assistant.documents
        self.manifest = assistant.manifest

    def ask(self, question: str, history: object = None) -> object:
        raise RuntimeError("secret /srv/key")


@pytest.mark.parametrize("path", ["/api/ask", "/v1/chat/completions"])
def test_a_defect_shows_nothing_from_inside(start: Start, assistant: Assistant, path: str) -> None:
    address = start(served=Broken(assistant)).address
    asked = {"id": 1, "question": QUESTION, "messages": [{"role": "user", "content": QUESTION}]}
    reply = httpx.post(address.rstrip("/") + path, json=asked, trust_env=False)
    assert reply.status_code == 500
    assert "internal_error" in reply.text
    assert "secret" not in reply.text


@pytest.mark.parametrize("path", ["/healthz", "/api/documents", "/v1/models", "/openapi.json"])
def test_other_sites_and_foreign_host_names_are_refused(client: httpx.Client, path: str) -> None:
    for headers in ({"Origin": "http://e.com"}, {"Host": "e.com"}, {"Host": "["}, {"Origin": "http://["}):
        reply = client.get(path, headers=headers)
        assert reply.status_code == 403
        assert '"code":"forbidden"' in reply.text


def test_the_description_holds_every_door_and_the_promised_schema(client: httpx.Client) -> None:
    described = client.get("/openapi.json").json()
    assert set(described["paths"]) == {
        "/api/ask",
        "/api/documents",
        "/api/clauses/{clause_id}",
        "/api/targets",
        "/v1/models",
        "/v1/models/{name}",
        "/v1/chat/completions",
        "/healthz",
        "/metrics",
    }
    promised = json.loads(SCHEMA_FILE.read_text("utf-8"))["$defs"]["answer"]["properties"].keys()
    assert described["components"]["schemas"]["answer"]["properties"].keys() == promised
    assert "农业方面有哪些目标" in json.dumps(described, ensure_ascii=False)


def test_a_taken_port_is_named(server: RunningServer) -> None:
    port = int(server.address.rstrip("/").rpartition(":")[2])
    with pytest.raises(SettingsError, match=f"端口 {port}"):
        RunningServer(lambda *_: None, "127.0.0.1", port)


def test_small_answers_are_not_held_back(server: RunningServer) -> None:
    assert server._socket.proto == socket.IPPROTO_TCP  # or asyncio does not turn Nagle's algorithm off
