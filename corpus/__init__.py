"""What the documents say: reading, repairing and cutting them into clauses."""

from corpus.clauses import Clause, ClauseKind, ParsedDocument, parse
from corpus.document import Document, Footnote, Repair, RepairKind
from corpus.errors import PolicyAssistantError
from corpus.readers import document_from_text, read_document, read_folder
from corpus.span import Span

__all__ = [
    "Clause",
    "ClauseKind",
    "Document",
    "Footnote",
    "ParsedDocument",
    "PolicyAssistantError",
    "Repair",
    "RepairKind",
    "Span",
    "document_from_text",
    "parse",
    "read_document",
    "read_folder",
]
