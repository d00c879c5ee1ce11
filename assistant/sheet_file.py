"""Reading an answer sheet that may come from anybody: nothing in it is run, fetched or unpacked beyond a bound.

The package is read part by part and not through python-docx, so that what is looked at is what a word processor shows.
"""

import io
import posixpath
import re
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from docx.oxml.ns import qn
from lxml import etree

from assistant.sheet import RECORD_TAG
from assistant.sheet_layout import NOTICE
from corpus.errors import PolicyAssistantError

MAX_BYTES = 4 * 1024 * 1024
MAX_UNPACKED = 8 * 1024 * 1024
MAX_PARTS = 200
MAX_LINES = 10_000

_MAIN = "word/document.xml"
_STYLES = "word/styles.xml"
_FOOTER = re.compile(rf"{re.escape(NOTICE)}　第 \d* 页，共 \d* 页")
_PLAIN = frozenset(
    qn(f"w:{name}")
    for name in (
        *("body", "p", "r", "t", "tab", "br", "cr", "noBreakHyphen", "tbl", "tr", "tc", "tblGrid", "gridCol"),
        *("bookmarkStart", "bookmarkEnd", "proofErr", "lastRenderedPageBreak", "ins", "del", "permStart", "permEnd"),
        *("commentRangeStart", "commentRangeEnd", "commentReference"),
    )
)
"""What may stand in the body beside properties: text, tables, and what a word processor adds without showing it."""

_IN_WORDS = {
    **dict.fromkeys(("drawing", "pict", "object", "AlternateContent"), "图片或对象"),
    **dict.fromkeys(("fldSimple", "fldChar", "instrText"), "域代码"),
    **dict.fromkeys(("footnoteReference", "endnoteReference"), "脚注"),
    "hyperlink": "链接",
}
_LIGHT = 0xC0
"""A colour is as good as white if red, green and blue are at least this."""

_TINY = 8
"""Half points."""

Element = Any


@dataclass(frozen=True, slots=True)
class SheetFile:
    """What was found in the file.

    Attributes:
        record: the machine-readable copy, as its text.
        lines: the paragraphs that a person reads, in order, tables cell by cell; blank ones left out.
        trouble: what was done to the file beside changing its words, each a Chinese sentence.
    """

    record: str
    lines: tuple[str, ...]
    trouble: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Link:
    """A relationship of the main part: the last word of its type, the part it leads to, or an outside address."""

    kind: str
    target: str
    is_outside: bool


def read_sheet(path: Path) -> SheetFile:
    """Read a sheet.

    Raises:
        PolicyAssistantError: if it cannot be read, is no .docx, too large, or holds no machine-readable copy.
    """
    try:
        with path.open("rb") as file:
            data = file.read(MAX_BYTES + 1)
    except OSError as error:
        raise PolicyAssistantError(f"答复单“{path.name}”无法读取，请检查路径和权限后重试。") from error
    return parse_sheet(data, path.name)


def parse_sheet(data: bytes, name: str) -> SheetFile:
    """Read a sheet from its bytes; `name` is for messages. Raises like `read_sheet`."""
    parts = _unpack(data, name)
    links = list(_links(parts, name))
    body, styles = _parse(parts.get(_MAIN), name), _parse(parts.get(_STYLES), name)
    lines = tuple(_lines(body))
    if len(lines) > MAX_LINES:
        raise _unusable(name, f"有 {len(lines)} 段文字，超出程序所能核对的")
    edges = [
        line
        for link in links
        if link.kind in {"header", "footer"}
        for line in _lines(_parse(parts.get(link.target), name))
    ]
    trouble = (*_strangers(body), *_hidden(body, styles), *_edge_trouble(edges), *_outside(links, parts))
    return SheetFile(_record(parts, links, name), lines, trouble)


def _unusable(name: str, why: str) -> PolicyAssistantError:
    return PolicyAssistantError(f"“{name}”{why}，无法核对，请换用本程序写出的原件。")


def _unpack(data: bytes, name: str) -> dict[str, bytes]:
    """The parts by name, all within the bounds."""
    if len(data) > MAX_BYTES:
        raise _unusable(name, f"超过 {MAX_BYTES // 1024 // 1024} MB")
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            entries = [entry for entry in package.infolist() if not entry.is_dir()]
            if len(entries) > MAX_PARTS or sum(entry.file_size for entry in entries) > MAX_UNPACKED:
                raise _unusable(name, "解开后太大")
            parts = {entry.filename: _unpack_part(package, entry) for entry in entries}
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, RuntimeError, ValueError) as error:
        raise _unusable(name, "不是完好的 .docx 文件") from error
    if len({part.lower() for part in parts}) < len(entries):
        raise _unusable(name, "里有重名的部分")
    return parts


def _unpack_part(package: zipfile.ZipFile, entry: zipfile.ZipInfo) -> bytes:
    """No more than the size that the entry declares is ever unpacked, whatever is packed there."""
    if entry.compress_type not in {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}:
        raise zipfile.BadZipFile("a compression that no .docx has")
    with package.open(entry) as file:
        return file.read(entry.file_size)


