"""Why an answer is as it is: how the question was read, what was found, and what became of it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from assistant.answer import Answer, describe
from assistant.question import Question
from assistant.refusal import Decision
from corpus.clauses import Clause
from index.retriever import Hit


@dataclass(frozen=True, slots=True)
class Candidate:
    """A clause that the search found: its fused score (no fixed range), and whether the answer cites it."""

    clause: Clause
    score: float
    is_cited: bool


@dataclass(frozen=True, slots=True)
class Explanation:
    """How an answer came about.

    Attributes:
        reading: how the question was understood, a line each.
        candidates: what the search found, best first; empty if the outline or a count over all clauses answered.
    """

    reading: tuple[str, ...]
    candidates: tuple[Candidate, ...]

    @property
    def lines(self) -> list[str]:
        """As plain text."""
        found = [
            f"{place}. {'引用' if one.is_cited else '未引用'} {one.score:.2f} {describe(one.clause)}"
            for place, one in enumerate(self.candidates, 1)
        ]
        return [*self.reading, *(["检索到的条款（得分越高越相关）：", *found] if found else [])]


def explain(
    question: Question, route: str, hits: Sequence[Hit], answer: Answer, decision: Decision | None
) -> Explanation:
    """Explain an answer.

    `route`: by which way it was answered, in words; `hits`: what was searched, empty if nothing was; `decision`:
    whether to answer, if that was a question.
    """
    cited = {group.clause.id for group in answer.groups}
    candidates = tuple(Candidate(hit.clause, hit.score, hit.clause.id in cited) for hit in hits)
    return Explanation(tuple(_reading(question, route, decision)), candidates)


def _reading(question: Question, route: str, decision: Decision | None) -> Iterator[str]:
    if question.standalone != question.text:
        yield f"理解为：{question.standalone}"
    yield f"回答方式：{route}"
    if decision is None:
        return
    if question.asks_all_targets:
        yield "问的是有哪些目标：先列目标，再列为之服务的措施"
    elif question.is_broad:
        yield "问的是一个方面：得分不低于第一条七成的条款都引用"
    else:
        yield "问的是一件事：只引用得分不低于第一条九成的条款"
    if decision.probability is not None:
        verdict = "作答" if decision.reason is None else f"不作答（{decision.reason.value}）"
        yield f"文件对此有答案的可能性：{decision.probability:.0%}，{verdict}"
