"""Answers, clauses and documents as HTML. Every word that is not written here is escaped."""

import html
import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from assistant.answer import BASIS, MODES, Answer, Group
from assistant.citation import Citation
from assistant.explain import explain
from assistant.sheet_door import SHEET_PATH, sheet_request
from corpus.clauses import Clause, ParsedDocument, written_heading
from corpus.outline import Section
from corpus.span import Span

PRODUCT = "政策问答助手"
PROMISE = "引文都与原文逐字核对；不用大模型时完全离线"
NOT_AN_ANSWER = "最接近的条款，不构成回答"
WAITING = "回答给出后，所引用的条款全文显示在这里。"
NO_CLAUSES = "这次没有引用条款。"
MAX_SHOWN = 600
"""Of a longer question, which the assistant will not take anyway, only so many characters are shown."""


@dataclass(frozen=True, slots=True)
class Turn:
    """A question and what came of it: an answer, an error, or nothing yet.

    `earlier` holds the answered questions before it, oldest first.
    """

    question: str
    answer: Answer | None = None
    error: str | None = None
    earlier: tuple[str, ...] = ()

    @property
    def is_pending(self) -> bool:
        """Whether neither an answer nor an error has come."""
        return self.answer is None and self.error is None


def clean(text: str) -> str:
    """`text` with a question mark for each lone surrogate, which no web page can carry."""
    return text.encode("utf-8", "replace").decode("utf-8")


def escape(text: str) -> str:
    """`text` so that HTML shows it literally, in element content and in attribute values."""
    return html.escape(clean(text), quote=True)


def header(documents: Sequence[ParsedDocument]) -> str:
    """The band at the top of the page."""
    titles = "".join(f"<li>《{escape(parsed.document.title)}》</li>" for parsed in documents)
    return (
        '<div class="banner"><span class="emblem" aria-hidden="true">政</span>'
        f'<div class="names"><h1>{PRODUCT}</h1><ul class="titles" aria-label="所依据的文件">{titles}</ul></div>'
        f'<p class="promise">{PROMISE}</p></div>'
    )


def alert(message: str) -> str:
    """What is wrong with the input; an empty message leaves the place for it empty."""
    return f'<p class="alert" role="alert">{escape(message)}</p>' if message else ""


def conversation(turns: Sequence[Turn], shown: int | None = None) -> str:
    """All turns; of the last answer only the first `shown` groups, or all of it if None.

    Only the last answer's numbers are links, because the clauses beside the conversation are those of the last answer.
    """
    inner = "".join(_turn(turn, None, linked=False) for turn in turns[:-1])
    inner += "".join(_turn(turn, shown, linked=True) for turn in turns[-1:])
    return f'<div class="log" role="log" aria-live="polite" aria-label="对话" tabindex="0">{inner or _WELCOME}</div>'


_WELCOME = (
    '<div class="welcome"><h2>请就文件内容提问</h2>'
    "<p>可以问目标、任务、措施，也可以问某一条讲什么。回答由文件原文的句子组成，每句都标明出处；"
    "文件没有写到的，会直接说明“文件未涉及”。</p></div>"
)


def _turn(turn: Turn, shown: int | None, *, linked: bool) -> str:
    question = clean(turn.question)
    question = question if len(question) <= MAX_SHOWN else question[:MAX_SHOWN] + "……"
    if turn.answer is not None:
        foot = _foot(turn, turn.answer) if shown is None else ""
        reply = _answer(turn.answer, shown, foot, linked=linked)
    elif turn.error is not None:
        reply = f'<div class="reply error" role="alert"><p>{escape(turn.error)}</p></div>'
    else:
        reply = '<div class="reply pending"><p>正在查找条款<span class="dots" aria-hidden="true"></span></p></div>'
    asked = f'<div class="question"><span class="sr-only">提问：</span>{escape(question)}</div>'
    return f'<section class="turn">{asked}{reply}</section>'


