"""Reading a question: what it asks, and of which clauses."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from assistant.followup import stand_alone
from corpus.errors import QuestionError
from index.tokenizer import search_form

MAX_LENGTH = 500
MAX_HISTORY = 50
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\ud800-\udfff]")
_FIGURE = re.compile(
    "多少|(?<![第哪])几[个家户亿万千百条处名项所只头天月年元块成倍折]|百分之几|比例|增速|增幅|增长率|涨幅|数量|规模|额度|金额|定额|标准是|"
    "上限|下限|how many|how much"
)
_TARGET = re.compile("目标|指标|任务量|不低于|不超过|什么水平|到哪个程度|target")

History = Sequence[Mapping[str, str]]


@dataclass(frozen=True, slots=True)
class Question:
    """A question that was understood.

    Attributes:
        text: as it was asked, without control characters and white space at its ends.
        standalone: what is searched for: a follow-up with what it left unsaid put in.
        asks_target: whether it asks for a target or a figure.
        asks_all_targets: whether it asks which targets there are, rather than for one figure.
    """

    text: str
    standalone: str
    asks_target: bool
    asks_all_targets: bool = False


def read_question(text: object, history: History | None = None) -> Question:
    """Understand a question in its conversation.

    Raises:
        QuestionError: if it is not text, empty, or longer than `MAX_LENGTH` characters, or if the history is none.
    """
    question = _clean(text)
    standalone = stand_alone(question, [words for words in _earlier(history) if words])
    figure = asks_figure(standalone)
    target = bool(_TARGET.search(search_form(standalone)))
    return Question(question, standalone, asks_target=figure or target, asks_all_targets=target and not figure)


def asks_figure(question: str) -> bool:
    """Whether the question asks for a number: how many, how much, what share."""
    return bool(_FIGURE.search(search_form(question)))


def _clean(text: object) -> str:
    if not isinstance(text, str):
        raise QuestionError("问题必须是一段文字，请重新输入。")
    if len(text) > MAX_LENGTH:
        raise QuestionError(f"问题太长（{len(text)} 字），请缩短到 {MAX_LENGTH} 字以内。")
    question = unicodedata.normalize("NFC", _CONTROL.sub("", text)).strip()
    if not any(char.isalnum() for char in question):
        raise QuestionError("问题是空的，请输入要查询的内容。")
    return question


def _earlier(history: object) -> list[str]:
    """What the user asked in the last `MAX_HISTORY` turns, oldest first."""
    turns = [] if history is None else history
    if not isinstance(turns, Sequence) or isinstance(turns, str) or not all(map(_is_turn, turns[-MAX_HISTORY:])):
        raise QuestionError("对话记录的格式不对，每一条应有 role 和 content 两项，请改正后重试。")
    asked = [turn["content"] for turn in turns[-MAX_HISTORY:] if turn["role"] == "user"]
    return [_CONTROL.sub("", content).strip()[:MAX_LENGTH] for content in asked]


def _is_turn(turn: object) -> bool:
    return (
        isinstance(turn, Mapping) and turn.get("role") in ("user", "assistant") and isinstance(turn.get("content"), str)
    )
