"""The command `policy-assistant`: thin renderers of the same answers."""

import json
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from typer.exceptions import TyperException

from assistant.outline_view import outline_record, print_outline
from assistant.settings import DEBUG, Settings, load_settings
from corpus.clauses import parse
from corpus.errors import PolicyAssistantError
from corpus.readers import read_document

if TYPE_CHECKING:
    from assistant.assistant import Assistant
    from index.manifest import DocumentEntry

app = typer.Typer(
    help="政策问答助手：回答关于条款式政策文件的问题，每句话都引自原文。",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
index_app = typer.Typer(help="建立和检查索引。", no_args_is_help=True, rich_markup_mode=None)
app.add_typer(index_app, name="index")

errors = Console(stderr=True, highlight=False, markup=False)

IndexFolder = Annotated[Path | None, typer.Option("--index", help="索引文件夹，默认 .policy-index。", metavar="文件夹")]
AsJson = Annotated[bool, typer.Option("--json", help="输出 JSON。")]


@app.command()
def chat(
    index: IndexFolder = None,
    host: Annotated[str | None, typer.Option(help="监听地址，默认 127.0.0.1。", metavar="地址")] = None,
    port: Annotated[int | None, typer.Option(help="监听端口，默认 7860。", metavar="端口")] = None,
    open_browser: Annotated[bool, typer.Option("--browser/--no-browser", help="是否打开浏览器。")] = True,
) -> None:
    """在浏览器里问答；第一次启动时先建立索引。"""
    from assistant.factory import create_assistant  # noqa: PLC0415 - slow to import
    from assistant.ui import launch  # noqa: PLC0415

    settings = load_settings(index=index, host=host, port=port)
    with _progress("建立索引") as report:
        assistant = create_assistant(settings, report)
    launch(assistant, host=settings.host, port=settings.port, open_browser=open_browser)


@app.command()
def ask(
    question: Annotated[str, typer.Argument(help="要问的问题。", metavar="问题")],
    index: IndexFolder = None,
    as_json: AsJson = False,
) -> None:
    """问一个问题，打印带引用的回答。"""
    from assistant.bulk import answer_record  # noqa: PLC0415

    answer = _assistant(load_settings(index=index)).ask(question)
    if as_json:
        _print_json(answer_record(answer))
    else:
        sys.stdout.write(answer.text + "\n")


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
        with output_file.open("w", encoding="utf-8", newline="\n") as file, _progress("回答") as report:
            for done, result in enumerate(answer_lines(assistant, lines), 1):
                report(done, len(lines))
                if isinstance(result, BadLine):
                    bad += 1
                    _complain(f"第 {result.number} 行：{result.reason}")
                else:
                    file.write(json.dumps(result, ensure_ascii=False) + "\n")
    except OSError as error:
        raise PolicyAssistantError(f"回答文件“{output_file.name}”无法写入，请检查路径和权限后重试。") from error
    if bad:
        _complain(f"有 {bad} 行没有回答，请按上面的说明改正。")
        raise typer.Exit(2)


@app.command()
def outline(
    file: Annotated[Path, typer.Argument(help="文件，.txt 或 .md。", metavar="文件")], as_json: AsJson = False
) -> None:
    """打印一份文件的条款结构。"""
    parsed = parse(read_document(file))
    if as_json:
        _print_json(outline_record(parsed))
    else:
        print_outline(parsed, Console(highlight=False, markup=False))


@index_app.command("build")
def index_build(
    index: IndexFolder = None,
    documents: Annotated[
        Path | None, typer.Option("--documents", help="文件所在的文件夹，默认为自带的文件。", metavar="文件夹")
    ] = None,
) -> None:
    """建立索引；建好之前，原有的索引照常可用。"""
    from assistant.factory import rebuild_index  # noqa: PLC0415

    with _progress("建立索引") as report:
        built = rebuild_index(load_settings(index=index, documents=documents), report)
    _describe(built.manifest.documents, "索引已建好")


@index_app.command("check")
def index_check(index: IndexFolder = None) -> None:
    """核对索引的每个文件、所用模型和条款划分。"""
    from assistant.factory import check_index  # noqa: PLC0415

    _describe(check_index(load_settings(index=index)).manifest.documents, "索引完好")


def _assistant(settings: Settings) -> "Assistant":
    from assistant.factory import create_assistant  # noqa: PLC0415

    with _progress("建立索引") as report:
        return create_assistant(settings, report)


@contextmanager
def _progress(title: str) -> Iterator[Callable[[int, int], None]]:
    """A progress bar on stderr, if that is a terminal, which appears with the first report."""
    columns = (TextColumn(title), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=errors, transient=True, disable=not errors.is_terminal) as bar:
        task = bar.add_task(title, total=None, visible=False)
        yield lambda done, total: bar.update(task, completed=done, total=total, visible=True)


def _describe(documents: Sequence["DocumentEntry"], state: str) -> None:
    clauses = sum(document.clauses for document in documents)
    sys.stdout.write(f"{state}：{len(documents)} 份文件，{clauses} 条。\n")


def _complain(message: str) -> None:
    """One line on stderr, however long."""
    errors.print(message, soft_wrap=True)


def _print_json(record: object) -> None:
    sys.stdout.write(json.dumps(record, ensure_ascii=False, indent=2) + "\n")


def _usage_message(error: TyperException) -> str:
    """One sentence for a command written wrongly; the help itself, where a command without arguments asks for it."""
    context = getattr(error, "ctx", None)
    if context is None:
        return "错误：命令的写法不对，请运行 policy-assistant --help 查看用法。"
    if error.message == context.get_help():
        return error.message
    return f"错误：命令的写法不对，请运行 {context.command_path} --help 查看用法。"


def main() -> None:
    """Entry point: errors become one sentence on stderr and exit code 2."""
    try:
        sys.exit(app(standalone_mode=False) or 0)
    except TyperException as error:
        _complain(_usage_message(error))
        sys.exit(2)
    except PolicyAssistantError as error:
        _complain(f"错误：{error}")
        sys.exit(2)
    except KeyboardInterrupt:
        sys.exit(130)
    except Exception:
        if os.environ.get(DEBUG):
            raise
        _complain(f"错误：程序内部出错；请设环境变量 {DEBUG}=1 后重试，并把输出交给维护人员。")
        sys.exit(1)


if __name__ == "__main__":
    main()
