"""Answers in prose by a LangChain chat model, of which nothing is believed.

A model sees numbered sentences and writes claims that end with their numbers. A claim is kept if its numbers exist
and every figure, quoted name and mask in it stands in the sentences that it names; the citations are those sentences.
"""

import re
import secrets
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from langchain.chat_models import init_chat_model
from langchain_core.language_models import BaseChatModel
from langchain_core.messages import HumanMessage

from assistant.answer import Group
from assistant.citation import Citation
from assistant.composer import AnswerComposer, Draft
from assistant.question import Question
from corpus.errors import ChatModelError, SettingsError
from index.retriever import Hit
from index.search_index import SearchIndex
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

    def __init__(self, model: BaseChatModel, index: SearchIndex, extractive: AnswerComposer) -> None:
        """`extractive` gives the evidence, and the answer where nothing that the model wrote can be kept."""
        self._model = model
        self._index = index
        self._extractive = extractive

    def compose(self, question: Question, hits: Sequence[Hit]) -> Draft:
        """See `AnswerComposer`; the extractive draft where the model fails or nothing of it can be kept."""
        draft = self._extractive.compose(question, hits)
        evidence = [citation for group in draft.groups for citation in group.citations]
        try:
            claims = list(parse_claims(self._write(question, evidence)))
        except ChatModelError:
            return _quoted(draft, "大模型没有应答，以下为原文摘录；请检查模型服务。")
        kept = [claim for claim in claims if is_supported(claim, [citation.quote for citation in evidence])]
        if not kept:
            return _quoted(draft, "模型的回答未通过原文核对，以下为原文摘录。")
        notices = draft.notices
        if len(kept) < len(claims):
            notices = (*notices, f"模型所写的 {len(claims) - len(kept)} 个要点未获原文支持，已扣下不用。")
        named = {number for claim in kept for number in claim.numbers}
        cited = {evidence[number - 1] for number in named}
        lead = "\n".join(claim.words for claim in kept)
        return Draft(lead, tuple(_only(draft.groups, cited)), notices, mode="generative")

    def _write(self, question: Question, evidence: Sequence[Citation]) -> str:
        lines = [f"[{number}] {citation.quote}" for number, citation in enumerate(evidence, 1)]
        prompt = render(
            "answer",
            delimiter=f"=={secrets.token_hex(8)}==",
            evidence="\n".join(lines),
            question=question.standalone,
        )
        try:
            return str(self._model.invoke([HumanMessage(prompt)]).text)
        except Exception as error:
            raise ChatModelError("大模型没有应答，请检查模型服务和 POLICY_ASSISTANT_CHAT_MODEL 设置后重试。") from error


def open_chat_model(name: str, timeout: float) -> BaseChatModel:
    """A chat model by LangChain's `provider:model`; keys and addresses come from the provider's own variables.

    Raises:
        SettingsError: if the name is not understood or the provider's package is missing.
    """
    try:
        model: Any = init_chat_model(name, timeout=timeout, max_retries=1)
    except ImportError as error:
        raise SettingsError(f"使用“{name}”需要另装 LangChain 的对应组件，请运行 pip install {error.name}。") from error
    except Exception as error:
        raise SettingsError(f"无法使用大模型“{name}”，请按“提供方:模型”的格式改正设置。") from error
    if not isinstance(model, BaseChatModel):
        raise SettingsError(f"无法使用大模型“{name}”，请按“提供方:模型”的格式改正设置。")
    return model


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
