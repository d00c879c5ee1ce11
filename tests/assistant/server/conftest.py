"""A real server on a port of its own, with the bundled documents."""

import gc
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest

from assistant.assistant import Assistant
from assistant.server.access import Rules
from assistant.server.app import create_app
from assistant.server.run import RunningServer

Start = Callable[..., RunningServer]
HERE = Path(__file__).parent
GRADIO_LEAVES = ("unclosed event loop", "unclosed <socket.socket.* family=1")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Gradio makes event loops that it never closes, each with a pair of sockets."""
    for item in items:
        if HERE in item.path.parents:
            for words in GRADIO_LEAVES:
                item.add_marker(pytest.mark.filterwarnings(f"ignore:{words}:ResourceWarning"))


@pytest.fixture(scope="module")
def start(assistant: Assistant) -> Iterator[Start]:
    """Starts servers, which end with the tests of the file."""
    running: list[RunningServer] = []

    def run(
        per_minute: int = 1_000_000,
        at_once: int = 1000,
        tokens: dict[str, str] | None = None,
        served: object = assistant,
        **options: bool,
    ) -> RunningServer:
        app = create_app(served, Rules(per_minute, at_once, tokens or {}), **{"only_loopback": True, **options})
        running.append(RunningServer(app, "127.0.0.1", 0))
        return running[-1]

    yield run
    for server in running:
        server.close()
    running.clear()
    gc.collect()  # so that what Gradio left open is found here, where the warnings about it are expected


@pytest.fixture(scope="module")
def server(start: Start) -> RunningServer:
    return start()


@pytest.fixture(scope="module")
def client(server: RunningServer) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=server.address, trust_env=False, timeout=60) as client:
        yield client
