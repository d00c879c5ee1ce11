"""The one door: a question goes in, an answer that has been checked comes out."""

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from assistant.answer import Answer, Group, RefusalReason, RetrievedClause, Route
from assistant.answerability import AnswerabilityModel
from assistant.citation import is_verbatim
from assistant.combine import combine
from assistant.composer import AnswerComposer, Draft
from assistant.followup import points_back
from assistant.ledger import Selection, all_rows, draft_targets, targets_about
from assistant.listing import ClauseLister
from assistant.question import History, Question, read_question, split_at_commas, split_questions
from assistant.refusal import LEADS, Decision, decide
from assistant.structure import StructureAnswer, StructureReader
from assistant.terms import Glossary
from corpus.clauses import Clause, ParsedDocument
from corpus.errors import ClauseMissingError
from index.manifest import Manifest
from index.retriever import Hit, HybridRetriever

if TYPE_CHECKING:
    from langchain_core.retrievers import BaseRetriever

    from assistant.planner import QuestionPlanner

RETRIEVED = 10
_NEAREST = 3
_WITHHELD_LEAD = "核对后可以引用的原文如下："


@dataclass(frozen=True, slots=True)
class _Examined:
    """A question, the clauses that the search found, and the answer that code proves, or whether to answer at all."""

    asked: Question
    hits: list[Hit]
    found: Answer | Decision

    @property
    def is_refused(self) -> bool:
        """Whether nothing will be composed."""
        return (self.found.refusal if isinstance(self.found, Answer) else self.found.reason) is not None


