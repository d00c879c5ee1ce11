"""An answer sheet says what was answered, in a file that is safe to open; whatever is altered in it is named."""

import io
import json
import re
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import docx
import pytest
from docx.oxml.ns import qn
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from assistant.answer import Answer, Group, RefusalReason, describe
from assistant.assistant import Assistant
from assistant.citation import cite
from assistant.sheet import save_sheet, sheet_name, write_sheet
from assistant.sheet_check import Report, check_sheet, report_lines
from assistant.sheet_file import MAX_BYTES, parse_sheet, read_sheet
from assistant.sheet_layout import NOTICE, printable
from assistant.sheet_record import index_entry, sha256
from corpus import ParsedDocument, PolicyAssistantError, document_from_text, parse
from index.generations import current_generation
from index.manifest import DocumentEntry, Manifest

WHEN = datetime(2025, 11, 23, 8, 35, 12, 999, tzinfo=UTC)
BODY = "word/document.xml"
STORE = "customXml/item1.xml"
OTHER = "供水办法\n一、水源\n划定保护区，严禁排污。\n二、水价\n按成本核定，低保户减半。\n每年公布一次。\n"


@dataclass(frozen=True)
class Shelf:
    """Documents, and the manifest of an index of them."""

    documents: tuple[ParsedDocument, ...]

    @property
    def manifest(self) -> Manifest:
        entries = tuple(
            DocumentEntry(name=each.document.name, title=each.document.title, sha256=each.document.sha256, clauses=1)
            for each in self.documents
        )
        return Manifest(schema_version=1, model="m" * 64, dimension=1, layout="", documents=entries, files={})


def answer_of(shelf: Shelf, *groups: tuple[int, int, tuple[int, ...]], **fields: Any) -> Answer:  # noqa: ANN401
    """An answer that cites, of a document's clause, those sentences and all footnotes."""
    made = []
    for document, number, rows in groups:
        parsed = shelf.documents[document]
        clause = parsed.clauses[number]
        spans = [*(clause.sentences[row] for row in rows), *(note.span for note in clause.footnotes)]
        made.append(Group(clause, tuple(cite(parsed, clause, span) for span in spans)))
    answer = Answer("农业方面有哪些目标？", "农业方面有哪些目标？", "文件中有 2 条与此有关：", tuple(made))
    return replace(answer, **fields)


@pytest.fixture(scope="module")
def shelf(bundled: ParsedDocument) -> Shelf:
    return Shelf((bundled, parse(document_from_text(OTHER, "供水办法.txt"))))


@pytest.fixture(scope="module")
def answer(shelf: Shelf) -> Answer:
    """Four quotes of two documents, a footnote and masks among them."""
    return answer_of(shelf, (0, 6, (1, 2)), (0, 2, (1,)), (1, 1, (0,)), notices=("原文以“*”隐去了部分数值。",))


@pytest.fixture(scope="module")
def sheet(shelf: Shelf, answer: Answer) -> bytes:
    return write_sheet(answer, shelf, WHEN)


def check(data: bytes, shelf: Shelf) -> Report:
    return check_sheet(parse_sheet(data, "x.docx"), shelf)


def said(report: Report) -> str:
    """All that a report says is wrong."""
    return "\n".join([*(problem for quote in report.quotes for problem in quote.problems), *report.problems])


def body_text(data: bytes) -> str:
    return "\n".join(parse_sheet(data, "x.docx").lines)


def repacked(data: bytes, change: Callable[[dict[str, bytes]], None]) -> bytes:
    """The package with its parts changed."""
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        parts = {name: package.read(name) for name in package.namelist()}
    change(parts)
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as package:
        for name, part in parts.items():
            package.writestr(name, part)
    return file.getvalue()


def replaced(data: bytes, before: str, after: str, part: str = BODY, count: int = -1) -> bytes:
    """The package with words replaced in a part; they must stand there."""

    def change(parts: dict[str, bytes]) -> None:
        text = parts[part].decode()
        assert before in text
        parts[part] = text.replace(before, after, count).encode()

    return repacked(data, change)


def paragraphs(data: bytes, change: Callable[[list[Any]], None]) -> bytes:
    """The package with something done to the paragraphs of its body."""

    def rewrite(parts: dict[str, bytes]) -> None:
        root = etree.fromstring(parts[BODY])
        change(list(root.iter(qn("w:p"))))
        parts[BODY] = etree.tostring(root)

    return repacked(data, rewrite)


