"""Questions about the document's structure, answered from its outline and never from vectors."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from assistant.answer import Group
from assistant.citation import cite
from assistant.masks import MASK_NOTICE, is_masked
from corpus.clauses import Clause, ClauseKind, ParsedDocument, written_heading
from corpus.numbering import ATTACHMENT_RANK, chinese_numeral, numeral_value
from corpus.outline import Section
from index.tokenizer import search_form

_FIRST_WORDS = 24
_MAX_RANGE = 30
_NUMERAL = r"([0-9]{1,3}|[零〇一二三四五六七八九十百]{1,5})"
_CLAUSE = re.compile(
    rf"第{_NUMERAL}(?:条|项(?!目)|款|点)(?:措施)?|(?<![a-z0-9])[(]{_NUMERAL}[)]|"
    rf"(?:措施|条款){_NUMERAL}(?=$|[^\w]|[的是讲说写有要为]|规定|内容|具体|怎)"
)
_PART = re.compile(rf"第{_NUMERAL}(?:部分|章|大部分|个部分|大块|编)")
_IN_PART = re.compile(rf"第{_NUMERAL}(?:个?部分|章|编)[的里中]*第{_NUMERAL}(?:条|项(?!目)|款|点)")
_RANGE = re.compile(rf"第{_NUMERAL}(?:条|项)?(?:到|至|[-—~])第?{_NUMERAL}(?:条|项(?!目))")
_LAST = re.compile(rf"最后(?:一)?(?P<what>条|项|部分|章)|倒数第{_NUMERAL}(?:个)?(?P<which>条|项|部分|章)")
_ABOUT = (
    "请问|请|列出|列一下|看看|这个?份?|本|该|此|全文?|的|文件|文档|要点|方案|意见|办法|规则|通知|政策|规定|里面?|中|内|上|一共|"
    "总共|共|合计|总计|分为?|成|包[含括]|由|有|列了?|提出?了?|讲了?|主要|大概|到底|措施|条款|整个|总体|整体|基本|是|什么"
)
_REST = (
    "措施|条款|内容|任务|规定|政策|组成|构成|分别|各|每个?|部分|章|叫|是|什么|啥|怎么?样?|如何|的|和|呢|啊|吗|标题|题目|名称|要求|"
    "工作|重点|目录|提纲|大纲|框架|结构"
)
_WHOLE = re.compile(
    rf"(?:{_ABOUT})*(?:(?:多少|几)个?(?:条|项|大?部分|章|节|大?块|点)|"
    rf"(?:各|所有|全部|哪些|哪几个?|几个?)大?(?:部分|章节?)|目录|提纲|大纲|框架|结构)(?:{_REST}|[^\w])*"
)


@dataclass(frozen=True, slots=True)
class StructureAnswer:
    """What the outline says; `groups` is empty for counts, and for numbers that do not exist (`missing`)."""

    lead: str
    groups: tuple[Group, ...] = ()
    missing: bool = False

    def notices(self, documents: Sequence[ParsedDocument]) -> tuple[str, ...]:
        """The mask notice, if a quote holds a mask."""
        by_name = {parsed.document.name: parsed.document for parsed in documents}
        quotes = [citation for group in self.groups for citation in group.citations]
        masked = any(is_masked(by_name[citation.clause.document], citation.span) for citation in quotes)
        return (MASK_NOTICE,) if masked else ()


def answer_structure(question: str, documents: Sequence[ParsedDocument]) -> StructureAnswer | None:
    """The answer, if the question is about structure and one document is meant; else None.

    With several documents, the one whose title or name the question holds is meant.
    """
    asked = "".join(search_form(question).split())
    parsed = _meant(asked, documents)
    if parsed is None:
        return None
    for name in sorted(_names(parsed), key=len, reverse=True):
        asked = asked.replace(name, "")
    return _answer(asked.strip("《》“”\"'，,。 "), _Tree(parsed))


def _answer(asked: str, tree: "_Tree") -> StructureAnswer | None:
    if match := _LAST.search(asked):
        back = numeral_value(match[2]) if match["which"] else 1
        return tree.part_from_end(back) if (match["what"] or match["which"]) in "部分章" else tree.clause_from_end(back)
    if match := _IN_PART.search(asked):
        return tree.clause_in_part(numeral_value(match[1]), numeral_value(match[2]))
    if match := _PART.search(asked):
        return tree.part(numeral_value(match[1]))
    if match := _RANGE.search(asked):
        first, last = sorted((numeral_value(match[1]), numeral_value(match[2])))
        return tree.clauses(range(first, last + 1)[:_MAX_RANGE])
    if numbers := [numeral_value(next(filter(None, match.groups()))) for match in _CLAUSE.finditer(asked)]:
        return tree.clauses(list(dict.fromkeys(numbers)))
    return tree.overview() if _WHOLE.fullmatch(asked) else None


def _meant(asked: str, documents: Sequence[ParsedDocument]) -> ParsedDocument | None:
    if len(documents) == 1:
        return documents[0]
    named = [parsed for parsed in documents if any(name in asked for name in _names(parsed))]
    return named[0] if len(named) == 1 else None


def _names(parsed: ParsedDocument) -> set[str]:
    """Title and name as a question may hold them."""
    return {"".join(search_form(name).split()) for name in (parsed.document.title, parsed.document.name) if name}


class _Tree:
    """One document's outline, as questions address it."""

    def __init__(self, parsed: ParsedDocument) -> None:
        self.parsed = parsed
        self.sections = [section for section in parsed.outline.root.walk() if section.label is not None]
        tops = parsed.outline.root.children
        self.parts: list[Section] = [part for part in tops if part.rank != ATTACHMENT_RANK] or tops
        self.units = self._running_units()

    def part(self, number: int) -> StructureAnswer:
        """The headings of a part's clauses; where the parts are the clauses, the clause."""
        if self.parts and self.units == self.parts:
            return self.clause(number)
        if not 1 <= number <= len(self.parts):
            return StructureAnswer(f"文件共有 {len(self.parts)} 个部分，没有第 {number} 个部分。", missing=True)
        part = self.parts[number - 1]
        inside = [self._inside(unit)[0] for unit in self._units_of(part)]
        lead = f"第{chinese_numeral(number)}部分是“{self._title(part)}”，共 {len(inside)} 条："
        return StructureAnswer(lead, tuple(self._heading(clause) for clause in inside))

    def clause_in_part(self, number: int, place: int) -> StructureAnswer:
        """The clause that stands at a place, from 1, among those of a part."""
        if not 1 <= number <= len(self.parts):
            return self.part(number)
        units = self._units_of(self.parts[number - 1])
        if not 1 <= place <= len(units):
            lead = f"第{chinese_numeral(number)}部分共有 {len(units)} 条，没有第 {place} 条。"
            return StructureAnswer(lead, missing=True)
        lead = f"第{chinese_numeral(number)}部分的第{chinese_numeral(place)}条内容如下："
        return StructureAnswer(lead, tuple(self._whole(clause) for clause in self._inside(units[place - 1])))

    def clauses(self, numbers: Sequence[int]) -> StructureAnswer:
        """Each clause of these numbers; those that do not exist are named, and missing if none does."""
        answers = [self.clause(number) for number in numbers]
        found = sum(not answer.missing for answer in answers)
        leads = [answer.lead for answer in answers if answer.missing or found == 1]
        lead = "\n".join([*leads, *([f"所问的 {found} 条内容如下："] if found > 1 else [])])
        groups = tuple(group for answer in answers for group in answer.groups)
        return StructureAnswer(lead, groups, missing=not groups)

    def clause(self, number: int) -> StructureAnswer:
        """The sentences of the clause of that number, its parts included; with several of them, of each."""
        among = [section for section in self.units if _number(section) == number] or self.sections
        found = [section for section in among if _number(section) == number and section.rank != ATTACHMENT_RANK]
        if not found:
            numbers = [_number(section) for section in self.units or self.sections] or [0]
            lead = f"文件的条款编号从 {min(numbers)} 到 {max(numbers)}，没有第 {number} 条。"
            return StructureAnswer(lead, missing=True)
        several = f"编号为 {number} 的条款有 {len(found)} 条："
        lead = several if len(found) > 1 else f"第{chinese_numeral(number)}条的内容如下："
        return StructureAnswer(
            lead, tuple(self._whole(clause) for section in found for clause in self._inside(section))
        )

    def clause_from_end(self, back: int) -> StructureAnswer:
        """The last clause (`back` 1), the one before it (2), and so on."""
        units = self.units or [section for section in self.sections if not section.children]
        if not 1 <= back <= len(units):
            return StructureAnswer(f"文件共有 {len(units)} 条，没有倒数第 {back} 条。", missing=True)
        lead = f"{'最后一' if back == 1 else f'倒数第{chinese_numeral(back)}'}条的内容如下："
        return StructureAnswer(lead, tuple(self._whole(clause) for clause in self._inside(units[-back])))

    def part_from_end(self, back: int) -> StructureAnswer:
        """The last part (`back` 1), the one before it (2), and so on."""
        if not 1 <= back <= len(self.parts):
            return StructureAnswer(f"文件共有 {len(self.parts)} 个部分，没有倒数第 {back} 个部分。", missing=True)
        return self.part(len(self.parts) + 1 - back)

    def overview(self) -> StructureAnswer:
        """How many parts and clauses there are, and the parts' headings."""
        headings = "；".join(map(self._title, self.parts))
        clauses = len(self.units) or sum(clause.kind == ClauseKind.ITEM for clause in self.parsed.clauses)
        parts = "" if self.units == self.parts else f" {len(self.parts)} 个部分、"
        return StructureAnswer(f"文件共有{parts or ' '}{clauses} 条：{headings}。")

    def _running_units(self) -> list[Section]:
        """The units that `第N条` means: of the numberings that run from 1 to n through the document, the longest.

        It must hold three quarters of the smallest units; empty if there is none.
        """
        runs: list[list[Section]] = [[]]
        for rank in sorted({section.rank for section in self.sections} - {ATTACHMENT_RANK}):
            run = [section for section in self.sections if section.rank == rank]
            leaves = sum(not unit.children for section in run for unit in section.walk())
            is_whole = 4 * leaves >= 3 * sum(not section.children for section in self.sections)
            if is_whole and [_number(section) for section in run] == list(range(1, len(run) + 1)):
                runs.append(run)
        return max(runs, key=len)

    def _units_of(self, part: Section) -> list[Section]:
        """The units inside a part that hold text."""
        inside = [unit for unit in part.walk() if any(unit is known for known in self.units)]
        units = inside or [unit for unit in part.walk() if not unit.children]
        return [unit for unit in units if self._inside(unit)]

    def _inside(self, section: Section) -> list[Clause]:
        """The clauses of a unit and of the units inside it."""
        own = {id(unit) for unit in section.walk()}
        behind = [unit.start for unit in self.sections if unit.start > section.start and id(unit) not in own]
        end = min(behind, default=len(self.parsed.document.text))
        path = tuple(unit.label.text for unit in [*section.ancestors(), section] if unit.label)
        among = [clause for clause in self.parsed.clauses if clause.path[: len(path)] == path]
        return [clause for clause in among if section.start <= clause.span.start < end]

    def _title(self, section: Section) -> str:
        """Label and heading; without a heading, its first words."""
        title = written_heading(self.parsed.document, section)
        if section.heading is None and section.paragraphs:
            title += section.paragraphs[0].of(self.parsed.document.text)[:_FIRST_WORDS] + "…"
        return title

    def _heading(self, clause: Clause) -> Group:
        has_heading = clause.heading_span is not None and clause.span.contains(clause.heading_span)
        span = clause.heading_span if has_heading and clause.heading_span else clause.sentences[0]
        return Group(clause, (cite(self.parsed, clause, span),))

    def _whole(self, clause: Clause) -> Group:
        spans = [*clause.sentences, *(note.span for note in clause.footnotes)]
        return Group(clause, tuple(cite(self.parsed, clause, span) for span in spans))


def _number(section: Section) -> int:
    return section.label.number if section.label else 0