def _answer(answer: Answer, shown: int | None, foot: str, *, linked: bool) -> str:
    parts = []
    if answer.standalone and answer.standalone != answer.question:
        parts.append(_standalone(answer.standalone, linked))
    if answer.refusal is not None:
        parts.append(f'<p class="verdict">{escape(answer.refusal.value)}</p>')
    parts.append(f'<p class="lead">{escape(answer.lead)}</p>')
    parts.append(_claims(answer, linked))
    numbers = itertools.count(1)
    parts.extend(_group(group, answer.place(group.clause), numbers, linked) for group in answer.groups[:shown])
    if shown is None:
        parts.append(_nearest([answer.place(clause) for clause in answer.nearest]))
        parts.extend(f'<p class="notice">注：{escape(notice)}</p>' for notice in answer.notices)
        parts.append(_why(answer))
        parts.append(foot)
    kind = "refusal" if answer.refusal is not None else "answer"
    return f'<div class="reply {kind}"><span class="sr-only">回答：</span>{"".join(parts)}</div>'


def _standalone(question: str, is_last: bool) -> str:
    """How the question was understood; under the last answer with a button that puts it into the question box."""
    words = escape(question)
    button = f'<button type="button" class="edit" data-question="{words}">修改</button>' if is_last else ""
    return f'<p class="standalone">按此理解：{words}{button}</p>'


def _claims(answer: Answer, linked: bool) -> str:
    """What a chat model wrote, each sentence with the numbers of its quotes."""
    items = "".join(
        f"<li>{escape(claim.words)}{''.join(_mark(number, linked) for number in answer.numbers(claim))}</li>"
        for claim in answer.claims
    )
    return f'<ul class="claims">{items}</ul><p class="lead">{BASIS}</p>' if items else ""


def _mark(number: int, linked: bool) -> str:
    """The number of a quote; as a link to where it stands."""
    mark = f'<a href="#cite-{number}" aria-label="引文{number}">{number}</a>' if linked else str(number)
    return f'<sup class="number">{mark}</sup>'


def _group(group: Group, place: str, numbers: Iterator[int], linked: bool) -> str:
    points = []
    for citation, number in zip(group.citations, numbers, strict=False):
        points.append(f'<li><span class="quote">{escape(citation.quote)}</span>{_mark(number, linked)}</li>')
    source = f'<p class="source">{escape(place)}</p>'
    return f'<div class="group"><ul class="points">{"".join(points)}</ul>{source}</div>'


def _nearest(places: Sequence[str]) -> str:
    if not places:
        return ""
    items = "".join(f"<li>{escape(place)}</li>" for place in places)
    return f'<div class="nearest"><p>{NOT_AN_ANSWER}：</p><ul>{items}</ul></div>'


def _why(answer: Answer) -> str:
    lines = "".join(f"<li>{escape(line)}</li>" for line in explain(answer))
    return f'<details class="why"><summary>为什么这样答</summary><ul>{lines}</ul></details>'


def _made(answer: Answer) -> str:
    if not answer.citations:
        return "由程序自动生成"
    return f'<span class="mode">{escape(MODES.get(answer.mode, answer.mode))}</span>由程序自动生成，引文已逐字核对'


def _foot(turn: Turn, answer: Answer) -> str:
    """Who made the answer, and a form that asks for its sheet; the reply comes in a window of its own."""
    asked = escape(sheet_request(turn.question, turn.earlier, answer))
    form = f'method="post" action="{SHEET_PATH}" enctype="multipart/form-data" target="_blank" rel="noopener"'
    field = f'<input type="hidden" name="asked" value="{asked}">'
    button = '<button type="submit">下载答复单</button>'
    made = f'<p class="made">{_made(answer)}</p>'
    return f'<div class="foot">{made}<form class="sheet" {form}>{field}{button}</form></div>'


def beside(turns: Sequence[Turn], documents: Sequence[ParsedDocument], shown: int | None = None) -> str:
    """What stands beside the conversation: the clauses of the last turn's answer, or else how to use the page."""
    answer = turns[-1].answer if turns else None
    if answer is None and turns:
        return _panel("引用条款", f'<p class="hint">{WAITING if turns[-1].is_pending else NO_CLAUSES}</p>')
    if answer is None:
        return _panel("使用说明", guide(documents))
    if answer.groups:
        return _panel("引用条款", "".join(_cards(answer.groups[:shown], documents)), "黄色底纹为回答所引的原句")
    if answer.nearest and shown is None:
        return _panel("相近条款", "".join(_card(clause, [], documents) for clause in answer.nearest), NOT_AN_ANSWER)
    return _panel("引用条款", f'<p class="hint">{NO_CLAUSES}</p>')


