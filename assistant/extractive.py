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
    """How much of what was found goes into an answer; chosen on the `dev` split of the bundled document's questions.

    Attributes:
        clause_share: a further clause is cited if its score is at least this share of the best one's.
        max_clauses: at most so many clauses.
        sentence_share: a further sentence of a clause is cited if its score is at least this share of the best
            sentence's of all cited clauses.
        target_share: the same for sentences that set a target, where one is asked for.
        max_sentences: at most so many sentences of a clause.
    """

    clause_share: float = 0.7
    max_clauses: int = 4
    sentence_share: float = 0.5
    target_share: float = 0.25
    max_sentences: int = 5


class ExtractiveComposer:
    """Quotes the sentences that answer, grouped by clause; needs no language model."""

    def __init__(self, index: SearchIndex, selection: Selection | None = None) -> None:
        """Quote from the documents of `index`."""
        self._index = index
        self._selection = selection or Selection()

    def compose(self, question: Question, hits: Sequence[Hit]) -> Draft:
        """See `AnswerComposer`.

        Clauses come by score, their sentences in the order of the text, targets that were asked for before the
        measures that serve them.
        """
        kept = [hit for hit in hits[: self._selection.max_clauses] if self._is_close(hit, hits[0])]
        best = max(max(hit.sentence_scores) for hit in kept)
        groups = tuple(self._group(question, hit, best) for hit in kept)
        if question.asks_all_targets:
            groups = tuple(sorted(groups, key=lambda group: not _names_target(group)))
        first = groups[0].citations[0]
        hides_figure = question.asks_target and sets_target(first.quote) and self._is_masked(first)
        anywhere = any(self._is_masked(citation) for group in groups for citation in group.citations)
        lead = MASKED_FIGURE_LEAD if hides_figure else _lead(groups)
        return Draft(lead, groups, (MASK_NOTICE,) if anywhere else ())

    def _is_close(self, hit: Hit, best: Hit) -> bool:
        return hit is best or hit.score >= self._selection.clause_share * best.score

    def _group(self, question: Question, hit: Hit, best: float) -> Group:
        parsed = self._index.document_of(hit.clause)
        targets = {
            span for span in hit.clause.sentences if question.asks_target and sets_target(span.of(parsed.document.text))
        }
        spans = sorted(
            self._sentences(hit, best, targets, question.asks_all_targets), key=lambda span: (span not in targets, span)
        )
        return Group(hit.clause, tuple(_with_footnotes(parsed, hit, spans)))

    def _sentences(self, hit: Hit, best: float, targets: set[Span], all_targets: bool) -> list[Span]:
        """The clause's best sentence and the others whose score is high enough; targets, then by score."""
        ranked = sorted(zip(hit.sentence_scores, hit.clause.sentences, strict=True), key=lambda pair: -pair[0])
        chosen = [ranked[0][1]]
        for score, span in ranked[1:]:
            share = self._selection.target_share if span in targets else self._selection.sentence_share
            if score >= share * best or (all_targets and span in targets):
                chosen.append(span)
        return sorted(chosen, key=lambda span: span not in targets)[: self._selection.max_sentences]

    def _is_masked(self, citation: Citation) -> bool:
        return is_masked(self._index.document_of(citation.clause).document, citation.span)


def _names_target(group: Group) -> bool:
    return any(sets_target(citation.quote) for citation in group.citations)


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
