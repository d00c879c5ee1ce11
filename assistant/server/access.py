"""Who may ask, and how much: tokens, and limits for each client."""

import hashlib
import time
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from assistant.server.paths import needs_access
from assistant.server.problems import TOO_FAST, TOO_MANY, UNAUTHORIZED, Problem, problem_response
from corpus.errors import SettingsError

MIN_TOKEN = 16
"""Characters; a shorter token is too easily guessed."""

_MAX_CLIENTS = 10_000
_SCHEME = "bearer "


@dataclass(frozen=True, slots=True)
class Rules:
    """Who may ask, and how much.

    Attributes:
        per_minute, at_once: how many requests one client may send a minute, and have under way at the same time.
        tokens: as from `read_tokens`; empty if none is needed.
    """

    per_minute: int
    at_once: int
    tokens: Mapping[str, str] = field(default_factory=dict)


def read_tokens(file: Path) -> dict[str, str]:
    """The clients' names by the SHA-256 of their tokens; the file has a line `name token` for each.

    Raises:
        SettingsError: if the file cannot be read, or a line is not such a one.
    """
    try:
        lines = [line.split() for line in file.read_text(encoding="utf-8").splitlines()]
    except (OSError, ValueError) as error:
        raise SettingsError(f"令牌文件“{file.name}”无法读取，请检查路径和权限。") from error
    entries = [line for line in lines if line and not line[0].startswith("#")]
    if not entries or not all(len(entry) == 2 and len(entry[1]) >= MIN_TOKEN for entry in entries):
        raise SettingsError(
            f"令牌文件“{file.name}”的格式不对，请每行写一个名称和一个不少于 {MIN_TOKEN} 个字符的令牌，中间用空格隔开。"
        )
    return {_digest(token.encode()): name for name, token in entries}


class Access:
    """ASGI middleware before the doors for programs: who asks, whether they may, and not too much at once.

    A client is who a token belongs to; without tokens, an address. Its name is put into the scope as `client_name`.
    """

    def __init__(self, app: ASGIApp, rules: Rules, clock: Callable[[], float] = time.monotonic) -> None:
        """Let through to `app`; `clock` counts seconds."""
        self._app = app
        self._tokens = rules.tokens
        self._allowance = Allowance(rules, clock)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http" or not needs_access(scope["path"]):
            await self._app(scope, receive, send)
            return
        client = self._client(scope)
        if client is None:
            await _refuse(UNAUTHORIZED, scope, receive, send, {"WWW-Authenticate": "Bearer"})
            return
        scope["client_name"] = client
        problem = self._allowance.begin(client)
        if problem is not None:
            await _refuse(problem, scope, receive, send, {"Retry-After": "1"})
            return
        try:
            await self._app(scope, receive, send)
        finally:
            self._allowance.end(client)

    def _client(self, scope: Scope) -> str | None:
        """Who asks; None if a token is needed and there is no good one."""
        if not self._tokens:
            return str(scope["client"][0]) if scope.get("client") else ""
        given = Headers(scope=scope).get("authorization", "")
        if given[: len(_SCHEME)].lower() != _SCHEME:
            return None
        return self._tokens.get(_digest(given[len(_SCHEME) :].strip().encode("latin-1")))


class Allowance:
    """What each client has used: a bucket that holds a minute's requests and fills evenly, and what is under way.

    Clients that were not seen for longest are forgotten first. Not for use from several threads.
    """

    def __init__(self, rules: Rules, clock: Callable[[], float]) -> None:
        """Every client may do the same."""
        self._rules = rules
        self._clock = clock
        self._left: OrderedDict[str, tuple[float, float]] = OrderedDict()
        self._under_way: dict[str, int] = {}

    def begin(self, client: str) -> Problem | None:
        """Count a request in, unless there is a reason against it, which is returned; `end` must follow."""
        if self._under_way.get(client, 0) >= self._rules.at_once:
            return TOO_MANY
        now = self._clock()
        left, since = self._left.pop(client, (float(self._rules.per_minute), now))
        left = min(self._rules.per_minute, left + (now - since) * self._rules.per_minute / 60)
        self._left[client] = (left - 1 if left >= 1 else left, now)
        if len(self._left) > _MAX_CLIENTS:
            self._left.popitem(last=False)
        if left < 1:
            return TOO_FAST
        self._under_way[client] = self._under_way.get(client, 0) + 1
        return None

    def end(self, client: str) -> None:
        """Count a request out."""
        self._under_way[client] -= 1
        if not self._under_way[client]:
            del self._under_way[client]


async def _refuse(problem: Problem, scope: Scope, receive: Receive, send: Send, headers: Mapping[str, str]) -> None:
    await problem_response(problem, scope["path"], headers)(scope, receive, send)


def _digest(token: bytes) -> str:
    """Looked up by digest, a token's characters cannot be guessed one by one from the time that it takes."""
    return hashlib.sha256(token).hexdigest()
