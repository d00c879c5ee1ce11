"""The ways in which Chinese policy documents number their parts.

Adding a numbering is adding a row to `NUMBERINGS`.
"""

import re
from dataclasses import dataclass

_DIGITS = {char: value for value, char in enumerate("零一二三四五六七八九")} | {"〇": 0, "○": 0, "两": 2}
_UNITS = {"十": 10, "百": 100, "千": 1000}
_CHINESE = "[零〇○一二三四五六七八九十百千两]{1,9}"
_NUMERAL = rf"(?P<number>{_CHINESE}|[0-9０-９]{{1,4}})"
_CHINESE_ONLY = rf"(?P<number>{_CHINESE})"
_ARABIC_ONLY = r"(?P<number>[0-9０-９]{1,3})"
_OPTIONAL = rf"(?P<number>{_CHINESE}|[0-9０-９]{{1,3}})?"
_CIRCLED = "①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳"
_NO_REFERENCE = r"(?![，。；、的和至及或）)”》]|规定|所[列述称])"
_NO_ITEM = r"(?!项(?!目)|[至和或及、，]\s?[（(第])"
_MAX_GAP = 5

DEFINITION = r"(?:即(?![将可使便日时刻期食])|是?指(?![标导挥定数示向引出明南令])|系指|包括|[:：])"
"""The words with which a footnote explains a term; a circled number before them is a mark, not a label."""


@dataclass(frozen=True, slots=True)
class Numbering:
    """One way of numbering.

    Attributes:
        name: identifies the row.
        pattern: matches the label at the start of a line's text, with a group `number`.
        label: how the label is written in a path, `{}` being the numeral.
        titled: whether a first short sentence after the label is a heading. Articles (第X条) have none,
            unless it stands in brackets.
    """

    name: str
    pattern: re.Pattern[str]
    label: str
    titled: bool = True


@dataclass(frozen=True, slots=True)
class Label:
    """A label found at the start of a line.

    Attributes:
        rank: the row of `NUMBERINGS`; a lower rank stands higher in the tree.
        number: its value.
        text: how it is written in a path, such as `（二）`, `一`, `3` or `第十二条`.
        start, end: where it stands in the line, white space before it left out.
    """

    rank: int
    number: int
    text: str
    start: int
    end: int

    @property
    def numbering(self) -> Numbering:
        """The row of the table."""
        return NUMBERINGS[self.rank]


def _row(name: str, pattern: str, label: str, *, titled: bool = True) -> Numbering:
    return Numbering(name, re.compile(pattern), label, titled)


NUMBERINGS: tuple[Numbering, ...] = (
    _row("attachment", rf"附\s?件\s?{_OPTIONAL}[:：]?\s*$", "附件{}"),
    _row("part", rf"第{_NUMERAL}编(?=\s|$)", "第{}编"),
    _row("volume", rf"第{_NUMERAL}篇(?=\s|$)", "第{}篇"),
    _row("chapter", rf"第{_NUMERAL}章{_NO_REFERENCE}", "第{}章"),
    _row("section", rf"第{_NUMERAL}节{_NO_REFERENCE}", "第{}节"),
    _row("chinese", rf"{_CHINESE_ONLY}、(?![二三四五六七八九]、)", "{}"),
    _row("article", rf"第{_NUMERAL}条{_NO_REFERENCE}(?!第|款)", "第{}条", titled=False),
    _row("chinese-bracket", rf"[（(]{{1,2}}{_CHINESE_ONLY}[）)]{_NO_ITEM}", "（{}）"),
    _row("arabic", rf"{_ARABIC_ONLY}[.．﹒、](?![0-9０-９])", "{}"),
    _row("arabic-bracket", rf"[（(]{_ARABIC_ONLY}[）)]{_NO_ITEM}", "（{}）"),
    _row("circled", rf"(?P<number>[{_CIRCLED}])(?!{DEFINITION})", "{}"),
)
"""From the top of the tree to its leaves."""

ATTACHMENT_RANK = 0
_PREFIX = re.compile(r"\s*(?:#{1,6}\s+)?(?:\*\*)?")


def numeral_value(numeral: str) -> int:
    """Value of a numeral such as `二十三`, `一百零五`, `二〇二三`, `12`, `１２` or `③`.

    Raises:
        ValueError: if it is none.
    """
    if numeral in _CIRCLED and len(numeral) == 1:
        return _CIRCLED.index(numeral) + 1
    if numeral.isdecimal():
        return int(numeral)
    if not any(char in _UNITS for char in numeral):
        return int("".join(str(_digit(char)) for char in numeral))
    total, digit = 0, 0
    for char in numeral:
        if char in _UNITS:
            total += (digit or 1) * _UNITS[char]
            digit = 0
        else:
            digit = _digit(char)
    return total + digit


def _digit(char: str) -> int:
    if char not in _DIGITS:
        raise ValueError(f"not a numeral: {char!r}")
    return _DIGITS[char]


def chinese_numeral(value: int) -> str:
    """`23` as `二十三`; for 1 to 999.

    Raises:
        ValueError: outside that range.
    """
    if not 0 < value < 1000:
        raise ValueError(f"no numeral for {value}")
    digits = "零一二三四五六七八九"
    hundreds, rest = divmod(value, 100)
    tens, ones = divmod(rest, 10)
    text = f"{digits[hundreds]}百" if hundreds else ""
    if tens:
        text += ("" if tens == 1 and not hundreds else digits[tens]) + "十"
    elif hundreds and ones:
        text += "零"
    return text + (digits[ones] if ones else "")


class LabelReader:
    """Reads the labels of one document, line by line.

    A label counts if its number continues or begins a series: in running text lines seldom start with one,
    and if so, out of order. Behind a label of a higher rank a series may begin with 2, its first label being lost.
    """

    def __init__(self) -> None:
        self._last: dict[int, int] = {}
        self._may_begin: set[int] = set()

    def read(self, line: str) -> Label | None:
        """The label of the next line, if it has one that counts."""
        label = match_label(line)
        if label is None:
            return None
        last = self._last.get(label.rank)
        begins = label.number == 1 or (label.number == 2 and label.rank in self._may_begin)
        if last is not None and not begins and not 0 < label.number - last <= _MAX_GAP:
            return None
        self._last[label.rank] = label.number
        self._may_begin.discard(label.rank)
        self._may_begin |= {rank for rank in self._last if rank > label.rank}
        return label


def match_label(line: str) -> Label | None:
    """The label with which a line begins, if any; white space and Markdown's `#` or `**` may stand before it."""
    prefix = _PREFIX.match(line)
    start = prefix.end() if prefix else 0
    for rank, row in enumerate(NUMBERINGS):
        match = row.pattern.match(line, start)
        if match:
            numeral = match["number"] or ""
            number = numeral_value(numeral) if numeral else 1
            written = str(number) if numeral.isdecimal() else numeral
            return Label(rank, number, row.label.format(written), start, match.end())
    return None
