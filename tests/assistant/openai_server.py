"""A server that speaks the OpenAI protocol and says what it is told to, well or badly."""

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Script = Callable[["Reply"], None]
"""Answers one request."""


@dataclass
class Reply:
    """One request and the means to answer it.

    Attributes:
        handler: the connection.
        asked: the body of the request.
        count: how many requests there have been, this one included.
    """

    handler: BaseHTTPRequestHandler
    asked: dict[str, Any]
    count: int

    def stream(self, pieces: Iterator[str] | list[str], *, finish: bool = True) -> None:
        """Send pieces of text as events, and with `finish` the end that belongs to them."""
        length = {} if finish else {"Content_Length": "1000000"}  # which will not be reached
        self.head(200, "text/event-stream", **length)
        for piece in pieces:
            self._event({"delta": {"role": "assistant", "content": piece}, "finish_reason": None})
        if finish:
            self._event({"delta": {}, "finish_reason": "stop"})
            self._send(b"data: [DONE]\n\n")

    def head(self, status: int, kind: str = "application/json", **headers: str) -> None:
        """Begin an answer."""
        self.handler.send_response(status)
        self.handler.send_header("Content-Type", kind)
        self.handler.send_header("Connection", "close")
        for name, value in headers.items():
            self.handler.send_header(name.replace("_", "-"), value)
        self.handler.end_headers()

    def fail(self, status: int, body: str = '{"error": {"message": "secret of the server"}}', **headers: str) -> None:
        """Answer with an error."""
        self.head(status, **headers)
        self._send(body.encode())

    def _event(self, choice: dict[str, Any]) -> None:
        chunk = {
            "id": "1",
            "object": "chat.completion.chunk",
            "created": 0,
            "model": "scripted",
            "choices": [{"index": 0, **choice}],
        }
        self._send(f"data: {json.dumps(chunk, ensure_ascii=False)}\n\n".encode())

    def _send(self, data: bytes) -> None:
        self.handler.wfile.write(data)
        self.handler.wfile.flush()


@dataclass
class Server:
    """A running server.

    Attributes:
        url: what to set as the model's address.
        prompts: the text of every request so far.
        keys: the `Authorization` header of every request.
    """

    url: str
    prompts: list[str] = field(default_factory=list)
    keys: list[str] = field(default_factory=list)


@contextmanager
def serving(script: Script) -> Iterator[Server]:
    """Serve until the block ends."""
    server = Server("")

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            server.prompts.append("\n".join(message["content"] for message in asked["messages"]))
            server.keys.append(self.headers.get("Authorization", ""))
            try:
                script(Reply(self, asked, len(server.prompts)))
            except (BrokenPipeError, ConnectionResetError):
                return  # the reader has heard enough

        def log_message(self, *_: object) -> None:
            """Keep quiet."""

    http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    http.daemon_threads = True
    server.url = f"http://127.0.0.1:{http.server_address[1]}/v1"
    threading.Thread(target=http.serve_forever, daemon=True).start()
    try:
        yield server
    finally:
        http.shutdown()
        http.server_close()


def saying(*pieces: str) -> Script:
    """A model that says these pieces."""
    return lambda reply: reply.stream(list(pieces))


def endless(reply: Reply) -> None:
    """A model that never stops."""

    def words() -> Iterator[str]:
        while True:
            yield "漏损率下降15%。[5]\n"

    reply.stream(words())


def breaking_off(reply: Reply) -> None:
    """A model whose connection breaks in the middle of a claim."""
    reply.stream(["漏损率下降15%。[5]\n", "力争新建"], finish=False)


def trickling(reply: Reply) -> None:
    """A model that says a character every while."""

    def words() -> Iterator[str]:
        for char in "漏损率下降15%。[5]" * 40:
            time.sleep(0.1)
            yield char

    reply.stream(words())


def silent(reply: Reply) -> None:
    """A model that thinks for long before it says anything."""
    time.sleep(3)
    reply.stream(["漏损率下降15%。[5]"])


def busy_once(reply: Reply) -> None:
    """A model that asks to come back in a moment, once."""
    if reply.count == 1:
        reply.fail(429, Retry_After="0")
    else:
        reply.stream(["漏损率下降15%。[5]"])
