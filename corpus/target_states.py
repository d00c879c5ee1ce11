"""States to be reached: an honour won, works finished, a standard met."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from corpus.span import Span, trimmed
from corpus.target_readings import AIM, LEAD, Reading, Setting, cut, filled, read_lead
from corpus.target_words import DRIVE, MANNERS, MODAL, TIME


@dataclass(frozen=True, slots=True)
class Status:
    """One way of stating a state to be reached.

    Attributes:
        name: identifies the row.
        pattern: groups `verb` and `rank` (the direction), `what` (the indicator, with the subject), `title` (the
            indicator, without it), `time` (what ends the subject).
        needs_aim: whether the words alone do not make a target, but state a fact or a rule.
    """

    name: str
    pattern: re.Pattern[str]
    needs_aim: bool


def _row(name: str, pattern: str, *, needs_aim: bool = False) -> Status:
    return Status(name, re.compile(pattern), needs_aim)


_AWARD = "国家|国际|世界|省级|市级|全[国省市]|示范|试点|先进|文明|百强|创新型|名[县牌镇城村校]"
_IN_USE = "投用|投运|投产|运营|通车|通航|使用"
_REACHED = "实现|建立|建成|形成|解决|消除|满足|齐全|健全|完善|普及|具备|达到|达标|完成|杜绝"

STATUSES: tuple[Status, ...] = (
    _row("honour sought", rf"(?P<verb>{MANNERS}争创(?:一批)?)(?P<title>.+)"),
    _row("honour", rf"(?P<verb>{MANNERS}创[建成](?:一批|为)?)(?!工作|成果|活动)(?P<title>.*?(?:{_AWARD}).*)"),
    _row("body founded", r"(?P<verb>争取(?:设立|获批|落户))(?P<title>.+)"),
    _row("in use", rf"(?P<verb>(?:建成|竣工|正式)(?:{_IN_USE})|(?<!新)开工建设)(?P<what>.*)"),
    _row("upgraded", rf"(?:{DRIVE}|{MODAL}).*?(?P<verb>升[级格]为|晋升为)(?P<what>.+)"),
    _row("finished", r"(?P<verb>(?:编制|如期|全部|按期)完成)(?P<what>.*)"),
    _row("finished by a deadline", rf"(?P<time>{TIME})(?P<verb>完成|建成|实现)(?P<what>.+)"),
    _row(
        "finished for certain",
        rf"(?:{MODAL})(?P<verb>{MANNERS}(?:完成|建成|通过|形成|实现|获批|创成))(?P<what>.+)(?<!任务)$",
    ),
    _row("settled", rf"(?P<verb>(?:基本|初步|如期|率先)(?:{_REACHED}))(?P<what>.*)"),
    _row("settled altogether", rf"(?P<verb>全面(?:{_REACHED}|突破|规范))(?P<what>.*)", needs_aim=True),
    _row("built", r"(?P<verb>建成)(?P<what>.+)", needs_aim=True),
    _row("standard kept", r"(?P<verb>(?:稳定|全部|全面)达标)$", needs_aim=True),
    _row("standard reached", r"(?P<verb>达到)(?P<what>.*(?:标准|水平|要求))$", needs_aim=True),
    _row(
        "rank",
        r"(?P<verb>(?:持续|稳定|继续)?(?:走在|位[居列]|跻身|进入|迈入|保持在?))(?P<what>.*?)"
        r"(?P<rank>第一方阵|前列|前茅|首位|第一梯队|前[\d*一二三四五六七八九十]+[位名强]?)$",
        needs_aim=True,
    ),
    _row("above average", r"(?P<verb>[高快优好]于)(?P<what>全[国省市].*)$", needs_aim=True),
    _row("whole", r"(?P<verb>实现)(?P<what>.*?)(?P<rank>全覆盖|清零)$"),
    _row("effect by a deadline", rf"(?P<time>{TIME})(?P<verb>(?:有效|显著|明显|大幅)\w\w|成效(?:显著|明显))$"),
    _row("nothing of the kind", r"确保.*?(?P<verb>不(?![受超变断减低高少足够得同力良])\w\w)(?P<what>.*)"),
)
"""The ways in which a state to be reached is put. Adding one is adding a row."""

_NEXT_TITLE = re.compile("[、和及](?=“)")


def has_state(text: str) -> bool:
    """Whether a word of such a state stands in the text."""
    return any(row.pattern.search(text) for row in STATUSES)


def read_states(piece: str, setting: Setting) -> list[Reading]:
    """The states that a piece says are to be reached, in order; several if it names several honours."""
    is_aimed = setting.is_aimed or bool(AIM.search(piece))
    for row in STATUSES:
        match = row.pattern.search(piece)
        if match and (is_aimed or not row.needs_aim):
            return list(_state(piece, match))
    return []


def _state(piece: str, match: re.Match[str]) -> Iterator[Reading]:
    spans = {name: Span(*match.span(name)) for name, words in match.groupdict().items() if words}
    verb = spans["verb"]
    lead, start = read_lead(piece, verb.start, LEAD)
    direction = (*lead, verb, *(spans[name] for name in ("rank",) if name in spans))
    if "title" in spans:
        yield from (Reading(direction, (title,)) for title in cut(piece, spans["title"], _NEXT_TITLE))
    else:
        subject = trimmed(piece, start, max(start, spans.get("time", verb).start))
        yield Reading(direction, filled(subject, spans.get("what", subject)))