def find(all_paragraphs: list[Any], words: str) -> Any:  # noqa: ANN401 - lxml has no types
    return next(each for each in all_paragraphs if words in "".join(each.itertext()))


def restated(data: bytes, change: Callable[[dict[str, Any]], None]) -> bytes:
    """The package with its machine-readable copy changed."""

    def rewrite(parts: dict[str, bytes]) -> None:
        root = etree.fromstring(parts[STORE])
        record = json.loads(root.text or "")
        change(record)
        root.text = json.dumps(record)
        parts[STORE] = etree.tostring(root)

    return repacked(data, rewrite)


def test_sheet_states_question_answer_clauses_evidence_and_notice(shelf: Shelf, answer: Answer, sheet: bytes) -> None:
    lines = parse_sheet(sheet, "x.docx").lines
    text = "\n".join(lines)
    assert lines[:4] == ("答复单", NOTICE, "一、问题", answer.question)
    assert "按此理解" not in text
    for number, citation in enumerate(answer.citations, 1):
        assert f"〔{number}〕{citation.quote}" in lines
        assert sha256(citation.quote) in lines
        assert f"[{citation.span.start}, {citation.span.end})" in lines
    for group in answer.groups:
        parsed = next(each for each in shelf.documents if each.document.name == group.clause.document)
        assert group.clause.span.of(parsed.document.text) in text
        assert f"《{parsed.document.title}》　{group.clause.section}".rstrip("　") in lines
        assert parsed.document.sha256 in lines
    assert "注：原文以“*”隐去了部分数值。" in lines
    assert index_entry(shelf.manifest).manifest_sha256 in lines
    assert shelf.manifest.model in lines
    assert "2025年11月23日 16:35:12（UTC+08:00）" in lines
    assert lines[-3:] == ("经办人：", "复核人：", "日期：")


def test_sheet_is_a_printable_page_in_chinese_type(sheet: bytes) -> None:
    document = docx.Document(io.BytesIO(sheet))
    section = document.sections[0]
    assert (round(section.page_width.mm), round(section.page_height.mm)) == (210, 297)
    footer = section.footer.paragraphs[0]
    assert NOTICE in footer.text
    assert [each.get(qn("w:instr")) for each in footer._p.iter(qn("w:fldSimple"))] == ["PAGE", "NUMPAGES"]
    used = [paragraph.style for paragraph in document.paragraphs]
    fonts = {style.element.rPr.rFonts.get(qn("w:eastAsia")) for style in used if style is not None}
    assert fonts == {"宋体", "仿宋", "黑体"}
    assert document.core_properties.comments == NOTICE
    assert document.core_properties.created == datetime(2025, 11, 23, 8, 35, 12, tzinfo=UTC)


def test_quoted_words_are_underlined_in_the_clause(answer: Answer, sheet: bytes) -> None:
    document = docx.Document(io.BytesIO(sheet))
    marked = [run.text for paragraph in document.paragraphs for run in paragraph.runs if run.underline]
    assert "".join(marked) == "".join(citation.quote for citation in answer.citations)


def test_untouched_sheet_agrees(shelf: Shelf, answer: Answer, sheet: bytes) -> None:
    report = check(sheet, shelf)
    assert report.is_unaltered
    assert said(report) == ""
    assert report.remarks == ()
    lines = list(report_lines(report))
    assert [line.split("　")[0] for line in lines[:-1]] == ["一致"] * len(answer.citations)
    assert lines[-1].startswith("这份答复单没有改动")


def test_sheet_that_a_word_processor_saved_again_agrees(shelf: Shelf, sheet: bytes) -> None:
    file = io.BytesIO()
    docx.Document(io.BytesIO(sheet)).save(file)
    assert check(file.getvalue(), shelf).is_unaltered


def test_follow_up_shows_how_it_was_understood(shelf: Shelf) -> None:
    answer = answer_of(shelf, (0, 6, (1,)), question="那工业呢？", standalone="工业方面有哪些目标")
    data = write_sheet(answer, shelf, WHEN)
    assert "按此理解：工业方面有哪些目标" in body_text(data)
    assert said(check(replaced(data, "按此理解：工业", "按此理解：农业"), shelf)).startswith(
        "对问题的理解与机读副本不符"
    )


