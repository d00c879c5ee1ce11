"""Follow-up questions: putting in what they leave unsaid, by rules."""

import re
from collections.abc import Sequence

from corpus.numbering import numeral_value

_SWITCH = re.compile(
    r"^(?:那么|那|换成|再说说|再看看|还有)?\s*(?P<topic>[^，。？！?!\s]{1,12}?)(?:方面|领域|这块|这一块)?呢[？?！!。]*$"
)
_FRAME = re.compile(
    r"^(?:请问|我想问|想问一下|问一下)?(?P<topic>.+?)"
    r"(?P<frame>(?:方面|领域|工作)?的?(?:有哪些|有什么|有啥|要做|怎么|如何|是什么|是多少|多少|目标|任务|措施|要求|安排).*)$"
)
_CONTINUES = re.compile(
    r"^(?:那|那么|还有|另外|具体|其中|另|再|然后|所以)|它|(?<![尤极])其(?![他它余实])|这[个些项条一方里]|那[个些项条里]|"
    r"上述|上面|刚才|前面|该[项条]|此[项条]|呢[？?]?$"
)
_ASKS = re.compile("哪|什么|啥|怎|如何|多少|几|为何|是否|吗")
_GENERIC = "目标|指标|任务|措施|要求|安排|工作|内容|主要|重点|资金|时间|一共|总共|都|还|又|也"
_OWN_TOPIC = re.compile(
    r"^(?:请问|我想问|想问一下|问一下)?(?:"
    r".*第[\d零一二三四五六七八九十百]+(?:条|章|部分)|"
    rf"(?:怎样|怎么|如何)(?!{_GENERIC})[^？?！!。]{{4,}}|"
    rf"(?!(?:{_GENERIC})+的?(?:有|哪|怎|如何))(?!怎|如何|有)(?:"
    r"[^，。]{2,}?(?:有哪些|有什么|有啥|哪些|怎样|怎么|如何)[^？?！!。办样]{2,}|[^，。]{4,}?(?:怎样|怎么|如何)[^？?！!。办样]))"
)
"""A place in the document, or an asking word with what it asks about."""
_NAMED = re.compile(r"(?P<before>.*)第(?P<number>\d+|[零一二三四五六七八九十百]+)条")
_NEIGHBOURS = {
    re.compile("(?:上|前)面?(?:紧挨着?)?(?:的)?那?一?条(?!措施)"): -1,
    re.compile("(?:下|后)面?(?:紧挨着?|接着)?(?:的)?那?一?条(?!措施)"): 1,
}
_SELF_CONTAINED = 12
_REMEMBERED = 3


def stand_alone(question: str, earlier: Sequence[str]) -> str:
    """The question with its topic put in, if it leans on the questions before it; else the question itself.

    `那工业呢？` after `农业方面有哪些目标` becomes `工业方面有哪些目标`; `具体怎么做？` becomes the earlier question
    and this one. No more than `_REMEMBERED` earlier questions are looked at.
    """
    if not earlier:
        return question
    earlier = earlier[-_REMEMBERED:]
    before = _without_end(stand_alone(earlier[-1], earlier[:-1]))
    switch, frame = _SWITCH.match(question), _FRAME.match(before)
    if switch and frame and not _ASKS.search(switch["topic"]):
        return f"{switch['topic']}{frame['frame']}"
    return f"{before}，{question}" if _leans(question) else question


def neighbour(question: str, earlier: Sequence[str]) -> str | None:
    """`上一条呢？` after `第十四条讲什么` as `第十三条讲什么`; None if it does not ask for a neighbour of a clause.

    The clause is the last one that an earlier question names by its number; the document that is named with it stays.
    """
    step = next((step for pattern, step in _NEIGHBOURS.items() if pattern.search(question)), 0)
    named = next((found for text in reversed(earlier) if (found := _NAMED.search(text))), None)
    if not step or named is None:
        return None
    number = (numeral_value(named["number"]) or 0) + step
    return f"{named['before']}第{number}条讲什么" if number > 0 else None


def points_back(question: str) -> bool:
    """Whether it says in words that it goes on from what was asked before."""
    return bool(_CONTINUES.search(question))


def _leans(question: str) -> bool:
    """Whether it points back, or is short and names no topic of its own."""
    if _OWN_TOPIC.match(question) and not _CONTINUES.search(question.rstrip("？?呢")):
        return False
    return points_back(question) or len(question) < _SELF_CONTAINED


def _without_end(question: str) -> str:
    return question.rstrip("？?。！!，, ")
