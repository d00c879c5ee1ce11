"""Showing the target ledger: as a table in the terminal, and as a spreadsheet."""

import re
from collections.abc import Sequence
from io import BytesIO
from itertools import groupby
from pathlib import Path

from openpyxl import Workbook
from openpyxl.cell import Cell
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.worksheet.worksheet import Worksheet
from rich.console import Console
from rich.table import Column, Table

from assistant.ledger import HIDDEN, Row
from assistant.masks import MASK_NOTICE
from corpus.errors import PolicyAssistantError

SUFFIX = ".xlsx"
COLUMNS = (
    ("序号", 6),
    ("指标", 32),
    ("方向", 20),
    ("数值", 12),
    ("单位", 10),
    ("时点", 12),
    ("类型", 8),
    ("条款", 28),
    ("所在部分", 26),
    ("原文", 60),
    ("起", 8),
    ("止", 8),
    ("文件", 26),
)
"""Headers of the spreadsheet and the widths of their columns, in characters."""
_SHOWN = (("指标", 4), ("方向", 3), ("数值", 2), ("时点", 1), ("条款", 3))
"""Headers of the table in the terminal and the shares of its width."""
QUANTITY, STATE = "数量", "状态"
_STARTS_FORMULA = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")
_UNWRITABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_HEAD_FILL = "FFDDE6F0"


def print_rows(rows: Sequence[Row], console: Console) -> None:
    """A table per document."""
    for title, group in groupby(rows, key=lambda row: row.document.document.title):
        words = [Column(header, overflow="fold", ratio=ratio) for header, ratio in _SHOWN]
        table = Table("序号", *words, title=f"《{title}》", title_justify="left", expand=True)
        for number, row in enumerate(group, 1):
            target = row.target
            table.add_row(
                str(number), target.indicator, target.direction, _figure(row), target.time, target.clause.title
            )
        console.print(table)
    console.print(f"共 {len(rows)} 条目标。")
    if any(row.target.is_masked for row in rows):
        console.print(f"注：{MASK_NOTICE}")


def _figure(row: Row) -> str:
    if not row.target.is_quantity:
        return "—"
    return f"{row.value}（{row.target.unit}）" if row.value == HIDDEN else f"{row.value}{row.target.unit}"


def write_xlsx(path: Path, rows: Sequence[Row]) -> None:
    """Write the rows as a spreadsheet; no program evaluates any of its cells. An old file is replaced.

    Raises:
        PolicyAssistantError: if the name does not end with `.xlsx`, or the file cannot be written.
    """
    if path.suffix.lower() != SUFFIX:
        raise PolicyAssistantError(f"表格文件“{path.name}”的名称应以 {SUFFIX} 结尾，请改名后重试。")
    content = BytesIO()
    _workbook(rows).save(content)
    try:
        path.write_bytes(content.getvalue())
    except OSError as error:
        raise PolicyAssistantError(f"表格文件“{path.name}”无法写入，请检查路径和权限后重试。") from error


def _workbook(rows: Sequence[Row]) -> Workbook:
    book = Workbook()
    sheet = book.active
    sheet.title = "目标台账"
    for column, (header, width) in enumerate(COLUMNS, 1):
        cell = sheet.cell(1, column)
        _put(cell, header)
        cell.font = Font(bold=True)
        cell.fill = PatternFill("solid", start_color=_HEAD_FILL)
        sheet.column_dimensions[cell.column_letter].width = width
    for number, row in enumerate(rows, 1):
        _put_row(sheet, number + 1, (number, *_cells(row)))
    sheet.freeze_panes = "A2"
    sheet.auto_filter.ref = sheet.dimensions
    return book


def _cells(row: Row) -> tuple[str | int, ...]:
    """What follows the number, in the order of `COLUMNS`."""
    target = row.target
    return (
        target.indicator,
        target.direction,
        row.value,
        target.unit,
        target.time,
        QUANTITY if target.is_quantity else STATE,
        target.clause.title,
        target.clause.section,
        row.quote,
        target.span.start,
        target.span.end,
        row.document.document.source_name,
    )


def _put_row(sheet: Worksheet, number: int, cells: Sequence[str | int]) -> None:
    for column, value in enumerate(cells, 1):
        cell = sheet.cell(number, column)
        _put(cell, value)
        cell.alignment = Alignment(vertical="top", wrap_text=isinstance(value, str))


def _put(cell: Cell, value: str | int) -> None:
    """Write a number as a number and any text as text, even one that looks like a formula; no text leaves it empty."""
    if isinstance(value, int) or not value:
        cell.value = None if value == "" else value
        return
    cell.value = _UNWRITABLE.sub("\ufffd", value)
    cell.data_type = "s"
    cell.quotePrefix = value.startswith(_STARTS_FORMULA)
