"""Questions for the meaning of a term: answered from where the documents explain it, or else with where it stands."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from assistant.address_words import KIND_OF_DOCUMENT
from assistant.answer import Group
from assistant.citation import Citation, cite
from assistant.composer import Draft
from assistant.definitions import bare, defines, hides_beside, plain, spells_out
from assistant.masks import MASK_NOTICE, is_masked
from assistant.naming import DocumentNames, compact
from assistant.term_question import Form, TermQuestion, read_term_question, unquoted_candidates
from corpus.clauses import Clause, ParsedDocument
from corpus.span import Span
from index.tokenizer import WordTokenizer

_QUOTED = re.compile("“([^“”]{1,24})”")
_PIECES = re.compile("[、,+]")
_LATIN = re.compile(r"(?<![a-z0-9])[a-z][a-z0-9+]{1,9}(?![a-z0-9])")
_DEFINED = re.compile(
    r"所[称指]的?“?([^“”,;。:是()]{2,16})”?(?:,?是指|,?包括|,?分为)|(?:^|[,;。:])“?([^“”,;。:是()]{2,16})”?是指|"
    r"简称(?:为)?“?([^“”,;。:()]{2,12})”?[,)]"
)
_COUNTED = re.compile("[二三四五六七八九十百两双]+[大个项条类件种](?=\\w\\w)")
_LONGEST_SLOGAN = 14
_MAX_ITEMS = 24
_MAX_MENTIONS = 5
_MAX_EXPLAINING = 4
_LEADS = {
    "explained": "文件对{terms}的说明如下：",
    "mentioned": "文件提到了{terms}，但没有逐项说明其内容，以下是原文提到它的地方：",
    "hidden": "文件提到了{terms}，但所问的内容原文以“*”隐去，以下是原文：",
}
_SHOWN_SOME = "提到它的地方较多，只列出在前的几处。"
_NOTHING_ADDED = "文件没有说明的，不从文件以外补充。"


@dataclass(frozen=True, slots=True)
class _Sentence:
    """A sentence or footnote of a clause.

    Attributes:
        clause, span: where it stands.
        text: in the form of `plain`; `bare` is the same without quotation marks.
        note_of: for a footnote, the term it is set to, bare; else "".
    """

    clause: Clause
    span: Span
    text: str
    bare: str
    note_of: str = ""


@dataclass(frozen=True, slots=True)
class _Found:
    """What there is about one term: a key of `_LEADS`, and the sentences in the order in which they are read."""

    term: str
    kind: str
    sentences: tuple[_Sentence, ...]
    is_all: bool = True


class Glossary:
    """Answers questions for the meaning of terms from some documents. Safe to use from several threads."""

    def __init__(self, documents: Sequence[ParsedDocument], tokenizer: WordTokenizer) -> None:
        """Nothing is read before the first question."""
        self._documents = {parsed.document.name: parsed for parsed in documents}
        self._tokenizer = tokenizer
        self._names = DocumentNames(documents)

    def answer(self, question: str, standalone: str = "") -> Draft | None:
        """The answer; None if no meaning is asked for, or if the term stands nowhere in the documents.

        `standalone` is what a follow-up asks with its topic put in (`那“四保”呢` as `“四保”是什么意思`).
        """
        completed = [standalone] if question not in standalone else []
        for asked in (reading for text in [question, *completed] for reading in self._readings(text)):
            named = self._named(question, asked.terms[0])
            found = [self._find(term, asked.form, named) for term in asked.terms]
            if all(found):
                return self._draft([one for one in found if one])
        return None

    def _readings(self, question: str) -> Iterator[TermQuestion]:
        """What may be asked: about what is quoted, else about known terms, else about what stands in the documents."""
        asked = bare(question)
        quoted = {term for term in _QUOTED.findall(plain(question)) if self._standing(term)}
        yield from read_term_question(question, quoted)
        yield from read_term_question(
            question, {*self._counted(asked), *(term for term in self._terms if term in asked)}
        )
        for words in unquoted_candidates(question):
            if self._standing(words):
                yield TermQuestion((words,), Form.MEANING)
                return

    def _counted(self, asked: str) -> Iterator[str]:
        """Slogans that count and that the documents hold without quotation marks: `四大产业集群`."""
        for match in _COUNTED.finditer(asked):
            ends = range(min(len(asked), match.start() + _LONGEST_SLOGAN), match.end(), -1)
            standing = (asked[match.start() : end] for end in ends if asked[match.start() : end] in self._all_text)
            yield from list(standing)[:1]

    def _named(self, question: str, term: str) -> str:
        """The name of the document that is named in front of the term; "" if none is."""
        before = compact(question).partition(term)[0]
        parsed = self._names.in_full(before) or self._names.alike(before) if KIND_OF_DOCUMENT.search(before) else None
        return parsed.document.name if parsed else ""

    def _find(self, term: str, form: Form, named: str) -> _Found | None:
        anywhere = self._standing(term)
        standing = [one for one in anywhere if one.clause.document == named] or anywhere
        defining = [one for one in standing if _is_note_on(one, term) or defines(one.text, term)]
        explaining = defining or [one for one in standing if spells_out(one.text, term)]
        if explaining:
            return _Found(term, "explained", self._explanation(term, explaining[:_MAX_EXPLAINING], standing))
        if form is Form.HIDDEN:
            standing = [one for one in standing if hides_beside(one.text, term)]
        if not standing or form is Form.RULED:
            return None
        kind = "hidden" if form is Form.HIDDEN else "mentioned"
        return _Found(term, kind, tuple(standing[:_MAX_MENTIONS]), len(standing) <= _MAX_MENTIONS)

    def _standing(self, term: str) -> list[_Sentence]:
        """The sentences (else headings) in which it stands as a word or in quotation marks, and footnotes on it."""
        standing = [one for one in self._sentences if _is_note_on(one, term) or self._is_word(term, one)]
        return standing or [one for one in self._headings if self._is_word(term, one)]

    def _is_word(self, term: str, sentence: _Sentence) -> bool:
        if term not in sentence.bare:
            return False
        if any(term in quoted for quoted in _QUOTED.findall(sentence.text)):
            return True
        ends = {0}
        for word in self._tokenizer.cut(sentence.bare):
            ends.add(max(ends) + len(word))
        places = (match.span() for match in re.finditer(re.escape(term), sentence.bare))
        return any(start in ends and end in ends for start, end in places)

    def _explanation(
        self, term: str, explaining: Sequence[_Sentence], standing: Sequence[_Sentence]
    ) -> tuple[_Sentence, ...]:
        """The explaining sentences, what continues them, and the others of their clauses in which the term stands."""
        continued = [further for one in explaining for further in self._continued(one)]
        clauses = [one.clause.id for one in explaining]
        others = [one for one in standing if one.clause.id in clauses]
        return tuple(dict.fromkeys([*continued, *self._with_marks(explaining), *others[:_MAX_EXPLAINING]]))

    def _with_marks(self, explaining: Iterable[_Sentence]) -> Iterator[_Sentence]:
        """The sentences that hold the reference marks of footnotes."""
        marks = {note.span: note.mark for one in explaining for note in one.clause.footnotes}
        for one in explaining:
            for sentence in self._sentences if one.note_of else ():
                if sentence.clause == one.clause and sentence.span.contains(marks[one.span]):
                    yield sentence

    def _continued(self, sentence: _Sentence) -> Iterator[_Sentence]:
        """A sentence and those behind it that a semicolon or a colon leads on to; behind a colon all items."""
        at = self._places.get((sentence.clause.id, sentence.span))
        for one in self._sentences[at : at + _MAX_ITEMS] if at is not None else (sentence,):
            is_item = _is_inside(one.clause, sentence.clause)
            if one.clause.id != sentence.clause.id and not is_item:
                return
            yield one
            if not one.text.endswith((";", ":")) and not (is_item and sentence.text.endswith(":")):
                return

    def _draft(self, found: Sequence[_Found]) -> Draft:
        leads = [
            lead.format(terms="".join(f"“{self._written(one)}”" for one in found if one.kind == kind))
            for kind, lead in _LEADS.items()
            if any(one.kind == kind for one in found)
        ]
        groups = tuple(self._groups([sentence for one in found for sentence in one.sentences]))
        return Draft("\n".join(leads), groups, tuple(self._notices(found, groups)))

    def _written(self, found: _Found) -> str:
        """The term as the documents write it."""
        for sentence in found.sentences:
            text = sentence.span.of(self._documents[sentence.clause.document].document.text)
            if match := re.search(re.escape(found.term), text, re.IGNORECASE):
                return match[0]
        return found.term

    def _groups(self, sentences: Iterable[_Sentence]) -> Iterator[Group]:
        """By clause, in the order in which the clauses come first."""
        by_clause: dict[str, list[_Sentence]] = {}
        for sentence in dict.fromkeys(sentences):
            by_clause.setdefault(sentence.clause.id, []).append(sentence)
        for ones in by_clause.values():
            clause = ones[0].clause
            parsed = self._documents[clause.document]
            yield Group(clause, tuple(cite(parsed, clause, one.span) for one in ones))

    def _notices(self, found: Sequence[_Found], groups: Sequence[Group]) -> Iterator[str]:
        if any(not one.is_all for one in found):
            yield _SHOWN_SOME
        if any(one.kind != "explained" for one in found):
            yield _NOTHING_ADDED
        if any(self._is_masked(citation) for group in groups for citation in group.citations):
            yield MASK_NOTICE

    def _is_masked(self, citation: Citation) -> bool:
        return is_masked(self._documents[citation.clause.document].document, citation.span)

    @cached_property
    def _sentences(self) -> tuple[_Sentence, ...]:
        """All sentences in the order of the documents, each footnote behind the sentences of its clause."""
        return tuple(
            sentence
            for parsed in self._documents.values()
            for clause in parsed.clauses
            for sentence in self._sentences_of(clause)
        )

    def _sentences_of(self, clause: Clause) -> Iterator[_Sentence]:
        text = self._documents[clause.document].document.text
        for span in clause.sentences:
            yield _Sentence(clause, span, plain(span.of(text)), bare(span.of(text)))
        for note in clause.footnotes:
            words = note.span.of(text)
            yield _Sentence(clause, note.span, plain(words), bare(words), bare(note.term.of(text)))

    @cached_property
    def _places(self) -> dict[tuple[str, Span], int]:
        """The place of each sentence, by its clause's id and its span."""
        return {(one.clause.id, one.span): place for place, one in enumerate(self._sentences)}

    @cached_property
    def _headings(self) -> tuple[_Sentence, ...]:
        """The headings that stand inside clauses, in the order of the documents."""
        found: list[_Sentence] = []
        for clause in (clause for parsed in self._documents.values() for clause in parsed.clauses):
            span = clause.heading_span
            if span and clause.span.contains(span):
                words = span.of(self._documents[clause.document].document.text)
                found.append(_Sentence(clause, span, plain(words), bare(words)))
        return tuple(found)

    @cached_property
    def _all_text(self) -> str:
        return "\n".join(one.bare for one in self._sentences)

    @cached_property
    def _terms(self) -> frozenset[str]:
        """What the documents treat as a term: set in quotation marks, defined, or written in Latin letters; bare."""
        found: set[str] = set()
        for sentence in self._sentences:
            for quoted in _QUOTED.findall(sentence.text):
                found |= {quoted, quoted.strip("*"), *_PIECES.split(quoted)}
            found.update(_LATIN.findall(sentence.text))
            found.update(term for groups in _DEFINED.findall(sentence.text) for term in groups)
        return frozenset(term for term in found if len(term) > 1 and any(char.isalnum() for char in term))


def _is_note_on(sentence: _Sentence, term: str) -> bool:
    """Whether it is a footnote that is set to the term, or lists what it stands for."""
    return bool(sentence.note_of) and (term == sentence.note_of or spells_out(sentence.text, term))


def _is_inside(clause: Clause, other: Clause) -> bool:
    """Whether a clause is a numbered part of another."""
    depth = len(other.path)
    return 0 < depth < len(clause.path) and clause.document == other.document and clause.path[:depth] == other.path
