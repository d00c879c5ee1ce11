"""What stands on the pages of an answer sheet, line by line: the writer sets it, the checker compares it."""

import itertools
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from assistant.answer import MODES
from assistant.sheet_record import ClauseEntry, QuoteEntry, SheetRecord
from corpus.span import Span

NOTICE = "本内容由程序自动生成，须经人工核对后使用。"
WRITTEN_BY_MODEL = "其中答复的叙述由大模型（人工智能）撰写。"
NOT_AN_ANSWER = "最接近的条款（不构成回答）："
SIGNATURES = ("经办人：", "复核人：", "日期：")
_UNPRINTABLE = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u2069\ud800-\udfff\ufeff\ufff9-\ufffb"
    "\ufffe\uffff]"
)


class Look(StrEnum):
    """How a line is set; the value is the name of its paragraph style."""

    TITLE = "Title"
    HEADING = "Heading 1"
    CLAUSE_HEADING = "Heading 2"
    NOTICE = "答复单声明"
    BODY = "答复单正文"
    LEAD = "答复单首句"
    QUOTE = "答复单引文"
    SOURCE = "答复单出处"
    CLAUSE_TEXT = "答复单条款"
    REMARK = "答复单说明"
    CELL_HEAD = "答复单表头"
    CELL = "答复单表格"
    CODE = "答复单校验值"
    SIGNATURE = "答复单签字"


@dataclass(frozen=True, slots=True)
class Line:
    """A paragraph: never empty, no line break in it.

    Attributes:
        look: how it is set.
        text: what a person reads.
        part: what it belongs to, in Chinese, for a message about it.
        marks: ranges of `text` that are underlined, in order, none overlapping.
    """

    look: Look
    text: str
    part: str
    marks: tuple[Span, ...] = ()


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of cells, each of one line; `widths` in millimetres; ruled or without lines."""

    rows: tuple[tuple[Line, ...], ...]
    widths: tuple[int, ...]
    is_ruled: bool = True


def printable(text: str) -> str:
    """`text` with U+FFFD for each character that a page cannot show or XML forbids; the length stays."""
    return _UNPRINTABLE.sub("\ufffd", text)


def quote_part(number: int) -> str:
    """What a message calls a quote."""
    return f"第 {number} 条引文"


def quote_row(number: int) -> str:
    """What a message calls a quote's row in the table of evidence."""
    return f"{quote_part(number)}的核验信息"


def clause_part(title: str) -> str:
    """What a message calls the full text of a clause."""
    return f"条款“{printable(title)}”的全文"


def lines_of(blocks: Iterable[Line | Table]) -> Iterator[Line]:
    """All lines in the order in which they stand in the file."""
    for block in blocks:
        if isinstance(block, Line):
            yield block
        else:
            yield from itertools.chain.from_iterable(block.rows)


def lay_out(record: SheetRecord, digest: str) -> Iterator[Line | Table]:
    """The sheet from top to bottom; `digest` is the SHA-256 of the machine-readable copy as it is in the file."""
    titles = {entry.name: entry.title for entry in record.documents}
    yield Line(Look.TITLE, "答复单", "标题")
    yield Line(Look.NOTICE, NOTICE + (WRITTEN_BY_MODEL if record.mode == "generative" else ""), "声明")
    yield from _question(record)
    yield from _answer(record, titles)
    yield from _clauses(record, titles)
    yield from _evidence(record, digest)
    signatures = tuple(Line(Look.SIGNATURE, label, "签字栏") for label in SIGNATURES)
    yield Table((signatures,), (50, 50, 56), is_ruled=False)


def _question(record: SheetRecord) -> Iterator[Line]:
    yield Line(Look.HEADING, "一、问题", "版面文字")
    yield from _lines(Look.BODY, record.question, "问题")
    if record.standalone != record.question:
        yield from _lines(Look.REMARK, f"按此理解：{record.standalone}", "对问题的理解")


def _answer(record: SheetRecord, titles: dict[str, str]) -> Iterator[Line]:
    yield Line(Look.HEADING, "二、答复", "版面文字")
    if record.refusal is not None:
        yield from _lines(Look.LEAD, record.refusal, "拒答原因")
    yield from _lines(Look.LEAD if record.quotes else Look.BODY, record.lead, "答复文字")
    headings = {entry.id: entry.title for entry in record.clauses}
    for clause, quotes in itertools.groupby(record.quotes, key=lambda quote: quote.clause):
        yield from _quotes(list(quotes), titles, headings.get(clause, clause))
    if record.nearest:
        yield Line(Look.REMARK, NOT_AN_ANSWER, "版面文字")
    for entry in record.nearest:
        source = f"《{titles.get(entry.document, entry.document)}》{entry.described}"
        yield from _lines(Look.REMARK, source, f"相近条款“{printable(entry.described)}”")
    for notice in record.notices:
        yield from _lines(Look.REMARK, f"注：{notice}", "答复的附注")


def _quotes(quotes: Sequence[QuoteEntry], titles: dict[str, str], heading: str) -> Iterator[Line]:
    for quote in quotes:
        yield from _lines(Look.QUOTE, f"〔{quote.number}〕{quote.text}", quote_part(quote.number))
    document = titles.get(quotes[0].document, quotes[0].document)
    numbers = "、".join(str(quote.number) for quote in quotes)
    yield from _lines(Look.SOURCE, f"——《{document}》{heading}", f"第 {numbers} 条引文的出处")


