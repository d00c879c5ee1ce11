"""What the assistant gives back."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from assistant.citation import Citation
from corpus.clauses import Clause

MODES = {"extractive": "摘录原文", "generative": "模型撰写，已核对"}
"""What a reader is told of an answer's `mode`."""


BASIS = "依据的原文："
"""Stands between what a chat model wrote and the quotes."""


class RefusalReason(StrEnum):
    """Why a question is not answered; the value is what the user reads."""

    NOT_IN_DOCUMENT = "文件未涉及"
    OUT_OF_SCOPE = "超出本文件范围"
    UNCLEAR = "问题不明确"
    NO_SUCH_CLAUSE = "没有这一条款"
    NOT_VERIFIED = "引文未通过核对"


class Route(StrEnum):
    """The way by which a question was answered; the value is what the user reads."""

    LIST = "逐条核对全部条款"
    OUTLINE = "按文件的目录和条款编号查找"
    TERM = "查找文件对词语的说明"
    LEDGER = "从目标台账中选取"
    SEARCH = "检索意思和用词相近的条款"
    SEVERAL = "分成几个问题，逐个回答"


@dataclass(frozen=True, slots=True)
class RetrievedClause:
    """A clause that the search found.

    Attributes:
        clause: the clause.
        score: higher is better, no fixed range.
        judged: how likely one of its sentences answers, in [0, 1]; None if no reranker has read them.
    """

    clause: Clause
    score: float
    judged: float | None = None


@dataclass(frozen=True, slots=True)
class Group:
    """The part of an answer that rests on one clause: its citations in the order in which they are read."""

    clause: Clause
    citations: tuple[Citation, ...]


@dataclass(frozen=True, slots=True)
class Claim:
    """A sentence that a chat model wrote, and the quotes that bear it out."""

    words: str
    citations: tuple[Citation, ...]


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer, or a refusal; the same for every door.

    Attributes:
        question: as it was asked.
        standalone: the question that was searched for, with what a follow-up left unsaid put in.
        lead: the first line, in the assistant's words; holds no fact that is not in the evidence or the structure.
        groups: the evidence by clause, the most telling first; empty for a refusal.
        notices: what the reader should know, such as that a figure is hidden; in the assistant's words.
        refusal: why there is no answer; None if there is one.
        nearest: for a refusal, the clauses that come nearest, which do not answer the question.
        retrieved: the best clauses of the search, best first.
        mode: who composed it: `extractive` or `generative`.
        claims: what a chat model wrote and the quotes bear out; all their citations are among those of `groups`.
        withheld: how many sentences of the model the quotes do not bear out.
        route: by which way it was answered.
        probability: how likely the documents answer the question, in [0, 1]; None if that was not estimated.
        titles: by document name its title, if there are several documents, so that a clause is named with it.
    """

    question: str
    standalone: str
    lead: str
    groups: tuple[Group, ...] = ()
    notices: tuple[str, ...] = ()
    refusal: RefusalReason | None = None
    nearest: tuple[Clause, ...] = ()
    retrieved: tuple[RetrievedClause, ...] = ()
    mode: str = "extractive"
    claims: tuple[Claim, ...] = ()
    withheld: int = 0
    route: Route = Route.SEARCH
    probability: float | None = None
    titles: Mapping[str, str] = field(default_factory=dict, hash=False)

    @property
    def citations(self) -> tuple[Citation, ...]:
        """All citations, in reading order."""
        return tuple(citation for group in self.groups for citation in group.citations)

    def place(self, clause: Clause) -> str:
        """Where a clause stands, as an official writes it; with its document, where there are several."""
        title = self.titles.get(clause.document)
        return f"《{title}》{describe(clause)}" if title else describe(clause)

    def numbers(self, claim: Claim) -> list[int]:
        """The numbers of the quotes that bear a claim out, as in `citations`, from 1."""
        places = {citation: number for number, citation in enumerate(self.citations, 1)}
        return sorted(places[citation] for citation in set(claim.citations))

    @property
    def prose(self) -> str:
        """What stands before the quotes: the first line, and the claims with the numbers of their quotes."""
        marks = ["".join(f"〔{number}〕" for number in self.numbers(claim)) for claim in self.claims]
        claims = [claim.words + mark for claim, mark in zip(self.claims, marks, strict=True)]
        return "\n".join([self.lead, *claims, *([BASIS] if claims else [])])

    @property
    def text(self) -> str:
        """The whole answer as plain text, citations numbered as in `citations`."""
        lines = [self.prose]
        number = 0
        for group in self.groups:
            for citation in group.citations:
                number += 1
                lines.append(f"· {citation.quote}〔{number}〕")
            lines.append(f"  ——{self.place(group.clause)}")
        lines.extend(f"最接近的条款（不构成回答）：{self.place(clause)}" for clause in self.nearest)
        lines.extend(f"注：{notice}" for notice in self.notices)
        return "\n".join(lines)


def describe(clause: Clause) -> str:
    """Label, heading and the headings above, as an official writes them.

    `（六）稳住农业发展基础（二、推动产业质效提升）`, `十二、（…）`, `第十二条（第三章 投资经营便利）`.
    """
    return f"{clause.title}（{clause.section}）" if clause.section else clause.title