class Assistant:
    """Answers questions about the documents of one index. Safe to use from several threads."""

    def __init__(
        self,
        retriever: HybridRetriever,
        composer: AnswerComposer,
        answerability: AnswerabilityModel,
        planner: "QuestionPlanner | None" = None,
    ) -> None:
        """Put the parts together; `assistant.factory` chooses them from settings."""
        self._retriever = retriever
        self._planner = planner
        self._composer = composer
        self._answerability = answerability
        self._titles = {parsed.document.name: parsed.document.title for parsed in self.documents}
        if len(self._titles) == 1:
            self._titles = {}
        self._structure = StructureReader(self.documents)
        self._glossary = Glossary(self.documents, retriever.index.tokenizer)
        self._lister = ClauseLister(self.documents, retriever.index.tokenizer)

    @property
    def documents(self) -> tuple[ParsedDocument, ...]:
        """The documents that are asked about."""
        return self._retriever.index.documents

    @property
    def manifest(self) -> Manifest:
        """What the index is made of."""
        return self._retriever.index.manifest

    def clause(self, clause_id: str) -> Clause:
        """The clause of an id.

        Raises:
            ClauseMissingError: if there is none.
        """
        found = next((one for one in self._retriever.index.clauses if one.id == clause_id), None)
        if found is None:
            raise ClauseMissingError("没有这一条款，请核对 clause_id 后重试。")
        return found

    def search(self, question: str, k: int = RETRIEVED) -> list[Hit]:
        """The `k` clauses that bear most on a question, best first.

        Raises:
            QuestionError: if the question cannot be taken as one.
        """
        return self._retriever.search(read_question(question).standalone, k)

    def targets(self, topic: str | None = None) -> Selection:
        """The target ledger, or the targets about a topic; see `ledger.targets_about`, which raises `QuestionError`."""
        if topic is None:
            return Selection(all_rows(self._retriever.index), by_words=True)
        return targets_about(topic, self._retriever)

    def as_retriever(self, k: int = 5) -> "BaseRetriever":
        """The search as a LangChain retriever that finds `k` clauses; see `langchain_retriever.ClauseRetriever`."""
        from assistant.langchain_retriever import ClauseRetriever  # noqa: PLC0415 - LangChain is slow to import

        return ClauseRetriever(search=self._retriever, k=k)

    def ask(self, question: str, history: History | None = None) -> Answer:
        """Answer, or refuse with a reason.

        `history` holds the earlier turns, oldest first, each `{"role": "user" | "assistant", "content": str}`.

        Raises:
            QuestionError: if the question or the history cannot be taken as one.
        """
        return replace(self._answer(question, history), titles=self._titles)

    def _answer(self, question: str, history: History | None) -> Answer:
        """One answer, also to a message that asks several questions."""
        if planned := self._plan(question, history):
            return planned
        parts = split_questions(question)
        pieces = [piece for part in parts for piece in split_at_commas(part)]
        if len(pieces) == 1 or self._lister.is_one_list(question, pieces):
            return self._ask_one(question, history)
        turns = list(history or ())
        answers: list[Answer] = []
        for part in parts:
            found = self._ask_parts(part, turns if not answers or points_back(part) else None)
            answers += found
            turns += [{"role": "user", "content": answer.question} for answer in found]
        return answers[0] if len(answers) == 1 else combine(question, answers)

    def _plan(self, question: str, history: History | None) -> Answer | None:
        """The answer to the questions that a chat model reads from a message; None if that is left to the rules."""
        if self._planner is None:
            return None
        asked, hits = self._find(question, history)
        if asked.address != asked.text or self._proven(asked, hits):  # what can be proven is not left to a model
            return None
        answers = [self._ask_one(part, None) for part in self._planner.plan(asked.text, asked.earlier)]
        if len(answers) > 1:
            return combine(asked.text, answers)
        return replace(answers[0], question=asked.text) if answers else None

    def _ask_parts(self, question: str, history: History | None) -> list[Answer]:
        """The answer to a question; to each of its parts, if the documents answer it at all."""
        parts = split_at_commas(question)
        whole = self._examine(question, history)
        if len(parts) == 1 or whole.is_refused:
            return [self._conclude(whole)]
        first = self._ask_one(parts[0], history)
        turns = [*(history or ()), {"role": "user", "content": parts[0]}]
        return [first, *(self._ask_one(part, turns if points_back(part) else None) for part in parts[1:])]

    def _ask_one(self, question: str, history: History | None) -> Answer:
        return self._conclude(self._examine(question, history))

    def _examine(self, question: str, history: History | None) -> "_Examined":
        """All that is found out of a question before anything is composed."""
        asked, hits = self._find(question, history)
        if proven := self._proven(asked, hits):
            return _Examined(asked, hits, proven)
        hits = self._retriever.judge(asked.standalone, hits)
        return _Examined(asked, hits, decide(asked.standalone, hits, self._retriever.index, self._answerability))

    def _conclude(self, examined: "_Examined") -> Answer:
        """The answer to a question that was examined."""
        asked, hits, found = examined.asked, examined.hits, examined.found
        if isinstance(found, Answer):
            answer = found
        elif found.reason is not None:
            answer = replace(self._refuse(asked, hits, found.reason), probability=found.probability)
        else:
            composed = self._checked(asked, self._composer.compose(asked, hits), hits)
            answer = replace(composed, probability=found.probability)
        return replace(answer, retrieved=_retrieved(answer, hits))

    def _find(self, question: str, history: History | None) -> tuple[Question, list[Hit]]:
        asked = read_question(question, history)
        return asked, self._retriever.search(asked.standalone, RETRIEVED)

    def _proven(self, asked: Question, hits: list[Hit]) -> Answer | None:
        """The answer of whoever looks at the whole document, if it is such a question."""
        if listed := self._lister.answer(asked.text, asked.standalone):
            return replace(self._checked(asked, listed, hits), route=Route.LIST)
        if structure := self._structure.answer(asked.address, asked.standalone):
            return replace(self._from_structure(asked, structure), route=Route.OUTLINE)
        if explained := self._glossary.answer(asked.text, asked.standalone):
            return replace(self._checked(asked, explained, hits), route=Route.TERM)
        if targets := self._targets(asked):
            return replace(self._checked(asked, targets, hits), route=Route.LEDGER)
        return None

    def _targets(self, question: Question) -> Draft | None:
        return draft_targets(question.standalone, self._retriever) if question.asks_all_targets else None

    def _from_structure(self, question: Question, structure: StructureAnswer) -> Answer:
        if structure.refusal is not None:
            return Answer(question.text, question.standalone, structure.lead, refusal=structure.refusal)
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
        shown = {citation for group in groups for citation in group.citations}
        claims = tuple(claim for claim in draft.claims if shown.issuperset(claim.citations))
        return Answer(
            question.text,
            question.standalone,
            lead,
            groups,
            notices,
            mode=draft.mode,
            claims=claims,
            withheld=draft.withheld + len(draft.claims) - len(claims),
        )

    def _verbatim(self, group: Group) -> Group:
        parsed = self._retriever.index.by_name.get(group.clause.document)
        if parsed is None or group.clause not in parsed.clauses:
            return Group(group.clause, ())
        own = (citation for citation in group.citations if citation.clause == group.clause)
        return Group(group.clause, tuple(citation for citation in own if is_verbatim(citation, parsed)))

    def _refuse(self, question: Question, hits: list[Hit], reason: RefusalReason) -> Answer:
        nearest = tuple(hit.clause for hit in hits[:_NEAREST])
        return Answer(question.text, question.standalone, LEADS[reason], refusal=reason, nearest=nearest)


def _retrieved(answer: Answer, hits: list[Hit]) -> tuple[RetrievedClause, ...]:
    """The cited clauses, then what else the search found; a clause that only the outline named scores like the best.

    What an answer from the search adds to a clause that it found (the words that introduce an item) stands behind.
    """
    scores = {hit.clause.id: hit.score for hit in hits}
    judged = {hit.clause.id: hit.judged for hit in hits}
    cited = [group.clause for group in answer.groups]
    if answer.route is Route.SEARCH:
        cited = sorted((clause for clause in cited if clause.id in scores), key=lambda clause: -scores[clause.id])
    clauses = dict.fromkeys([*cited, *(hit.clause for hit in hits)])
    best = hits[0].score
    found = (RetrievedClause(one, scores.get(one.id, best), judged.get(one.id)) for one in clauses)
    return tuple(found)[:RETRIEVED]
