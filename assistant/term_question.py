"""Recognising the questions that ask what a term means, or what it stands for."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from assistant.definitions import bare

_MARK = "\ue000"
_CHAIN = rf"(?P<chain>{_MARK}(?:[和与及、跟,]\w{{0,4}}?{_MARK})*)"
_GAP = rf"[^{_MARK}]"
_WHAT = "(?:什么|啥子?|何|甚么)"
_HOW = "(?:怎么|怎样|如何|咋个?)"
_DEGREE = "(?:到底|究竟|具体|大概|分别|各自?|又|都|主要|应该|说)*"
_KIND = (
    "(?:企业|工作法?|行动|计划|建设|试点|改革|机制|工程|政策|原则|体系|城市|项目|资产|制度|模式|战略|平台|教师|措施|基地|集群|问题|产品|"
    "[这那]?[三两四五几]?个?(?:词语?|字|提法|说法|概念|名词|口号|缩写|招牌)|这块|的?里[面头]?的?|,)*"
)
_NUMERAL = "[零一二三四五六七八九十百千两双]"
_END = r"[\W]*$"

_MEANING = (
    rf"{_CHAIN}{_GAP}{{0,14}}?(?:{_WHAT}(?:含义|涵义|概念|意义)|意思|含义|涵义|定义|内涵|代表的?是?{_WHAT}|"
    rf"是?指(?:的是|的)?(?:干|做)?(?:{_WHAT}|哪|谁)|{_HOW}(?:去|来)?(?:理解|解释|定义|界定|解读)|怎么个\w{{1,3}}法|是怎么回事)",
    rf"{_CHAIN}{_KIND}{_DEGREE}(?:是|有|的)?(?:{_WHAT}的|哪几个字的)?(?:全称|全名|缩写|简称)",
    rf"{_CHAIN}{_KIND}{_DEGREE}是?(?:个|[干做]|说的?是?|讲的?是?){_WHAT}的?呢?{_END}",
    rf"(?:{_WHAT}(?:是|叫做?|为|谓)|何谓)(?:所谓)?的?{_GAP}{{0,6}}?{_CHAIN}",
    rf"(?:解释|说明|理解|解读|定义)(?:一?下)?{_GAP}{{0,8}}?{_CHAIN}",
)
_ITEMS = (
    rf"{_CHAIN}{_GAP}{{0,8}}?(?:哪(?P<numeral>{_NUMERAL}+|{_MARK})\w?|{_NUMERAL}个{_WHAT})",
    rf"{_CHAIN}{_KIND}{_DEGREE}(?:是|有|指|分|包[括含]|含|涵盖)?哪几[^条处款章部地]",
    rf"(?:逐[条项个一]|一条条|挨个|一一)\w{{0,3}}[列说讲解]\w{{0,3}}{_CHAIN}",
    rf"{_CHAIN}{_KIND}{_DEGREE}(?:是|叫|有|包括|包含|含|指|涵盖)[了着的]?(?:{_WHAT}|哪些|谁)(?:具体)?(?:内容|东西|项目|方面)?呢?{_END}",
    rf"{_CHAIN}{_KIND}的?(?:具体|全部|主要)?内容(?:是{_WHAT}|有哪些|呢)?{_END}",
    rf"{_CHAIN}{_GAP}{{0,8}}?(?:逐[条项个一]|一条条|挨[个条]|一一){_GAP}{{0,6}}?[列说讲解展]",
    rf"{_CHAIN}{_GAP}{{0,3}}?(?P<verb>[^\W是有在点就])的?是?(?:{_WHAT}|哪\w{{1,3}})\w{{0,3}}(?:[、,]\w{{0,3}}{_WHAT})*{_END}",
)
_RULED = (
    rf"{_CHAIN}{_GAP}{{0,6}}?{_HOW}(?:认定|确定|算|划分|划定)",
    rf"{_CHAIN}是\w{{1,8}}还是\w{{1,8}}",
    rf"(?:{_WHAT}样的|哪些|哪种|哪类)\w{{1,8}}?(?:才)?能?(?:算作?|叫做?|是|属于){_GAP}{{0,4}}?{_CHAIN}",
)
_HIDDEN = (
    rf"{_CHAIN}{_GAP}{{0,8}}?(?:[前后][面头边]|跟的|加的|星号|\*号|打码|[盖遮]住|遮掉|隐去|隐藏|哪个字|{_WHAT}字|完整名称|走进哪)",
    rf"{_CHAIN}{_GAP}{{0,4}}?叫{_WHAT}",
)
_ELSEWHERE = re.compile("哪[几些一]个?(?:条|处|款|章|部分|地方)(?!政策|措施)|在哪|出现|提到(?!的|过的)|写到|写在|第几")
_ASKED_FOR = re.compile(
    rf"(?P<before>.+?)(?:这个词|这个说法)?{_DEGREE}(?:是|有)?(?:{_WHAT}意思|(?:的)?(?:含义|涵义|定义)|是?指的?是?(?:{_WHAT}|哪)|{_HOW}(?:理解|定义|解释))|"
    rf"(?:{_WHAT}(?:是|叫做?)|何谓)(?P<behind>.+?)[?。呢啊]*$"
)
_BOUNDARY = re.compile(r"(?:.*(?:[的里中说,:]|提到|讲|请问|所谓))?")
_SHORTEST = 2
_LONGEST = 20


class Form(StrEnum):
    """How it is asked.

    MEANING: what the term means; ITEMS: what it consists of; RULED: by which rule something counts as it; HIDDEN: what
    stands in the place of a mask beside it.
    """

    MEANING = "meaning"
    ITEMS = "items"
    RULED = "ruled"
    HIDDEN = "hidden"


_FORMS = ((Form.HIDDEN, _HIDDEN), (Form.MEANING, _MEANING), (Form.ITEMS, _ITEMS), (Form.RULED, _RULED))
_PATTERNS = tuple((form, re.compile(pattern)) for form, patterns in _FORMS for pattern in patterns)


@dataclass(frozen=True, slots=True)
class TermQuestion:
    """The terms that are asked about, bare, in the question's order, and how."""

    terms: tuple[str, ...]
    form: Form