def test_refusal_gives_its_reason_and_marks_the_nearest_as_no_answer(shelf: Shelf) -> None:
    nearest = (*shelf.documents[0].clauses[1:3], shelf.documents[1].clauses[0])
    answer = Answer(
        "怎样办护照？", "怎样办护照？", "没有写到。", refusal=RefusalReason.NOT_IN_DOCUMENT, nearest=nearest
    )
    data = write_sheet(answer, shelf, WHEN)
    lines = parse_sheet(data, "x.docx").lines
    place = lines.index("最接近的条款（不构成回答）：")
    assert lines[place - 2 : place] == ("文件未涉及", "没有写到。")
    assert lines[place + 1] == f"《2023年经济工作要点》{describe(nearest[0])}"
    assert "这次答复没有引用条款。" in lines
    report = check(data, shelf)
    assert report.is_unaltered
    assert list(report_lines(report)) == ["这份答复单没有改动：没有引文；其余文字与机读副本相同。"]
    assert "拒答原因与机读副本不符" in said(check(replaced(data, "文件未涉及", "文件已涉及"), shelf))
    assert "在答复单上被删去" in said(check(paragraphs(data, lambda all_: drop(all_, "（不构成回答）")), shelf))
    invented = restated(data, lambda record: record["nearest"][0].update(described="（九）编造"))
    assert "相近条款“（九）编造”在索引中没有" in said(check(invented, shelf))


def test_words_of_a_model_are_said_to_be(shelf: Shelf) -> None:
    data = write_sheet(answer_of(shelf, (0, 6, (1,)), mode="generative", lead="甲。\n乙。"), shelf, WHEN)
    lines = parse_sheet(data, "x.docx").lines
    assert lines[1] == NOTICE + "其中答复的叙述由大模型（人工智能）撰写。"
    assert {"甲。", "乙。", "模型撰写，已核对"} <= set(lines)
    assert check(data, shelf).is_unaltered


def test_index_hash_is_that_of_the_manifest_on_disk(assistant: Assistant, index_folder: Path) -> None:
    assert index_entry(assistant.manifest).manifest_sha256 == current_generation(index_folder)[1]


def drop(all_paragraphs: list[Any], words: str) -> None:
    gone = find(all_paragraphs, words)
    gone.getparent().remove(gone)


def test_altered_quote_is_named_with_both_wordings(shelf: Shelf, answer: Answer, sheet: bytes) -> None:
    quote = answer.citations[1].quote
    report = check(replaced(sheet, f"〔2〕{quote}", f"〔2〕{quote[:-1]}以外。"), shelf)
    assert [bool(each.problems) for each in report.quotes] == [False, True, *[False] * (len(report.quotes) - 2)]
    assert said(report).startswith("第 2 条引文与原文不符：原文为“")
    assert "以外。”。" in said(report)
    lines = list(report_lines(report))
    assert lines[1].startswith("不符　第 2 条引文")
    assert lines[2] == f"  {said(report)}"
    assert lines[-1] == "这份答复单有 1 处不符，请以原文为准，不要使用。"


@pytest.mark.parametrize(
    ("before", "after", "named"),
    [
        ("农业方面有哪些目标", "工业方面有哪些目标", "问题与机读副本不符"),
        ("文件中有 2 条", "文件中有 3 条", "答复文字与机读副本不符"),
        ("隐去了部分数值", "补全了部分数值", "答复的附注与机读副本不符"),
        (NOTICE, "本内容已经领导审定。", "声明与机读副本不符"),
        ("〔5〕按成本核定，", "〔5〕按市价核定，", "第 5 条引文与原文不符：原文为“按成本核定，低保户减半。”"),
        ("——《供水办法》", "——《供水法》", "条引文的出处与机读副本不符"),
        ("政策问答助手 0", "政策问答助手 9", "程序版本一栏与机读副本不符"),
        ("2025年11月23日", "2024年11月23日", "出具时间一栏与机读副本不符"),
        ("m" * 64, "n" * 64, "向量模型指纹一栏与机读副本不符"),
    ],
)
def test_other_altered_words_are_named(shelf: Shelf, sheet: bytes, before: str, after: str, named: str) -> None:
    assert named in said(check(replaced(sheet, before, after), shelf))


