"""Whichever door an answer comes through, it is the same response; what is no answer is one Chinese sentence."""

import json
import math
import socket
import threading
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import httpx
import pytest

from assistant.answer import Answer, Group, RefusalReason, RetrievedClause
from assistant.assistant import Assistant
from assistant.bulk import answer_lines
from assistant.citation import cite
from assistant.records import answer_record
from corpus.errors import PolicyAssistantError
from eval.dataset import Example
from eval.doors import answers_file, endpoint, python_door
from eval.outcome import Judge
from eval.response import CitedQuote, Response, read_response
from tests.command import is_one_sentence
from tests.eval.scripted import CONTENT, FIGURE, NOTHING, bundled, clause

HISTORY = ({"role": "user", "content": "粮食目标是什么？"}, {"role": "assistant", "content": "见（六）。"})
FOLLOWUP = replace(FIGURE, id="7", question="那生猪呢？", history=HISTORY)
GOOD = {"answer": "答", "refused": False, "refusal_reason": None, "citations": [], "retrieved": []}
CITATION = {"document": "甲", "clause_id": "甲:一", "quote": "词", "start": 0, "end": 1}


@dataclass
class FakeAssistant:
    """Answers from clause 6, refuses passports; keeps what it was asked."""

    asked: list[tuple[str, list[Mapping[str, str]]]] = field(default_factory=list)

    def ask(self, question: str, history: Sequence[Mapping[str, str]] | None = None) -> Answer:
        """See `Assistant.ask`."""
        self.asked.append((question, list(history or [])))
        if "护照" in question:
            return Answer(question, question, "没有写到。", refusal=RefusalReason.NOT_IN_DOCUMENT, probability=0.125)
        found = clause(6)
        group = Group(found, tuple(cite(bundled(), found, span) for span in found.sentences[:2]))
        retrieved = (RetrievedClause(found, 2.5), RetrievedClause(clause(10), 1.5))
        return Answer(question, question, "文件中有：", (group,), retrieved=retrieved)


def without_time(response: Response) -> Response:
    assert response.milliseconds >= 0
    return replace(response, milliseconds=0.0)


def expected(example: Example) -> Response:
    return read_response(answer_record(FakeAssistant().ask(example.question)))


def test_the_python_door_gives_what_the_assistant_says_and_tells_it_what_came_before() -> None:
    fake = FakeAssistant()
    response = without_time(python_door(fake)(FOLLOWUP))
    assert response == expected(FOLLOWUP)
    assert (response.refused, response.retrieved) == (False, (clause(6).id, clause(10).id))
    assert [one.clause_id for one in response.citations] == [clause(6).id] * 2
    assert Judge([bundled()]).outcome(FOLLOWUP, response).exact == (True, True)
    assert fake.asked == [(FOLLOWUP.question, list(HISTORY))]


def test_the_python_door_gives_a_refusal_with_its_reason() -> None:
    response = python_door(FakeAssistant())(NOTHING)
    assert (response.refused, response.refusal_reason, response.citations) == (True, "文件未涉及", ())
    assert (response.text, response.probability) == ("没有写到。", 0.125)


def bulk_output(assistant: Any, path: Path, examples: Sequence[Example]) -> list[dict[str, Any]]:  # noqa: ANN401
    """What `policy-assistant answer` writes for these questions."""
    asked = [{"id": one.id, "question": one.question, "history": list(one.history)} for one in examples]
    lines = [json.dumps(one, ensure_ascii=False).encode() for one in asked]
    records = [record for record in answer_lines(assistant, lines) if isinstance(record, dict)]
    assert len(records) == len(examples)
    path.write_text("".join(json.dumps(one, ensure_ascii=False) + "\n" for one in records), encoding="utf-8")
    return records


def test_an_answers_file_of_the_real_bulk_door_gives_what_the_python_door_gives(
    assistant: Assistant, tmp_path: Path
) -> None:
    examples = [CONTENT, FOLLOWUP, NOTHING]
    records = bulk_output(assistant, tmp_path / "a.jsonl", examples)
    door = answers_file(tmp_path / "a.jsonl")
    responses = [door(example) for example in examples]
    assert [one.milliseconds for one in responses] == [record["elapsed_ms"] for record in records]
    live = [python_door(assistant)(example) for example in examples]
    assert list(map(without_time, responses)) == list(map(without_time, live))
    assert responses[0].citations


def test_an_answers_file_may_have_a_mark_numbers_for_ids_and_answers_to_other_questions(tmp_path: Path) -> None:
    lines = [json.dumps({"id": number, **GOOD, "answer": f"答{number}"}) for number in (7, 8)]
    (tmp_path / "a.jsonl").write_bytes("\r\n\r\n".join(lines).encode("utf-8-sig"))
    assert answers_file(tmp_path / "a.jsonl")(FOLLOWUP).text == "答7"


@pytest.mark.parametrize("separator", ["\u2028", "\u2029", "\x85"])
def test_a_separator_inside_an_answer_does_not_cut_the_line(tmp_path: Path, separator: str) -> None:
    example = replace(FIGURE, id="7", question=f"粮食{separator}生猪？")
    bulk_output(FakeAssistant(), tmp_path / "a.jsonl", [example])
    assert answers_file(tmp_path / "a.jsonl")(example).citations


def test_a_question_without_an_answer_in_the_file_is_named(tmp_path: Path) -> None:
    bulk_output(FakeAssistant(), tmp_path / "a.jsonl", [CONTENT])
    with pytest.raises(PolicyAssistantError, match=r"a\.jsonl.*“7”") as error:
        answers_file(tmp_path / "a.jsonl")(FOLLOWUP)
    assert is_one_sentence(error.value)


