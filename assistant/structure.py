"""Questions about the document's structure, answered from its outline and never from vectors."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from assistant.answer import Group
from assistant.citation import cite
from assistant.masks import MASK_NOTICE, is_masked
from corpus.clauses import Clause, ClauseKind, ParsedDocument, written_heading
from corpus.numbering import chinese_numeral, numeral_value
from corpus.outline import Section
from index.tokenizer import search_form

_NUMERAL = r"([0-9]{1,3}|[零〇一二三四五六七八九十百]{1,5})"
_CLAUSE = re.compile(rf"第{_NUMERAL}(?:条|项|款|点)(?:措施)?|(?:措施|条款){_NUMERAL}(?![0-9年月])|[(]{_NUMERAL}[)]")
_PART = re.compile(rf"第{_NUMERAL}(?:部分|章|大部分|个部分|大块|编)")
_COUNT = re.compile("(?:一共|总共|共|合计|总计|全文|文件)?有?(?:多少|几)(?P<what>个?(?:条|项|部分|章|大部分|大块|点))")
_CONTENT_COUNT = re.compile("[^，。？]{4,}(?:多少|几)(?:个|项)")
_LAST = re.compile("最后(?:一)?(?P<what>条|项|部分|章)")
_OUTLINE = re.compile(
    "(?:各|所有|全部|哪些|哪几个?|几个?)(?:大)?(?:部分|章节?)(?:的?(?:标题|题目|名称|内容))?|目录|提纲|大纲|框架|结构"
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
    asked = search_form(question)
    parsed = _meant(asked, documents)
    if parsed is None:
        return None
    tree = _Tree(parsed)
    if match := _PART.search(asked):
        return tree.part(numeral_value(match[1]))
    if match := _CLAUSE.search(asked):
        return tree.clause(numeral_value(next(group for group in match.groups() if group)))
    if match := _LAST.search(asked):
        return tree.part(len(tree.parts)) if match["what"] in "部分章" else tree.clause(tree.numbers[-1])
    if len(asked) <= 20 and (_OUTLINE.search(asked) or _COUNT.search(asked)) and not _CONTENT_COUNT.search(asked):
        return tree.overview()
    return None


def _meant(asked: str, documents: Sequence[ParsedDocument]) -> ParsedDocument | None:
    if len(documents) == 1:
        return documents[0]
    named = [parsed for parsed in documents if search_form(parsed.document.title) in asked]
    return named[0] if len(named) == 1 else None


class _Tree:
    """One document's outline, as questions address it."""

    def __init__(self, parsed: ParsedDocument) -> None:
        self.parsed = parsed
        self.parts: list[Section] = parsed.outline.root.children
        self.items = [clause for clause in parsed.clauses if clause.kind == ClauseKind.ITEM]
        self.numbers = [clause.number for clause in self.items] or [0]

    def part(self, number: int) -> StructureAnswer:
        """The headings of a part's clauses."""
        if not 1 <= number <= len(self.parts):
            return StructureAnswer(f"文件共有 {len(self.parts)} 个部分，没有第 {number} 个部分。", missing=True)
        part = self.parts[number - 1]
        inside = [clause for clause in self.items if clause.path[:1] == (part.label.text if part.label else "",)]
        lead = (
            f"第{chinese_numeral(number)}部分是“{written_heading(self.parsed.document, part)}”，共 {len(inside)} 条："
        )
        return StructureAnswer(lead, tuple(self._headings(inside)))

    def clause(self, number: int) -> StructureAnswer:
        """The sentences of the clause of that number; with several of them, of each."""
        found = [clause for clause in self.items if clause.number == number]
        if not found:
            low, high = min(self.numbers), max(self.numbers)
            return StructureAnswer(f"文件的条款编号从 {low} 到 {high}，没有第 {number} 条。", missing=True)
        lead = (
            f"第{chinese_numeral(number)}条的内容如下："
            if len(found) == 1
            else f"编号为 {number} 的条款有 {len(found)} 条："
        )
        return StructureAnswer(lead, tuple(self._whole(clause) for clause in found))

    def overview(self) -> StructureAnswer:
        """How many parts and clauses there are, and the parts' headings."""
        headings = "；".join(written_heading(self.parsed.document, part) for part in self.parts)
        return StructureAnswer(f"文件共有 {len(self.parts)} 个部分、{len(self.items)} 条：{headings}。")

    def _headings(self, clauses: Sequence[Clause]) -> Iterator[Group]:
        for clause in clauses:
            span = clause.heading_span or clause.sentences[0]
            yield Group(clause, (cite(self.parsed, clause, span),))

    def _whole(self, clause: Clause) -> Group:
        spans = [*clause.sentences, *(note.span for note in clause.footnotes)]
        return Group(clause, tuple(cite(self.parsed, clause, span) for span in spans))
