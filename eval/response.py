"""What came back, whichever door it came through."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from corpus.errors import PolicyAssistantError


@dataclass(frozen=True, slots=True)
class CitedQuote:
    """A citation as the answer claims it; nothing of it has been checked."""

    document: str
    clause_id: str
    quote: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Response:
    """An answer in the format of the bulk door (`assistant/answer_schema.json`).

    Attributes:
        text: the whole answer as it is read.
        refused: whether it is a refusal; `refusal_reason` says why.
        citations: in reading order.
        retrieved: ids of the clauses that were found, best first.
        milliseconds: from question to answer.
        composed: whether there is an answer; a system that only ranks clauses gives none.
        probability: how likely the documents answer the question, in [0, 1]; None if that was not estimated.
        claims, withheld: how many sentences of a chat model are in the answer, and how many were withheld.
    """

    text: str
    refused: bool
    refusal_reason: str | None
    citations: tuple[CitedQuote, ...]
    retrieved: tuple[str, ...]
    milliseconds: float
    composed: bool = True
    probability: float | None = None
    claims: int = 0
    withheld: int = 0


def read_response(record: Mapping[str, Any]) -> Response:
    """Read a line of the bulk door.

    Raises:
        PolicyAssistantError: if it does not have that format.
    """
    try:
        text, refused = record["answer"], record["refused"]
        if not (isinstance(text, str) and isinstance(refused, bool)):
            raise TypeError("not an answer")
        return Response(
            text=text,
            refused=refused,
            refusal_reason=record.get("refusal_reason"),
            citations=tuple(_cited_quote(citation) for citation in record["citations"]),
            retrieved=tuple(str(item["clause_id"]) for item in record["retrieved"]),
            milliseconds=float(record.get("elapsed_ms", 0.0)),
            probability=_probability(record.get("probability")),
            claims=len(record.get("claims", ())),
            withheld=int(record.get("withheld", 0)),
        )
    except (LookupError, TypeError, ValueError, AttributeError) as error:
        raise PolicyAssistantError("回答的格式不对，请对照 assistant/answer_schema.json 改正后重试。") from error


def _probability(value: object) -> float | None:
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= 1:
        raise ValueError("not a probability")
    return float(value)


def _cited_quote(record: Mapping[str, Any]) -> CitedQuote:
    return CitedQuote(
        document=str(record["document"]),
        clause_id=str(record["clause_id"]),
        quote=str(record["quote"]),
        start=int(record["start"]),
        end=int(record["end"]),
    )