def read_term_question(question: str, terms: Iterable[str]) -> list[TermQuestion]:
    """What may be asked, the likeliest first; empty if nothing is asked about one of the `terms`."""
    marked, found = _marked(bare(question), terms)
    if not found or _ELSEWHERE.search(marked):
        return []
    read = [_read(marked, found, form, pattern) for form, pattern in _PATTERNS]
    return [one for one in read if one is not None]


def unquoted_candidates(question: str) -> list[str]:
    """What a question for a meaning may ask about, longest first: `文中的以工代赈是什么意思` about `以工代赈`."""
    match = _ASKED_FOR.search(bare(question))
    if match is None:
        return []
    words = match["before"] or match["behind"]
    starts = [place for place in range(len(words)) if _BOUNDARY.fullmatch(words[:place])]
    return [words[place:] for place in starts if _SHORTEST <= len(words) - place <= _LONGEST]


def _marked(text: str, terms: Iterable[str]) -> tuple[str, list[str]]:
    """A bare question with a mark for each term, the longest taken first, and the terms in order."""
    places: dict[int, str] = {}
    for term in sorted(terms, key=len, reverse=True):
        for match in re.finditer(_standing(term), text):
            places[match.start()] = term
            text = text[: match.start()] + "\ue001" * len(term) + text[match.end() :]
    pieces = [
        _MARK if place in places else char for place, char in enumerate(text) if place in places or char != "\ue001"
    ]
    return "".join(pieces), [places[place] for place in sorted(places)]


def _standing(term: str) -> str:
    """A pattern of the term; one of Latin letters and digits is no part of a longer one."""
    is_latin = term.isascii() and term.isalnum()
    return rf"(?<![a-z0-9]){re.escape(term)}(?![a-z0-9])" if is_latin else re.escape(term)


def _read(marked: str, terms: Sequence[str], form: Form, pattern: re.Pattern[str]) -> TermQuestion | None:
    for match in pattern.finditer(marked):
        first = marked.count(_MARK, 0, match.start("chain"))
        asked = tuple(dict.fromkeys(terms[first : first + match["chain"].count(_MARK)]))
        if _agrees(match.groupdict(), asked):
            return TermQuestion(asked, form)
    return None


def _agrees(groups: dict[str, str | None], asked: Sequence[str]) -> bool:
    """Whether a number that is asked for, or a verb, is the term's own: `清哪五样` of `五清行动`."""
    numeral, verb = groups.get("numeral"), groups.get("verb")
    if verb:
        return any(verb in term for term in asked)
    if numeral and numeral != _MARK:
        return any(set(numeral.replace("两", "双")) & set(term.replace("两", "双")) for term in asked)
    return True
