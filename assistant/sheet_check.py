"""Checking an answer sheet: what it states against the documents, and what its pages show against what it states."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from assistant.answer import describe
from assistant.citation import Citation, is_verbatim
from assistant.sheet_file import SheetFile
from assistant.sheet_layout import clause_part, lay_out, lines_of, printable, quote_part, quote_row
from assistant.sheet_pages import Finding, compare_pages, differ, take_signatures
from assistant.sheet_record import (
    ClauseEntry,
    QuoteEntry,
    SheetRecord,
    Source,
    clause_entry,
    document_entry,
    index_entry,
    load_record,
    sha256,
)
from corpus.clauses import Clause, ParsedDocument
from corpus.span import Span


@dataclass(frozen=True, slots=True)
class CheckedQuote:
    """A quote by its number, the clause it is from, and what is wrong with it; nothing, if it agrees."""

    number: int
    clause: str
    problems: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Report:
    """What a check found.

    Attributes:
        quotes: as the sheet's machine-readable copy numbers them.
        problems: what is wrong beside the quotes.
        remarks: what a reader should know and is no alteration.
    """

    quotes: tuple[CheckedQuote, ...]
    problems: tuple[str, ...]
    remarks: tuple[str, ...]

    @property
    def is_unaltered(self) -> bool:
        """Whether everything agrees."""
        return not self.problems and not any(quote.problems for quote in self.quotes)


def check_sheet(sheet: SheetFile, source: Source) -> Report:
    """Compare a sheet with the documents of an index.

    Raises:
        PolicyAssistantError: if the machine-readable copy is damaged.
    """
    record = load_record(sheet.record)
    stated = list(_stated(record, source))
    expected = list(lines_of(lay_out(record, sha256(sheet.record))))
    lines, filled_in = take_signatures(sheet.lines, expected)
    shown = compare_pages(expected, lines, {finding.part for finding in stated})
    remarks = [*_remarks(record, source), *(f"签字栏填有“{line}”。" for line in filled_in)]
    return _report(record, [*stated, *shown], list(sheet.trouble), remarks)


def report_lines(report: Report) -> Iterator[str]:
    """The report as a person reads it, line by line."""
    for quote in report.quotes:
        yield f"{'不符' if quote.problems else '一致'}　{quote_part(quote.number)}　{quote.clause}"
        yield from (f"  {problem}" for problem in quote.problems)
    if report.problems:
        yield "引文以外的不符之处："
        yield from (f"  {problem}" for problem in report.problems)
    yield from (f"说明：{remark}" for remark in report.remarks)
    count = len(report.problems) + sum(len(quote.problems) for quote in report.quotes)
    if count:
        yield f"这份答复单有 {count} 处不符，请以原文为准，不要使用。"
    else:
        quoted = "引文和条款与原文逐字相同，" if report.quotes else "没有引文；"
        yield f"这份答复单没有改动：{quoted}其余文字与机读副本相同。"


def _report(record: SheetRecord, findings: list[Finding], trouble: list[str], remarks: list[str]) -> Report:
    """Sort the findings: to the quote that they are about, or to the rest."""
    titles = {entry.id: entry.title for entry in record.clauses}
    by_quote: dict[int, list[str]] = {quote.number: [] for quote in record.quotes}
    numbers = {part: number for number in by_quote for part in (quote_part(number), quote_row(number))}
    problems: list[str] = []
    for finding in findings:
        number = numbers.get(finding.part)
        (problems if number is None else by_quote[number]).append(_clean(finding.message))
    quotes = [
        CheckedQuote(quote.number, _clean(titles.get(quote.clause, quote.clause)), tuple(by_quote[quote.number]))
        for quote in record.quotes
    ]
    return Report(tuple(quotes), (*problems, *map(_clean, trouble)), tuple(map(_clean, remarks)))


def _clean(text: str) -> str:
    """One line without characters that a terminal would obey."""
    return " ".join(printable(text).split("\n"))


def _stated(record: SheetRecord, source: Source) -> Iterator[Finding]:
    """What the machine-readable copy states and the documents do not bear out."""
    documents = {parsed.document.name: parsed for parsed in source.documents}
    clauses = {clause.id: clause for parsed in source.documents for clause in parsed.clauses}
    yield from _documents(record, documents)
    yield from _numbers(record)
    for quote in record.quotes:
        parsed = documents.get(quote.document)
        messages = ["所引的文件不在索引中，无法核对。"] if parsed is None else _quote(quote, parsed, clauses)
        for message in messages:
            part = quote_part(quote.number)
            yield Finding(part, f"{part}{message}")
    for entry in record.clauses:
        yield from _clause(entry, documents, clauses)
    for near in record.nearest:
        clause = clauses.get(near.clause)
        if clause is None or describe(clause) != near.described or clause.document != near.document:
            yield Finding("相近条款", f"相近条款“{near.described}”在索引中没有。")


def _documents(record: SheetRecord, documents: Mapping[str, ParsedDocument]) -> Iterator[Finding]:
    for entry in record.documents:
        part, parsed = f"文件“{entry.name}”", documents.get(entry.name)
        if parsed is None:
            yield Finding(part, f"{part}不在索引中，无法核对，请用 --index 指定含有它的索引。")
            continue
        current = document_entry(parsed)
        if current.sha256 != entry.sha256:
            now = f"索引中的 SHA-256 为 {current.sha256}，答复单为 {entry.sha256}"
            yield Finding(part, f"{part}在写出答复单之后有变动，或其 SHA-256 被改：{now}。")
        if current.title != entry.title:
            yield Finding(part, f"{part}的标题不符：{differ('索引中', current.title, '机读副本', entry.title)}。")
    listed = {entry.name for entry in record.documents}
    for name in dict.fromkeys(quote.document for quote in record.quotes if quote.document not in listed):
        yield Finding("文件", f"引文所属的文件“{name}”没有列入核验信息。")


def _numbers(record: SheetRecord) -> Iterator[Finding]:
    """Whether the quotes are numbered from 1 on, and the clauses are those that are quoted."""
    numbers = [quote.number for quote in record.quotes]
    if numbers != list(range(1, len(numbers) + 1)):
        yield Finding("引文", f"引文的编号不连续，有引文被删去或添入：机读副本里是 {'、'.join(map(str, numbers))}。")
    quoted = list(dict.fromkeys(quote.clause for quote in record.quotes))
    given = [entry.id for entry in record.clauses]
    if quoted != given:
        missing = [name for name in quoted if name not in given] or ["次序不同或多出条款"]
        yield Finding("条款", f"机读副本里的条款全文与引文对不上：{'、'.join(missing)}。")


def _quote(quote: QuoteEntry, parsed: ParsedDocument, clauses: Mapping[str, Clause]) -> Iterator[str]:
    """What is wrong with a quote, each a sentence without its subject."""
    text, clause = parsed.document.text, clauses.get(quote.clause)
    source, place = text[quote.start : quote.end], text.find(quote.text)
    if source != quote.text and place >= 0:
        stated = f"[{quote.start}, {quote.end})"
        yield f"的位置不符：原文在 [{place}, {place + len(quote.text)})，机读副本为 {stated}。"
    elif source != quote.text:
        yield f"与原文不符：{differ('原文', source, '机读副本', quote.text)}。"
    elif clause is None or not is_verbatim(Citation(clause, Span(quote.start, quote.end), quote.text), parsed):
        yield f"不在所注的条款“{quote.clause}”之内。"
    if sha256(quote.text) != quote.sha256:
        yield f"的 SHA-256 不符：应为 {sha256(quote.text)}，机读副本为 {quote.sha256}。"


def _clause(
    entry: ClauseEntry, documents: Mapping[str, ParsedDocument], clauses: Mapping[str, Clause]
) -> Iterator[Finding]:
    clause = clauses.get(entry.id)
    if clause is None:
        yield Finding(clause_part(entry.title), f"条款“{entry.id}”在索引中没有，无法核对。")
        return
    current = clause_entry(clause, documents[clause.document])
    for part, before, after in (
        (clause_part(entry.title), current.text, entry.text),
        (f"条款“{entry.title}”的文件", current.document, entry.document),
        (f"条款“{entry.title}”的标题", current.title, entry.title),
        (f"条款“{entry.title}”的上级标题", current.section, entry.section),
        (f"条款“{entry.title}”的位置", f"[{current.start}, {current.end})", f"[{entry.start}, {entry.end})"),
        (f"条款“{entry.title}”的脚注", _notes(current), _notes(entry)),
    ):
        if before != after:
            yield Finding(part, f"{part}与原文不符：{differ('原文', before, '机读副本', after)}。")


def _notes(entry: ClauseEntry) -> str:
    return "；".join(f"{note.term}：{note.text}[{note.start}, {note.end})" for note in entry.footnotes)


def _remarks(record: SheetRecord, source: Source) -> Iterator[str]:
    if index_entry(source.manifest) != record.index:
        yield "现在的索引不是写出答复单时的那一个：清单、模型或文件数不同。"
