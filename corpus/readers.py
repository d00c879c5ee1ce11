"""Reading source files into raw text, a reader per format."""

import codecs
import hashlib
from collections.abc import Callable
from pathlib import Path

from corpus.document import Document
from corpus.errors import DocumentError
from corpus.normalize import normalize
from corpus.title import find_title

MAX_BYTES = 20 * 1024 * 1024
"""Larger files are refused: a policy text of this size does not exist."""

_MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))


def _decode(data: bytes, name: str) -> str:
    """Text by its byte order mark, else UTF-8, else GB 18030."""
    marked = [encoding for mark, encoding in _MARKS if data.startswith(mark)]
    if not marked and b"\x00" in data:
        raise DocumentError(f"“{name}”不是文本文件，请另存为 UTF-8 编码的 .txt 或 .md 文件后重试。")
    for encoding in marked or ["utf-8", "gb18030"]:
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise DocumentError(f"“{name}”的文字编码无法识别，请另存为 UTF-8 编码后重试。")


READERS: dict[str, Callable[[bytes, str], str]] = {".txt": _decode, ".md": _decode}
"""File name extension -> reader of the file's bytes (and its name, for messages) into raw text."""


def read_document(path: Path) -> Document:
    """Read and normalise one file.

    Raises:
        DocumentError: if it cannot be read, is of an unknown format, too large, no text, or empty.
    """
    reader = READERS.get(path.suffix.lower())
    if reader is None:
        known = "、".join(READERS)
        raise DocumentError(f"不支持“{path.name}”这种格式，请转换为 {known} 之一后重试。")
    data = _read_bytes(path)
    return document_from_text(reader(data, path.name), path.name, hashlib.sha256(data).hexdigest())


def document_from_text(raw: str, source_name: str, sha256: str | None = None) -> Document:
    """Make a document from raw text.

    `sha256` is that of the source's bytes; by default that of `raw` in UTF-8.

    Raises:
        DocumentError: if there is nothing but white space.
    """
    normalized = normalize(raw)
    if not normalized.text.strip():
        raise DocumentError(f"“{source_name}”里没有文字，请换一份有正文的文件。")
    return Document(
        id=hashlib.sha256(normalized.text.encode()).hexdigest()[:16],
        name=Path(source_name).stem,
        title=find_title(normalized.text) or Path(source_name).stem,
        text=normalized.text,
        source_name=source_name,
        sha256=sha256 or hashlib.sha256(raw.encode(errors="surrogatepass")).hexdigest(),
        line_numbers=normalized.line_numbers,
        footnotes=normalized.footnotes,
        repairs=normalized.repairs,
    )


def read_folder(folder: Path) -> list[Document]:
    """Every readable file directly inside `folder`, by name; hidden files are left out.

    Raises:
        DocumentError: if there is no such folder, no readable file, two files of one name, or a bad file.
    """
    if not folder.is_dir():
        raise DocumentError(f"没有名为“{folder.name}”的文件夹，请检查路径后重试。")
    try:
        paths = sorted(path for path in folder.iterdir() if _is_readable(path))
    except OSError as error:
        raise DocumentError(f"文件夹“{folder.name}”无法打开，请检查文件夹权限后重试。") from error
    if not paths:
        raise DocumentError(f"文件夹“{folder.name}”里没有可读的文件，请放入 {'、'.join(READERS)} 文件后重试。")
    stems = [path.stem for path in paths]
    if twice := next((stem for stem in stems if stems.count(stem) > 1), None):
        raise DocumentError(f"有两份文件都叫“{twice}”，请给其中一份改名后重试。")
    return [read_document(path) for path in paths]


def _is_readable(path: Path) -> bool:
    return path.suffix.lower() in READERS and not path.name.startswith(".") and path.is_file()


def _read_bytes(path: Path) -> bytes:
    try:
        if not path.is_file():
            raise DocumentError(f"找不到文件“{path.name}”，请检查路径后重试。")
        if path.stat().st_size > MAX_BYTES:
            raise DocumentError(f"“{path.name}”超过 {MAX_BYTES // 1024 // 1024} MB，请拆分后重试。")
        return path.read_bytes()
    except OSError as error:
        raise DocumentError(f"“{path.name}”无法读取，请检查文件权限后重试。") from error
