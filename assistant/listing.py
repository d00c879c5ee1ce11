"""Lists that can be proven: every clause is looked at, and the answer says what was counted."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

from assistant.answer import Group
from assistant.citation import cite
from assistant.composer import Draft
from assistant.document_reference import DocumentReferences
from assistant.finders import Finder, Strategies
from assistant.list_question import ListQuestion, Reading, names_nothing, normal_form, read_list_question
from assistant.sections import Sections
from assistant.structure import StructureAnswer
from assistant.word_match import WordMatcher
from assistant.wordings import wordings
from corpus.clauses import Clause, ClauseKind, ParsedDocument
from corpus.span import Span
from index.tokenizer import WordTokenizer, search_form, word_classes

_SHOWN = 12
"""Wordings that are named."""
_TERM = 3
"""A subject of more words is no term, and the document may put it otherwise."""
_SEGMENT = re.compile("[,，;；。()（）]")
_LEADS_UP = re.compile("^[^“”?。]*(?:想知道|想了解|想问问?|想查|求证|来问|[法务主员者民]问|请问|了解)[,:]?")
_TELLS = re.compile("[了给把被]")
_DESCRIBES = ("v", "u", "p", "d", "r", "c")
_NAMED = ("ns", "nr", "nt", "nz")


@dataclass(frozen=True, slots=True)
class _Sentence:
    """A sentence, heading or footnote of a clause, and its search form."""

    span: Span
    text: str


@dataclass(frozen=True, slots=True)
class _Found:
    """The sentences of one clause that hold what was asked for, in order, and the wordings that stand in them."""

    clause: Clause
    spans: tuple[Span, ...]
    wordings: tuple[str, ...]


class ClauseLister:
    """Answers list questions about some documents. Safe to use from several threads."""

    def __init__(self, documents: Sequence[ParsedDocument], tokenizer: WordTokenizer) -> None:
        """Hold back all work until the first question. `tokenizer` knows the documents' terms."""
        self._documents = {parsed.document.name: parsed for parsed in documents}
        self._cut = tokenizer.cut
        self._table = wordings()
        self._matcher = WordMatcher(tokenizer, self._table.fixed)
        self._strategies = Strategies(self._matcher, self._table)

    def is_one_list(self, question: str, parts: Sequence[str]) -> bool:
        """Whether a message that seems to ask several questions, its `parts`, asks for one list."""
        return self._read(question)[1] is not None and any(names_nothing(part, self._cut) for part in parts)

    def answer(self, question: str, standalone: str = "") -> Draft | None:
        """The list; None if none is asked for, or if what was found proves nothing.

        Where nothing was found, that is an answer only if the words that were looked for can be named. `standalone`
        is the question with the turns before it, where a document may be named.
        """
        documents, asked = self._read(question)
        if asked is None:
            return None
        if len(documents) > 1 and standalone:
            documents, _ = self._names.take(normal_form(standalone))
        clauses = _clauses(documents, asked.part)
        found = self._find(asked, clauses)
        if not clauses or not (found or self._proves_absence(asked)):
            return None
        groups = tuple(self._group(one) for one in found)
        lead = self._lead(asked, found)
        masked = StructureAnswer(lead, groups).notices(documents)
        units = ("款、项分别计数。",) if any(map(_has_items, documents)) else ()
        counted = self._counted(asked, clauses, found)
        return Draft(lead, groups, (*masked, counted, *units, _closing(clauses, len(found))))

    def _read(self, question: str) -> tuple[tuple[ParsedDocument, ...], ListQuestion | None]:
        """The documents and the list that are asked for, what leads up to it (`我在乡镇上班，想知道…`) left aside."""
        documents, rest = self._names.take(normal_form(question))
        for asked in (_LEADS_UP.sub("", rest), rest):
            if found := read_list_question(asked, self._cut):
                return documents, found
        return documents, None

    @cached_property
    def _names(self) -> DocumentReferences:
        return DocumentReferences(tuple(self._documents.values()))

    @cached_property
    def _sentences(self) -> dict[str, tuple[_Sentence, ...]]:
        """By clause id."""
        clauses = (clause for parsed in self._documents.values() for clause in parsed.clauses)
        return {clause.id: tuple(self._texts(clause)) for clause in clauses}

    def _texts(self, clause: Clause) -> Iterable[_Sentence]:
        text = self._documents[clause.document].document.text
        heading = clause.heading_span
        own = [heading] if heading and clause.span.contains(heading) and heading not in clause.sentences else []
        for span in (*own, *clause.sentences, *(note.span for note in clause.footnotes)):
            yield _Sentence(span, search_form(span.of(text)))

    def _find(self, asked: ListQuestion, clauses: Sequence[Clause]) -> list[_Found]:
        """The clauses that hold one of the subjects (all of them, if that is asked), in the documents' order."""
        ways = [self._strategies.of(subject, asked.reading) for subject in asked.subjects]
        by_subject = [self._places(finders, asked, clauses) for finders in ways]
        holds = all if asked.at_once else any
        found = []
        for clause in clauses:
            places = [place for one in by_subject for place in one.get(clause.id, ())]
            is_held = holds(clause.id in one for one in by_subject)
            if is_held and not (asked.without and self._holds(asked.without, clause)):
                spans = sorted({span for span, _ in places})
                found.append(_Found(clause, tuple(spans), tuple(dict.fromkeys(words for _, words in places))))
        return found

    def _places(
        self, finders: Iterable[Finder], asked: ListQuestion, clauses: Sequence[Clause]
    ) -> dict[str, list[tuple[Span, str]]]:
        """By clause, the sentences that the first finder with any result finds, and the words it found there."""
        for finder in finders:
            found = {clause.id: list(self._hits(finder, asked, clause)) for clause in clauses}
            if any(found.values()):
                return {id_: places for id_, places in found.items() if places}
        return {}

    def _holds(self, word: str, clause: Clause) -> bool:
        return any(self._matcher.find(word, sentence.text) for sentence in self._sentences[clause.id])

    def _hits(self, finder: Finder, asked: ListQuestion, clause: Clause) -> Iterable[tuple[Span, str]]:
        for sentence in self._sentences[clause.id]:
            unwanted = [span for word in asked.excluded for span in _places(word, sentence.text)]
            for span in finder.find(sentence.text):
                is_wanted = not any(other.start <= span.start < other.end for other in unwanted)
                if is_wanted and _takes_part(asked.roles, sentence.text, span):
                    words = span.of(sentence.text)
                    yield sentence.span, words if len(words) > 1 else self._matcher.around(sentence.text, span)

    def _proves_absence(self, asked: ListQuestion) -> bool:
        if asked.reading is Reading.QUOTED:
            return True
        if asked.reading is Reading.WORD:
            return all(map(self._is_term, asked.subjects))
        return all(
            self._table.knows(subject) or word_classes().get(subject, "").startswith(_NAMED)
            for subject in asked.subjects
        )

    def _is_term(self, subject: str) -> bool:
        """Whether it is a term, which a document holds or not; a description may be put otherwise."""
        words = self._matcher.cut(subject)
        return (
            not _TELLS.search(subject)
            and len(words) <= _TERM
            and not any(len(word) == 1 and word_classes().get(word, "").startswith(_DESCRIBES) for word in words)
        )

    def _group(self, found: _Found) -> Group:
        parsed = self._documents[found.clause.document]
        return Group(found.clause, tuple(cite(parsed, found.clause, span) for span in found.spans))

    def _lead(self, asked: ListQuestion, found: Sequence[_Found]) -> str:
        subject = "、".join(f"“{subject}”" for subject in asked.subjects)
        if not found:
            return f"文件中没有条款{'涉及' if asked.reading is Reading.TOPIC else '提到'}{subject}。"
        if asked.reading is Reading.TOPIC:
            return f"文件中有 {len(found)} 条与{subject}有关："
        names = {name for one in asked.subjects for name in self._strategies.names(one, Reading.WORD)}
        if asked.reading is Reading.WORD and not any(names.intersection(one.wordings) for one in found):
            return f"文件中没有{subject}这个写法，与之相当的有 {len(found)} 条："
        return f"文件中有 {len(found)} 条提到{subject}："

    def _counted(self, asked: ListQuestion, clauses: Sequence[Clause], found: Sequence[_Found]) -> str:
        """Which wordings were counted, and which words that look like them were not."""
        counted = list(dict.fromkeys(words for one in found for words in one.wordings))
        strangers = [word for word in self._strangers(asked, clauses) if not any(one in word for one in counted)]
        left_out = f"；未计入：{_enumerated(strangers)}，不是这个词" if strangers else ""
        sought = [name for subject in asked.subjects for name in self._strategies.names(subject, asked.reading)]
        return f"{'计入' if found else '查找'}的写法：{_enumerated(counted or sought)}{left_out}。"

    def _strangers(self, asked: ListQuestion, clauses: Sequence[Clause]) -> list[str]:
        """The words that hold the characters of a subject without being that word, each once."""
        strangers = dict.fromkeys(
            word
            for clause in clauses
            for sentence in self._sentences[clause.id]
            for subject in asked.subjects
            for word in self._matcher.strangers(subject, sentence.text)
        )
        return list(strangers)


