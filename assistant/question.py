"""Reading a question: what it asks, and of which clauses."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from assistant.followup import neighbour, stand_alone
from assistant.naming import DOCUMENT_KINDS
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

_ALL_TARGETS = re.compile(
    "(?:哪些|哪几[个项]|什么|啥|都有|列出|列一下|全部|所有|各项).{0,12}(?:目标|指标)|(?:目标|指标)(?:任务)?(?:都|分别|各)?(?:有|是|列|要)(?:哪|几|什么|啥|一下)"
)
_BROAD = re.compile(
    "哪些|哪几|各|分别|都有|所有|方面|措施|安排|任务|目标|办法|以及|和.*(?:怎|如何|有|要)|、|一起|综合|统筹|what|which"
)
_NARROW = re.compile("多少|几|率|什么时候|多久|谁|哪个|哪里|吗|是不是|能不能|有没有|叫什么")
_PARTS = re.compile(r"[？?；;\n]+|(?:(?<=^)|(?<=[，,。：:、\s]))\d{1,2}[、.．](?!\d)")
_ASKS = re.compile(
    "多少|几[个家户亿万千百条处名项所只头天月年]|哪|什么|啥|怎|咋|如何|吗|呢|是否|能不能|有没有|要不要|可不可以|会不会|多久|谁"
)
_COMMA = re.compile(r"[，,\s]")
_ITEM = re.compile(r"^\d{1,2}[、.．]")
_GENERAL = re.compile(
    "(?:请问|主要|都|还|又|具体|分别|各|有|是|要|会|能|该|哪些|什么|啥|怎么样?|如何|多少|吗|呢|措施|办法|安排|目标|任务|举措|要求|做|抓|搞)*"
)
_REFERS = re.compile(
    rf"^.{{0,16}}?(?:文件|原文|法|{DOCUMENT_KINDS})(?:里面?|里头|中|上)?(?:都|是|也|又|到底|究竟)*"
    "(?:(?:怎么|如何|咋)(?:个?)(?:定|说|写|讲|规定|要求|解释)|(?:有没有|有|没有?|是否)?(?:写|说|提|讲|规定|明确|解释|交代)(?:死|明|清楚?|过|到)*)"
    "(?:了|的|没有?|吗|吧|呢|啊|呀)*$"
)
"""`管理办法有写吧`: asks whether the document says it, and nothing of its own."""
_ALTERNATIVES = re.compile("^(?:是|到底是|究竟是)?[^还？?]{1,10}还是[^？?]{1,12}$")
"""`过半数还是三分之二`: what the answer to the question before may be."""
_LISTING = re.compile(
    "^(?:请|能不能|能|可不可以|可以|麻烦)?(?:帮我|给我)?(?:把|将)?(?:涉及|相关|有关|所有|全部)?的?"
    "(?:条款|条文|条目|条项|条|内容|名字|名称|名单|地名|[一二三四五六七八九十0-9]+[个项条样种])?(?:请|全部?|都|挨个|逐[一项个条]|一一|分别)*"
    "(?:[列指找标]|说|讲|写)(?:出来?|给我|一下|清楚?|全|明白?)*(?:吗|吧|呢)?$|^(?:分别|各自?)(?:是|在)?(?:第几|哪几?|哪些)[条项款]$"
)
"""`能把名单列给我吗`: how the question before is to be answered."""
_SHORT = 5
_MAX_PARTS = 5

History = Sequence[Mapping[str, str]]


@dataclass(frozen=True, slots=True)
class Question:
    """A question that was understood.

    Attributes:
        text: as it was asked, without control characters and white space at its ends.
        standalone: what is searched for: a follow-up with what it left unsaid put in.
        address: what the outline is asked: the text, or the neighbour of a clause that was named before.
        asks_target: whether it asks for a target or a figure.
        asks_all_targets: whether it asks which targets there are, rather than for one figure.
        is_broad: whether it asks for all there is on a topic, rather than for one fact.
        earlier: what was asked before, oldest first.
    """

    text: str
    standalone: str
    address: str
    asks_target: bool
    asks_all_targets: bool = False
    is_broad: bool = False
    earlier: tuple[str, ...] = ()


def read_question(text: object, history: History | None = None) -> Question:
    """Understand a question in its conversation.

    Raises:
        QuestionError: if it is not text, empty, or longer than `MAX_LENGTH` characters, or if the history is none.
    """
    question = _clean(text)
    earlier = [words for words in _earlier(history) if words]
    beside = neighbour(question, earlier)
    standalone = beside or stand_alone(question, earlier)
    text = search_form(standalone)
    asks_figure = bool(_FIGURE.search(text))
    return Question(
        question,
        standalone,
        address=beside or question,
        asks_target=asks_figure or bool(_TARGET.search(text)),
        asks_all_targets=bool(_ALL_TARGETS.search(text)) and not asks_figure,
        is_broad=_is_broad(standalone),
        earlier=tuple(earlier),
    )


def split_questions(text: object) -> list[str]:
    """The questions that one message asks, in order; the message itself, cleaned, if it asks but one.

    Question marks, semicolons and numbers end a question. No more than `_MAX_PARTS` are told apart. Raises like
    `read_question`.
    """
    question = _clean(text)
    parts = [_ITEM.sub("", part.strip(" ，,。：:、")) for part in _PARTS.split(question)]
    asking = [part for part in parts if any(char.isalnum() for char in part)]
    is_several = 1 < len(asking) <= _MAX_PARTS and all(map(_stands_alone, asking))
    return asking if is_several else [question]


def split_at_commas(question: str) -> list[str]:
    """The parts of a question that each ask something, such as `什么时候报，去哪儿报`; itself if there are no such."""
    for comma in _COMMA.finditer(question):
        before, behind = question[: comma.start()], question[comma.end() :]
        if all(_stands_alone(side) and _ASKS.search(side) for side in (before, behind)):
            return [before, *split_at_commas(behind)]
    return [question]


def _stands_alone(part: str) -> bool:
    words = part.rstrip("？?。！! ")
    leans = any(pattern.search(words) for pattern in (_REFERS, _ALTERNATIVES, _LISTING))
    return len(words) >= _SHORT and not leans and not _GENERAL.fullmatch(words)


def _is_broad(question: str) -> bool:
    text = search_form(question)
    return bool(_BROAD.search(text)) and not _NARROW.search(text)


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
