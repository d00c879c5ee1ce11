"""Masked places: where a document puts `*` for a figure, a name or a slogan that it hides."""

from corpus.document import Document
from corpus.span import Span

MASK = "*"
MASK_NOTICE = "原文以“*”隐去了部分数值或名称，此处照录，不作推测。"
MASKED_FIGURE_LEAD = "文件提到了这一内容，但原文以“*”隐去了具体数值或名称："


def is_masked(document: Document, span: Span) -> bool:
    """Whether the range holds a `*` that is not the reference mark of a footnote."""
    marks = {note.mark.start for note in document.footnotes}
    marks |= {note.span.start for note in document.footnotes}
    position = document.text.find(MASK, span.start, span.end)
    while position >= 0:
        if position not in marks:
            return True
        position = document.text.find(MASK, position + 1, span.end)
    return False