def _parse(part: bytes | None, name: str) -> Element:
    """The root of an XML part; entities are not resolved, and a document type is not accepted."""
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, remove_comments=True, remove_pis=True
    )
    try:
        root = etree.fromstring(part or b"", parser)
    except etree.XMLSyntaxError as error:
        raise _unusable(name, "不是完好的 .docx 文件") from error
    if root.getroottree().docinfo.doctype:
        raise _unusable(name, "含有不应有的文档类型声明")
    return root


def _links(parts: dict[str, bytes], name: str) -> Iterator[_Link]:
    """The main part's relationships, once it is certain which part is the main one."""
    main = [each for each in _parse(parts.get("_rels/.rels"), name) if _kind(each) == "officeDocument"]
    if [each.get("Target", "").lstrip("/") for each in main] != [_MAIN]:
        raise _unusable(name, "的正文不在应在的位置")
    for each in _parse(parts.get("word/_rels/document.xml.rels"), name):
        target, is_outside = each.get("Target", ""), each.get("TargetMode") == "External"
        inside = posixpath.normpath(posixpath.join("/word", target)).lstrip("/")
        yield _Link(_kind(each), target if is_outside else inside, is_outside)


def _kind(relationship: Element) -> str:
    return str(relationship.get("Type", "")).rsplit("/", 1)[-1]


def _record(parts: dict[str, bytes], links: list[_Link], name: str) -> str:
    stores = [link.target for link in links if link.kind == "customXml" and not link.is_outside]
    found = [root for root in (_parse(parts.get(store), name) for store in stores) if root.tag == RECORD_TAG]
    if len(found) != 1 or not found[0].text:
        raise _unusable(name, "里没有机读副本")
    return str(found[0].text)


def _elements(root: Element) -> Iterator[Element]:
    """All below `root` in order, without properties and deleted text."""
    for child in root:
        if not _is_aside(child):
            yield child
            yield from _elements(child)


_W = qn("w:p").removesuffix("p")
_TEXT_TAGS = {qn("w:t"): None, qn("w:tab"): "\t", qn("w:br"): "\n", qn("w:cr"): "\n", qn("w:noBreakHyphen"): "-"}


def _is_aside(element: Element) -> bool:
    tag = str(element.tag)
    return tag == qn("w:del") or (tag.startswith(_W) and tag.endswith("Pr"))


def _lines(root: Element) -> Iterator[str]:
    for paragraph in root.iter(qn("w:p")):
        text = "".join(
            _TEXT_TAGS[each.tag] or each.text or "" for each in _elements(paragraph) if each.tag in _TEXT_TAGS
        )
        if text.strip():
            yield text


def _strangers(body: Element) -> Iterator[str]:
    """What stands in the body and is neither text nor table."""
    names = [etree.QName(each).localname for each in _elements(body) if each.tag not in _PLAIN]
    for word in dict.fromkeys(_IN_WORDS.get(name, "其他内容") for name in names):
        yield f"正文里添了{word}，程序看不到其中的内容，请人工核对。"


def _hidden(body: Element, styles: Element) -> Iterator[str]:
    if any(_is_hiding(each) for root in (body, styles) for each in root.iter()):
        yield "有文字被隐藏、划掉，或改成了看不清的颜色、大小。"
    if any(each.get(qn("w:val")) != "0" for root in (body, styles) for each in root.iter(qn("w:numId"))):
        yield "正文里添了自动编号，程序看不到编号的文字，请人工核对。"


def _is_hiding(element: Element) -> bool:
    """Whether a property keeps words from the reader's eye."""
    value = str(element.get(qn("w:val"), "true"))
    if element.tag in _HIDING:
        return value not in {"0", "false", "off"}
    if element.tag == qn("w:sz"):
        return value.isdecimal() and int(value) < _TINY
    is_colour = element.tag == qn("w:color") and re.fullmatch("[0-9A-Fa-f]{6}", value)
    return bool(is_colour) and min(bytes.fromhex(value)) >= _LIGHT


_HIDING = {qn(f"w:{name}") for name in ("vanish", "specVanish", "hidden", "strike", "dstrike")}


def _edge_trouble(lines: list[str]) -> Iterator[str]:
    """Whether header and footer say what they should, and nothing else."""
    added = [line for line in lines if _FOOTER.fullmatch(line) is None]
    if added:
        yield f"页眉或页脚里添了“{added[0][:60]}”。"
    if len(added) == len(lines):
        yield "页脚里的声明和页码被删去。"


def _outside(links: list[_Link], parts: dict[str, bytes]) -> Iterator[str]:
    if any(link.is_outside for link in links):
        yield "文件里添了指向外部的链接。"
    if any(part.lower().endswith("vbaproject.bin") for part in parts):
        yield "文件里添了宏，请不要启用。"
