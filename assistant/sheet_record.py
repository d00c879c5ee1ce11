"""What an answer sheet states, as data: the machine-readable copy inside the file, of which the pages are made."""

import hashlib
from datetime import datetime, timedelta, timezone
from importlib.metadata import version
from typing import Annotated, Protocol, Self

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, ValidationError, model_validator

from assistant.answer import Answer, describe
from corpus.clauses import Clause, ParsedDocument
from corpus.errors import PolicyAssistantError
from index.manifest import Manifest

FORMAT = 1
BEIJING = timezone(timedelta(hours=8))


class Source(Protocol):
    """What a sheet must know of an assistant."""

    @property
    def documents(self) -> tuple[ParsedDocument, ...]:
        """The documents that questions are about."""
        ...

    @property
    def manifest(self) -> Manifest:
        """What the index is made of."""
        ...


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class DocumentEntry(_Frozen):
    """A document that is cited or named, with the SHA-256 of its source file."""

    name: str
    title: str
    sha256: str


class _Placed(_Frozen):
    """Words of a document, and the code points `[start, end)` of its text at which they stand."""

    start: Annotated[int, Field(ge=0)]
    end: int
    text: str

    @model_validator(mode="after")
    def _runs_forwards(self) -> Self:
        if self.start >= self.end:
            raise ValueError("an empty place")
        return self


class FootnoteEntry(_Placed):
    """A footnote of a clause, and the words that it explains."""

    term: str


class ClauseEntry(_Placed):
    """A cited clause in full."""

    id: str
    document: str
    title: str
    section: str
    footnotes: tuple[FootnoteEntry, ...]


class QuoteEntry(_Placed):
    """A quote, its number from 1 in reading order, the id of its clause, and its own SHA-256."""

    number: int
    document: str
    clause: str
    sha256: str


class NearestEntry(_Frozen):
    """A clause that comes near a question that was refused, as `assistant.answer.describe` writes it."""

    document: str
    clause: str
    described: str


class IndexEntry(_Frozen):
    """The index that was asked: SHA-256 of its manifest, its model's fingerprint, how many documents it holds."""

    manifest_sha256: str
    model: str
    documents: int


class SheetRecord(_Frozen):
    """All that a sheet states.

    Attributes:
        question, standalone, lead, notices, mode: those of the answer; the lead with the claims.
        refusal: why there is no answer, in Chinese; None if there is one.
        quotes: in reading order.
        clauses: those that are cited, in the order in which they first are.
        nearest: for a refusal, the nearest clauses, which do not answer.
        documents: those of the quotes and the nearest clauses, in that order.
        program: version of this program.
        written_at: when the sheet was written, in Beijing time, to the second.
    """

    format: int
    question: str
    standalone: str
    lead: str
    notices: tuple[str, ...]
    refusal: str | None
    mode: str
    quotes: tuple[QuoteEntry, ...]
    clauses: tuple[ClauseEntry, ...]
    nearest: tuple[NearestEntry, ...]
    documents: tuple[DocumentEntry, ...]
    index: IndexEntry
    program: str
    written_at: AwareDatetime


def make_record(answer: Answer, source: Source, written_at: datetime) -> SheetRecord:
    """The record of an answer that `source` gave; `written_at` knows its time zone."""
    by_name = {parsed.document.name: parsed for parsed in source.documents}
    cited = tuple(dict.fromkeys(citation.clause for citation in answer.citations))
    named = dict.fromkeys(clause.document for clause in (*cited, *answer.nearest))
    return SheetRecord(
        format=FORMAT,
        question=_clean(answer.question),
        standalone=_clean(answer.standalone),
        lead=_clean(answer.prose),
        notices=tuple(map(_clean, answer.notices)),
        refusal=answer.refusal.value if answer.refusal else None,
        mode=answer.mode,
        quotes=_quote_entries(answer),
        clauses=tuple(clause_entry(clause, by_name[clause.document]) for clause in cited),
        nearest=tuple(_nearest_entry(clause) for clause in answer.nearest),
        documents=tuple(document_entry(by_name[name]) for name in named),
        index=index_entry(source.manifest),
        program=version("policy-assistant"),
        written_at=written_at.astimezone(BEIJING).replace(microsecond=0),
    )


def dump_record(record: SheetRecord) -> str:
    """The record as one line of JSON, ASCII only."""
    return record.model_dump_json(ensure_ascii=True)


def load_record(text: str) -> SheetRecord:
    """Read what `dump_record` wrote.

    Raises:
        PolicyAssistantError: if it is no record, or one of another version of the program.
    """
    try:
        record = SheetRecord.model_validate_json(text)
    except ValidationError as error:
        raise PolicyAssistantError("答复单的机读副本已损坏，无法核对，请换用原件。") from error
    if record.format != FORMAT:
        raise PolicyAssistantError("答复单是由另一版本的程序写出的，请用那个版本的程序核对。")
    return record


def sha256(text: str) -> str:
    """SHA-256 of a text in UTF-8, in hex."""
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()


def document_entry(parsed: ParsedDocument) -> DocumentEntry:
    """The entry of a document."""
    document = parsed.document
    return DocumentEntry(name=document.name, title=document.title, sha256=document.sha256)


def clause_entry(clause: Clause, parsed: ParsedDocument) -> ClauseEntry:
    """The entry of a clause of a document, with all its text."""
    text = parsed.document.text
    notes = tuple(
        FootnoteEntry(term=note.term.of(text), start=note.span.start, end=note.span.end, text=note.span.of(text))
        for note in clause.footnotes
    )
    return ClauseEntry(
        id=clause.id,
        document=clause.document,
        title=clause.title,
        section=clause.section,
        start=clause.span.start,
        end=clause.span.end,
        text=clause.span.of(text),
        footnotes=notes,
    )


def index_entry(manifest: Manifest) -> IndexEntry:
    """The entry of an index; the hash is that of the manifest's file, which is written in this very form."""
    return IndexEntry(
        manifest_sha256=sha256(manifest.model_dump_json(indent=2)),
        model=manifest.model,
        documents=len(manifest.documents),
    )


def _quote_entries(answer: Answer) -> tuple[QuoteEntry, ...]:
    return tuple(
        QuoteEntry(
            number=number,
            document=citation.clause.document,
            clause=citation.clause.id,
            start=citation.span.start,
            end=citation.span.end,
            text=citation.quote,
            sha256=sha256(citation.quote),
        )
        for number, citation in enumerate(answer.citations, 1)
    )


def _nearest_entry(clause: Clause) -> NearestEntry:
    return NearestEntry(document=clause.document, clause=clause.id, described=describe(clause))


def _clean(text: str) -> str:
    """`text` with a question mark for each lone surrogate, which JSON in UTF-8 cannot carry."""
    return text.encode("utf-8", "replace").decode("utf-8")
