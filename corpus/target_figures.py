"""Figures: numbers with their units, be they hidden by `*` or not."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from corpus.span import Span
from corpus.target_words import BOUND

_COUNT = r"\d[\d,]*(?:\.\d+)?|\*(?:\.\*)?|[一二两三四五六七八九十百千]+"
_NUMBER = rf"(?:{_COUNT})(?:[-—~～至](?:{_COUNT}))?"
_UNITS: Mapping[str, str] = {
    "%": "",
    "％": "",
    "个百分点": "",
    "个工作日": "",
    "个小时": "",
    "个": "月体性",
    "家": "庭居电具长园",
    "户": "籍型口",
    "项": "目",
    "条": "件例款",
    "处": "理置于分",
    "所": "有在属得",
    "座": "谈",
    "人次": "",
    "人": "民大才口工力社均员",
    "名": "牌镇县城校优师录称",
    "位": "",
    "件": "",
    "种": "植业子养",
    "头": "部",
    "只": "",
    "辆": "",
    "台": "湾账",
    "套": "",
    "艘": "",
    "列": "",
    "场": "馆镇所景",
    "次": "级开",
    "床": "",
    "张": "",
    "支": "持付撑出",
    "栋": "",
    "笔": "",
    "门": "户店类",
    "部": "门署分级",
    "批": "准复发",
    "株": "",
    "亩": "均",
    "公顷": "",
    "平方公里": "",
    "微克/立方米": "",
    "平方米": "",
    "平米": "",
    "立方米": "",
    "公里": "",
    "米": "",
    "吨标准煤": "",
    "吨": "",
    "公斤": "",
    "斤": "",
    "千瓦时": "",
    "千瓦": "",
    "标箱": "",
    "美元": "",
    "元": "",
    "倍": "增",
    "番": "",
    "小时": "",
    "分钟": "",
    "天": "然",
    "分": "布别类级中析支期数之",
    "点": "位击",
}
"""Unit -> characters that, coming next, show that it is part of another word (`*家园`); longest first where one
begins another. Voltage, years and the `大` of 四大 are left out: they name things instead of measuring them."""

DURATIONS = frozenset({"个工作日", "个小时", "小时", "分钟", "天", "点"})
"""Units of time, which measure a target only after a word of level."""

_UNIT = "|".join(f"{unit}(?![{after}])" if after else unit for unit, after in _UNITS.items())
_FIGURE = re.compile(
    rf"(?<![第\d.a-zA-Z])(?<![国省市区界]前)(?P<value>{_NUMBER})(?P<unit>[十百千万亿]*(?:{_UNIT}))(?P<bound>{BOUND}?)"
)
_QUOTED = re.compile(r"“[^”]*”|‘[^’]*’|《[^》]*》|〔[^〕]*〕")


@dataclass(frozen=True, slots=True)
class Figure:
    """A number with its unit, such as `*万亩以上`.

    Attributes:
        value, unit, bound: their places in the text; `bound` is empty where there is none.
    """

    value: Span
    unit: Span
    bound: Span

    @property
    def start(self) -> int:
        """Where the number begins."""
        return self.value.start

    @property
    def end(self) -> int:
        """Behind the bound, or the unit."""
        return self.bound.end


def find_figures(text: str) -> Iterator[Figure]:
    """The figures of `text`, in order.

    A number inside quotation marks is part of a name, one behind 第 or 全国前 gives a rank; 一 counts only in 翻一番.
    """
    names = [Span(*match.span()) for match in _QUOTED.finditer(text)]
    for match in _FIGURE.finditer(text):
        value, unit, bound = (Span(*match.span(group)) for group in ("value", "unit", "bound"))
        is_article = value.of(text) == "一" and unit.of(text) not in {"倍", "番"}
        if not is_article and not any(name.overlaps(value) for name in names):
            yield Figure(value, unit, bound)
