"""Whether sentences of a document bear out what a chat model wrote.

Nobody can prove a paraphrase by code, so what is kept is near the words of the evidence: it may leave out, join and
turn about, and little else. `python -m eval.claims` measures how much of what is right is kept, and of what is wrong.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

import numpy as np

from corpus.numbering import numeral_value
from index.embedder import Embedder
from index.tokenizer import character_bigrams, search_form, tagged_words

LEVEL = 0.9
"""Least cosine of a claim's vector and its evidence's; fitted by `python -m eval.claims` on `dev`."""

_SHARED = 1 / 3
_ALIGNED = 0.3
_CHINESE = "零〇一二两三四五六七八九十百千万亿"
_UNITS = (
    "个百分点|百分点|个工作日|工作日|个月|个小时|平方公里|平方米|立方米|公里|公顷|公斤|小时|分钟|周岁|周年|年级|"
    "个|家|户|项|条|处|所|座|名|位|人|次|倍|成|天|日|月|年|周|元|亩|吨|斤|辆|米|度|分|岁|件|台|张|套|种|类|级|期|支|批|篇|株|％|%"
)
_FIGURE = re.compile(
    rf"(?P<number>\d+(?:[.,]\d+)*|\*|百分之[{_CHINESE}点]+|[{_CHINESE}]+(?=(?:{_UNITS})))"
    rf"(?P<unit>[多余来几]?[百千万亿]*(?:{_UNITS})?)"
)
_BEFORE = {
    "≤": "不超过|不得超过|不高于|不多于|不大于|最高|最多|最长|至多|上限",
    "≥": "不少于|不低于|不得低于|不得少于|不小于|至少|最低|最短",
    ">": "超过|高于|大于|多于|突破",
    "<": "低于|少于|不足|小于|未满|不到",
    "到": "到|截至|截止",
    "从": "从|自",
}
_BEHIND = {
    "≤": "以内|之内|内|以下",
    "≥": "以上",
    "到": "之前|以前|前|截止|止",
    "从": "之后|以后|后|起",
    "约": "左右|上下",
}
_NEAR = 6
_NUMERAL = re.compile(r"[零〇一二两三四五六七八九十百]+")
_NAME = re.compile(r"[“「][^”」]+[”」]|《[^》]+》|[A-Za-z]{2,}|第[\d零一二三四五六七八九十百]+[条章节款项]")
_MASKED = re.compile(r"\*(\w{2})")
_WEIGHTS = {
    "应当": "应|必须|须|务必|要求|强制",
    "可以": "可(?!靠|能|持续|行|信|视)|允许|准予|有权",
    "不得": "不得|禁止|严禁|不准|不能|不可|不允许",
    "鼓励": "鼓励|引导|倡导|提倡",
    "力争": "力争|争取|努力|力求",
    "确保": "确保|保证",
    "探索": "探索|试点|试行|先行先试|逐步",
    "原则上": "原则上|一般(?!公共)|通常",
    "全部": "所有|全部|各类|任何|一律|均|全国|凡|一切|普遍|都(?!市)",
    "部分": "部分|符合条件|有条件|适当",
    "只": "只|仅|唯一|方可|才(?!能|干)",
    "否定": "不(?![得准能可超少低高大小多足到]|允许)|未|无|非(?!遗|公)|没有|免|除|取消|废止|停止",
}
_WEIGHT = {name: re.compile(words) for name, words in _WEIGHTS.items()}
_PARTS = re.compile(r"[，；。：（）()|]")
_NOUN = ("n", "j")


class Figure(NamedTuple):
    """A figure as it is meant: `("30", "分钟", "≤")` of 不超过30分钟."""

    number: str
    unit: str
    bound: str


def checker(embedder: Embedder) -> Callable[[str, Sequence[str]], bool]:
    """Tells whether the sentences that a claim names bear it out: by rules, and by near vectors."""

    def bears_out(claim: str, evidence: Sequence[str]) -> bool:
        return agrees(claim, evidence) and similarity(claim, evidence, embedder) >= LEVEL

    return bears_out


def agrees(claim: str, evidence: Sequence[str]) -> bool:
    """Whether the evidence holds what the claim holds, by rules.

    Its figures with unit and bound, its names and clause numbers stand there; so do its nouns, and a third of its
    pairs of characters. What it makes a duty, a permission, a ban, an aim, what it denies, restricts or says of all, is
    so in the parts of the evidence that it speaks of, and the other way round. A mask is neither filled nor dropped.
    """
    basis = "".join(evidence)
    if not basis or not set(figures(claim)) <= set(figures(basis)) or not set(names(claim)) <= set(names(basis)):
        return False
    if any(_stands_bare(tail, claim) and not _stands_bare(tail, basis) for tail in _MASKED.findall(basis)):
        return False
    pairs = character_bigrams(claim)
    form = search_form(basis)
    if sum(pair in form for pair in pairs) < _SHARED * len(pairs) or any(noun not in form for noun in nouns(claim)):
        return False
    return weights(claim) == weights(aligned(claim, evidence))


def similarity(claim: str, evidence: Sequence[str], embedder: Embedder) -> float:
    """The cosine of the claim's vector and that of its evidence, in [-1, 1]."""
    vectors = embedder.embed_passages([claim, "".join(evidence)])
    return float(np.dot(vectors[0], vectors[1]))


def figures(text: str) -> Iterator[Figure]:
    """The figures of a text, masks too, with their units and bounds."""
    for found in _FIGURE.finditer(text):
        number = found["number"].replace(",", "")
        value = numeral_value(number) if _NUMERAL.fullmatch(number) else None
        before = re.split(r"[\d，。；、]", text[: found.start()])[-1][-_NEAR:]
        behind = text[found.end() : found.end() + 4].removeprefix("底").removeprefix("末")
        yield Figure(number if value is None else str(value), found["unit"], _bound(before, behind))


def weights(text: str) -> frozenset[str]:
    """What the text commits to, as names of `_WEIGHTS`."""
    return frozenset(name for name, words in _WEIGHT.items() if words.search(text))


def aligned(claim: str, evidence: Sequence[str]) -> str:
    """The parts of the evidence between commas that the claim speaks of, by shared pairs of characters."""
    pairs = set(character_bigrams(claim))
    parts = [part for sentence in evidence for part in _PARTS.split(sentence) if part]
    return "，".join(part for part in parts if _share(set(character_bigrams(part)), pairs) >= _ALIGNED)


def _share(part: set[str], pairs: set[str]) -> float:
    """The share of a part's pairs that the claim holds too; one pair alone says nothing, unless it is all there is."""
    shared = len(part & pairs)
    return shared / len(part) if shared > 1 or 0 < shared == len(part) else 0.0


def _bound(before: str, behind: str) -> str:
    for bound, words in _BEHIND.items():
        if re.match(words, behind):
            return bound
    for bound, words in _BEFORE.items():
        if re.search(words, before):
            return bound
    return ""


def names(text: str) -> list[str]:
    """What is quoted, titles, Latin words, and numbers of clauses."""
    return _NAME.findall(text)


def nouns(text: str) -> list[str]:
    """The words of two characters and more that name something, in search form."""
    return [
        search_form(word)
        for word, kind in tagged_words(text)
        if len(word) > 1 and kind.startswith(_NOUN) and not word[0].isdigit()
    ]


def _stands_bare(words: str, text: str) -> bool:
    """Whether the words stand in the text without a mask before them."""
    return words in text.replace(f"*{words}", "")
