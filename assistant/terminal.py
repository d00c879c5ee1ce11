"""What the commands write on the terminal beside their results."""

import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from typer.exceptions import TyperException

_ERRORS = Console(stderr=True, highlight=False, markup=False)


@contextmanager
def progress(title: str) -> Iterator[Callable[[int, int], None]]:
    """A progress bar on stderr, if that is a terminal, which appears with the first report."""
    columns = (TextColumn(title), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=_ERRORS, transient=True, disable=not _ERRORS.is_terminal) as bar:
        task = bar.add_task(title, total=None, visible=False)
        yield lambda done, total: bar.update(task, completed=done, total=total, visible=True)


def complain(message: str) -> None:
    """One line on stderr, however long."""
    _ERRORS.print(message, soft_wrap=True)


def print_json(record: object) -> None:
    """Indented, on stdout, Chinese as it is."""
    sys.stdout.write(json.dumps(record, ensure_ascii=False, indent=2) + "\n")


def usage_message(error: TyperException) -> str:
    """One sentence for a command written wrongly; the help itself, where a command without arguments asks for it."""
    context = getattr(error, "ctx", None)
    if context is None:
        return "错误：命令的写法不对，请运行 policy-assistant --help 查看用法。"
    if error.message == context.get_help():
        return error.message
    return f"错误：命令的写法不对，请运行 {context.command_path} --help 查看用法。"
