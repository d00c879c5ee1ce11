"""Answers in prose by a LangChain chat model, of which nothing is believed.

A model sees numbered sentences and writes claims that end with their numbers. A claim is kept if its numbers exist
and the sentences that it names bear it out (`support.checker`); the citations are those sentences.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import TypeVar

from assistant.answer import Claim, Group, describe
from assistant.chat_model import ChatModel
from assistant.citation import Citation
from assistant.composer import AnswerComposer, Draft
from assistant.question import Question
from corpus.clauses import Clause
from corpus.errors import ChatModelError
from index.retriever import Hit
from prompts import fresh_delimiter, render

_CLAIM = re.compile(
    r"^[\s·•\-]*(?:\d{1,2}(?:[、)）]|[.．](?!\d))\s*)?(?P<words>.+?)\s*(?P<numbers>(?:[\[〔【]\d+(?:\s*[,，、]\s*\d+)*[\]〕】]\s*)+)[。；]?\s*$"
)
_NUMBER = re.compile(r"\d+")
_DECLINED = "无法回答"
_Evidence = TypeVar("_Evidence")
LEAD = "以下由大模型依据原文撰写，逐句经过核对，编号为所依据的引文："


Support = Callable[[str, Sequence[str]], bool]
"""Whether sentences bear out what a model wrote; `support.checker` makes the usual one."""


@dataclass(frozen=True, slots=True)
class WrittenClaim:
    """A line that the model wrote, and the numbers of the evidence that it names (from 1)."""

    words: str
    numbers: tuple[int, ...]

    def named(self, evidence: Sequence[_Evidence]) -> tuple[_Evidence, ...]:
        """The evidence that it names, each once; none if one of its numbers does not exist."""
        if not all(1 <= number <= len(evidence) for number in self.numbers):
            return ()
        return tuple(dict.fromkeys(evidence[number - 1] for number in self.numbers))


class GenerativeComposer:
    """Lets a chat model write from the extractive draft's sentences, and checks each of its claims.

    The draft's sentences all stay, so an answer is never less complete than the extractive one.
    """

    def __init__(self, model: ChatModel, extractive: AnswerComposer, bears_out: Support) -> None:
        """`extractive` gives the evidence, and the answer where nothing that the model wrote can be kept."""
        self._model = model
        self._extractive = extractive
        self._bears_out = bears_out

    def compose(self, question: Question, hits: Sequence[Hit]) -> Draft:
        """See `AnswerComposer`; the extractive draft where the model fails or nothing of it can be kept."""
        draft = self._extractive.compose(question, hits)
        try:
            prose = self._write(question, draft.groups)
        except ChatModelError:
            return _quoted(draft, "大模型没有应答，以下为原文摘录；请检查模型服务。")
        if not prose.claims:
            why = "模型认为原文没有直接回答" if prose.declined else "模型的回答未通过原文核对"
            return replace(_quoted(draft, f"{why}，以下为原文摘录。"), withheld=prose.withheld)
        notices = draft.notices
        if prose.withheld:
            notices = (*notices, f"模型所写的 {prose.withheld} 个要点未获原文支持，已扣下不用。")
        return Draft(LEAD, draft.groups, notices, "generative", tuple(prose.claims.values()), prose.withheld)

    def _write(self, question: Question, groups: Sequence[Group]) -> "_Prose":
        """Let the model write, and check each claim as soon as its line is finished."""
        evidence = [(group.clause, citation) for group in groups for citation in group.citations]
        citations = [citation for _, citation in evidence]
        prose = _Prose()
        for line in self._lines(write_prompt(question.standalone, evidence, self._model.room)):
            prose.declined |= line.strip().startswith(_DECLINED)
            for written in parse_claims(line):
                basis = written.named(citations)
                if basis and self._bears_out(written.words, [citation.quote for citation in basis]):
                    prose.claims.setdefault(written.words, Claim(written.words, basis))
                else:
                    prose.withheld += 1
        return prose

    def _lines(self, prompt: str) -> Iterator[str]:
        """The lines that the model writes, as they are finished."""
        line = ""
        for piece in self._model.write(prompt):
            *finished, line = (line + piece).split("\n")
            yield from finished
        yield line


@dataclass
class _Prose:
    """What came of a model's answer: its claims that hold, by their words, and how many do not.

    `declined`: it said that the evidence does not answer.
    """

    claims: dict[str, Claim] = field(default_factory=dict)
    withheld: int = 0
    declined: bool = False


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
            delimiter=fresh_delimiter(),
            evidence="\n".join([*lines, words]),
            question=question,
        )
        if lines and len(longer) > room:
            break
        lines.append(words)
        prompt = longer
    return prompt


def parse_claims(text: str) -> Iterator[WrittenClaim]:
    """The lines that end with evidence numbers; a line without them is no claim."""
    for line in text.splitlines():
        if match := _CLAIM.match(line):
            yield WrittenClaim(match["words"], tuple(int(number) for number in _NUMBER.findall(match["numbers"])))


def _quoted(draft: Draft, notice: str) -> Draft:
    """The extractive draft, with word of why the model did not write it."""
    return replace(draft, notices=(*draft.notices, notice))
