"""The official MCP client finds the tools, over HTTP and over standard input and output, and gets what they promise."""

import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import anyio
import httpx
import pytest
from mcp import Client, StdioServerParameters
from mcp.types import CallToolResult, TextContent

from assistant.assistant import Assistant
from assistant.records import answer_record, clause_record
from assistant.server.run import RunningServer

QUESTION = "农业方面有哪些目标"
Start = Callable[..., RunningServer]
Target = str | StdioServerParameters


@pytest.fixture(scope="module", params=["http", "stdio"])
def target(request: pytest.FixtureRequest, server: RunningServer, index_folder: Path) -> Target:
    if request.param == "http":
        return f"{server.address}mcp"
    command = [sys.executable, "-m", "assistant.cli", "mcp", "--index", str(index_folder)]
    return StdioServerParameters(command=command[0], args=command[1:], env=dict(os.environ))


def call(target: Target, tool: str, **arguments: object) -> CallToolResult:
    async def run() -> CallToolResult:
        async with Client(target) as client:
            return await client.call_tool(tool, arguments)

    return anyio.run(run)


def record(result: CallToolResult) -> dict[str, Any]:
    assert not result.is_error
    assert result.structured_content is not None
    return result.structured_content


def said(result: CallToolResult) -> str:
    return "".join(part.text for part in result.content if isinstance(part, TextContent))


def test_tools_are_found_with_what_they_take(target: Target) -> None:
    async def run() -> dict[str, list[str]]:
        async with Client(target) as client:
            tools = (await client.list_tools()).tools
            assert all(tool.annotations and tool.annotations.read_only_hint for tool in tools)
            return {tool.name: sorted(tool.input_schema["properties"]) for tool in tools}

    assert anyio.run(run) == {
        "ask": ["question"],
        "search_clauses": ["k", "question"],
        "get_clause": ["clause_id"],
        "list_targets": ["topic"],
    }


def test_an_answer_is_the_assistant_s_own(target: Target, assistant: Assistant) -> None:
    assert record(call(target, "ask", question=QUESTION)) == answer_record(assistant.ask(QUESTION))


def test_clauses_are_found_fetched_and_listed(server: RunningServer, assistant: Assistant) -> None:
    target = f"{server.address}mcp"
    (parsed,) = assistant.documents
    found = record(call(target, "search_clauses", question=QUESTION, k=2))["clauses"]
    assert [clause["clause_id"] for clause in found] == [hit.clause.id for hit in assistant.search(QUESTION, 2)]
    clause = assistant.clause(found[0]["clause_id"])
    assert found[0]["text"] == clause.span.of(parsed.document.text)
    assert record(call(target, "get_clause", clause_id=clause.id)) == clause_record(clause, parsed)
    some = record(call(target, "list_targets", topic="农业"))["targets"]
    assert [row["quote"] for row in some] == [row.quote for row in assistant.targets("农业").rows]
    assert len(record(call(target, "list_targets"))["targets"]) == len(assistant.targets().rows)


@pytest.mark.parametrize(
    ("tool", "arguments", "words"),
    [
        ("ask", {"question": " "}, "问题是空的，请输入要查询的内容。"),
        ("get_clause", {"clause_id": "没有"}, "没有这一条款，请核对 clause_id 后重试。"),
        ("search_clauses", {"question": QUESTION, "k": 0}, "k"),
        ("ask", {}, "question"),
    ],
)
def test_what_is_wrong_is_an_error_of_the_tool(
    server: RunningServer, tool: str, arguments: dict[str, object], words: str
) -> None:
    result = call(f"{server.address}mcp", tool, **arguments)
    assert result.is_error
    assert words in said(result)


def test_the_guard_and_the_tokens_stand_before_it(start: Start, server: RunningServer) -> None:
    asked = {"jsonrpc": "2.0", "id": 1, "method": "tools/list"}
    foreign = httpx.post(f"{server.address}mcp", json=asked, headers={"Origin": "http://e.com"}, trust_env=False)
    assert foreign.status_code == 403
    locked = start(tokens={"0" * 64: "甲"})
    assert httpx.post(f"{locked.address}mcp", json=asked, trust_env=False).status_code == 401
