"""Clauses that list: the words that introduce a list, and its items.

An item such as `（六）修建墓地` says nothing without the words before it (`禁止下列行为：`), and these say nothing
without it.
"""

import re
from collections.abc import Iterator

from corpus.clauses import Clause, ParsedDocument
from corpus.span import Span
from index.tokenizer import search_form

_INTRODUCES = ("：", ":")
_ASKS = re.compile(
    "哪些|哪几|几[种类项条]|包括|包含|分别|都有|有啥|(?<!算)什么(?:情形|情况|条件|材料|资料|内容|要求|职责|手续|行为|措施|范围)"
)


def asks_for_list(question: str) -> bool:
    """Whether a question asks for all items of something."""
    return bool(_ASKS.search(search_form(question)))


def introduction(parsed: ParsedDocument, item: Clause) -> tuple[Clause, Span] | None:
    """The clause above an item, and its sentence that introduces the items; None if nothing does."""
    for clause in parsed.clauses:
        if item.path and clause.path == item.path[:-1] and clause.path:
            return next(((clause, span) for span in reversed(clause.sentences) if introduces(parsed, span)), None)
    return None


def items(parsed: ParsedDocument, clause: Clause) -> tuple[Clause, ...]:
    """The items that a clause introduces, in order; none if it introduces none."""
    if not clause.path or not any(introduces(parsed, span) for span in clause.sentences):
        return ()
    return tuple(_under(parsed, clause))


def introduces(parsed: ParsedDocument, span: Span) -> bool:
    """Whether a sentence ends with a colon."""
    return span.of(parsed.document.text).rstrip().endswith(_INTRODUCES)


def _under(parsed: ParsedDocument, clause: Clause) -> Iterator[Clause]:
    depth = len(clause.path)
    for other in parsed.clauses:
        if len(other.path) == depth + 1 and other.path[:depth] == clause.path:
            yield other
