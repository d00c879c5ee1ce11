"""Who has no token gets nothing; who asks too much is told so, and nobody else suffers."""

import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.assistant import Assistant
from assistant.server.access import Allowance, Rules, read_tokens
from assistant.server.problems import TOO_FAST, TOO_MANY
from assistant.server.run import RunningServer
from corpus.errors import SettingsError

QUESTION = {"id": 1, "question": "第十二条讲什么？"}
PROTECTED = ("/api/documents", "/api/targets", "/api/clauses/x", "/v1/models", "/metrics", "/v1/none")
Start = Callable[..., RunningServer]


@pytest.fixture(scope="module")
def locked(start: Start, tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    file = tmp_path_factory.mktemp("tokens") / "tokens.txt"
    file.write_text("农业局 nongyeju-0123456789\n", encoding="utf-8")
    with httpx.Client(base_url=start(tokens=read_tokens(file)).address, trust_env=False) as client:
        yield client


@pytest.mark.parametrize("path", PROTECTED)
@pytest.mark.parametrize(
    "header", [None, "", "Bearer", "Bearer wrong-token-0123456789", "Basic nongyeju-0123456789", "Bearer é"]
)
def test_no_door_for_programs_opens_without_a_token(locked: httpx.Client, path: str, header: str | None) -> None:
    headers = {} if header is None else {"Authorization": header.encode("latin-1")}
    reply = locked.get(path, headers=headers)
    assert reply.status_code == 401
    assert reply.headers["www-authenticate"] == "Bearer"
    assert "unauthorized" in reply.text
    for posted in ("/api/ask", "/v1/chat/completions", "/mcp"):
        assert locked.post(posted, json=QUESTION, headers=headers).status_code == 401


@pytest.mark.parametrize("scheme", ["Bearer", "bearer", "BEARER"])
def test_a_token_opens_them(locked: httpx.Client, scheme: str) -> None:
    headers = {"Authorization": f"{scheme} nongyeju-0123456789"}
    assert locked.post("/api/ask", json=QUESTION, headers=headers).json()["citations"]
    assert locked.get("/v1/models", headers=headers).status_code == 200


def test_the_page_and_the_health_need_no_token(locked: httpx.Client) -> None:
    assert locked.get("/").status_code == 200
    assert locked.get("/healthz").json()["status"] == "ok"
    assert "令牌" in str(locked.get("/openapi.json").json()["security"])


def test_tokens_are_read_by_name(token_file: Path) -> None:
    assert set(read_tokens(token_file).values()) == {"农业局", "统计局"}
    assert "nongyeju" not in str(read_tokens(token_file))


@pytest.mark.parametrize("text", ["", "# 没有\n", "甲", "甲 short", "甲 nongyeju-0123456789 乙", "\xff"])
def test_a_bad_token_file_is_named(tmp_path: Path, text: str) -> None:
    file = tmp_path / "bad.txt"
    file.write_bytes(text.encode("latin-1" if text == "\xff" else "utf-8"))
    with pytest.raises(SettingsError, match=r"bad\.txt.*请.*。$") as error:
        read_tokens(file)
    assert str(tmp_path) not in str(error.value)
    with pytest.raises(SettingsError, match="无法读取"):
        read_tokens(tmp_path / "none.txt")


def test_a_client_that_asks_too_often_is_told_to_wait(start: Start) -> None:
    with httpx.Client(base_url=start(per_minute=3).address, trust_env=False) as client:
        replies = [client.get("/v1/models") for _ in range(4)]
    assert [reply.status_code for reply in replies] == [200, 200, 200, 429]
    assert replies[-1].headers["retry-after"] == "1"
    assert replies[-1].json()["error"]["code"] == "rate_limited"


def test_what_one_client_does_is_not_counted_against_another(start: Start, token_file: Path) -> None:
    tokens = read_tokens(token_file)
    with httpx.Client(base_url=start(per_minute=1, tokens=tokens).address, trust_env=False) as client:
        statuses = [
            client.get("/v1/models", headers={"Authorization": f"Bearer {token}"}).status_code
            for token in ("nongyeju-0123456789", "tongjiju-0123456789", "nongyeju-0123456789")
        ]
    assert statuses == [200, 200, 429]


class Held:
    """An assistant that answers when it is let."""

    def __init__(self, assistant: Assistant) -> None:
        self._assistant = assistant
        self.documents = assistant.documents
        self.manifest = assistant.manifest
        self.gate = threading.Event()
        self.came = threading.Event()

    def ask(self, question: str, history: object = None) -> object:
        self.came.set()
        assert self.gate.wait(20)
        return self._assistant.ask(question)


def test_too_many_requests_at_once_are_turned_away_and_the_first_is_answered(
    start: Start, assistant: Assistant
) -> None:
    held = Held(assistant)
    address = start(at_once=1, served=held).address
    got: list[int] = []

    def ask() -> None:
        got.append(httpx.post(f"{address}api/ask", json=QUESTION, trust_env=False, timeout=30).status_code)

    first = threading.Thread(target=ask)
    first.start()
    assert held.came.wait(20)
    reply = httpx.post(f"{address}api/ask", json=QUESTION, trust_env=False)
    assert (reply.status_code, reply.json()["code"]) == (429, "too_many_at_once")
    held.gate.set()
    first.join()
    assert got == [200]
    assert httpx.post(f"{address}api/ask", json=QUESTION, trust_env=False, timeout=30).status_code == 200


@given(
    per_minute=st.integers(1, 200),
    pauses=st.lists(st.floats(0, 5, allow_nan=False), min_size=1, max_size=200),
)
def test_no_more_is_let_through_than_the_rate(per_minute: int, pauses: list[float]) -> None:
    now = 0.0
    allowance = Allowance(Rules(per_minute, at_once=1), lambda: now)
    passed = 0
    for pause in pauses:
        now += pause
        if allowance.begin("甲") is None:
            allowance.end("甲")
            passed += 1
        assert passed <= per_minute * (1 + now / 60) + 1e-6
    assert passed >= min(len(pauses), per_minute)


@given(st.lists(st.tuples(st.sampled_from("甲乙"), st.booleans()), max_size=100), st.integers(1, 5))
def test_no_client_has_more_under_way_than_it_may(steps: list[tuple[str, bool]], at_once: int) -> None:
    allowance = Allowance(Rules(per_minute=10_000, at_once=at_once), lambda: 0.0)
    under_way = {"甲": 0, "乙": 0}
    for client, begins in steps:
        if begins:
            problem = allowance.begin(client)
            assert problem == (TOO_MANY if under_way[client] == at_once else None)
            under_way[client] += problem is None
        elif under_way[client]:
            allowance.end(client)
            under_way[client] -= 1


def test_a_client_that_waited_may_ask_again() -> None:
    now = 0.0
    allowance = Allowance(Rules(per_minute=60, at_once=100), lambda: now)
    assert [allowance.begin("甲") for _ in range(61)] == [None] * 60 + [TOO_FAST]
    now = 1.0
    assert [allowance.begin("甲") for _ in range(2)] == [None, TOO_FAST]
