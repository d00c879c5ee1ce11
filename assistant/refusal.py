"""Whether to answer a question about content, and if not, why."""

from collections.abc import Sequence
from dataclasses import dataclass

from assistant.answer import RefusalReason
from assistant.answerability import AnswerabilityModel, signals
from assistant.scope import is_elsewhere, is_not_policy, is_unclear, names_other_year
from index.retriever import Hit
from index.search_index import SearchIndex

LEADS = {
    RefusalReason.NOT_IN_DOCUMENT: "文件未涉及这一问题，无法据此作答。",
    RefusalReason.OUT_OF_SCOPE: "这超出了本文件的范围（例如其他年份、其他地方、个人情况或法律咨询），无法据此作答。",
    RefusalReason.UNCLEAR: "问题不够明确，请说明要问的是哪件事。",
    RefusalReason.NOT_VERIFIED: "找到的引文未能与原文逐字对上，已全部扣下，请直接查阅原文。",
}


@dataclass(frozen=True, slots=True)
class Decision:
    """Why not to answer (None: answer), and how likely the documents answer, in [0, 1]; None if a rule decided."""

    reason: RefusalReason | None
    probability: float | None = None


def decide(question: str, hits: Sequence[Hit], index: SearchIndex, model: AnswerabilityModel) -> Decision:
    """Decide whether the documents answer.

    `question` stands alone; `hits` are what the search found for it, best first, at least one.
    """
    if is_unclear(question):
        return Decision(RefusalReason.UNCLEAR)
    if is_not_policy(question) or names_other_year(question, index):
        return Decision(RefusalReason.OUT_OF_SCOPE)
    probability = model.probability(signals(question, hits, index))
    if probability >= model.threshold:
        return Decision(None, probability)
    elsewhere = is_elsewhere(question, index.documents, index.document_of(hits[0].clause))
    return Decision(RefusalReason.OUT_OF_SCOPE if elsewhere else RefusalReason.NOT_IN_DOCUMENT, probability)
