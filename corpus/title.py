"""Finding a document's title."""

import re

from corpus.numbering import match_label

_MAX_LINES = 3
_MAX_LENGTH = 100
_DOCUMENT_NUMBER = re.compile(r"[〔\[【（(]\d{4}[〕\]】）)]\d+号|^第\s*\d+\s*号")
_DATELINE = re.compile(r"\d{4}(年|-)\d{1,2}(月|-)\d{1,2}|来源[:：]")
_EXPORT_MARK = re.compile(r"【|.*https?://")
_KINDS = ("通知", "意见", "办法", "方案", "规定", "要点", "规划", "报告", "条例", "决定", "规则", "细则")
_ENDS_TEXT = "。：:；！？，"


def find_title(text: str) -> str:
    """The first lines up to the document number, the addressees, a date line or running text; "" if none.

    Lines are joined without a separator; Markdown's `#` and white space at their ends are left out, as are the
    lines that legal databases put before the text (【…】, a link).
    """
    parts: list[str] = []
    for line in text.split("\n"):
        part = line.strip().lstrip("#").strip()
        if not parts and (not part or _EXPORT_MARK.match(part)):
            continue
        if len(parts) == _MAX_LINES or not _belongs_to_title(part):
            break
        parts.append(part)
        if part.endswith(_KINDS):
            break
    return "".join(parts)


def _belongs_to_title(part: str) -> bool:
    return (
        bool(part)
        and len(part) <= _MAX_LENGTH
        and part[-1] not in _ENDS_TEXT
        and not _DOCUMENT_NUMBER.search(part)
        and not _DATELINE.search(part)
        and match_label(part) is None
    )
