"""Writing an answer sheet: a .docx that a person reads and signs, and `assistant.sheet_check` checks."""

import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import cast

import docx
from docx.document import Document as Docx
from docx.enum.section import WD_ORIENTATION
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.table import WD_ALIGN_VERTICAL, WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_UNDERLINE
from docx.opc.constants import CONTENT_TYPE, RELATIONSHIP_TYPE
from docx.opc.packuri import PackURI
from docx.opc.part import Part
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor
from docx.styles.style import ParagraphStyle
from docx.text.paragraph import Paragraph
from lxml import etree

from assistant.answer import Answer
from assistant.sheet_layout import NOTICE, Line, Look, Table, lay_out, printable
from assistant.sheet_record import SheetRecord, Source, dump_record, make_record, sha256
from corpus.errors import PolicyAssistantError

NAMESPACE = "urn:policy-assistant:answer-sheet"
RECORD_TAG = f"{{{NAMESPACE}}}answer"
"""Root of the custom XML part that holds the machine-readable copy as its text."""

_STORE_ID = "{6D0C6B4A-0D4E-4C55-9C1B-5B0D6F2A7E31}"
_PROPERTIES = (
    f'<ds:datastoreItem xmlns:ds="http://schemas.openxmlformats.org/officeDocument/2006/customXml" '
    f'ds:itemID="{_STORE_ID}"><ds:schemaRefs><ds:schemaRef ds:uri="{NAMESPACE}"/></ds:schemaRefs></ds:datastoreItem>'
)
_KEPT_STYLES = frozenset(
    ("Normal", "Header", "Footer", "Title", "Heading1", "Heading2", "DefaultParagraphFont", "TableNormal", "NoList")
) | {"TableGrid"}
_SONG, _FANG, _HEI, _LATIN = "宋体", "仿宋", "黑体", "Times New Roman"
_GREY = RGBColor(0x40, 0x40, 0x40)
_BUILT_IN = frozenset((Look.TITLE, Look.HEADING, Look.CLAUSE_HEADING))
_SHORT = 8
"""Rows of a table that stays on one page."""

_NOT_IN_NAMES = re.compile(r"\W+")


@dataclass(frozen=True, slots=True)
class _Format:
    """How a style is set.

    Sizes and spaces are in points, `indent` of the first line in characters; `rules` are the sides that have a line,
    top before bottom; `level` is that of a heading, from 0.
    """

    font: str = _SONG
    size: float = 12
    bold: bool = False
    grey: bool = False
    align: WD_ALIGN_PARAGRAPH = WD_ALIGN_PARAGRAPH.JUSTIFY
    before: float = 0
    after: float = 0
    indent: int = 0
    spacing: float = 1.5
    with_next: bool = False
    latin: str = _LATIN
    rules: tuple[str, ...] = ()
    level: int | None = None


_LEFT, _CENTER, _RIGHT = WD_ALIGN_PARAGRAPH.LEFT, WD_ALIGN_PARAGRAPH.CENTER, WD_ALIGN_PARAGRAPH.RIGHT
_FORMATS = {
    Look.TITLE: _Format(size=22, bold=True, align=_CENTER, after=8, spacing=1.2),
    Look.NOTICE: _Format(_HEI, 10.5, align=_CENTER, before=2, after=10, spacing=1.3, rules=("top", "bottom")),
    Look.HEADING: _Format(_HEI, 14, align=_LEFT, before=14, after=4, with_next=True, level=0),
    Look.CLAUSE_HEADING: _Format(bold=True, align=_LEFT, before=8, with_next=True, level=1),
    Look.BODY: _Format(indent=2),
    Look.LEAD: _Format(bold=True, indent=2, with_next=True),
    Look.QUOTE: _Format(_FANG, indent=2),
    Look.SOURCE: _Format(size=10.5, align=_RIGHT, after=6, grey=True),
    Look.CLAUSE_TEXT: _Format(_FANG, indent=2),
    Look.REMARK: _Format(size=10.5, grey=True, before=4, after=4, spacing=1.3),
    Look.CELL_HEAD: _Format(_HEI, 9, align=_LEFT, before=2, after=2, spacing=1.15, with_next=True),
    Look.CELL: _Format(size=9, align=_LEFT, before=2, after=2, spacing=1.15),
    Look.CODE: _Format(size=7, align=_LEFT, before=2, after=2, spacing=1.15, latin="Courier New"),
    Look.SIGNATURE: _Format(align=_LEFT, before=32, after=2, spacing=1.2, rules=("bottom",)),
}


