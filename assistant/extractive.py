"""The default composer: an answer made of the documents' own sentences."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from assistant.answer import Group
from assistant.citation import Citation, cite
from assistant.composer import Draft
from assistant.masks import MASK_NOTICE, MASKED_FIGURE_LEAD, is_masked
from assistant.question import Question
from assistant.targets import sets_target
from corpus.clauses import ParsedDocument
from corpus.span import Span
from index.retriever import Hit
from index.search_index import SearchIndex


@dataclass(frozen=True, slots=True)
class Selection:
    """How much of what was found goes into an answer; fitted on the `dev` splits of both datasets.

    Attributes:
        clause_share: a further clause is cited if its score is at least this share of the best one's.
        max_clauses: at most so many clauses.
        sentence_share: a further sentence of a clause is cited if its score is at least this share of the best
            sentence's of all cited clauses.
        max_sentences: at most so many sentences of a clause.
    """

    clause_share: float = 0.62
    max_clauses: int = 4
    sentence_share: float = 0.6
    max_sentences: int = 4


class ExtractiveComposer:
    """Quotes the sentences that answer, grouped by clause; needs no language model."""

    def __init__(self, index: SearchIndex, selection: Selection | None = None) -> None:
        """Quote from the documents of `index`."""
        self._index = index
        self._selection = selection or Selection()

    def compose(self, question: Question, hits: Sequence[Hit]) -> Draft:
        """See `AnswerComposer`. Clauses come by score, sentences in the order of the text, targets that were
        asked for before the measures that serve them."""
        kept = [hit for hit in hits[: self._selection.max_clauses] if self._is_close(hit, hits[0])]
        floor = self._selection.sentence_share * max(max(hit.sentence_scores) for hit in kept)
        groups = tuple(self._group(question, hit, floor) for hit in kept)
        masked = any(self._is_masked(citation) for group in groups[:1] for citation in group.citations[:1])
        anywhere = any(self._is_masked(citation) for group in groups for citation in group.citations)
        lead = MASKED_FIGURE_LEAD if question.asks_target and masked else _lead(groups)
        return Draft(lead, groups, (MASK_NOTICE,) if anywhere else ())

    def _is_close(self, hit: Hit, best: Hit) -> bool:
        return hit is best or hit.score >= self._selection.clause_share * best.score

    def _group(self, question: Question, hit: Hit, floor: float) -> Group:
        parsed = self._index.document_of(hit.clause)
        spans = self._sentences(hit, floor)
        if question.asks_target:
            spans.sort(key=lambda span: not sets_target(span.of(parsed.document.text)))
        return Group(hit.clause, tuple(_with_footnotes(parsed, hit, spans)))

    def _sentences(self, hit: Hit, floor: float) -> list[Span]:
        """The best sentence and those above the floor, in the order of the text."""
        ranked = sorted(range(len(hit.sentence_scores)), key=lambda row: -hit.sentence_scores[row])
        chosen = ranked[:1] + [row for row in ranked[1:] if hit.sentence_scores[row] >= floor]
        return [hit.clause.sentences[row] for row in sorted(chosen[: self._selection.max_sentences])]

    def _is_masked(self, citation: Citation) -> bool:
        return is_masked(self._index.document_of(citation.clause).document, citation.span)


def _with_footnotes(parsed: ParsedDocument, hit: Hit, spans: Iterable[Span]) -> Iterable[Citation]:
    """A footnote follows the sentence that holds its mark."""
    for span in spans:
        yield cite(parsed, hit.clause, span)
        for note in hit.clause.footnotes:
            if span.contains(note.mark):
                yield cite(parsed, hit.clause, note.span)


def _lead(groups: Sequence[Group]) -> str:
    if len(groups) == 1:
        return "文件中有这样的表述："
    return f"文件中有 {len(groups)} 条与此有关："
