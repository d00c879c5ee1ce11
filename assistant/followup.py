"""Follow-up questions: putting in what they leave unsaid, by rules."""

import re
from collections.abc import Sequence

_SWITCH = re.compile(
    r"^(?:那么|那|换成|再说说|再看看|还有)?\s*(?P<topic>[^，。？！?!\s]{1,12}?)(?:方面|领域|这块|这一块)?呢[？?！!。]*$"
)
_FRAME = re.compile(
    r"^(?:请问|我想问|想问一下|问一下)?(?P<topic>.+?)"
    r"(?P<frame>(?:方面|领域|工作)?的?(?:有哪些|有什么|有啥|要做|怎么|如何|是什么|是多少|多少|目标|任务|措施|要求|安排).*)$"
)
_CONTINUES = re.compile(
    r"^(?:那|那么|还有|另外|具体|其中|另|再|然后|所以)|[它其]|这[个些项条一方里]|那[个些项条里]|上述|上面|刚才|前面|"
    r"该[项条]|此[项条]|呢[？?]?$"
)
_SELF_CONTAINED = 12


def stand_alone(question: str, earlier: Sequence[str]) -> str:
    """The question with its topic put in, if it leans on the questions before it; else the question itself.

    `那工业呢？` after `农业方面有哪些目标` becomes `工业方面有哪些目标`; `具体怎么做？` becomes the earlier question
    and this one.
    """
    if not earlier:
        return question
    before = _without_end(stand_alone(earlier[-1], earlier[:-1]))
    if (switch := _SWITCH.match(question)) and (frame := _FRAME.match(before)):
        return f"{switch['topic']}{frame['frame']}"
    if _CONTINUES.search(question) or len(question) < _SELF_CONTAINED:
        return f"{before}，{question}"
    return question


def _without_end(question: str) -> str:
    return question.rstrip("？?。！!，, ")
