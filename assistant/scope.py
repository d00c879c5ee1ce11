"""What a document cannot answer whatever it says: other years and places, persons' lives, advice, small talk."""

import re
from collections.abc import Sequence
from functools import cache
from pathlib import Path

from corpus.clauses import ParsedDocument
from index.search_index import SearchIndex
from index.tokenizer import search_form

REGIONS_FILE = Path(__file__).with_name("regions.txt")
_OTHER_TIME = re.compile("[去前明后]年|[昨前明后]天|[上下]周|[上下]个月|上一年|往年|历年|[上下]一任")
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?=年)")
_OTHER_VERSION = re.compile(
    "(?:(?:19|20)[0-9]{2})年?(?:那|的)?一?版|(?:(?:19|20)[0-9]{2})年(?:以前|之前)?的?[老旧]|[旧老上]一?版|修[订改]前|(?:最近|上)一?次修[订改]"
)
_NOT_POLICY = re.compile(
    "(?<!污染)天气|下雨|气温|(?:今天|明天|现在|外面|室外).{0,8}几度|新闻联播|股票|股价|笑话|讲个故事|写[一首]*诗|你是谁|你叫什么|"
    "写一[篇份封]|致辞|发言稿|去哪儿?任职|调到?哪|简历|joke|weather"
)
_PERSON = re.compile(
    "(?:现在|目前|现任|当前|新任|上一?任).{0,14}(?:是谁|谁(?:分管|主管|担任|当)|哪位|叫什么|叫啥|名字)|叫什么名字|姓什么|姓甚名谁|"
    "(?:局|部|市|省|县|区|乡|镇|厅|处|司|院|校|会)长(?:是|叫)(?:谁|哪位|什么|啥)|(?:主任|书记|一把手)(?:是|叫)(?:谁|哪位|什么|啥)"
)
_ADVICE = re.compile(
    "胜算|[几多]成把握|有(?:没有|多大)?把握|(?:能|会|可以)打?得?赢|(?:还是|哪个|怎么).{0,12}(?<!不)划算|法院会(?:不会)?(?:判|支持)|(?:去|该|到)哪[个家]?法院|"
    "(?:告|起诉)(?:了?我|他|她|县|市|政府|公司|老板|单位).*(?:把握|赢|输|胜|吗)"
)

_EMPTY = re.compile(
    "请问|麻烦|帮我?|告诉|一下|我们|咱们|你们|他们|我|你|他|它|这个|那个|这些|那些|这种|那种|这|那|情况|事情?|东西|单位|部门|文件|政策|"
    "规定|要求|条件|标准|流程|手续|材料|时候|时间|期限|电话|名单|清单|对象|范围|内容|方面|具体|详细|细|别的|其他|还|有没有|没有|没|有|"
    "能不能|可不可以|行不行|算不算|是不是|要不要|会不会|能|可以|可|行|算|是|要|会|需要|应该|该|做|办理?|弄|搞|申请|领取?|拿|补|罚|"
    "完成|开始|执行|生效|结束|实现|达到|违反|处理|负责|归|管|讲|说|问|看|谁|哪个|哪些|哪里|哪儿|哪|什么|啥|怎么样?|怎样|咋|如何|"
    "多少|几[个天年月]?|多久|多长|最[高低多少大快晚]|一点|一些|再|又|都|也|就|才|了|的|地|得|吗|呢|吧|啊|呀|嘛|么|不|和|与|在|对|把|给|到|去|"
    r"钱|笔|[\s\W]"
)


def is_elsewhere(question: str, documents: Sequence[ParsedDocument], nearest: ParsedDocument) -> bool:
    """Whether it speaks of another time, of another version, or of a place that the documents are not about.

    That is a place that no document names; or that `nearest`, the document that comes nearest, does not name, if its
    title names another.
    """
    text = search_form(question)
    if _OTHER_TIME.search(text) or _OTHER_VERSION.search(text):
        return True
    is_local = bool(regions(search_form(nearest.document.title)))
    return any(not _holds(documents, place) or (is_local and not _holds((nearest,), place)) for place in regions(text))


def names_other_year(question: str, index: SearchIndex) -> bool:
    """Whether it names a year that no document names."""
    return not {year for year in _YEAR.findall(search_form(question))} <= index.latin_words


def is_not_policy(question: str) -> bool:
    """Whether it asks for news, small talk, a person's life, legal advice or a text to be written."""
    text = search_form(question)
    return any(pattern.search(text) for pattern in (_NOT_POLICY, _PERSON, _ADVICE))


def is_unclear(question: str) -> bool:
    """Whether it has no subject: pointing words, asking words and words that fit any policy, and nothing else."""
    return not _EMPTY.sub("", search_form(question))


def regions(text: str) -> list[str]:
    """The provinces, cities and countries that a text in search form names."""
    return _region_names().findall(text)


@cache
def _region_names() -> re.Pattern[str]:
    names = REGIONS_FILE.read_text(encoding="utf-8").split()
    return re.compile("|".join(sorted(names, key=len, reverse=True)))


def _holds(documents: Sequence[ParsedDocument], place: str) -> bool:
    return any(place in parsed.document.title + parsed.document.text for parsed in documents)
