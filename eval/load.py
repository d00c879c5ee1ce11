"""How the server bears many clients: `make load` measures for two minutes each, and writes it into the README.

Exits with 1 if an answer fails or differs.

Starts `policy-assistant serve` with a token for each client, and without a chat model; every client asks the `dev`
questions of the bundled set, one after the other, each beginning at another place. All answers are compared with those
that one client got before, all but the time that they took.
"""

import os
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any

import httpx
import typer
from rich.console import Console
from rich.table import Table

from assistant.settings import PREFIX
from eval.dataset import BUNDLED_SET, load_examples
from eval.metrics import percentile
from eval.readme import write_section

CLIENTS = (1, 8, 32, 64)
_TIMEOUT = 120.0
_START = 120.0

Question = dict[str, Any]


@dataclass
class Load:
    """What came of so many clients.

    Attributes:
        times: of all answers, in milliseconds.
        failed, differing: ids of the questions that had no answer, and of those that had another, once each time.
    """

    clients: int
    seconds: float
    times: list[float] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)
    differing: list[str] = field(default_factory=list)


def main(
    seconds: Annotated[float, typer.Option(help="Seconds for each number of clients.")] = 120.0,
    clients: Annotated[list[int] | None, typer.Option(help="Numbers of clients.")] = None,
) -> None:
    """Measure and print."""
    questions = [
        {"id": example.id, "question": example.question, "history": list(example.history)}
        for example in load_examples(BUNDLED_SET, "dev")
    ]
    counts = clients or CLIENTS
    with serving([_token(number) for number in range(max(counts))]) as url:
        expected = _serial(url, questions)
        loads = [run_clients(url, questions, expected, count, seconds) for count in counts]
    _print(loads)
    _write(loads, seconds)
    if any(load.failed or load.differing for load in loads):
        raise typer.Exit(1)


def run_clients(url: str, questions: Sequence[Question], expected: Sequence[Any], count: int, seconds: float) -> Load:
    """So many clients, for so many seconds; `expected` are the answers to `questions`."""
    load = Load(count, seconds)
    end = time.monotonic() + seconds

    def ask(number: int) -> None:
        place = number * len(questions) // count
        with _client(number) as client:
            while time.monotonic() < end:
                _ask_once(client, url, questions[place], expected[place], load)
                place = (place + 1) % len(questions)

    threads = [threading.Thread(target=ask, args=(number,)) for number in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return load


def _ask_once(client: httpx.Client, url: str, question: Question, expected: object, load: Load) -> None:
    start = time.perf_counter()
    try:
        answer = _answer(client, url, question)
    except (httpx.HTTPError, ValueError):
        load.failed.append(question["id"])
        return
    load.times.append((time.perf_counter() - start) * 1000)
    if answer != expected:
        load.differing.append(question["id"])


def _answer(client: httpx.Client, url: str, question: Question) -> dict[str, Any]:
    """The answer, without the time that it took."""
    reply = client.post(url, json=question)
    reply.raise_for_status()
    return {name: value for name, value in reply.json().items() if name != "elapsed_ms"}


def _serial(url: str, questions: Sequence[Question]) -> list[dict[str, Any]]:
    with _client(0) as client:
        return [_answer(client, url, question) for question in questions]


def _client(number: int) -> httpx.Client:
    headers = {"Authorization": f"Bearer {_token(number)}"}
    return httpx.Client(timeout=_TIMEOUT, trust_env=False, headers=headers)


def _token(number: int) -> str:
    return f"load-client-{number:06d}"


@contextmanager
def serving(tokens: Sequence[str]) -> Iterator[str]:
    """A server of its own process; its address for questions."""
    with tempfile.TemporaryDirectory() as folder, socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
        free.close()
        file = Path(folder) / "tokens.txt"
        file.write_text("".join(f"{token} {token}\n" for token in tokens), encoding="utf-8")
        environment = {name: value for name, value in os.environ.items() if not name.startswith(PREFIX)}
        environment[f"{PREFIX}API_TOKENS_FILE"] = str(file)
        command = [sys.executable, "-m", "assistant.cli", "serve", "--port", str(port), "--index", f"{folder}/index"]
        process = subprocess.Popen(command, env=environment, stderr=subprocess.DEVNULL)  # noqa: S603 - our own command
        try:
            _wait_until_up(f"http://127.0.0.1:{port}/healthz")
            yield f"http://127.0.0.1:{port}/api/ask"
        finally:
            process.terminate()
            process.wait()


def _wait_until_up(url: str) -> None:
    end = time.monotonic() + _START
    while time.monotonic() < end:
        try:
            if httpx.get(url, trust_env=False).status_code == httpx.codes.OK:
                return
        except httpx.HTTPError:
            time.sleep(0.2)
    raise TimeoutError("the server did not start")


def _print(loads: Sequence[Load]) -> None:
    table = Table(*_HEAD)
    for load in loads:
        table.add_row(*_row(load))
    Console().print(table)


def _write(loads: Sequence[Load], seconds: float) -> None:
    """The same, into the README."""
    lines = [
        f"{os.cpu_count()} 核、无显卡，不用大模型，几个程序同时不停地提问，各 {seconds:.0f} 秒"
        f"（`python -m eval.load --seconds {seconds:.0f}`）；"
        "每个回答都与逐个提问时的比较：",
        "",
        f"| {' | '.join(_HEAD)} |",
        f"|{'---|' * len(_HEAD)}",
        *(f"| {' | '.join(_row(load))} |" for load in loads),
    ]
    write_section("load", lines)


_HEAD = ("程序数", "回答数", "每秒", "中位数（毫秒）", "95%（毫秒）", "出错", "与逐个提问时不同")


def _row(load: Load) -> list[str]:
    times = [percentile(load.times, share) for share in (0.5, 0.95)] if load.times else [0.0, 0.0]
    answers = [load.clients, len(load.times), f"{len(load.times) / load.seconds:.1f}"]
    wrong = [len(load.failed), len(load.differing)]
    return [str(cell) for cell in (*answers, *(f"{value:.0f}" for value in times), *wrong)]


if __name__ == "__main__":
    typer.run(main)