def write_sheet(answer: Answer, source: Source, written_at: datetime) -> bytes:
    """The sheet of an answer that `source` gave, as a .docx; `written_at` knows its time zone."""
    record = make_record(answer, source, written_at)
    copy = dump_record(record)
    document = docx.Document()
    _strip_template(document)
    _set_styles(document)
    _set_page(document)
    for block in lay_out(record, sha256(copy)):
        if isinstance(block, Line):
            _set_line(document.add_paragraph(), block)
        else:
            _add_table(document, block)
    _enclose(document, copy)
    _describe(document, record)
    file = io.BytesIO()
    document.save(file)
    return file.getvalue()


def sheet_name(answer: Answer) -> str:
    """A file name for the sheet, of Chinese and other letters and figures only."""
    return f"答复单-{_NOT_IN_NAMES.sub('', answer.question)[:20]}.docx"


def save_sheet(path: Path, sheet: bytes) -> None:
    """Write the file.

    Raises:
        PolicyAssistantError: if it cannot be written, or is no .docx and might be somebody's document.
    """
    if path.suffix.lower() != ".docx":
        raise PolicyAssistantError(f"答复单的文件名“{path.name}”须以 .docx 结尾，请改名后重试。")
    try:
        path.write_bytes(sheet)
    except OSError as error:
        raise PolicyAssistantError(f"答复单“{path.name}”无法写入，请检查路径和权限后重试。") from error


def _strip_template(document: Docx) -> None:
    """Take out of python-docx's template what a sheet does not need: other styles, a picture of it, effects."""
    dropped = ("/customXml", "/stylesWithEffects", "/thumbnail", "/numbering")
    for part in filter(None, (document.part, document.part.package)):
        for name in [name for name, rel in part.rels.items() if rel.reltype.endswith(dropped)]:
            del part.rels[name]
    styles = document.styles.element
    for style in styles.findall(qn("w:style")):
        if style.get(qn("w:styleId")) not in _KEPT_STYLES:
            styles.remove(style)
        for link in style.findall(qn("w:link")):
            style.remove(link)


def _set_styles(document: Docx) -> None:
    defaults = document.styles.element.find(f"{qn('w:docDefaults')}/{qn('w:rPrDefault')}/{qn('w:rPr')}")
    fonts, language = defaults.find(qn("w:rFonts")), defaults.find(qn("w:lang"))
    fonts.attrib.clear()
    for name, font in (("ascii", _LATIN), ("hAnsi", _LATIN), ("cs", _LATIN), ("eastAsia", _SONG)):
        fonts.set(qn(f"w:{name}"), font)
    language.set(qn("w:eastAsia"), "zh-CN")
    for look, form in _FORMATS.items():
        _set_style(_style(document, look), form)


def _style(document: Docx, look: Look) -> ParagraphStyle:
    """The style of that name; all but those of title and headings are made here."""
    if look in _BUILT_IN:
        return cast("ParagraphStyle", document.styles[look])
    made = cast("ParagraphStyle", document.styles.add_style(look, WD_STYLE_TYPE.PARAGRAPH))
    made.element.set(qn("w:styleId"), f"Sheet{look.name.title().replace('_', '')}")
    made.base_style = document.styles["Normal"]
    return made


def _set_style(style: ParagraphStyle, form: _Format) -> None:
    for old in (style.element.rPr, style.element.pPr):
        if old is not None:
            style.element.remove(old)
    font, layout = style.font, style.paragraph_format
    font.name, font.size, font.bold = form.latin, Pt(form.size), form.bold
    font.color.rgb = _GREY if form.grey else RGBColor(0, 0, 0)
    style.element.rPr.rFonts.set(qn("w:eastAsia"), form.font)
    layout.alignment, layout.line_spacing = form.align, form.spacing
    layout.space_before, layout.space_after = Pt(form.before), Pt(form.after)
    layout.keep_with_next, layout.widow_control = form.with_next, True
    layout.first_line_indent = Pt(form.indent * form.size)
    if form.level is not None:
        style.element.pPr.append(OxmlElement("w:outlineLvl", {qn("w:val"): str(form.level)}))
    if form.rules:
        _rule(style, form.rules)