def test_altered_full_clause_is_named(shelf: Shelf, sheet: bytes) -> None:
    clause = shelf.documents[0].clauses[6]
    last = clause.sentences[-1].of(shelf.documents[0].document.text)
    report = check(replaced(sheet, last, f"不{last}"), shelf)
    assert f"条款“{clause.title}”的全文与原文不符：原文为“" in said(report)
    assert not any(quote.problems for quote in report.quotes)


@pytest.mark.parametrize("what", ["offset", "hash", "document"])
def test_altered_evidence_is_named(shelf: Shelf, answer: Answer, sheet: bytes, what: str) -> None:
    citation = answer.citations[0]
    before = {
        "offset": f"[{citation.span.start}, ",
        "hash": sha256(citation.quote),
        "document": shelf.documents[1].document.sha256,
    }[what]
    after = "[7, " if what == "offset" else "0" * 64
    named = "文件“供水办法”的核验信息" if what == "document" else "第 1 条引文的核验信息"
    assert f"{named}与机读副本不符" in said(check(replaced(sheet, before, after), shelf))


def test_altered_digest_of_the_copy_is_named(shelf: Shelf, sheet: bytes) -> None:
    digest = sha256(parse_sheet(sheet, "x.docx").record)
    assert "机读副本 SHA-256一栏与机读副本不符" in said(check(replaced(sheet, digest, "f" * 64), shelf))


def test_removed_added_and_split_paragraphs_are_named(shelf: Shelf, answer: Answer, sheet: bytes) -> None:
    quote = answer.citations[1].quote
    removed = check(paragraphs(sheet, lambda all_: drop(all_, "〔2〕")), shelf)
    assert said(removed).startswith("第 2 条引文在答复单上被删去：")

    def add(all_paragraphs: list[Any], words: str) -> None:
        made = etree.fromstring(etree.tostring(find(all_paragraphs, "〔2〕")))
        text = list(made.iter(qn("w:t")))
        text[0].text = words
        find(all_paragraphs, "〔2〕").addnext(made)

    added = check(paragraphs(sheet, lambda all_: add(all_, "〔9〕新增补贴一亿元。")), shelf)
    assert said(added) == "答复单多出一段引文：“〔9〕新增补贴一亿元。”。"
    remark = check(paragraphs(sheet, lambda all_: add(all_, "以上已获批准。")), shelf)
    assert said(remark) == "答复单多出一段文字：“以上已获批准。”。"
    middle = quote[5:10]
    split = check(
        replaced(sheet, f"〔2〕{quote}", f"〔2〕{quote[:5]}</w:t></w:r></w:p><w:p><w:r><w:t>{quote[5:]}"), shelf
    )
    assert "第 2 条引文与原文不符" in said(split)
    assert middle in said(split)


def test_every_paragraph_is_compared(shelf: Shelf, sheet: bytes) -> None:
    lines = parse_sheet(sheet, "x.docx").lines
    for row in range(len(lines)):

        def change(all_paragraphs: list[Any], row: int = row) -> None:
            texts = list([each for each in all_paragraphs if "".join(each.itertext()).strip()][row].iter(qn("w:t")))
            texts[-1].text += "改"

        report = check(paragraphs(sheet, change), shelf)
        assert report.is_unaltered == (lines[row] in {"经办人：", "复核人：", "日期："}), lines[row]


@pytest.mark.parametrize(
    ("field", "value", "named"),
    [
        ("text", "粮食产量稳定在9亿斤以上。", "第 1 条引文与原文不符：原文为“"),
        ("start", 7, "第 1 条引文的位置不符：原文在 ["),
        ("sha256", "0" * 64, "第 1 条引文的 SHA-256 不符"),
        ("clause", "2023年经济工作要点:九、", "第 1 条引文不在所注的条款“2023年经济工作要点:九、”之内"),
        ("clause", "2023年经济工作要点:开篇", "第 1 条引文不在所注的条款“2023年经济工作要点:开篇”之内"),
        ("document", "别的文件", "第 1 条引文所引的文件不在索引中"),
        ("number", 8, "引文的编号不连续"),
    ],
)
def test_altered_copy_of_a_quote_is_named(shelf: Shelf, sheet: bytes, field: str, value: object, named: str) -> None:
    report = check(restated(sheet, lambda record: record["quotes"][0].update({field: value})), shelf)
    assert named in said(report)
    assert "机读副本 SHA-256一栏与机读副本不符" in said(report)


