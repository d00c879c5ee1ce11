"""Citations: verbatim quotes with the place where they stand."""

from dataclasses import dataclass

from corpus.clauses import Clause, ParsedDocument
from corpus.span import Span


@dataclass(frozen=True, slots=True)
class Citation:
    """A quote and its place; `document.text[span.start:span.end] == quote` is checked before an answer is given.

    Attributes:
        clause: the clause that the quote stands in.
        span: where, in the document's text.
        quote: the words; never broken over lines.
    """

    clause: Clause
    span: Span
    quote: str


def cite(parsed: ParsedDocument, clause: Clause, span: Span) -> Citation:
    """Cite a range of a clause or of one of its footnotes."""
    return Citation(clause, span, span.of(parsed.document.text))


def is_verbatim(citation: Citation, parsed: ParsedDocument) -> bool:
    """Whether the quote is, character for character, what stands there, inside the clause or its footnotes."""
    places = (citation.clause.span, *(note.span for note in citation.clause.footnotes))
    return (
        citation.clause.document == parsed.document.name
        and any(place.contains(citation.span) for place in places)
        and len(citation.span) > 0
        and "\n" not in citation.quote
        and citation.span.of(parsed.document.text) == citation.quote
    )
