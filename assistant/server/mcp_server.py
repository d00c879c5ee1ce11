"""The assistant as tools for language models, by the Model Context Protocol."""

from typing import Annotated, Any

from mcp.server.mcpserver import MCPServer
from mcp.server.mcpserver.exceptions import ToolError
from mcp.types import ToolAnnotations
from pydantic import Field

from assistant.ledger import row_record
from assistant.records import answer_record, clause_place, clause_record
from assistant.server.served import Served
from assistant.server.workers import AT_ONCE, WAITING, Workers
from corpus.errors import PolicyAssistantError
from index.retriever import Hit

_MOST = 20
_READS = ToolAnnotations(read_only_hint=True, idempotent_hint=True, open_world_hint=False)
_INSTRUCTIONS = (
    "回答关于条款式政策文件的问题。引文与原文逐字相同，请照录，不要改写数字和措辞；"
    "refused 为 true 时文件没有答案，请如实转告；原文中的 * 是隐去的内容，不得补上。"
)

Question = Annotated[str, Field(description="问题，不超过 500 字", max_length=500)]
ClauseId = Annotated[str, Field(description="如 2023年经济工作要点:二/（六）", max_length=500)]


def mcp_server(assistant: Served, workers: Workers) -> MCPServer[Any]:
    """A server with the tools `ask`, `search_clauses`, `get_clause` and `list_targets`."""
    server: MCPServer[Any] = MCPServer(
        "policy-assistant", title="政策问答助手", instructions=_INSTRUCTIONS, log_level="WARNING"
    )
    by_name = {parsed.document.name: parsed for parsed in assistant.documents}

    def found(hit: Hit) -> dict[str, Any]:
        text = by_name[hit.clause.document].document.text
        return {**clause_place(hit.clause), "score": hit.score, "text": hit.clause.span.of(text)}

    async def ask(question: Question) -> dict[str, Any]:
        return answer_record(await _try(workers, assistant.ask, question))

    async def search_clauses(
        question: Question, k: Annotated[int, Field(description="最多几条", ge=1, le=_MOST)] = 5
    ) -> dict[str, Any]:
        hits = await _try(workers, assistant.search, question, k)
        return {"clauses": [found(hit) for hit in hits]}

    async def get_clause(clause_id: ClauseId) -> dict[str, Any]:
        clause = await _try(workers, assistant.clause, clause_id)
        return clause_record(clause, by_name[clause.document])

    async def list_targets(
        topic: Annotated[str | None, Field(description="只列与此有关的，如“农业”", max_length=500)] = None,
    ) -> dict[str, Any]:
        selection = await _try(workers, assistant.targets, topic)
        return {"by_words": selection.by_words, "targets": [row_record(row) for row in selection.rows]}

    described = {
        ask: "就文件提问，得到由原文句子组成、逐字核对过的回答，或说明文件没有答案。",
        search_clauses: "查找与问题最相关的条款，最相关的在前；只是查找，不判断文件是否回答了问题。",
        get_clause: "取一条条款的全文和它在文件中的位置。",
        list_targets: "列出文件提出的目标：指标、方向、数值、时点、条款和原文；value 为 * 的，原文隐去了数值。",
    }
    for tool, description in described.items():
        server.add_tool(tool, description=description, annotations=_READS, structured_output=True)
    return server


def run_stdio(assistant: Served) -> None:
    """Serve the tools on standard input and output until the input ends."""
    mcp_server(assistant, Workers(AT_ONCE, WAITING)).run("stdio")


async def _try(workers: Workers, act: Any, *arguments: object) -> Any:  # noqa: ANN401 - what `act` returns
    """`act` in a thread; what a user may be told of its errors becomes an error of the tool."""
    try:
        return await workers.run(act, *arguments)
    except PolicyAssistantError as error:
        raise ToolError(str(error)) from error