def _clauses(record: SheetRecord, titles: dict[str, str]) -> Iterator[Line]:
    yield Line(Look.HEADING, "三、引用条款全文", "版面文字")
    remark = "下划线处为答复所引的原句。" if record.clauses else "这次答复没有引用条款。"
    yield Line(Look.REMARK, remark, "版面文字")
    spans: dict[str, list[Span]] = {}
    for quote in record.quotes:
        spans.setdefault(quote.clause, []).append(Span(quote.start, quote.end))
    for entry in record.clauses:
        document = f"《{titles.get(entry.document, entry.document)}》"
        yield from _clause(entry, document, spans.get(entry.id, []))


def _clause(entry: ClauseEntry, document: str, spans: list[Span]) -> Iterator[Line]:
    part, heading = clause_part(entry.title), f"条款“{printable(entry.title)}”的标题"
    yield from _lines(Look.CLAUSE_HEADING, entry.title, heading)
    yield from _lines(Look.REMARK, f"{document}　{entry.section}".rstrip("　"), heading)
    yield from _lines(Look.CLAUSE_TEXT, entry.text, part, _inside(spans, entry.start, entry.end))
    for note in entry.footnotes:
        before = f"注 {note.term}："
        marks = _inside(spans, note.start, note.end, len(before))
        yield from _lines(Look.CLAUSE_TEXT, before + note.text, part, marks)


def _inside(spans: Iterable[Span], start: int, end: int, shift: int = 0) -> list[Span]:
    """The ranges that overlap `[start, end)`, cut to it and counted from `start`; then moved by `shift`."""
    cut = [Span(max(span.start, start), min(span.end, end)) for span in spans if span.overlaps(Span(start, end))]
    return [Span(span.start - start + shift, span.end - start + shift) for span in cut]


def _evidence(record: SheetRecord, digest: str) -> Iterator[Line | Table]:
    yield Line(Look.HEADING, "四、核验信息", "版面文字")
    how = "核对方法：运行“policy-assistant verify 本文件”，程序把引文和条款逐字与原文比对，并指出改动之处。"
    yield Line(Look.REMARK, how, "版面文字")
    if record.documents:
        yield _documents_table(record)
    if record.quotes:
        where = "位置为引文在文件正文中的字符位置，从 0 数起，含起点，不含终点。"
        yield Line(Look.REMARK, where, "版面文字")
        yield _quotes_table(record)
    yield Line(Look.REMARK, "出具情况", "版面文字")
    yield _circumstances_table(record, digest)


def _documents_table(record: SheetRecord) -> Table:
    rows = [
        _row(f"文件“{printable(entry.name)}”的核验信息", entry.name, entry.title, code=entry.sha256)
        for entry in record.documents
    ]
    return Table((_head("文件名", "标题", "源文件 SHA-256"), *rows), (46, 50, 60))


def _quotes_table(record: SheetRecord) -> Table:
    rows = [
        _row(
            quote_row(quote.number),
            str(quote.number),
            quote.document,
            quote.clause.removeprefix(f"{quote.document}:"),
            f"[{quote.start}, {quote.end})",
            code=quote.sha256,
        )
        for quote in record.quotes
    ]
    return Table((_head("引文", "文件名", "条款编号", "位置", "引文 SHA-256"), *rows), (12, 38, 26, 26, 54))


def _circumstances_table(record: SheetRecord, digest: str) -> Table:
    at = record.written_at
    rows = (
        ("出具时间", f"{at.year}年{at.month}月{at.day}日 {at:%H:%M:%S}（UTC{at.isoformat()[-6:]}）"),
        ("回答方式", MODES.get(record.mode, record.mode) if record.quotes else "由程序自动生成"),
        ("程序版本", f"政策问答助手 {record.program}"),
        ("索引文件数", str(record.index.documents)),
    )
    codes = (
        ("索引清单 SHA-256", record.index.manifest_sha256),
        ("向量模型指纹", record.index.model),
        ("机读副本 SHA-256", digest),
    )
    plain = [_row(f"{name}一栏", name, value) for name, value in rows]
    coded = [_row(f"{name}一栏", name, code=value) for name, value in codes]
    return Table((*plain, *coded), (40, 116))


def _head(*names: str) -> tuple[Line, ...]:
    return tuple(Line(Look.CELL_HEAD, name, "版面文字") for name in names)


def _row(part: str, *cells: str, code: str = "") -> tuple[Line, ...]:
    row = [Line(Look.CELL, _one_line(cell), part) for cell in cells]
    return (*row, Line(Look.CODE, _one_line(code), part)) if code else tuple(row)


def _one_line(text: str) -> str:
    """A cell's text; a cell is never empty."""
    return " ".join(printable(text).split()) or "（空）"


def _lines(look: Look, text: str, part: str, marks: Sequence[Span] = ()) -> Iterator[Line]:
    """A line for each line of the text that holds more than white space."""
    start = 0
    for words in printable(text).split("\n"):
        if words.strip():
            yield Line(look, words, part, _merged(_inside(marks, start, start + len(words))))
        start += len(words) + 1


def _merged(spans: Iterable[Span]) -> tuple[Span, ...]:
    """The same ranges in order, those that overlap as one."""
    merged: list[Span] = []
    for span in sorted(spans):
        if merged and span.start <= merged[-1].end:
            merged[-1] = Span(merged[-1].start, max(merged[-1].end, span.end))
        else:
            merged.append(span)
    return tuple(merged)