def _clauses(documents: Iterable[ParsedDocument], part: int | None) -> list[Clause]:
    """The clauses of the documents, or of the parts of that number."""
    if part is None:
        return [clause for parsed in documents for clause in parsed.clauses]
    sections = map(Sections, documents)
    return [
        clause
        for outline in sections
        for section in outline.parts_of_number(part)
        for clause in outline.clauses_of(section)
    ]


def _places(word: str, text: str) -> list[Span]:
    return [Span(*match.span()) for match in re.finditer(re.escape(word), text)]


def _takes_part(roles: frozenset[str], text: str, span: Span) -> bool:
    """Whether, between the commas around the body's name, one of the roles is named; always without roles."""
    if not roles:
        return True
    before = max((match.end() for match in _SEGMENT.finditer(text, 0, span.start)), default=0)
    behind = _SEGMENT.search(text, span.end)
    segment = text[before : behind.start() if behind else len(text)]
    return any(role in segment for role in roles)


def _closing(clauses: Sequence[Clause], found: int) -> str:
    """How many clauses there are, the opening not counted, and how many of them and of the opening hold it."""
    total = sum(clause.kind != ClauseKind.OPENING for clause in clauses)
    return f"共 {total} 条，已逐条核对，命中 {found} 条。"


def _has_items(parsed: ParsedDocument) -> bool:
    """Whether clauses are smaller than what `条` counts."""
    items = sum(clause.kind == ClauseKind.ITEM for clause in parsed.clauses)
    return len(Sections(parsed).entries) < items


def _enumerated(words: Sequence[str]) -> str:
    return "、".join(words[:_SHOWN]) + ("等" if len(words) > _SHOWN else "")
