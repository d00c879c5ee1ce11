"""The command `policy-assistant`: thin renderers of the same answers."""

import json
import os
import sys
import webbrowser
from collections.abc import Sequence
from datetime import UTC, datetime
from functools import cache
from importlib.metadata import entry_points
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from typer.exceptions import TyperException

from assistant.outline_view import outline_record, print_outline
from assistant.settings import DEBUG, Settings, load_settings
from assistant.terminal import complain, print_json, progress, usage_message
from corpus.clauses import parse
from corpus.errors import IndexMissingError, PolicyAssistantError
from corpus.readers import read_document

if TYPE_CHECKING:
    from assistant.assistant import Assistant
    from index.manifest import DocumentEntry
    from index.search_index import SearchIndex

app = typer.Typer(
    help="政策问答助手：回答关于条款式政策文件的问题，引文都与原文逐字核对。",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
COMMANDS = "policy_assistant.commands"
_WIDTH = 130
"""Columns of a table that is written to a file."""
index_app = typer.Typer(help="建立和检查索引。", no_args_is_help=True, rich_markup_mode=None)
app.add_typer(index_app, name="index")

IndexFolder = Annotated[Path | None, typer.Option("--index", help="索引文件夹，默认 .policy-index。", metavar="文件夹")]
AsJson = Annotated[bool, typer.Option("--json", help="输出 JSON。")]
Host = Annotated[str | None, typer.Option(help="监听地址，默认 127.0.0.1。", metavar="地址")]
Port = Annotated[int | None, typer.Option(help="监听端口，默认 7860。", metavar="端口")]


@app.command()
def chat(
    index: IndexFolder = None,
    host: Host = None,
    port: Port = None,
    open_browser: Annotated[bool, typer.Option("--browser/--no-browser", help="是否打开浏览器。")] = True,
) -> None:
    """在浏览器里问答；第一次启动时先建立索引。"""
    settings = load_settings(index=index, host=host, port=port)
    _run_server(settings, "问答页面已打开：{}（按 Ctrl+C 结束）", open_browser=open_browser)


@app.command()
def serve(index: IndexFolder = None, host: Host = None, port: Port = None) -> None:
    """为网页和其他程序提供服务，日志以 JSON 逐行写到标准错误；接口见 /openapi.json。"""
    from assistant.server.guard import LOOPBACK  # noqa: PLC0415
    from assistant.server.log import write_log  # noqa: PLC0415

    settings = load_settings(index=index, host=host, port=port)
    if settings.host not in LOOPBACK and settings.api_tokens_file is None:
        complain("注意：本机以外的任何程序都可以提问；要限制，请设置 POLICY_ASSISTANT_API_TOKENS_FILE。")
    write_log()
    _run_server(settings, "服务已启动：{}（按 Ctrl+C 结束）", open_browser=False)


@app.command()
def mcp(index: IndexFolder = None) -> None:
    """以 MCP 协议在标准输入输出上提供工具，由支持 MCP 的程序启动。"""
    from assistant.server.mcp_server import run_stdio  # noqa: PLC0415 - slow to import

    run_stdio(_assistant(load_settings(index=index)))


@app.command()
def ask(
    question: Annotated[str, typer.Argument(help="要问的问题。", metavar="问题")],
    index: IndexFolder = None,
    as_json: AsJson = False,
    sheet: Annotated[Path | None, typer.Option("--docx", help="另写一份 Word 答复单。", metavar="文件")] = None,
    with_reasons: Annotated[bool, typer.Option("--explain", help="另说明为什么这样答。")] = False,
) -> None:
    """问一个问题，打印带引用的回答。"""
    from assistant.explain import explain  # noqa: PLC0415
    from assistant.records import answer_record  # noqa: PLC0415

    assistant = _assistant(load_settings(index=index))
    answer = assistant.ask(question)
    if sheet is not None:
        from assistant.sheet import save_sheet, write_sheet  # noqa: PLC0415

        save_sheet(sheet, write_sheet(answer, assistant, datetime.now(UTC)))
    reasons = explain(answer) if with_reasons else []
    if as_json:
        print_json({**answer_record(answer), **({"explanation": reasons} if reasons else {})})
    else:
        lines = ["", "为什么这样答", *reasons] if reasons else []
        sys.stdout.writelines(f"{line}\n" for line in [answer.text, *lines])


@app.command()
def verify(
    file: Annotated[Path, typer.Argument(help="ask --docx 或问答页面写出的答复单。", metavar="文件")],
    index: IndexFolder = None,
) -> None:
    """核对一份答复单：逐条比对引文与原文；一致时状态码为 0，有改动为 1，无法核对为 2。"""
    from assistant.factory import check_index  # noqa: PLC0415
    from assistant.sheet_check import check_sheet, report_lines  # noqa: PLC0415
    from assistant.sheet_file import read_sheet  # noqa: PLC0415

    read = read_sheet(file)
    report = check_sheet(read, check_index(load_settings(index=index)))
    sys.stdout.writelines(f"{line}\n" for line in report_lines(report))
    if not report.is_unaltered:
        raise typer.Exit(1)


@app.command()
def answer(
    input_file: Annotated[Path, typer.Option("--input", help="问题文件，每行一个 JSON。", metavar="文件")],
    output_file: Annotated[Path, typer.Option("--output", help="回答文件，每行一个 JSON。", metavar="文件")],
    index: IndexFolder = None,
) -> None:
    """批量回答；有坏行时其余各行照常回答，最后以状态码 2 结束。"""
    from assistant.bulk import BadLine, answer_lines, read_lines  # noqa: PLC0415

    if input_file.exists() and output_file.exists() and output_file.samefile(input_file):
        raise PolicyAssistantError("回答文件不能就是问题文件，请用 --output 另指一个文件。")
    lines = read_lines(input_file)
    assistant = _assistant(load_settings(index=index))
    bad = 0
    try:
        with output_file.open("w", encoding="utf-8", newline="\n") as file, progress("回答") as report:
            for done, result in enumerate(answer_lines(assistant, lines), 1):
                report(done, len(lines))
                if isinstance(result, BadLine):
                    bad += 1
                    complain(f"第 {result.number} 行：{result.reason}")
                else:
                    file.write(json.dumps(result, ensure_ascii=False) + "\n")
    except OSError as error:
        raise PolicyAssistantError(f"回答文件“{output_file.name}”无法写入，请检查路径和权限后重试。") from error
    if bad:
        complain(f"有 {bad} 行没有回答，请按上面的说明改正。")
        raise typer.Exit(2)


@app.command("check-model")
def check_model() -> None:
    """检查所设的大模型：是否应答、是否边写边发、是否按格式注明依据；有一项不合格时状态码为 1。"""
    from assistant.factory import chat_model_of  # noqa: PLC0415
    from assistant.model_check import check_chat_model  # noqa: PLC0415
    from index.embedder import load_embedder  # noqa: PLC0415

    settings = load_settings()
    findings = check_chat_model(chat_model_of(settings), load_embedder(settings.embedding_model, settings.threads))
    sys.stdout.writelines(f"{'合格' if finding.passed else '不合格'}：{finding.words}\n" for finding in findings)
    if not all(finding.passed for finding in findings):
        raise typer.Exit(1)


@app.command()
def outline(
    file: Annotated[Path, typer.Argument(help="文件，.txt 或 .md。", metavar="文件")], as_json: AsJson = False
) -> None:
    """打印一份文件的条款结构。"""
    parsed = parse(read_document(file))
    if as_json:
        print_json(outline_record(parsed))
    else:
        print_outline(parsed, Console(highlight=False, markup=False))


@app.command()
def targets(
    topic: Annotated[
        str | None, typer.Option("--topic", help="只列与此有关的目标，如“农业”；不写则全部列出。", metavar="主题")
    ] = None,
    xlsx: Annotated[
        Path | None, typer.Option("--xlsx", help="写成电子表格，文件名以 .xlsx 结尾。", metavar="文件")
    ] = None,
    as_json: AsJson = False,
    index: IndexFolder = None,
) -> None:
    """列出文件提出的目标：指标、方向、数值、时点、条款和原文。"""
    from assistant.ledger import all_rows, row_record, targets_about  # noqa: PLC0415 - slow to import
    from assistant.ledger_view import print_rows, write_xlsx  # noqa: PLC0415
    from index.embedder import load_embedder  # noqa: PLC0415
    from index.retriever import HybridRetriever  # noqa: PLC0415

    settings = load_settings(index=index)
    opened = _index(settings)
    rows = all_rows(opened)
    if topic is not None:
        embedder = load_embedder(settings.embedding_model, settings.threads)
        selection = targets_about(topic, HybridRetriever(opened, embedder))
        rows = selection.rows
        if not selection.by_words:
            complain(f"没有哪个目标的原文或标题写到“{topic}”，列出的是意思最接近的。")
    if xlsx is not None:
        write_xlsx(xlsx, rows)
        complain(f"已写入“{xlsx.name}”，共 {len(rows)} 条目标。")
    if as_json:
        print_json({"targets": [row_record(row) for row in rows]})
    elif xlsx is None:
        print_rows(rows, Console(highlight=False, markup=False, width=None if sys.stdout.isatty() else _WIDTH))


@index_app.command("build")
def index_build(
    index: IndexFolder = None,
    documents: Annotated[
        Path | None, typer.Option("--documents", help="文件所在的文件夹，默认为自带的文件。", metavar="文件夹")
    ] = None,
) -> None:
    """建立索引；建好之前，原有的索引照常可用。"""
    from assistant.factory import rebuild_index  # noqa: PLC0415

    with progress("建立索引") as report:
        built = rebuild_index(load_settings(index=index, documents=documents), report)
    _describe(built.manifest.documents, "索引已建好")


@index_app.command("check")
def index_check(index: IndexFolder = None) -> None:
    """核对索引的每个文件、所用模型和条款划分。"""
    from assistant.factory import check_index  # noqa: PLC0415

    _describe(check_index(load_settings(index=index)).manifest.documents, "索引完好")


def _index(settings: Settings) -> "SearchIndex":
    from assistant.factory import check_index, rebuild_index  # noqa: PLC0415

    try:
        return check_index(settings)
    except IndexMissingError:
        with progress("建立索引") as report:
            return rebuild_index(settings, report)


def _assistant(settings: Settings) -> "Assistant":
    from assistant.factory import create_assistant  # noqa: PLC0415

    with progress("建立索引") as report:
        return create_assistant(settings, report)


def _run_server(settings: Settings, started: str, *, open_browser: bool) -> None:
    """Serve until the process is asked to end; `started` is said with the address once requests are taken."""
    from assistant.server.run import start_server, wait_for_end  # noqa: PLC0415 - slow to import

    server = start_server(_assistant(settings), settings)
    complain(started.format(server.address))
    if open_browser:
        webbrowser.open(server.address)
    wait_for_end()
    server.close()


def _describe(documents: Sequence["DocumentEntry"], state: str) -> None:
    clauses = sum(document.clauses for document in documents)
    sys.stdout.write(f"{state}：{len(documents)} 份文件，{clauses} 条。\n")


@cache
def _add_commands() -> None:
    """Add the commands that other packages bring: entry points of the group `COMMANDS`, typer applications."""
    for entry in entry_points(group=COMMANDS):
        app.add_typer(entry.load(), name=entry.name)


def main() -> None:
    """Entry point: errors become one sentence on stderr and exit code 2."""
    try:
        _add_commands()
        sys.exit(app(standalone_mode=False) or 0)
    except TyperException as error:
        complain(usage_message(error))
        sys.exit(2)
    except PolicyAssistantError as error:
        complain(f"错误：{error}")
        sys.exit(2)
    except KeyboardInterrupt:
        sys.exit(130)
    except Exception:
        if os.environ.get(DEBUG):
            raise
        complain(f"错误：程序内部出错；请设环境变量 {DEBUG}=1 后重试，并把输出交给维护人员。")
        sys.exit(1)


if __name__ == "__main__":
    main()
