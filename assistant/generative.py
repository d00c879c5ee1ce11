"""Answers in prose by a LangChain chat model, of which nothing is believed.

A model sees numbered sentences and writes claims that end with their numbers. A claim is kept if its numbers exist
and every figure, quoted name and mask in it stands in the sentences that it names; the citations are those sentences.
"""

import re
import secrets
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from assistant.answer import Group, describe
from assistant.chat_model import ChatModel
from assistant.citation import Citation
from assistant.composer import AnswerComposer, Draft
from assistant.question import Question
from corpus.clauses import Clause
from corpus.errors import ChatModelError
from index.retriever import Hit
from index.tokenizer import character_bigrams, search_form
from prompts import render

_CLAIM = re.compile(
    r"^[\s·•\-]*(?:\d{1,2}(?:[、)）]|[.．](?!\d))\s*)?(?P<words>.+?)\s*(?P<numbers>(?:[\[〔【]\d+(?:\s*[,，、]\s*\d+)*[\]〕】]\s*)+)[。；]?\s*$"
)
_NUMBER = re.compile(r"\d+")
_FACT = re.compile(
    r"\d+(?:[.,]\d+)*%?|[“「][^”」]+[”」]|《[^》]+》|\*|[A-Za-z]{2,}|百分之[零一二三四五六七八九十百点]+|"
    r"[零〇一二两三四五六七八九十百千万亿]+(?=[个家户项条处所座名位人次倍成天年月日元亩吨斤辆公平米千])"
)
_MASKED = re.compile(r"\*(\w{2})")
_WEIGHTY = ("确保", "力争", "争取", "必须", "严禁", "坚决", "不", "未", "禁止", "取消", "废止", "停止")
_SHARED = 1 / 3


@dataclass(frozen=True, slots=True)
class Claim:
    """A line that the model wrote, and the evidence that it names (from 1)."""

    words: str
    numbers: tuple[int, ...]


class GenerativeComposer:
    """Lets a chat model write from the extractive draft's sentences, and checks each of its claims."""

    def __init__(self, model: ChatModel, extractive: AnswerComposer) -> None:
        """`extractive` gives the evidence, and the answer where nothing that the model wrote can be kept."""
        self._model = model
        self._extractive = extractive

    def compose(self, question: Question, hits: Sequence[Hit]) -> Draft:
        """See `AnswerComposer`; the extractive draft where the model fails or nothing of it can be kept."""
        draft = self._extractive.compose(question, hits)
        evidence = [(group.clause, citation) for group in draft.groups for citation in group.citations]
        try:
            claims = list(self._write(question, evidence))
        except ChatModelError:
            return _quoted(draft, "大模型没有应答，以下为原文摘录；请检查模型服务。")
        kept = [claim for claim in claims if is_supported(claim, [citation.quote for _, citation in evidence])]
        if not kept:
            return _quoted(draft, "模型的回答未通过原文核对，以下为原文摘录。")
        notices = draft.notices
        if len(kept) < len(claims):
            notices = (*notices, f"模型所写的 {len(claims) - len(kept)} 个要点未获原文支持，已扣下不用。")
        named = {number for claim in kept for number in claim.numbers}
        cited = {evidence[number - 1][1] for number in named}
        lead = "\n".join(claim.words for claim in kept)
        return Draft(lead, tuple(_only(draft.groups, cited)), notices, mode="generative")

    def _write(self, question: Question, evidence: Sequence[tuple[Clause, Citation]]) -> Iterator[Claim]:
        """The claims of the model, as they are finished; what stands behind the last line break is none."""
        prompt = write_prompt(question.standalone, evidence, self._model.room)
        line = ""
        for piece in self._model.write(prompt):
            *finished, line = (line + piece).split("\n")
            for words in finished:
                yield from parse_claims(words)
        yield from parse_claims(line)


def write_prompt(question: str, evidence: Sequence[tuple[Clause, Citation]], room: int) -> str:
    """The prompt with the first sentences of the evidence, as many as make a prompt of at most `room` characters.

    The first is there in any case, and none is cut.
    """
    lines: list[str] = []
    prompt = ""
    for number, (clause, citation) in enumerate(evidence, 1):
        words = " ".join(f"[{number}] {citation.quote} ——{describe(clause)}".split())
        longer = render(
            "answer",
            delimiter=f"=={secrets.token_hex(8)}==",
            evidence="\n".join([*lines, words]),
            question=question,
        )
        if lines and len(longer) > room:
            break
        lines.append(words)
        prompt = longer
    return prompt


def parse_claims(text: str) -> Iterator[Claim]:
    """The lines that end with evidence numbers; a line without them is no claim."""
    for line in text.splitlines():
        if match := _CLAIM.match(line):
            yield Claim(match["words"], tuple(int(number) for number in _NUMBER.findall(match["numbers"])))


def is_supported(claim: Claim, evidence: Sequence[str]) -> bool:
    """Whether the claim's evidence exists and holds its figures, names, masks, words of commitment and negations.

    At least `_SHARED` of its pairs of characters must stand there too: it may rephrase, not speak of something else.

    A claim that says what stands behind a mask without the mask (`亿斤以上` for `*亿斤以上`) has filled or dropped it.
    """
    if not claim.numbers or not all(1 <= number <= len(evidence) for number in claim.numbers):
        return False
    basis = "".join(evidence[number - 1] for number in claim.numbers)
    if not set(_FACT.findall(claim.words)) <= set(_FACT.findall(basis)):
        return False
    if any(word in claim.words and word not in basis for word in _WEIGHTY):
        return False
    pairs = character_bigrams(claim.words)
    if sum(pair in search_form(basis) for pair in pairs) < _SHARED * len(pairs):
        return False
    return not any(_stands_bare(tail, claim.words) and not _stands_bare(tail, basis) for tail in _MASKED.findall(basis))


def _stands_bare(words: str, text: str) -> bool:
    """Whether the words stand in the text without a mask before them."""
    return words in text.replace(f"*{words}", "")


def _quoted(draft: Draft, notice: str) -> Draft:
    """The extractive draft, with word of why the model did not write it."""
    return replace(draft, notices=(*draft.notices, notice))


def _only(groups: Sequence[Group], cited: set[Citation]) -> Iterator[Group]:
    for group in groups:
        citations = tuple(citation for citation in group.citations if citation in cited)
        if citations:
            yield Group(group.clause, citations)
