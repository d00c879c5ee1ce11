"""Reading which places of a document a question names: `第三部分第二条`, `（十二）`, `前三条`, `一共多少条`."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from assistant.address_words import (
    BACK_REFERENCE,
    COUNTS,
    FILLER,
    FOLLOWS,
    JOIN,
    PARTS,
    PLACE,
    RANGE,
    TITLE,
    TITLES,
    UNIT,
    WHOLE_TEXT,
    WITHIN,
)
from corpus.numbering import numeral_value

_NUMERAL = "(?:[0-9]{1,9}|[零〇○一二三四五六七八九十百千两]{1,9})"
_LIST = rf"{_NUMERAL}(?:(?:到|至|[-~—–、,和与跟及])第?{_NUMERAL})*"
_ORDINAL = re.compile(rf"(?P<back>倒数)?第[(〔]?(?P<numbers>{_LIST})[)〕]?(?P<unit>{UNIT}){FOLLOWS}")
_RUN = re.compile(
    rf"(?:(?P<end>最[后末](?:面|的|那|一)*?|末尾?|尾|倒数|结尾|(?<![以之往最])后)|(?<![以目])(?:前|开?头|首))"
    rf"(?P<count>{_NUMERAL})?(?P<unit>{UNIT}){FOLLOWS}"
)
_BRACKET = re.compile(rf"(?<![a-z0-9])[(\[【〔](?P<number>(?![0-9]{{4}}){_NUMERAL})[)\]】〕]")
_TRAILING = re.compile(rf"(?<=\))(?P<number>[0-9]{{1,2}}){FOLLOWS}")
_NAMED = re.compile(
    rf"(?:措施|条款)第?(?P<number>{_NUMERAL})(?!共){FOLLOWS}|(?P<sign>{_NUMERAL})号(?:措施|条款|条)|"
    rf"^(?P<plain>{_NUMERAL})条(?=讲|说|写|是关于|全文|原文|标题)"
)
_LABEL = re.compile(
    rf"(?<!\w)(?P<number>[一二三四五六七八九十]{{1,3}})(?:[、./·-]?(?=\({_NUMERAL}\))|"
    r"、(?=\W*$|[这那]?一?个?大?(?:部分|章)?(?:下面|底下|下|里|中|有|包|讲|是|的|都)))"
)
_NEIGHBOUR = re.compile(
    rf"(?P<way>[上前下后])[面边头]?(?:紧?[挨接跟]着)?的?[那这]?一?(?P<unit>条|章|个?部分){FOLLOWS}|(?P<same>{BACK_REFERENCE})"
)


class Unit(StrEnum):
    """What a number counts."""

    PART = "部分"
    SECTION = "节"
    CLAUSE = "条"
    ITEM = "项"
    PARAGRAPH = "款"


_DEPTH = {Unit.PART: 0, Unit.SECTION: 1, Unit.CLAUSE: 2, Unit.ITEM: 3, Unit.PARAGRAPH: 3}


class Wants(StrEnum):
    """What is asked: of the places named, or (the last three) of the document as a whole."""

    TEXT = "text"
    WHOLE_TEXT = "whole text"
    TITLE = "title"
    PLACE = "place"
    PARTS = "parts"
    COUNTS = "counts"
    TITLES = "titles"


@dataclass(frozen=True, slots=True)
class Step:
    """One level of an address.

    Attributes:
        unit: what is counted.
        first, last: numbers as they were asked for, both included; of a neighbour, how far behind (below 0: before)
            the place that was spoken of.
        from_end: whether they count from the end: 1 is the last.
        bracketed: whether it was written as a label in brackets.
        exact: whether it was written as a chapter, which is never counted but goes by its number.
        firm: whether it can hardly be content, as `第十二条` and unlike `第二点`.
        neighbour: whether it starts from the place that was spoken of.
    """

    unit: Unit
    first: int
    last: int
    from_end: bool = False
    bracketed: bool = False
    exact: bool = False
    firm: bool = False
    neighbour: bool = False


Path = tuple[Step, ...]
"""An address, from the top down."""


@dataclass(frozen=True, slots=True)
class Request:
    """What a question asks of a document's structure.

    Attributes:
        wants: what is asked.
        paths: the addresses; empty for the document as a whole.
        head: the words before the first address, which may name the document.
        before: those of them that are no filler; `attached`: whether one of these stands right before the address.
        rest: the words behind it that are no filler.
    """

    wants: Wants
    paths: tuple[Path, ...] = ()
    head: str = ""
    before: str = ""
    attached: bool = False
    rest: str = ""

    @property
    def is_firm(self) -> bool:
        """Whether every address is that of a clause, or of a place inside one, and can hardly be content."""
        return all(any(step.unit is Unit.CLAUSE and step.firm for step in path) for path in self.paths)


@dataclass(frozen=True, slots=True)
class _Address:
    start: int
    end: int
    steps: tuple[Step, ...]


def read_request(asked: str) -> Request | None:
    """The request in a question, given in search form and without white space; None if there is none."""
    addresses = list(_addresses(asked))
    if not addresses:
        return _whole_request(asked)
    head = asked[: addresses[0].start]
    others = _others(asked, addresses)
    kept = FILLER.sub(lambda match: " " * len(match[0]), head)
    wants = next((wants for wants, words in _WORDS if words.search(f"{head} {others}")), Wants.TEXT)
    paths = _paths(asked, addresses)
    if wants is Wants.PLACE:
        paths = [path for path in paths if path[-1].unit is not Unit.PART] or paths
    return Request(wants, tuple(paths), head, content(head), kept[-1:].isalnum(), content(others))


_WORDS = ((Wants.PLACE, PLACE), (Wants.TITLE, TITLE), (Wants.WHOLE_TEXT, WHOLE_TEXT))


def content(text: str) -> str:
    """The letters and digits of a question that are left without the words that any question may hold."""
    return "".join(char for char in FILLER.sub(" ", text) if char.isalnum())


def _whole_request(asked: str) -> Request | None:
    """A request about the document as a whole: its words run to the end of the question."""
    for wants, words in ((Wants.COUNTS, COUNTS), (Wants.TITLES, TITLES), (Wants.PARTS, PARTS)):
        if match := words.search(asked):
            head = asked[: match.start()]
            return Request(wants, head=head, before=content(head))
    return None


def _others(asked: str, addresses: Sequence[_Address]) -> str:
    """The question behind its first address, with a space for each further one."""
    starts = [*(address.start for address in addresses[1:]), len(asked)]
    return " ".join(asked[address.end : start] for address, start in zip(addresses, starts, strict=True))


def _addresses(asked: str) -> Iterator[_Address]:
    """All addresses in order; of overlapping ones the first, and of these the longest."""
    end = 0
    for address in sorted(_candidates(asked), key=lambda address: (address.start, -address.end)):
        if address.start >= end:
            end = address.end
            yield address


def _candidates(asked: str) -> Iterator[_Address]:
    for match in _ORDINAL.finditer(asked):
        step = _step(match["unit"], from_end=bool(match["back"]))
        steps = [replace(step, first=first, last=last) for first, last in _numbers(match["numbers"])]
        yield _Address(match.start(), match.end(), tuple(steps))
    for match in _RUN.finditer(asked):
        count = numeral_value(match["count"] or "一")
        if count > 1 or (count == 1 and match[0][0] not in "前后"):  # `前一条` is a neighbour
            step = _step(match["unit"], from_end=bool(match["end"]))
            yield _address(match, replace(step, last=count, firm=step.firm and count == 1))
    for match in _BRACKET.finditer(asked):
        firm = not content(asked[: match.start()])
        yield _address(match, _numbered(Unit.CLAUSE, match["number"], bracketed=True, firm=firm))
    for match in _TRAILING.finditer(asked):
        yield _address(match, _numbered(Unit.ITEM, match["number"]))
    for match in _NAMED.finditer(asked):
        yield _address(match, _numbered(Unit.CLAUSE, match["number"] or match["sign"] or match["plain"]))
    for match in _LABEL.finditer(asked):
        yield _address(match, _numbered(Unit.PART, match["number"]))
    for match in _NEIGHBOUR.finditer(asked):
        offset = 0 if match["same"] else -1 if match["way"] in "上前" else 1
        step = _step(match["same"] or match["unit"], from_end=False)
        yield _address(match, replace(step, first=offset, last=offset, firm=False, neighbour=True))


def _address(match: re.Match[str], step: Step) -> _Address:
    return _Address(match.start(), match.end(), (step,))


def _numbered(unit: Unit, numeral: str, *, bracketed: bool = False, firm: bool = False) -> Step:
    number = numeral_value(numeral)
    return Step(unit, number, number, bracketed=bracketed, firm=firm)


def _step(unit: str, *, from_end: bool) -> Step:
    """The first of a unit that is given in words."""
    if re.search("部分|板块|大|[章编篇]", unit):
        return Step(Unit.PART, 1, 1, from_end=from_end, exact=unit in "章编篇")
    if unit[0] in "节款段":
        return Step(Unit.SECTION if unit == "节" else Unit.PARAGRAPH, 1, 1, from_end=from_end)
    return Step(Unit.CLAUSE, 1, 1, from_end=from_end, firm="条" in unit)


def _numbers(words: str) -> list[tuple[int, int]]:
    """Ranges, both ends included: `五到七` is one, `一、三和五` are three; `一二三` runs from 1 to 3."""
    ranges: list[tuple[int, int]] = []
    for piece in re.split(f"[、,和与跟及]第?(?={_NUMERAL})", words):
        numbers = [numeral_value(numeral) for numeral in re.findall(_NUMERAL, piece)]
        if re.fullmatch("[一二三四五六七八九]{2,9}", piece) and piece in "一二三四五六七八九":
            numbers = [numeral_value(piece[0]), numeral_value(piece[-1])]
        ranges.append((min(numbers), max(numbers)))
    return ranges


def _paths(asked: str, addresses: Sequence[_Address]) -> list[Path]:
    """Addresses put together: a deeper one right behind another stands inside it, one joined by `和` beside it."""
    paths: list[Path] = []
    end = 0
    for address in addresses:
        between = asked[end : address.start]
        for place, step in enumerate(address.steps):
            _add(paths, step, "和" if place else between)
        end = address.end
    return paths


def _add(paths: list[Path], step: Step, between: str) -> None:
    if not paths:
        paths.append((_outside_clause(step),))
        return
    *above, last = paths[-1]
    inside = WITHIN.fullmatch(between) is not None
    joined = not between or between[0].isalpha()
    if inside and step.neighbour and step.unit is last.unit and not last.from_end:
        paths[-1] = (*above, replace(last, first=last.first + step.first, last=last.last + step.first))
        return
    step = _inside_clause(step) if inside and joined and last.unit in (Unit.CLAUSE, Unit.PARAGRAPH) else step
    if inside and above and last.unit is Unit.PARAGRAPH and step.unit is Unit.ITEM:
        paths[-1] = (*above, step)  # items are counted through all paragraphs of a clause
    elif inside and _DEPTH[step.unit] > _DEPTH[last.unit]:
        paths[-1] = (*above, last, step)
    elif RANGE.fullmatch(between) and step.unit is last.unit and not (step.from_end or last.from_end):
        paths[-1] = (*above, replace(last, first=min(last.first, step.first), last=max(last.last, step.last)))
    elif JOIN.fullmatch(between) and step.unit is last.unit:
        paths.append((*above, step))
    else:
        paths.append((_outside_clause(step),))


def _inside_clause(step: Step) -> Step:
    """`第二项` or `（二）` right behind a clause is its item."""
    is_item = step.unit is Unit.CLAUSE and (step.bracketed or not step.firm)
    return replace(step, unit=Unit.ITEM) if is_item else step


def _outside_clause(step: Step) -> Step:
    """`第二款` without a clause before it is a clause."""
    return replace(step, unit=Unit.CLAUSE) if step.unit is Unit.PARAGRAPH else step
