"""One answer to a message that asks several questions."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import zip_longest

from assistant.answer import Answer, Group, RetrievedClause, Route


def combine(question: str, answers: Sequence[Answer]) -> Answer:
    """Put the answers together, in the order of the questions; what is refused is named.

    A clause that several answers cite stands once, with all its citations. It is a refusal only if every answer is
    one. `answers` must not be empty.
    """
    answered = [answer for answer in answers if answer.refusal is None]
    if not answered:
        first = answers[0]
        standalone = "；".join(answer.standalone for answer in answers)
        return replace(first, question=question, standalone=standalone, route=Route.SEVERAL, probability=None)
    refused = [f"“{answer.question}”：{answer.lead}" for answer in answers if answer.refusal is not None]
    notices = [notice for answer in answered for notice in answer.notices]
    return Answer(
        question=question,
        standalone="；".join(answer.standalone for answer in answers),
        lead="几个问题按先后回答如下：",
        groups=_merged(group for answer in answered for group in answer.groups),
        notices=tuple(dict.fromkeys([*refused, *notices])),
        retrieved=_interleaved([answer.retrieved for answer in answers]),
        mode=next((answer.mode for answer in answered if answer.claims), answered[0].mode),
        claims=tuple(claim for answer in answered for claim in answer.claims),
        withheld=sum(answer.withheld for answer in answered),
        route=Route.SEVERAL,
    )


def _merged(groups: Iterable[Group]) -> tuple[Group, ...]:
    by_clause: dict[str, Group] = {}
    for group in groups:
        known = by_clause.get(group.clause.id)
        citations = tuple(dict.fromkeys([*known.citations, *group.citations])) if known else group.citations
        by_clause[group.clause.id] = Group(group.clause, citations)
    return tuple(by_clause.values())


def _interleaved(rankings: Sequence[Sequence[RetrievedClause]]) -> tuple[RetrievedClause, ...]:
    """The first of each, then the second of each, and so on; each clause once."""
    found: dict[str, RetrievedClause] = {}
    for row in zip_longest(*rankings):
        for item in row:
            if item is not None:
                found.setdefault(item.clause.id, item)
    longest = max(len(ranking) for ranking in rankings)
    return tuple(found.values())[:longest]
