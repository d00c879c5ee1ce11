"""The target ledger: every target of the documents, and those that are about a topic."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from assistant.answer import Group
from assistant.answerability import content_words
from assistant.citation import cite
from assistant.composer import Draft
from assistant.masks import MASK_NOTICE
from assistant.question import read_question
from corpus.clauses import ParsedDocument
from corpus.targets import Target
from index.retriever import Hit, HybridRetriever
from index.search_index import SearchIndex
from index.tokenizer import search_form

HIDDEN = "原文隐去"
"""Written in the place of a figure that the document hides."""
_ASKS_TARGETS = frozenset({"目标", "指标", "任务", "任务量", "目标任务"})


@dataclass(frozen=True, slots=True)
class Row:
    """A target and the document that sets it."""

    target: Target
    document: ParsedDocument

    @property
    def quote(self) -> str:
        """The words that set it, as they stand in the document."""
        return self.target.span.of(self.document.document.text)

    @property
    def value(self) -> str:
        """The figure, `HIDDEN` if the document hides it, "" for a state."""
        return HIDDEN if "*" in self.target.value else self.target.value


@dataclass(frozen=True, slots=True)
class Nearness:
    """How near a target must be to a topic whose words it does not hold; chosen by hand-marked topics of `dev`.

    Attributes:
        sentence_share: its sentence's score is at least this share of the best sentence's;
        clause_share, weak_share: or its clause's score that share of the best clause's, its sentence's the weaker one.
        unknown_share: the first of these, where no target holds a word of the topic.
    """

    sentence_share: float = 0.5
    clause_share: float = 0.6
    weak_share: float = 0.1
    unknown_share: float = 0.7


@dataclass(frozen=True, slots=True)
class Selection:
    """What was found for a topic, in the documents' order; `by_words`: some target holds one of the topic's words."""

    rows: tuple[Row, ...]
    by_words: bool


def all_rows(index: SearchIndex) -> tuple[Row, ...]:
    """The ledger of all documents, in their order."""
    return tuple(Row(target, index.document_of(target.clause)) for target in index.targets)


def targets_about(topic: str, retriever: HybridRetriever, nearness: Nearness | None = None) -> Selection:
    """The targets about a topic (`农业`), or those that a question such as 农业方面有哪些目标 asks for.

    A target is about a topic if the quote or a heading above it holds a word of the topic, or if the search finds its
    sentence near. Without a word that says what about, all targets are meant.

    Raises:
        QuestionError: if the topic is empty or longer than a question may be.
    """
    topic = read_question(topic).text
    index = retriever.index
    rows = all_rows(index)
    words = _topic_words(topic, index)
    if not words:
        return Selection(rows, by_words=True)
    named = {number for number, row in enumerate(rows) if _names(row, words)}
    hits = retriever.search("".join(words), len(index.clauses))
    near = _near_sentences(hits, nearness or Nearness(), known=bool(named))
    found = [row for number, row in enumerate(rows) if number in named or _sentence(row) in near]
    return Selection(tuple(found), by_words=bool(named))


def draft_targets(question: str, retriever: HybridRetriever) -> Draft | None:
    """An answer to which targets there are on a topic: the sentences that set them; None if none was found by name.

    `question` stands alone. Clauses come in the documents' order.
    """
    selection = targets_about(question, retriever)
    if not selection.rows or not selection.by_words:
        return None
    groups: dict[str, Group] = {}
    for row in selection.rows:
        clause = row.target.clause
        known = groups.get(clause.id, Group(clause, ()))
        citations = dict.fromkeys([*known.citations, cite(row.document, clause, row.target.sentence)])
        groups[clause.id] = Group(clause, tuple(citations))
    hides = any(row.target.is_masked for row in selection.rows)
    return Draft("文件就此提出的目标，原文如下：", tuple(groups.values()), (MASK_NOTICE,) if hides else ())


def row_record(row: Row) -> dict[str, Any]:
    """A row as JSON; `value` is `*` where the document hides the figure, and null for a state.

    `start` and `end` count code points of the normalised text.
    """
    target = row.target
    return {
        "document": target.clause.document,
        "clause_id": target.clause.id,
        "label": target.clause.label,
        "heading": target.clause.heading,
        "section": target.clause.section,
        "indicator": target.indicator,
        "direction": target.direction,
        "value": target.value or None,
        "unit": target.unit,
        "time": target.time,
        "kind": "quantity" if target.is_quantity else "state",
        "masked": target.is_masked,
        "quote": row.quote,
        "start": target.span.start,
        "end": target.span.end,
    }


def _topic_words(topic: str, index: SearchIndex) -> list[str]:
    """The words that say what about, the longest where one holds another; single characters if there are no others."""
    words = [word for word in content_words(topic, index) if word not in _ASKS_TARGETS]
    words = [word for word in words if len(word) > 1] or words
    return [word for word in words if not any(word in other and word != other for other in words)]


def _names(row: Row, words: Sequence[str]) -> bool:
    clause = row.target.clause
    text = search_form(f"{row.quote} {clause.heading} {clause.section}")
    return any(word in text for word in words)


def _sentence(row: Row) -> tuple[str, int]:
    return row.target.clause.id, row.target.sentence.start


def _near_sentences(hits: Sequence[Hit], nearness: Nearness, *, known: bool) -> set[tuple[str, int]]:
    """The sentences near a topic, by clause and start; `known`: some target holds a word of the topic."""
    best = max(max(hit.sentence_scores) for hit in hits)
    share = nearness.sentence_share if known else nearness.unknown_share
    near = {place for hit in hits for place in _at_least(hit, share * best)}
    for hit in hits if known else ():
        if hit.score >= nearness.clause_share * hits[0].score:
            near.update(_at_least(hit, nearness.weak_share * best))
    return near


def _at_least(hit: Hit, score: float) -> Iterator[tuple[str, int]]:
    for own, span in zip(hit.sentence_scores, hit.clause.sentences, strict=True):
        if own >= score:
            yield hit.clause.id, span.start