@pytest.mark.parametrize(
    ("change", "named"),
    [
        (lambda record: record["quotes"].pop(1), "引文的编号不连续"),
        (lambda record: record["quotes"].append({**record["quotes"][0], "number": 6}), "第 6 条引文在答复单上被删去"),
        (lambda record: record["clauses"].pop(), "机读副本里的条款全文与引文对不上"),
        (lambda record: record["clauses"][0].update(text="甲"), "的全文与原文不符：原文为“"),
        (lambda record: record["clauses"][0].update(title="甲"), "条款“甲”的标题与原文不符"),
        (lambda record: record["clauses"][0].update(section="甲"), "的上级标题与原文不符"),
        (lambda record: record["clauses"][0].update(start=0), "的位置与原文不符"),
        (lambda record: record["clauses"][0].update(document="供水办法"), "的文件与原文不符"),
        (lambda record: record["clauses"][1]["footnotes"][0].update(text="甲"), "的脚注与原文不符"),
        (lambda record: record["clauses"][0].update(id="甲"), "条款“甲”在索引中没有"),
        (lambda record: record["documents"][0].update(sha256="0" * 64), "在写出答复单之后有变动，或其 SHA-256 被改"),
        (lambda record: record["documents"][0].update(title="甲"), "的标题不符"),
        (lambda record: record["documents"].pop(0), "没有列入核验信息"),
        (lambda record: record.update(question="甲", standalone="甲"), "问题与机读副本不符"),
        (lambda record: record.update(lead="甲"), "答复文字与机读副本不符"),
    ],
)
def test_altered_copy_is_named(
    shelf: Shelf, sheet: bytes, change: Callable[[dict[str, Any]], object], named: str
) -> None:
    report = check(restated(sheet, lambda record: (change(record), None)[1]), shelf)
    assert named in said(report)
    assert "机读副本 SHA-256一栏与机读副本不符" in said(report)


def test_quote_altered_everywhere_at_once_is_still_found(shelf: Shelf, answer: Answer, sheet: bytes) -> None:
    """Pages, copy, both hashes: only the document itself tells."""
    quote = answer.citations[0].quote
    forged = quote.replace("*", "9", 1)
    data = restated(sheet, lambda record: record["quotes"][0].update(text=forged, sha256=sha256(forged)))
    for before, after in (
        (f"〔1〕{quote}", f"〔1〕{forged}"),
        (sha256(quote), sha256(forged)),
        (sha256(parse_sheet(sheet, "x").record), sha256(parse_sheet(data, "x").record)),
    ):
        data = replaced(data, before, after)
    report = check(data, shelf)
    assert len(said(report).splitlines()) == 1
    assert said(report).startswith("第 1 条引文与原文不符：原文为“")


def test_document_that_is_gone_or_has_changed_is_named(shelf: Shelf, sheet: bytes) -> None:
    bundled, water = shelf.documents
    gone = check(sheet, Shelf((bundled,)))
    assert "文件“供水办法”不在索引中，无法核对，请用 --index 指定含有它的索引。" in gone.problems
    assert "第 5 条引文所引的文件不在索引中，无法核对。" in said(gone)
    changed = parse(document_from_text(OTHER.replace("减半", "减免"), "供水办法.txt"))
    report = check(sheet, Shelf((bundled, changed)))
    assert "文件“供水办法”在写出答复单之后有变动" in said(report)
    assert "第 5 条引文与原文不符：原文为“按成本核定，低保户减免。”" in said(report)
    assert [bool(quote.problems) for quote in report.quotes] == [False, False, False, False, True]
    moved = parse(document_from_text(OTHER.replace("供水办法\n", "供水办法（修订）\n"), "供水办法.txt"))
    assert "第 5 条引文的位置不符" in said(check(sheet, Shelf((bundled, moved))))
    assert water.document.sha256 in said(report)


def test_index_that_was_built_anew_is_a_remark(shelf: Shelf, sheet: bytes) -> None:
    more = Shelf((*shelf.documents, parse(document_from_text("甲\n一、乙。丙。", "甲.txt"))))
    report = check(sheet, more)
    assert report.is_unaltered
    assert report.remarks == ("现在的索引不是写出答复单时的那一个：清单、模型或文件数不同。",)


