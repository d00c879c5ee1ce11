"""Recognising the sentences that set a target."""

import re

_UNIT = (
    "%|％|个百分点|万亿|亿|万|千|百|个|家|户|项|条|处|所|座|位|人|名|天|日|月|年|元|吨|斤|头|亩|公里|平方|千瓦|千伏|床|次|场|件|"
    "学位|左右|以上|以内|以下|倍|分"
)
_FIGURE = re.compile(rf"(?:\d[\d,.]*|\*(?:\.\*)?|[零一二两三四五六七八九十百千]+)(?:{_UNIT})")
_AIM = re.compile(
    "确保|力争|争取|争创|控制在|稳定在|保持在|不低于|不少于|不高于|不超过|达到|实现|完成|增长|提高|新增|新培育|培育|新建|建成|"
    "突破|抓好|推进|以上|以内|左右|以下|降低|下降|减少|目标"
)
_FRAGMENT = re.compile("[，。；：]")


def has_figure(sentence: str) -> bool:
    """Whether a figure with its unit stands in the sentence, be it masked (`*个`, `*%`)."""
    return bool(_FIGURE.search(sentence))


def sets_target(sentence: str) -> bool:
    """Whether a part of the sentence, from comma to comma, names an aim and a figure (which may be masked by `*`)."""
    return any(_AIM.search(part) and _FIGURE.search(part) for part in _FRAGMENT.split(sentence))
