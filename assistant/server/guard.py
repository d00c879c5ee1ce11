"""The guard before the server: what browsers may ask of the page, and what every response carries."""

import json
import re
import secrets
from collections.abc import Iterable
from http import HTTPStatus
from urllib.parse import urlsplit

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from assistant.server.paths import is_for_programs
from assistant.server.problems import FORBIDDEN, NO_LENGTH, TOO_LARGE, Problem, problem_response
from assistant.sheet_door import SHEET_PATH

MAX_BODY = 256 * 1024
"""Bytes; a question of 500 characters takes a few thousand, a conversation with its answers a hundred times that."""

_READ = frozenset({"/", "/config", "/theme.css", "/robots.txt", "/gradio_api/startup-events", "/gradio_api/queue/data"})
_READ_UNDER = ("/assets/", "/static/", "/gradio_api/heartbeat/")
_WRITE = frozenset({SHEET_PATH, "/gradio_api/queue/join", "/gradio_api/cancel", "/gradio_api/reset"})
LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
"""Names of this machine, as a server may be told to listen to and as a browser may ask for."""

_HEADERS = {
    "X-Frame-Options": "SAMEORIGIN",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",  # no-referrer would make a browser hide the origin of the page's own form
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), payment=(), usb=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
_POLICY = (
    "default-src 'none'; script-src 'self' 'nonce-{nonce}' 'unsafe-eval'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data:; font-src 'self'; connect-src 'self'; base-uri 'self'; form-action 'self'; "
    "frame-ancestors 'self'; object-src 'none'"
)
"""Gradio compiles its templates in the browser ('unsafe-eval') and writes style elements ('unsafe-inline')."""

_MESSAGES = {
    HTTPStatus.NOT_FOUND: "没有这个地址，请回到问答页面。",
    HTTPStatus.UNPROCESSABLE_ENTITY: "提交的内容格式不对，请从问答页面提问。",
    HTTPStatus.SERVICE_UNAVAILABLE: "现在提问的人较多，请稍后再试。",
}
_OTHER_MESSAGE = "请求没有成功，请刷新页面后重试。"

_ICON = (
    "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 32 32'%3E%3Crect width='32' "
    "height='32' rx='6' fill='%231b4b82'/%3E%3Cpath d='M8 10h16M8 16h16M8 22h10' stroke='white' "
    "stroke-width='3' stroke-linecap='round'/%3E%3C/svg%3E"
)
_SCRIPT = """
for (const [name, value] of [['language', 'zh-CN'], ['languages', ['zh-CN']]])
    Object.defineProperty(navigator, name, {get: () => value});
const say = (each, words) => { if (each && !/[\\u4e00-\\u9fff]/.test(each.textContent)) each.textContent = words; };
new MutationObserver(() => {
    for (const toast of document.querySelectorAll('[data-testid=toast-body]')) {
        say(toast.querySelector('.toast-title-row span'), '提示');
        say(toast.querySelector('[data-testid=toast-text]'), '与服务的连接已中断，请稍后刷新页面再试。');
        toast.querySelector('[data-testid=toast-close]')?.setAttribute('aria-label', '关闭');
    }
}).observe(document, {childList: true, subtree: true});
"""
"""Gradio follows the browser's language, and has its messages about the connection in English only."""

_HEAD = f'<link rel="icon" href="{_ICON}" /><script>{_SCRIPT}</script>'
_SOCIAL = re.compile(r'<meta\s[^>]*?(?:property|name)="(?:og|twitter):[^>]*>|<link rel="manifest"[^>]*>')