def test_signatures_may_be_filled_in(shelf: Shelf, sheet: bytes) -> None:
    report = check(replaced(sheet, "经办人：", "经办人：张三"), shelf)
    assert report.is_unaltered
    assert report.remarks == ("签字栏填有“经办人：张三”。",)
    long = check(replaced(sheet, "经办人：", f"经办人：{'另行补贴' * 20}"), shelf)
    assert "签字栏与机读副本不符" in said(long)


RUN = "<w:r><w:rPr>"
TROUBLE = {
    "hidden": (f"{RUN}<w:vanish/>", "有文字被隐藏"),
    "struck": (f"{RUN}<w:strike/>", "有文字被隐藏、划掉"),
    "white": (f'{RUN}<w:color w:val="FEFEFE"/>', "看不清的颜色"),
    "tiny": (f'{RUN}<w:sz w:val="2"/>', "看不清的颜色、大小"),
    "picture": (f"<w:r><w:drawing/></w:r>{RUN}", "图片或对象"),
    "field": (f'<w:fldSimple w:instr="DDE x"/>{RUN}', "域代码"),
    "link": (f"<w:hyperlink/>{RUN}", "链接"),
    "note": (f'<w:r><w:footnoteReference w:id="1"/></w:r>{RUN}', "脚注"),
    "inserted": (f"<w:ins><w:r><w:t>甲</w:t></w:r></w:ins>{RUN}", "与机读副本不符"),
}


@pytest.mark.parametrize("kind", TROUBLE)
def test_what_else_was_done_to_the_pages_is_named(shelf: Shelf, sheet: bytes, kind: str) -> None:
    after, named = TROUBLE[kind]
    assert named in said(check(replaced(sheet, RUN, after, count=3), shelf))


def test_numbering_and_foreign_parts_are_named(shelf: Shelf, sheet: bytes) -> None:
    numbered = replaced(sheet, "<w:pPr>", '<w:pPr><w:numPr><w:numId w:val="1"/></w:numPr>', count=3)
    assert "自动编号" in said(check(numbered, shelf))
    assert "其他内容" in said(check(replaced(sheet, "<w:tbl>", "<w:altChunk/><w:tbl>", count=1), shelf))


def test_tracked_deletion_counts_as_deleted(shelf: Shelf, sheet: bytes) -> None:
    def delete(all_paragraphs: list[Any]) -> None:
        run = next(find(all_paragraphs, "〔1〕").iter(qn("w:r")))
        made = run.makeelement(qn("w:del"))
        run.addprevious(made)
        made.append(run)
        for text in made.iter(qn("w:t")):
            text.tag = qn("w:delText")

    found = said(check(paragraphs(sheet, delete), shelf))
    assert found.startswith("第 1 条引文在答复单上被删去")
    assert len(found.splitlines()) == 1


def test_style_that_hides_is_named(shelf: Shelf, sheet: bytes) -> None:
    data = replaced(sheet, "<w:rPr>", "<w:rPr><w:vanish/>", "word/styles.xml")
    assert "有文字被隐藏" in said(check(data, shelf))


def test_altered_footer_outside_links_and_macros_are_named(shelf: Shelf, sheet: bytes) -> None:
    assert "页眉或页脚里添了“已经核对" in said(check(replaced(sheet, NOTICE, "已经核对", "word/footer1.xml"), shelf))
    rels = "word/_rels/document.xml.rels"
    linked = replaced(
        sheet, "</Rel", '<Relationship Id="x" Type="a/b" Target="http://e.com" TargetMode="External"/></Rel', rels
    )
    assert "指向外部的链接" in said(check(linked, shelf))
    assert "宏" in said(check(repacked(sheet, lambda parts: parts.update({"word/vbaProject.bin": b"x"})), shelf))
    bare = re.sub(r'<Relationship [^>]*footer1.xml"/>', "", part_of(sheet, rels))
    assert "页脚里的声明和页码被删去" in said(
        check(repacked(sheet, lambda parts: parts.update({rels: bare.encode()})), shelf)
    )


def part_of(data: bytes, name: str) -> str:
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        return package.read(name).decode()


