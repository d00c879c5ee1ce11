"""What is embedded: each sentence in several sizes, and each clause."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from corpus.clauses import Clause, ParsedDocument

_FRAGMENT_END = re.compile(r"(?<=[，；。：！？])")
_MIN_FRAGMENT = 10
_MAX_CLAUSE = 450


class PassageKind(StrEnum):
    """The size of a passage.

    A sentence alone matches what it says; with the headings above it, what it is about; a fragment of it (from
    comma to comma), one measure among many; the clause, a broad question.
    """

    SENTENCE = "sentence"
    CONTEXT = "context"
    FRAGMENT = "fragment"
    CLAUSE = "clause"


@dataclass(frozen=True, slots=True)
class Passage:
    """A text to embed, and the row of the sentence (for `CLAUSE`: of the clause) that it stands for."""

    text: str
    row: int


def passages(documents: Sequence[ParsedDocument]) -> dict[PassageKind, list[Passage]]:
    """All passages by kind; rows count sentences (clauses) through all documents, in their order."""
    found: dict[PassageKind, list[Passage]] = {kind: [] for kind in PassageKind}
    clause_row = sentence_row = 0
    for parsed in documents:
        title = f"{parsed.document.title} " if len(documents) > 1 else ""
        for clause in parsed.clauses:
            text = parsed.document.text
            above = f"{title}{clause.section} {clause.heading} "
            found[PassageKind.CLAUSE].append(Passage((above + clause.span.of(text))[:_MAX_CLAUSE], clause_row))
            for sentence in clause.sentences:
                words = sentence.of(text)
                found[PassageKind.SENTENCE].append(Passage(words, sentence_row))
                found[PassageKind.CONTEXT].append(Passage(above + words, sentence_row))
                found[PassageKind.FRAGMENT] += [Passage(piece, sentence_row) for piece in fragments(words)]
                sentence_row += 1
            clause_row += 1
    return found


def fragments(sentence: str) -> list[str]:
    """The sentence cut behind its commas into pieces of at least ten characters; joined they are the sentence."""
    pieces: list[str] = []
    current = ""
    for part in _FRAGMENT_END.split(sentence):
        current += part
        if len(current) >= _MIN_FRAGMENT:
            pieces.append(current)
            current = ""
    if current and pieces:
        pieces[-1] += current
    elif current:
        pieces.append(current)
    return pieces


def lexical_text(parsed: ParsedDocument, clause: Clause, *, with_title: bool) -> str:
    """What the keyword index holds of a clause: title (of several documents), headings above, its text, footnotes."""
    text = parsed.document.text
    notes = " ".join(note.span.of(text) for note in clause.footnotes)
    title = parsed.document.title if with_title else ""
    return f"{title} {clause.section} {clause.span.of(text)} {notes}"
