"""Questions about the document's structure, answered from its outline and never from vectors."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from assistant.address_words import KIND_OF_DOCUMENT, OF_HEADING, OF_PART, PART_OF_HEADING
from assistant.addresses import Request, Wants, content, read_request
from assistant.answer import Group, RefusalReason
from assistant.citation import cite
from assistant.lookup import Place, PlaceFinder, called, part_name
from assistant.masks import MASK_NOTICE, is_masked
from assistant.naming import DocumentNames, compact, in_order, is_other_law
from assistant.sections import Sections
from corpus.clauses import Clause, ClauseKind, ParsedDocument
from corpus.outline import Section

_QUOTES = re.compile("[“”\"'‘’「」『』《》〈〉]")
_INNER = str.maketrans("“”", "‘’")
_MAX_WHOLE = 10
_MAX_OWNERS = 3
_MIN_HEADING = 4
_WHICH_DOCUMENT = "这里有 {count} 份文件，请写明问的是哪一份，例如“《{title}》{asked}”。"


@dataclass(frozen=True, slots=True)
class StructureAnswer:
    """What the outline says.

    Attributes:
        lead: the first line, or several.
        groups: evidence; empty for counts.
        refusal: why there is no answer: a number that does not exist, or no telling which document is meant.
    """

    lead: str
    groups: tuple[Group, ...] = ()
    refusal: RefusalReason | None = None

    def notices(self, documents: Sequence[ParsedDocument]) -> tuple[str, ...]:
        """The mask notice, if a quote holds a mask."""
        by_name = {parsed.document.name: parsed.document for parsed in documents}
        quotes = [citation for group in self.groups for citation in group.citations]
        masked = any(is_masked(by_name[citation.clause.document], citation.span) for citation in quotes)
        return (MASK_NOTICE,) if masked else ()


class StructureReader:
    """Answers questions about the structure of some documents. Safe to use from several threads."""

    def __init__(self, documents: Sequence[ParsedDocument]) -> None:
        """Read the names that the documents go by."""
        self._documents = documents
        self._names = DocumentNames(documents)
        self._answers: dict[str, _Answers] = {}  # by document, as they are asked for

    def answer(self, question: str, standalone: str = "") -> StructureAnswer | None:
        """The answer, if the question is about structure; else None.

        With several documents, the one that the question names is meant. `standalone` is the question with the
        turns before it, if it leans on them: `下一条` counts from there, and a document may be named there.
        """
        written = compact(question)
        before = _QUOTES.sub("", compact(standalone).removesuffix(written))
        in_full = self._names.in_full(written)
        parsed = in_full or (self._documents[0] if len(self._documents) == 1 else None)
        asked = _QUOTES.sub("", self._names.without(parsed, written) if parsed else written)
        request = read_request(asked)
        if request and request.paths and self._names.cites_another(written):
            return None
        parsed = parsed or self._meant(request.head if request else asked, before)
        if parsed is None:
            return _which(asked, self._documents) if request and _is_pure(request) else None
        answers = self._answers_of(parsed)
        if request and _is_meant(request, self._names, parsed, in_full=in_full is not None):
            return answers.of_request(request, answers.spoken_of(self._names.without(parsed, before)))
        section = answers.called_by_heading(asked)
        return answers.of_heading(section, asked) if section else None

    def _answers_of(self, parsed: ParsedDocument) -> "_Answers":
        if parsed.document.name not in self._answers:
            self._answers[parsed.document.name] = _Answers(Sections(parsed))
        return self._answers[parsed.document.name]

    def _meant(self, head: str, before: str) -> ParsedDocument | None:
        """The document that the words in front of an address name, or else the turns before the question."""
        of_head = self._names.alike(head) or self._names.abbreviated(content(head))
        return of_head or self._names.in_full(before) or self._names.alike(before)


def _which(asked: str, documents: Sequence[ParsedDocument]) -> StructureAnswer:
    title = documents[0].document.title
    lead = _WHICH_DOCUMENT.format(count=len(documents), title=title, asked=asked.strip("?。 "))
    return StructureAnswer(lead, refusal=RefusalReason.UNCLEAR)


def _is_pure(request: Request) -> bool:
    """Whether the question holds nothing but the address."""
    return not (request.before or request.rest or any(step.neighbour for path in request.paths for step in path))


def _is_meant(request: Request, names: DocumentNames, parsed: ParsedDocument, *, in_full: bool) -> bool:
    """Whether it is a place that is asked for, and one in this document, which may be named `in_full`."""
    named = names.names(parsed, request.before)
    if not request.paths:
        is_document = in_full or KIND_OF_DOCUMENT.search(request.head) is not None
        return not request.before or (named and is_document)
    if request.before and not named and (request.attached or is_other_law(request.before)):
        return False
    return request.is_firm or not (request.rest or (request.before and not named))


class _Answers:
    """Words the answers from one document's outline."""

    def __init__(self, sections: Sections) -> None:
        self.sections = sections
        self.finder = PlaceFinder(sections)
        units = [*sections.parts, *sections.entries]
        self._by_heading = {_bare(sections.heading(unit)): unit for unit in reversed(units)}

    def of_request(self, request: Request, spoken: Section | None) -> StructureAnswer | None:
        """The answer; None if it counts from a place that was not spoken of."""
        if not request.paths:
            return self._whole_document(request.wants)
        if spoken is None and any(step.neighbour for path in request.paths for step in path):
            return None
        places = [place for path in request.paths for place in self.finder.find(path, spoken)]
        found = list({id(place.section or place): place for place in places if not place.missing}.values())
        missing = list(dict.fromkeys(place.missing for place in places if place.missing))
        if not found:
            return StructureAnswer("\n".join(missing), refusal=RefusalReason.NO_SUCH_CLAUSE)
        answer = self._of_places(found, request.wants)
        return StructureAnswer("\n".join([*missing, answer.lead]), answer.groups)

    def spoken_of(self, before: str) -> Section | None:
        """The last place that the turns before the question name."""
        request = read_request(before) if before else None
        if request is None or not request.paths or any(step.neighbour for path in request.paths for step in path):
            return self.called_by_heading(before)
        places = self.finder.find(request.paths[-1], None)
        return places[-1].section

    def called_by_heading(self, asked: str) -> Section | None:
        """The clause or part whose heading stands in the text, or the part that is called by words of its heading."""
        known = self._by_heading
        standing = [heading for heading in known if len(heading) >= _MIN_HEADING and heading in asked]
        if standing:
            return known[max(standing, key=len)]
        match = PART_OF_HEADING.search(asked)
        words = content(match["words"]) if match else ""
        parts = [part for part in self.sections.parts if in_order(words, _bare(self.sections.heading(part)))]
        return parts[0] if words and len(parts) == 1 else None

    def of_heading(self, section: Section, asked: str) -> StructureAnswer | None:
        """The answer about the unit that a question calls by its heading; None if it asks about the content."""
        rest = content(asked.replace(_bare(self.sections.heading(section)), ""))
        place = self.finder.place(section)
        asks = OF_HEADING.search(asked) or (place.is_part and OF_PART.search(asked))
        if PART_OF_HEADING.fullmatch(asked) is None and (rest or not asks):
            return None
        return self._of_places([place], Wants.TEXT if asks and asks[0][0] in "这那" else Wants.PLACE)

    def _whole_document(self, wants: Wants) -> StructureAnswer:
        if wants is Wants.TITLES:
            entries = self.sections.entries
            return StructureAnswer(f"文件共有 {len(entries)} 条：", self._headings(entries))
        parts = self.sections.parts
        counts = {id(part): f"（{len(self.sections.entries_of(part))} 条）" for part in parts}
        has_parts = self.sections.entries != parts
        shown = counts if wants is Wants.COUNTS and has_parts else {}
        headings = "；".join(self.sections.title(part) + shown.get(id(part), "") for part in parts)
        if len(parts) > 1 and not any(map(self.sections.heading, parts)):
            headings = "至".join(part.label.text for part in (parts[0], parts[-1]) if part.label)
        clauses = len(self.sections.entries) or sum(
            clause.kind == ClauseKind.ITEM for clause in self.sections.parsed.clauses
        )
        numbers = f" {len(parts)} 个部分、" if has_parts else " "
        return StructureAnswer(f"文件共有{numbers}{clauses} 条：{headings}。")

    def _of_places(self, places: Sequence[Place], wants: Wants) -> StructureAnswer:
        if any(place.is_part for place in places) and wants is not Wants.WHOLE_TEXT:
            answers = [self._part(place) if place.is_part else self._texts([place]) for place in places]
            groups = [group for answer in answers for group in answer.groups]
            return StructureAnswer("\n".join(answer.lead for answer in answers), _once(groups))
        if wants is Wants.TITLE:
            return self._titles(places)
        return self._standing(places) if wants is Wants.PLACE else self._texts(places)

    def _part(self, place: Place) -> StructureAnswer:
        """What a part is called, and the headings of its clauses."""
        inside = self.sections.entries_of(place.section)
        groups = self._headings(inside)
        lead = f"{place.name}是{_quoted(self.sections.title(place.section))}，共 {len(inside)} 条："
        if any(
            unit.heading and unit.children for unit in inside
        ):  # whose headings stand outside the clauses that can be cited
            lead += "；".join(map(self.sections.title, inside)) + "。"
        return StructureAnswer(lead + place.note, groups)

    def _texts(self, places: Sequence[Place]) -> StructureAnswer:
        """Every sentence of a few clauses; of many, or of many that bear the same number, the headings."""
        owners = max(place.owners for place in places)
        if len(places) > _MAX_WHOLE or owners > _MAX_OWNERS:
            return StructureAnswer(self._listed(places, owners), self._headings([place.section for place in places]))
        groups = _once([group for place in places for group in self._whole(place)])
        if owners > 1 and len(places) == owners:
            return StructureAnswer(f"编号为 {places[0].number} 的条款有 {owners} 条：", groups)
        if len(places) > 1:
            return StructureAnswer(f"所问的 {len(places)} 条内容如下：", groups)
        joined = "" if "的" in places[0].name else "的"
        return StructureAnswer(f"{places[0].name}{joined}内容如下：{places[0].note}", groups)

    def _listed(self, places: Sequence[Place], owners: int) -> str:
        if owners <= _MAX_OWNERS:
            return f"所问的共 {len(places)} 条，这里只列标题（没有标题的列第一句）："
        named = "；".join(
            f"{called(self.sections, one.section)}{_quoted(self.sections.title(one.section))}" for one in places
        )
        return f"编号为 {places[0].number} 的条款有 {owners} 条，请写明问的是哪一条：{named}。"

    def _titles(self, places: Sequence[Place]) -> StructureAnswer:
        if len(places) > 1:
            headings = self._headings([place.section for place in places])
            return StructureAnswer(f"所问的 {len(places)} 条标题如下：", headings)
        heading = self.sections.heading(places[0].section)
        if not heading:
            return StructureAnswer(f"{places[0].name}没有标题，内容如下：", _once(self._whole(places[0])))
        return StructureAnswer(f"{places[0].name}的标题是{_quoted(heading)}。", self._headings([places[0].section]))

    def _standing(self, places: Sequence[Place]) -> StructureAnswer:
        """In which part each clause stands."""
        leads: list[str] = []
        for place in places:
            part, heading = self.sections.part_of(place.section), self.sections.heading(place.section)
            what = f"{place.name}{_quoted(heading)}" if heading else place.name
            title, name = self.sections.title(part), part_name(self.sections, part)
            where = f"在{'' if title.startswith(name) else name}{_quoted(title)}"
            leads.append(f"{what}{'是最上一级，不在其他部分之内' if part is place.section else where}。")
        return StructureAnswer("\n".join(leads), self._headings([place.section for place in places]))

    def _headings(self, units: Sequence[Section]) -> tuple[Group, ...]:
        """For each unit with text of its own its heading, or its first sentence where that cannot be cited."""
        groups: list[Group] = []
        for clause in self.sections.own_clauses(units):
            heading = clause.heading_span
            span = heading if heading and clause.span.contains(heading) else clause.sentences[0]
            groups.append(Group(clause, (cite(self.sections.parsed, clause, span),)))
        return _once(groups)

    def _whole(self, place: Place) -> list[Group]:
        """Every sentence of a unit, or of one paragraph of it."""
        groups = [self._sentences(clause, place) for clause in self.sections.clauses_of(place.section)]
        return [group for group in groups if group.citations]

    def _sentences(self, clause: Clause, place: Place) -> Group:
        spans = [*clause.sentences, *(note.span for note in clause.footnotes)]
        inside = [span for span in spans if place.paragraph is None or place.paragraph.contains(span)]
        return Group(clause, tuple(cite(self.sections.parsed, clause, span) for span in inside))


def _once(groups: Sequence[Group]) -> tuple[Group, ...]:
    return tuple({group.clause.id: group for group in groups}.values())


def _quoted(title: str) -> str:
    """In quotation marks, those inside it made single."""
    return f"“{title.translate(_INNER)}”"


def _bare(text: str) -> str:
    return _QUOTES.sub("", compact(text))