def _rule(style: ParagraphStyle, sides: tuple[str, ...]) -> None:
    borders = OxmlElement("w:pBdr")
    for side in sides:
        values = {"val": "single", "sz": "6", "space": "4", "color": "404040"}
        borders.append(OxmlElement(f"w:{side}", {qn(f"w:{name}"): value for name, value in values.items()}))
    style.element.pPr.insert_element_before(borders, "w:shd", "w:tabs", "w:spacing", "w:ind", "w:jc")


def _set_page(document: Docx) -> None:
    section = document.sections[0]
    section.orientation = WD_ORIENTATION.PORTRAIT
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.left_margin, section.right_margin = Mm(28), Mm(26)
    section.top_margin, section.bottom_margin = Mm(30), Mm(28)
    footer = section.footer.paragraphs[0]
    footer.alignment = _CENTER
    for words, field in ((f"{NOTICE}　第 ", "PAGE"), (" 页，共 ", "NUMPAGES"), (" 页", "")):
        footer.add_run(words).font.size = Pt(9)
        if field:
            _add_field(footer, field)


def _add_field(paragraph: Paragraph, field: str) -> None:
    """A field whose value the word processor computes; the only ones in a sheet."""
    simple = OxmlElement("w:fldSimple", {qn("w:instr"): field})
    paragraph._p.append(simple)
    run = paragraph.add_run("1")
    run.font.size = Pt(9)
    simple.append(run._r)


def _set_line(paragraph: Paragraph, line: Line) -> None:
    """Set a line; the hint makes quotation marks, which Latin and Chinese type share, Chinese ones."""
    paragraph.style = line.look
    for words, is_marked in _runs(line):
        run = paragraph.add_run(words)
        run._r.get_or_add_rPr().get_or_add_rFonts().set(qn("w:hint"), "eastAsia")
        if is_marked:
            run.font.underline = WD_UNDERLINE.DOTTED


def _runs(line: Line) -> Iterator[tuple[str, bool]]:
    """The text in pieces, each marked or not."""
    done = 0
    for mark in line.marks:
        yield line.text[done : mark.start], False
        yield mark.of(line.text), True
        done = mark.end
    yield line.text[done:], False


def _add_table(document: Docx, block: Table) -> None:
    """A short table stays on one page, with what follows it; a long one repeats its head on each page."""
    table = document.add_table(len(block.rows), len(block.widths), "Table Grid" if block.is_ruled else None)
    table.alignment, table.autofit = WD_TABLE_ALIGNMENT.CENTER, False
    for column, width in zip(table.columns, block.widths, strict=True):
        column.width = Mm(width)
    for row, lines in zip(table.rows, block.rows, strict=True):
        properties = row._tr.get_or_add_trPr()
        properties.append(OxmlElement("w:cantSplit"))
        if lines[0].look == Look.CELL_HEAD:
            properties.append(OxmlElement("w:tblHeader"))
        for cell, line, width in zip(row.cells, lines, block.widths, strict=True):
            cell.width, cell.vertical_alignment = Mm(width), WD_ALIGN_VERTICAL.CENTER
            _set_line(cell.paragraphs[0], line)
            if len(block.rows) <= _SHORT:
                cell.paragraphs[0].paragraph_format.keep_with_next = True


def _enclose(document: Docx, record: str) -> None:
    """Put the machine-readable copy into the file, where a word processor keeps it and does not show it."""
    root = etree.Element(RECORD_TAG, nsmap={None: NAMESPACE})
    root.text = record
    package = document.part.package
    item = Part(PackURI("/customXml/item1.xml"), CONTENT_TYPE.XML, etree.tostring(root, encoding="UTF-8"), package)
    properties = PackURI("/customXml/itemProps1.xml")
    kind = CONTENT_TYPE.OFC_CUSTOM_XML_PROPERTIES
    item.relate_to(Part(properties, kind, _PROPERTIES.encode(), package), RELATIONSHIP_TYPE.CUSTOM_XML_PROPS)
    document.part.relate_to(item, RELATIONSHIP_TYPE.CUSTOM_XML)


def _describe(document: Docx, record: SheetRecord) -> None:
    """The file's own properties, which say too that a program wrote it."""
    properties = document.core_properties
    properties.author = properties.last_modified_by = f"政策问答助手 {record.program}"
    properties.title = f"答复单：{' '.join(printable(record.question).split())}"[:200]
    properties.comments, properties.keywords, properties.language = NOTICE, "程序自动生成", "zh-CN"
    properties.created = properties.modified = record.written_at.astimezone(UTC).replace(tzinfo=None)
