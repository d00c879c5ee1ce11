"""The default composer: an answer made of the documents' own sentences."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from assistant.answer import Group
from assistant.citation import Citation, cite
from assistant.composer import Draft
from assistant.enumerations import asks_for_list, introduces, introduction, items
from assistant.masks import MASK_NOTICE, MASKED_FIGURE_LEAD, is_masked
from assistant.question import Question
from corpus.clauses import Clause, ParsedDocument
from corpus.span import Span
from index.retriever import Hit
from index.search_index import SearchIndex

_LISTED = "文件逐项列举如下："


@dataclass(frozen=True, slots=True)
class Selection:
    """How much of what was found goes into an answer; chosen on the `dev` splits of both datasets.

    Attributes:
        clause_share: a further clause is cited if its score is at least this share of the best one's.
        likely_share: and if a reranker, where there is one, finds it at least this share as likely to answer.
        broad_share: instead of both, where the question asks for all there is on a topic.
        max_clauses: at most so many clauses.
        sentence_share: a further sentence of a clause is cited if its score is at least this share of the best
            sentence's of all cited clauses.
        target_share: the same for sentences that set a target, where one is asked for.
        max_sentences: at most so many sentences of a clause.
    """

    clause_share: float = 0.9
    likely_share: float = 0.5
    broad_share: float = 0.7
    max_clauses: int = 5
    sentence_share: float = 0.4
    target_share: float = 0.25
    max_sentences: int = 5


class ExtractiveComposer:
    """Quotes the sentences that answer, grouped by clause; needs no language model."""

    def __init__(self, index: SearchIndex, selection: Selection | None = None) -> None:
        """Quote from the documents of `index`."""
        self._index = index
        self._selection = selection or Selection()
        self._targets = {(target.clause.id, target.sentence) for target in index.targets}

    def compose(self, question: Question, hits: Sequence[Hit]) -> Draft:
        """See `AnswerComposer`.

        Clauses come by score, their sentences in the order of the text, targets that were asked for before the
        measures that serve them.
        """
        kept = self._kept(question, hits)
        best = max(max(hit.sentence_scores) for hit in kept)
        found = [self._group(question, hit, best) for hit in kept]
        whole = _wants_list(self._index, question, kept[0])
        groups = tuple(self._with_lists(found, whole=whole))
        hides_figure = question.asks_target and self._hides(kept[0])
        anywhere = any(self._is_masked(citation) for group in groups for citation in group.citations)
        lead = _LISTED if whole and len(found) == 1 else _lead(groups)
        lead = MASKED_FIGURE_LEAD if hides_figure else lead
        return Draft(lead, groups, (MASK_NOTICE,) if anywhere else ())

    def _group(self, question: Question, hit: Hit, best: float) -> Group:
        parsed = self._index.document_of(hit.clause)
        targets = {
            span for span in hit.clause.sentences if question.asks_target and (hit.clause.id, span) in self._targets
        }
        spans = sorted(self._sentences(hit, best, targets), key=lambda span: (span not in targets, span))
        return Group(hit.clause, tuple(_with_footnotes(parsed, hit, spans)))

    def _kept(self, question: Question, hits: Sequence[Hit]) -> list[Hit]:
        """The clauses that are cited, the best first."""
        share = self._selection.broad_share if question.is_broad else self._selection.clause_share
        near = [hit for hit in hits[: self._selection.max_clauses] if hit.score >= share * hits[0].score]
        likeliest = max((hit.judged for hit in near if hit.judged is not None), default=None)
        if question.is_broad or likeliest is None:
            return near
        least = self._selection.likely_share * likeliest
        return [near[0], *(hit for hit in near[1:] if hit.judged is not None and hit.judged >= least)]

    def _with_lists(self, groups: Sequence[Group], *, whole: bool) -> Iterator[Group]:
        """The groups, before each item the words that introduce it; of the first, if `whole`, the whole list."""
        written = {group.clause.id: group for group in groups}
        done: set[str] = set()
        for place, group in enumerate(groups):
            for clause, spans in self._list_around(group, whole=whole and place == 0):
                if clause.id not in done:
                    done.add(clause.id)
                    yield self._joined(written.get(clause.id), clause, spans)

    def _list_around(self, group: Group, *, whole: bool) -> Iterator[tuple[Clause, Sequence[Span]]]:
        """A group's clause and what is read with it, each with the sentences that are added to what is cited of it."""
        parsed = self._index.document_of(group.clause)
        above = introduction(parsed, group.clause)
        if above is not None:
            yield above[0], (above[1],)
        if not whole or above is None:
            yield group.clause, ()
        if whole:
            for item in items(parsed, above[0] if above else group.clause):
                yield item, item.sentences

    def _joined(self, group: Group | None, clause: Clause, spans: Sequence[Span]) -> Group:
        """What is cited of a clause already, and these sentences, in the order of the text."""
        if group is not None and not spans:
            return group
        parsed = self._index.document_of(clause)
        cited = {citation.span: citation for citation in (group.citations if group else ())}
        for span in spans:
            cited.setdefault(span, cite(parsed, clause, span))
        return Group(clause, tuple(cited[span] for span in sorted(cited)))

    def _sentences(self, hit: Hit, best: float, targets: set[Span]) -> list[Span]:
        """The clause's best sentence and the others whose score is high enough; targets, then by score."""
        ranked = sorted(zip(hit.sentence_scores, hit.clause.sentences, strict=True), key=lambda pair: -pair[0])
        chosen = [ranked[0][1]]
        for score, span in ranked[1:]:
            share = self._selection.target_share if span in targets else self._selection.sentence_share
            if score >= share * best:
                chosen.append(span)
        return sorted(chosen, key=lambda span: span not in targets)[: self._selection.max_sentences]

    def _hides(self, hit: Hit) -> bool:
        """Whether the best sentence of a clause holds a mask."""
        _, best = max(zip(hit.sentence_scores, hit.clause.sentences, strict=True), key=lambda pair: pair[0])
        return is_masked(self._index.document_of(hit.clause).document, best)

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


def _wants_list(index: SearchIndex, question: Question, hit: Hit) -> bool:
    """Whether a question asks for a list which the best clause is an item of, or introduces in its best sentence."""
    if not asks_for_list(question.standalone):
        return False
    parsed = index.document_of(hit.clause)
    best = max(zip(hit.sentence_scores, hit.clause.sentences, strict=True), key=lambda pair: pair[0])[1]
    return introduces(parsed, best) or introduction(parsed, hit.clause) is not None