class Guard:
    """ASGI middleware: of the page, lets through what it needs and nothing else; hands on the doors for programs.

    The file, proxy, upload and information routes of Gradio answer 403. A request that another site's page sends is
    refused at every door, as is one for a foreign host name if the server listens to this machine only. The page's
    errors carry a Chinese sentence and nothing from inside.
    """

    def __init__(self, app: ASGIApp, *, only_loopback: bool) -> None:
        """Guard `app`; `only_loopback`: the server listens to this machine only."""
        self._app = app
        self._only_loopback = only_loopback

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one connection."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        problem = self._problem(scope)
        writes_errors = problem is not None or is_for_programs(scope["path"]) or scope["path"] == SHEET_PATH
        app = self._app if problem is None else problem_response(problem, scope["path"])
        await app(scope, receive, _Reply(send, writes_errors=writes_errors).send)

    def _problem(self, scope: Scope) -> Problem | None:
        """Why not to serve it; None if there is no reason."""
        headers = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in scope["headers"]}
        host = headers.get("host", "")
        if self._only_loopback and _hostname(host) not in LOOPBACK:
            return FORBIDDEN
        if "origin" in headers and _authority(headers["origin"]) != host:
            return FORBIDDEN
        if not is_for_programs(scope["path"]) and not _is_allowed(scope["method"], scope["path"]):
            return FORBIDDEN
        if scope["method"] != "POST":
            return None
        length = headers.get("content-length", "")
        if not length.isdecimal():
            return NO_LENGTH
        return TOO_LARGE if int(length) > MAX_BODY else None


def _hostname(host: str) -> str | None:
    try:
        return urlsplit(f"//{host}").hostname
    except ValueError:
        return None


def _authority(origin: str) -> str | None:
    try:
        return urlsplit(origin).netloc
    except ValueError:
        return None


def _is_allowed(method: str, path: str) -> bool:
    if method == "POST":
        return path in _WRITE
    if method not in {"GET", "HEAD"} or ".." in path or "\\" in path or "//" in path:
        return False
    return path in _READ or path.startswith(_READ_UNDER)


class _Reply:
    """Sends a response on, with the headers added, error texts replaced and the page's HTML rewritten.

    `writes_errors`: the application's own error texts may be shown.
    """

    def __init__(self, send: Send, *, writes_errors: bool) -> None:
        self._send = send
        self._writes_errors = writes_errors
        self._nonce = secrets.token_urlsafe(16)
        self._start: Message = {}
        self._page: list[bytes] | None = None
        self._is_replaced = False

    async def send(self, message: Message) -> None:
        """Take a message of the application."""
        if message["type"] == "http.response.start":
            await self._begin(message)
        elif self._is_replaced:
            return
        elif self._page is None:
            await self._send(message)
        else:
            self._page.append(message.get("body", b""))
            if not message.get("more_body"):
                page = b"".join(self._page).decode("utf-8", "replace")
                await self._send_whole(rewrite(page, self._nonce).encode())

    async def _begin(self, message: Message) -> None:
        self._start = message
        kind = next((value for name, value in message["headers"] if name.lower() == b"content-type"), b"")
        if message["status"] >= HTTPStatus.BAD_REQUEST and not self._writes_errors:
            self._is_replaced = True
            text = _MESSAGES.get(message["status"], _OTHER_MESSAGE)
            body = json.dumps({"detail": text, "error": text}, ensure_ascii=False).encode()
            await self._send_whole(body, b"application/json; charset=utf-8")
        elif kind.startswith(b"text/html") and not self._writes_errors:
            self._page = []
        else:
            await self._send({**message, "headers": [*message["headers"], *self._headers()]})

    async def _send_whole(self, body: bytes, kind: bytes = b"text/html; charset=utf-8") -> None:
        dropped = {b"content-length", b"content-type"}
        kept = [(name, value) for name, value in self._start["headers"] if name.lower() not in dropped]
        length = str(len(body)).encode()
        added = [(b"content-type", kind), (b"content-length", length), (b"cache-control", b"no-store")]
        await self._send({**self._start, "headers": [*kept, *added, *self._headers()]})
        await self._send({"type": "http.response.body", "body": body})

    def _headers(self) -> Iterable[tuple[bytes, bytes]]:
        policy = _POLICY.format(nonce=self._nonce)
        for name, value in {**_HEADERS, "Content-Security-Policy": policy}.items():
            yield name.lower().encode(), value.encode()


def rewrite(page: str, nonce: str) -> str:
    """Gradio's start page in Chinese whatever the browser's language, only its own scripts allowed, no advertising."""
    page = _SOCIAL.sub("", page.replace('lang="en"', 'lang="zh-CN"', 1))
    page = page.replace('<meta charset="utf-8" />', f'<meta charset="utf-8" />{_HEAD}', 1)
    return page.replace("<script", f'<script nonce="{nonce}"')
