"""A load run counts what fails and what differs."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from eval.load import Load, run_clients

QUESTIONS = [{"id": str(number), "question": f"问{number}", "history": []} for number in range(10)]
EXPECTED = [{"id": question["id"], "answer": f"答{question['id']}"} for question in QUESTIONS]


class Answering(BaseHTTPRequestHandler):
    """Answers right, but for question 3, which it answers wrongly, and question 4, where it fails."""

    def do_POST(self) -> None:
        asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        assert self.headers["Authorization"].startswith("Bearer load-client-")
        words = "别的" if asked["id"] == "3" else f"答{asked['id']}"
        body = json.dumps({"id": asked["id"], "answer": words, "elapsed_ms": 1.0}).encode()
        self.send_response(500 if asked["id"] == "4" else 200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Keep quiet."""


@pytest.fixture
def url() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Answering)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_address[1]}/api/ask"
    server.shutdown()
    server.server_close()


def asked(url: str, clients: int, count: int) -> Load:
    return run_clients(url, QUESTIONS[:count], EXPECTED, clients, seconds=0.5)


def test_right_answers_are_neither_errors_nor_differing(url: str) -> None:
    load = asked(url, clients=4, count=3)
    assert len(load.times) > 4
    assert (load.failed, load.differing) == ([], [])


def test_what_fails_and_what_differs_is_counted(url: str) -> None:
    load = asked(url, clients=3, count=10)
    assert set(load.failed) == {"4"}
    assert set(load.differing) == {"3"}
    assert len(load.times) > len(load.differing)