@pytest.mark.parametrize("content", [b"nonsense", b"[]", b"3", b'{"answer": ""}', b"\xff\xfe", b"[" * 100_000])
def test_a_file_that_holds_no_answers_is_named(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "a.jsonl").write_bytes(content)
    for path in (tmp_path / "a.jsonl", tmp_path / "none.jsonl", tmp_path):
        with pytest.raises(PolicyAssistantError, match=path.name) as error:
            answers_file(path)
        assert is_one_sentence(error.value)


@pytest.mark.parametrize(
    "record",
    [
        {},
        {name: value for name, value in GOOD.items() if name != "retrieved"},
        {**GOOD, "citations": None},
        {**GOOD, "citations": ["甲:一"]},
        {**GOOD, "citations": [{**CITATION, "start": "x"}]},
        {**GOOD, "citations": [{name: value for name, value in CITATION.items() if name != "quote"}]},
        {**GOOD, "retrieved": [1]},
        {**GOOD, "elapsed_ms": "soon"},
        {**GOOD, "refused": "false"},
        {**GOOD, "answer": None},
        *({**GOOD, "probability": value} for value in (-0.01, 1.01, math.nan, math.inf, "0.5", True, [0.5])),
    ],
)
def test_a_record_of_another_shape_is_no_response(record: dict[str, Any]) -> None:
    with pytest.raises(PolicyAssistantError, match="answer_schema") as error:
        read_response(record)
    assert is_one_sentence(error.value)


def test_a_record_is_read_as_it_stands() -> None:
    response = read_response({**GOOD, "citations": [CITATION], "retrieved": [{"clause_id": "甲:一"}], "elapsed_ms": 2})
    assert response == Response("答", False, None, (CitedQuote("甲", "甲:一", "词", 0, 1),), ("甲:一",), 2.0)


@pytest.mark.parametrize(("stated", "read"), [(None, None), (0, 0.0), (1, 1.0), (0.25, 0.25)])
def test_a_probability_is_read_if_there_is_one(stated: float | None, read: float | None) -> None:
    assert read_response(GOOD).probability is None
    assert read_response({**GOOD, "probability": stated}).probability == read


@dataclass
class Server:
    """A server that says what it is told to; keeps what it was sent."""

    url: str
    status: int = 200
    body: bytes = b""
    received: list[Any] = field(default_factory=list)


@pytest.fixture
def server() -> Iterator[Server]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            state.received.append((self.path, self.headers["Content-Type"], json.loads(body)))
            self.send_response(state.status)
            self.send_header("Content-Length", str(len(state.body)))
            self.end_headers()
            self.wfile.write(state.body)

        def log_message(self, *_: object) -> None:
            """Keep standard error clean."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as http:
        state = Server(f"http://127.0.0.1:{http.server_port}/api/ask")
        thread = threading.Thread(target=http.serve_forever)
        thread.start()
        yield state
        http.shutdown()
        thread.join()


def test_the_endpoint_is_sent_the_question_with_its_history_and_answers_as_the_python_door(server: Server) -> None:
    record = {"id": "7", **answer_record(FakeAssistant().ask(FOLLOWUP.question)), "elapsed_ms": -1}
    server.body = json.dumps(record, ensure_ascii=False).encode()
    response = endpoint(server.url)(FOLLOWUP)
    assert without_time(response) == expected(FOLLOWUP)  # and the time is our own, not the server's
    question = {"id": "7", "question": "那生猪呢？", "history": list(HISTORY)}
    assert server.received == [("/api/ask", "application/json", question)]


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (500, json.dumps(GOOD).encode()),
        (404, b"no"),
        (302, b""),
        (200, b"<html>"),
        (200, b""),
        (200, "“".encode("gb18030")),
        (200, b"[" * 100_000),
        *((200, body) for body in (b"[]", b"[1]", b"3", b"null", b'"answer"')),
        (200, b"{}"),
        (200, json.dumps({**GOOD, "citations": 3}).encode()),
    ],
)
def test_what_is_no_answer_of_the_endpoint_is_one_sentence(server: Server, status: int, body: bytes) -> None:
    server.status, server.body = status, body
    with pytest.raises(PolicyAssistantError) as error:
        endpoint(server.url)(CONTENT)
    assert is_one_sentence(error.value)


@pytest.mark.parametrize("url", ["nonsense", "http://", "ftp://127.0.0.1/", "http://127.0.0.1:99999/", "http://[::1"])
def test_an_address_that_is_none_is_one_sentence(url: str) -> None:
    with pytest.raises(PolicyAssistantError, match="--endpoint") as error:
        endpoint(url)(CONTENT)
    assert is_one_sentence(error.value)


def test_a_refused_connection_is_one_sentence() -> None:
    with socket.socket() as taken:  # bound but not listening: nobody else gets the port
        taken.bind(("127.0.0.1", 0))
        with pytest.raises(PolicyAssistantError, match="--endpoint") as error:
            endpoint(f"http://127.0.0.1:{taken.getsockname()[1]}/")(CONTENT)
    assert is_one_sentence(error.value)


def test_a_server_that_stays_silent_is_one_sentence() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent, httpx.Client(timeout=0.2, trust_env=False) as client:
        with pytest.raises(PolicyAssistantError, match="--endpoint") as error:
            endpoint(f"http://127.0.0.1:{silent.getsockname()[1]}/", client)(CONTENT)
        assert is_one_sentence(error.value)
