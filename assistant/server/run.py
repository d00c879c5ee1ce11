"""Running a server in the background until it is to end."""

import os
import signal
import socket
import threading
from types import FrameType

import uvicorn
from starlette.types import ASGIApp

from assistant.server.access import Rules, read_tokens
from assistant.server.app import create_app
from assistant.server.guard import LOOPBACK
from assistant.server.served import Served
from assistant.settings import Settings
from corpus.errors import SettingsError

_GRACE = 5
_CONNECTIONS = 1024


class RunningServer:
    """A server in a thread of its own.

    Attributes:
        address: what to open in a browser.
    """

    def __init__(self, app: ASGIApp, host: str, port: int) -> None:
        """Start, and wait until requests are taken.

        Raises:
            SettingsError: if the port cannot be used.
        """
        self._socket = _listen(host, port)
        name = f"[{host}]" if ":" in host else host
        self.address = f"http://{name}:{self._socket.getsockname()[1]}/"
        config = uvicorn.Config(
            app,
            log_config=None,
            access_log=False,
            server_header=False,
            timeout_graceful_shutdown=_GRACE,
            timeout_keep_alive=75,
            ws="none",
            lifespan="on",
        )
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(target=self._server.run, args=([self._socket],), daemon=True)
        self._thread.start()
        while not self._server.started and self._thread.is_alive():
            self._thread.join(0.02)
        if not self._server.started:
            raise SettingsError("服务无法启动，请检查设置后重试。")

    def close(self) -> None:
        """Finish the requests under way, and end."""
        self._server.should_exit = True
        self._thread.join()
        self._socket.close()


def _listen(host: str, port: int) -> socket.socket:
    """A listening socket that names its protocol, without which asyncio leaves Nagle's delay of 40 ms on."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listening = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        if os.name == "posix":  # elsewhere the option lets two servers share a port
            listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind((host, port))
        listening.listen(_CONNECTIONS)
    except (OSError, OverflowError) as error:
        listening.close()
        raise SettingsError(f"端口 {port} 无法使用，请换一个端口后重试。") from error
    return listening


def start_server(assistant: Served, settings: Settings) -> RunningServer:
    """Serve an assistant as the settings say.

    Raises:
        SettingsError: if the port or the tokens cannot be used.
    """
    tokens = read_tokens(settings.api_tokens_file) if settings.api_tokens_file else {}
    app = create_app(
        assistant,
        Rules(settings.api_rate, settings.api_concurrency, tokens),
        only_loopback=settings.host in LOOPBACK,
        log_questions=settings.log_questions,
    )
    return RunningServer(app, settings.host, settings.port)


def wait_for_end() -> None:
    """Return when the process is asked to end: by Ctrl+C, or as a service manager asks."""
    ended = threading.Event()

    def end(number: int, frame: FrameType | None) -> None:
        ended.set()

    signal.signal(signal.SIGTERM, end)
    try:
        while not ended.wait(1):
            pass
    except KeyboardInterrupt:
        return
