"""Quantities to be reached: an indicator, the words that say which way, and a figure."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from corpus.span import Span, trimmed
from corpus.target_figures import DURATIONS, Figure, find_figures
from corpus.target_readings import AIM, AND, LEAD, LEAD_OR_VERB, Reading, Setting, cut, filled, read_lead
from corpus.target_words import ABOUT, ACHIEVE, ACHIEVE_INSIDE, CHANGE, DRIVE, LEVEL, MANNER, MANNERS, MODAL

_DRIVES = re.compile(rf"{MANNERS}(?:{DRIVE})")
_LEVEL = re.compile(rf"(?:{MODAL}|{MANNER}|分别|平均|占比?)*(?:{LEVEL})$")
_RATE = re.compile("(?<![利税费汇])率$")
_CHANGES = re.compile(rf"(?:{CHANGE}){ABOUT}?$")
_JUST_BEFORE = re.compile(
    rf"{MANNERS}(?:(?P<verb>{ACHIEVE}|{DRIVE})(?:至少|不少于)?|至少|不少于)(?P<where>全[国省市县区])?$"
)
_INNER_VERB = re.compile(rf"{MODAL}|{MANNERS}(?:{ACHIEVE_INSIDE})")
_ACTION = re.compile("(?:改造|提升|利用|建设|培育|治理|修复|整治|升级|保护|认定|试点)$|实施|开展|实现|通过")
_SHARE = re.compile(r"的?(?P<what>[^，]{1,20}?)(?P<verb>达到|实现|完成|纳入|建立|建成|符合)(?P<rest>.*)")
_ABOUT = re.compile(rf"{ABOUT}$")
_BRACKET = re.compile(r"(?:[（(][^）)]*[）)])?\s*")


def read_quantities(piece: str, setting: Setting) -> list[Reading]:
    """The figures nearest the end that a verb governs; those before them say of what or among whom."""
    for group in reversed(_groups(piece)):
        for read in (_share, _level, _count_first, _count_last):
            if reading := read(piece, group, setting):
                return list(_distributed(piece, reading, group))
    return []


def _groups(piece: str) -> list[list[Figure]]:
    """The figures of a piece; those that are coordinated (`*%和*%`) together."""
    groups: list[list[Figure]] = []
    for figure in find_figures(piece):
        if groups and AND.fullmatch(piece, groups[-1][-1].end, figure.start):
            groups[-1].append(figure)
        else:
            groups.append([figure])
    return groups


def _share(piece: str, group: Sequence[Figure], setting: Setting) -> Reading | None:
    """`推动全市建成区*%以上的面积达到海绵城市要求`."""
    match = _SHARE.match(piece, group[-1].end)
    lead, start = read_lead(piece, group[0].start, LEAD)
    is_share = len(group) == 1 and group[0].unit.of(piece) in {"%", "％"}
    if match is None or not is_share or not (lead or setting.is_aimed):
        return None
    what, verb, rest = (Span(*match.span(name)) for name in ("what", "verb", "rest"))
    return Reading((*lead, verb), filled(trimmed(piece, start, group[0].start), what, rest))


def _level(piece: str, group: Sequence[Figure], setting: Setting) -> Reading | None:
    """`粮食产量稳定在*亿斤以上`, `网络零售总额力争增长*%`.

    A limit alone is a rule (`资产不低于300万元`); what shows that it is meant as a target is a word or a heading above
    it, an open bound (以上), a change, or a rate.
    """
    match = _LEVEL.search(piece, 0, group[0].start)
    if match is None or piece.startswith("的", group[-1].end):
        return None
    lead, start = read_lead(piece, match.start(), LEAD)
    subject = trimmed(piece, start, match.start())
    is_meant = lead or setting.is_aimed or setting.follows_figure or AIM.search(piece)
    is_open = any(len(figure.bound) for figure in group)
    is_change = len(subject) and _CHANGES.search(piece, 0, match.end())
    if not (is_meant or is_open or is_change or _RATE.search(piece, start, match.start())):
        return None
    return Reading((*lead, Span(*match.span())), filled(subject), is_level=True)


def _count_first(piece: str, group: Sequence[Figure], setting: Setting) -> Reading | None:
    """`抓好*个老旧小区改造提升`, `至少选择1个地市`; behind another count also `和*个专业`."""
    match = _JUST_BEFORE.search(piece, 0, group[0].start)
    what = trimmed(piece, _skip(piece, group[-1].end), len(piece))
    leans = setting.is_counting and not piece[: group[0].start].strip()
    if not len(what) or not (match or leans):
        return None
    if match is None:
        return Reading((), (what,), leans=True)
    is_action = bool(_ACTION.search(piece)) or not _DRIVES.search(match["verb"] or "")
    if not is_action or not (match["verb"] or setting.is_aimed):
        return None
    lead, _ = read_lead(piece, match.start(), LEAD_OR_VERB)
    end = match.start("where") if match["where"] else match.end()
    return Reading((*lead, Span(match.start(), end)), (what,))


def _count_last(piece: str, group: Sequence[Figure], setting: Setting) -> Reading | None:
    """`力争新培育“四上”企业*家`; behind another count also `上市企业*家`."""
    if _skip(piece, group[-1].end) < len(piece) or group[0].unit.of(piece) in DURATIONS:
        return None
    match = _ABOUT.search(piece, 0, group[0].start)
    about = Span(match.start() if match else group[0].start, group[0].start)
    lead, start = read_lead(piece, about.start, LEAD_OR_VERB)
    what = trimmed(piece, start, about.start)
    inner = _INNER_VERB.search(piece, what.start, what.end)
    if inner and all(LEAD.fullmatch(word.of(piece)) for word in lead):
        parts = trimmed(piece, what.start, inner.start()), trimmed(piece, inner.end(), what.end)
        return Reading((*lead, Span(*inner.span()), about), filled(*parts))
    if not len(what) or not (lead or setting.is_aimed or setting.is_counting):
        return None
    return Reading((*lead, about), (what,), leans=not lead)


def _skip(piece: str, position: int) -> int:
    """Behind the bracket that may stand at `position`."""
    match = _BRACKET.match(piece, position)
    return match.end() if match else position


def _distributed(piece: str, reading: Reading, group: Sequence[Figure]) -> Iterator[Reading]:
    """A reading for each figure, with its own indicator where there are as many indicators as figures."""
    items = cut(piece, reading.indicator[0], AND) if len(reading.indicator) == 1 else []
    is_each = any(word.of(piece).startswith("均") for word in reading.direction)
    figures = [group[0]] * len(items) if is_each and len(group) == 1 < len(items) else group
    for place, figure in enumerate(figures):
        indicator = (items[place],) if len(items) == len(figures) > 1 else reading.indicator
        direction = filled(*reading.direction, figure.bound)
        yield replace(reading, direction=direction, indicator=indicator, figure=figure)
