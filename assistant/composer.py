"""The seam between finding evidence and writing an answer."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from assistant.answer import Claim, Group
from assistant.question import Question
from index.retriever import Hit


@dataclass(frozen=True, slots=True)
class Draft:
    """What a composer proposes; the assistant checks every citation before anyone sees it.

    Attributes:
        lead: the first line.
        groups: evidence by clause, in reading order.
        notices: what the reader should know.
        mode, claims, withheld: see `Answer`.
    """

    lead: str
    groups: tuple[Group, ...]
    notices: tuple[str, ...] = ()
    mode: str = "extractive"
    claims: tuple[Claim, ...] = ()
    withheld: int = 0


class AnswerComposer(Protocol):
    """Turns a question and the clauses found for it into a draft."""

    def compose(self, question: Question, hits: Sequence[Hit]) -> Draft:
        """Compose from `hits`, best first, of which there is at least one."""
        ...