def bomb(size: int, declared: int) -> bytes:
    """A package whose only part unpacks to `size` bytes and says that it has `declared`."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr(BODY, b" " * size)
    return file.getvalue().replace(size.to_bytes(4, "little"), declared.to_bytes(4, "little"))


def packed(entries: list[tuple[str, bytes]], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", method) as package:
        for name, part in entries:
            package.writestr(name, part)
    return file.getvalue()


def entries_of(data: bytes) -> list[tuple[str, bytes]]:
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        return [(name, package.read(name)) for name in package.namelist()]


LAUGHS = '<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "ha"><!ENTITY c "&b;&b;&b;&b;">]><a>&c;</a>'
FETCHES = '<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>'


@pytest.mark.filterwarnings("ignore:Duplicate name:UserWarning")
@pytest.mark.parametrize(
    "make",
    [
        lambda sheet: b"",
        lambda sheet: b"PK\x03\x04nonsense",
        lambda sheet: sheet[: len(sheet) // 2],
        lambda sheet: sheet + b"x" * MAX_BYTES,
        lambda sheet: bomb(20_000_000, 20_000_000),
        lambda sheet: bomb(200_000_000, 100),
        lambda sheet: packed([(f"{number}.xml", b"") for number in range(300)]),
        lambda sheet: packed(entries_of(sheet), zipfile.ZIP_BZIP2),
        lambda sheet: packed([(BODY, b"<a/>"), *entries_of(sheet)]),
        lambda sheet: packed([*entries_of(sheet), (BODY.upper(), b"<a/>")]),
        lambda sheet: repacked(sheet, lambda parts: parts.update({BODY: LAUGHS.encode()})),
        lambda sheet: repacked(sheet, lambda parts: parts.update({BODY: FETCHES.encode()})),
        lambda sheet: repacked(sheet, lambda parts: parts.update({STORE: LAUGHS.encode()})),
        lambda sheet: repacked(sheet, lambda parts: parts.update({BODY: b"<a>" * 5000})),
        lambda sheet: repacked(sheet, lambda parts: parts.pop(BODY)),
        lambda sheet: repacked(sheet, lambda parts: parts.pop(STORE)),
        lambda sheet: repacked(sheet, lambda parts: parts.pop("_rels/.rels")),
        lambda sheet: repacked(sheet, lambda parts: parts.update({STORE: b"<other/>"})),
        lambda sheet: replaced(sheet, BODY, "word/other.xml", "_rels/.rels"),
        lambda sheet: replaced(sheet, "customXml/item1.xml", "http://e.com/", "word/_rels/document.xml.rels"),
        lambda sheet: restated(sheet, lambda record: record.pop("quotes")),
        lambda sheet: restated(sheet, lambda record: record.update(more=1)),
        lambda sheet: restated(sheet, lambda record: record.update(format=2)),
        lambda sheet: restated(sheet, lambda record: record["quotes"][0].update(start=-1)),
        lambda sheet: restated(sheet, lambda record: record["quotes"][0].update(end=0)),
        lambda sheet: replaced(sheet, "{", "[" * 5000, STORE, count=1),
    ],
)
def test_unusable_file_is_one_sentence(shelf: Shelf, sheet: bytes, make: Callable[[bytes], bytes]) -> None:
    with pytest.raises(PolicyAssistantError) as raised:
        check(make(sheet), shelf)
    assert re.fullmatch(r"[^\n]*，[^\n]*请[^\n]*。", str(raised.value))
    assert "passwd" not in str(raised.value)


def test_docx_of_another_origin_is_no_sheet(shelf: Shelf, tmp_path: Path) -> None:
    docx.Document().save(str(tmp_path / "x.docx"))
    with pytest.raises(PolicyAssistantError, match="没有机读副本"):
        check_sheet(read_sheet(tmp_path / "x.docx"), shelf)
    with pytest.raises(PolicyAssistantError, match=r"none\.docx.*无法读取"):
        read_sheet(tmp_path / "none.docx")


@settings(deadline=None, max_examples=200)
@given(place=st.floats(0, 1, exclude_max=True), value=st.integers(0, 255))
def test_any_damaged_byte_is_survived(shelf: Shelf, sheet: bytes, place: float, value: int) -> None:
    data = bytearray(sheet)
    data[int(place * len(data))] = value
    try:
        report = check(bytes(data), shelf)
    except PolicyAssistantError:
        return
    assert list(report_lines(report))


HOSTILE = (
    st.text(min_size=1, max_size=60)
    | st.text("\x00\x01\x08\x0b\x1b\x7f\x85\u202e\u2028\ufeff\ufffe\uffff\t\n <&>]一", min_size=1, max_size=40)
    | st.sampled_from(
        [
            ']]></w:t></w:r><w:r><w:fldSimple w:instr="DDE cmd"/>',
            '=HYPERLINK("http://e.com") <script>&lt;&#0;',
            "<!DOCTYPE a><!-- --> {{x}} %s \\u0000 〔1〕 经办人： 一、问题",
        ]
    )
)
"""Lone surrogates, control characters, and words that mean something to Word, to XML or to this program."""


@settings(deadline=None, max_examples=40)
@given(words=st.lists(HOSTILE, min_size=5, max_size=5))
def test_hostile_words_in_every_place_stay_words(words: list[str]) -> None:
    question, lead, notice, body, name = words
    body = body.encode("utf-8", "replace").decode()
    name = name.encode("utf-8", "replace").decode().replace("/", "／") or "名"
    parsed = parse(document_from_text(f"标题\n一、甲{body}。乙{body}。\n二、丙“{body}”。", f"名{name}.txt"))
    shelf = Shelf((parsed,))
    rows = range(len(parsed.clauses[-1].sentences))
    answer = answer_of(shelf, (0, -1, tuple(rows)), question=question, lead=lead, notices=(notice,), mode=lead)
    data = write_sheet(answer, shelf, WHEN)
    report = check(data, shelf)
    assert report.is_unaltered, said(report)
    root = etree.fromstring(part_of(data, BODY).encode())
    tags = {etree.QName(each).localname for each in root.iter()}
    assert not tags & {"fldSimple", "fldChar", "instrText", "hyperlink", "object", "drawing", "altChunk"}
    assert "External" not in part_of(data, "word/_rels/document.xml.rels")
    assert re.fullmatch(r"答复单-\w{0,20}\.docx", sheet_name(answer))
    for quote in answer.citations:
        assert printable(quote.quote) in body_text(data)


@settings(deadline=None, max_examples=40)
@given(words=HOSTILE, row=st.integers(0, 200))
def test_any_change_of_any_paragraph_is_found(shelf: Shelf, sheet: bytes, words: str, row: int) -> None:
    words = printable(words).replace("\n", "").replace("\t", "")

    def change(all_paragraphs: list[Any]) -> None:
        texts = [text for each in all_paragraphs for text in each.iter(qn("w:t")) if (text.text or "").strip()]
        chosen = texts[row % len(texts)]
        is_changed.append(chosen.text not in {words, "经办人：", "复核人：", "日期："})
        chosen.text = words

    is_changed: list[bool] = []
    data = paragraphs(sheet, change)
    if is_changed[0]:
        assert not check(data, shelf).is_unaltered


def test_report_cannot_command_a_terminal(shelf: Shelf, sheet: bytes) -> None:
    data = restated(sheet, lambda record: record["quotes"][0].update(text="\x1b[2J\n甲\u202e", clause="\x1b]0;x\x07"))
    for line in report_lines(check(data, shelf)):
        assert not re.search("[\x00-\x1f\x7f-\x9f\u202e]", line)


def test_file_that_is_no_docx_is_not_overwritten(tmp_path: Path) -> None:
    path = tmp_path / "要点.txt"
    path.write_bytes(b"x")
    with pytest.raises(PolicyAssistantError, match=r"须以 \.docx 结尾"):
        save_sheet(path, b"y")
    assert path.read_bytes() == b"x"
    with pytest.raises(PolicyAssistantError, match="无法写入"):
        save_sheet(tmp_path / "none" / "x.docx", b"y")


def test_file_name_is_made_of_letters() -> None:
    names: Iterator[str] = (
        sheet_name(Answer(question, question, "")) for question in ("a/../b\\c:*?", "农业\n方面\x00？", "？", "长" * 99)
    )
    assert list(names) == ["答复单-abc.docx", "答复单-农业方面.docx", "答复单-.docx", f"答复单-{'长' * 20}.docx"]
