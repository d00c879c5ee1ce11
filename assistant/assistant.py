"""The one door: a question goes in, an answer that has been checked comes out."""

from dataclasses import replace

from assistant.answer import Answer, Group, RefusalReason, RetrievedClause
from assistant.answerability import AnswerabilityModel, signals
from assistant.citation import is_verbatim
from assistant.composer import AnswerComposer, Draft
from assistant.question import History, Question, read_question
from assistant.structure import StructureAnswer, answer_structure
from corpus.clauses import ParsedDocument
from index.retriever import Hit, HybridRetriever

RETRIEVED = 10
_NEAREST = 3
_WITHHELD_LEAD = "核对后可以引用的原文如下："


class Assistant:
    """Answers questions about the documents of one index. Safe to use from several threads."""

    def __init__(self, retriever: HybridRetriever, composer: AnswerComposer, answerability: AnswerabilityModel) -> None:
        """Put the parts together; `assistant.factory` chooses them from settings."""
        self._retriever = retriever
        self._composer = composer
        self._answerability = answerability

    @property
    def documents(self) -> tuple[ParsedDocument, ...]:
        """The documents that are asked about."""
        return self._retriever.index.documents

    def ask(self, question: str, history: History | None = None) -> Answer:
        """Answer, or refuse with a reason.

        `history` holds the earlier turns, oldest first, each `{"role": "user" | "assistant", "content": str}`.

        Raises:
            QuestionError: if the question or the history cannot be taken as one.
        """
        asked = read_question(question, history)
        hits = self._retriever.search(asked.standalone, RETRIEVED)
        structure = answer_structure(asked.text, self.documents)
        answer = self._from_structure(asked, structure) if structure else self._from_content(asked, hits)
        return replace(answer, retrieved=_retrieved(answer, hits))

    def _from_content(self, question: Question, hits: list[Hit]) -> Answer:
        if not self._is_answerable(question, hits):
            return self._refuse(question, hits, RefusalReason.NOT_IN_DOCUMENT)
        return self._checked(question, self._composer.compose(question, hits), hits)

    def _is_answerable(self, question: Question, hits: list[Hit]) -> bool:
        values = signals(question.standalone, hits, self._retriever.index)
        return self._answerability.probability(values) >= self._answerability.threshold

    def _from_structure(self, question: Question, structure: StructureAnswer) -> Answer:
        if structure.missing:
            lead, refusal = structure.lead, RefusalReason.NO_SUCH_CLAUSE
            return Answer(question.text, question.standalone, lead, refusal=refusal)
        draft = Draft(structure.lead, structure.groups, structure.notices(self.documents))
        return self._checked(question, draft, [])

    def _checked(self, question: Question, draft: Draft, hits: list[Hit]) -> Answer:
        """Withhold every citation that is not verbatim, and say so."""
        groups = tuple(group for group in map(self._verbatim, draft.groups) if group.citations)
        given = sum(len(group.citations) for group in draft.groups)
        withheld = given - sum(len(group.citations) for group in groups)
        if given and not groups:
            return self._refuse(question, hits, RefusalReason.NOT_VERIFIED)
        lead, notices = draft.lead, draft.notices
        if withheld:  # the draft's first line may count or paraphrase what is no longer there
            lead, notices = _WITHHELD_LEAD, (*notices, f"有 {withheld} 处引文与原文不符，已扣下不用。")
        return Answer(question.text, question.standalone, lead, groups, notices, mode=draft.mode)

    def _verbatim(self, group: Group) -> Group:
        parsed = self._retriever.index.by_name.get(group.clause.document)
        if parsed is None or group.clause not in parsed.clauses:
            return Group(group.clause, ())
        own = (citation for citation in group.citations if citation.clause == group.clause)
        return Group(group.clause, tuple(citation for citation in own if is_verbatim(citation, parsed)))

    def _refuse(self, question: Question, hits: list[Hit], reason: RefusalReason) -> Answer:
        lead = {
            RefusalReason.NOT_IN_DOCUMENT: "文件未涉及这一问题，无法据此作答。",
            RefusalReason.NOT_VERIFIED: "找到的引文未能与原文逐字对上，已全部扣下，请直接查阅原文。",
        }[reason]
        nearest = tuple(hit.clause for hit in hits[:_NEAREST])
        return Answer(question.text, question.standalone, lead, refusal=reason, nearest=nearest)


def _retrieved(answer: Answer, hits: list[Hit]) -> tuple[RetrievedClause, ...]:
    """The cited clauses, then what else the search found; a clause that only the outline named scores like the best."""
    scores = {hit.clause.id: hit.score for hit in hits}
    clauses = dict.fromkeys([*(group.clause for group in answer.groups), *(hit.clause for hit in hits)])
    best = hits[0].score
    return tuple(RetrievedClause(clause, scores.get(clause.id, best)) for clause in clauses)[:RETRIEVED]