def _panel(title: str, inner: str, remark: str = "") -> str:
    remark = f'<span class="remark">{escape(remark)}</span>' if remark else ""
    head = f'<div class="panel-head"><h2>{escape(title)}</h2>{remark}</div>'
    return f'{head}<div class="panel-body" role="region" aria-label="{escape(title)}" tabindex="0">{inner}</div>'


def _cards(groups: Sequence[Group], documents: Sequence[ParsedDocument]) -> Iterator[str]:
    """One card per clause, in the order in which the clauses are first cited."""
    numbers = itertools.count(1)
    cited: dict[str, tuple[Clause, list[tuple[int, Citation]]]] = {}
    for group in groups:
        for citation, number in zip(group.citations, numbers, strict=False):
            cited.setdefault(citation.clause.id, (citation.clause, []))[1].append((number, citation))
    for clause, citations in cited.values():
        yield _card(clause, citations, documents)


def _card(clause: Clause, citations: Sequence[tuple[int, Citation]], documents: Sequence[ParsedDocument]) -> str:
    parsed = next((each for each in documents if each.document.name == clause.document), None)
    if parsed is None:
        return ""
    text = parsed.document.text
    where = "".join(f"<span>{escape(part)}</span>" for part in (clause.section, f"《{parsed.document.title}》") if part)
    notes = "".join(
        f'<p class="footnote"><span class="note-mark">注 {escape(note.term.of(text))}</span>'
        f"{marked(text, note.span, citations)}</p>"
        for note in clause.footnotes
    )
    return (
        f'<article class="card"><h3>{escape(clause.title)}</h3><p class="where">{where}</p>'
        f'<div class="clause-text">{marked(text, clause.span, citations)}</div>{notes}</article>'
    )


def marked(text: str, span: Span, citations: Sequence[tuple[int, Citation]]) -> str:
    """The text of `span`, the numbered citations in it highlighted and each followed by its number.

    Where citations overlap, the shared words stand in one highlight; the numbers follow where each citation ends.
    """
    inside = [(number, each.span) for number, each in citations if span.contains(each.span)]
    cuts = sorted({span.start, span.end, *(edge for _, each in inside for edge in (each.start, each.end))})
    parts = []
    for start, end in itertools.pairwise(cuts):
        words = escape(text[start:end])
        covering = [number for number, each in inside if each.start <= start and end <= each.end]
        parts.append(f"<mark>{words}</mark>" if covering else words)
        parts.extend(
            f'<sup class="number" id="cite-{number}" tabindex="-1">{number}</sup>'
            for number, each in inside
            if each.end == end
        )
    return "".join(parts)


def guide(documents: Sequence[ParsedDocument]) -> str:
    """How to use the page, and the outline of each document."""
    outlines = "".join(_document_outline(parsed) for parsed in documents)
    return (
        '<ol class="steps"><li>输入问题后按回车键，或点选一个示例。</li>'
        "<li>看回答：每句都是文件原句，句末有编号。</li>"
        "<li>点编号，在这里对照条款全文；可以接着追问，如“那工业呢？”。</li></ol>"
        f'<h3 class="outline-title">文件目录</h3>{outlines}'
    )


def _document_outline(parsed: ParsedDocument) -> str:
    name = f'<p class="outline-document">《{escape(parsed.document.title)}》</p>'
    return name + "".join(_outline_part(parsed, section) for section in parsed.outline.root.children)


def _outline_part(parsed: ParsedDocument, section: Section) -> str:
    title = escape(_outline_name(parsed, section))
    if not section.children:
        return f'<p class="outline-leaf">{title}</p>'
    items = "".join(f"<li>{escape(_outline_name(parsed, child))}</li>" for child in section.children)
    count = f'<span class="count">{len(section.children)} 条</span>'
    return f'<details class="outline"><summary>{title}{count}</summary><ul>{items}</ul></details>'


def _outline_name(parsed: ParsedDocument, section: Section) -> str:
    """Label and heading; for a unit without a heading, label and first words."""
    written = written_heading(parsed.document, section)
    if section.heading or not section.paragraphs:
        return written
    words = section.paragraphs[0].of(parsed.document.text)
    return f"{written}{words[:20]}{'……' if len(words) > 20 else ''}"
