"""Answers, clauses and documents as JSON, the same at every door.

`answer_schema.json` promises what an answer looks like.
"""

from typing import Any

from assistant.answer import Answer
from assistant.citation import Citation
from corpus.clauses import Clause, ParsedDocument
from corpus.span import Span


def answer_record(answer: Answer) -> dict[str, Any]:
    """An answer: the bulk door's output line without `id` and `elapsed_ms`."""
    return {
        "question": answer.question,
        "understood": answer.standalone,
        "answer": answer.text,
        "mode": answer.mode,
        "claims": [{"text": claim.words, "citations": answer.numbers(claim)} for claim in answer.claims],
        "withheld": answer.withheld,
        "refused": answer.refusal is not None,
        "refusal_reason": answer.refusal.value if answer.refusal else None,
        "probability": answer.probability,
        "citations": [_citation_record(citation) for citation in answer.citations],
        "retrieved": [{**clause_name(item.clause), "score": item.score} for item in answer.retrieved],
    }


def clause_name(clause: Clause) -> dict[str, Any]:
    """Which clause it is."""
    return {"document": clause.document, "clause_id": clause.id, "number": clause.number}


def clause_place(clause: Clause) -> dict[str, Any]:
    """Which clause it is and where it stands."""
    return {**clause_name(clause), "label": clause.label, "heading": clause.heading, "section": clause.section}


def clause_record(clause: Clause, parsed: ParsedDocument) -> dict[str, Any]:
    """A clause, whole; `parsed` is its document. Offsets count code points of the document's text."""
    text = parsed.document.text
    return {
        **clause_place(clause),
        **_passage(clause.span, text),
        "sentences": [_passage(span, text) for span in clause.sentences],
        "footnotes": [_passage(note.span, text) for note in clause.footnotes],
    }


def document_record(parsed: ParsedDocument) -> dict[str, Any]:
    """A document: what it is, and its clauses."""
    document = parsed.document
    return {
        "name": document.name,
        "title": document.title,
        "sha256": document.sha256,
        "characters": len(document.text),
        "clauses": [clause_place(clause) for clause in parsed.clauses],
    }


def _passage(span: Span, text: str) -> dict[str, Any]:
    return {"text": span.of(text), "start": span.start, "end": span.end}


def _citation_record(citation: Citation) -> dict[str, Any]:
    return {
        **clause_place(citation.clause),
        "quote": citation.quote,
        "start": citation.span.start,
        "end": citation.span.end,
    }
