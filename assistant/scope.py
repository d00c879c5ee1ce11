"""What a document cannot answer whatever it says: other years and places, persons' lives, advice, small talk."""

import re
from functools import cache
from pathlib import Path

from index.search_index import SearchIndex
from index.tokenizer import search_form

REGIONS_FILE = Path(__file__).with_name("regions.txt")
_OTHER_TIME = re.compile("[去前明后]年|[昨前明后]天|[上下]周|[上下]个月|上一年|往年|历年|[上下]一任")
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?=年)")
_NOT_POLICY = re.compile(
    "(?<!污染)天气|下雨|气温|几度|新闻联播|股票|股价|笑话|讲个故事|写[一首]*诗|你是谁|你叫什么|写一[篇份封]|致辞|发言稿|起诉|胜算|打官司|"
    "去哪儿?任职|调到?哪|简历|joke|weather"
)

_EMPTY = re.compile(
    "请问|麻烦|帮我?|告诉|一下|我们|咱们|你们|他们|我|你|他|它|这个|那个|这些|那些|这种|那种|这|那|情况|事情?|东西|单位|部门|文件|政策|"
    "规定|要求|条件|标准|流程|手续|材料|时候|时间|期限|电话|名单|清单|对象|范围|内容|方面|具体|详细|细|别的|其他|还|有没有|没有|没|有|"
    "能不能|可不可以|行不行|算不算|是不是|要不要|会不会|能|可以|可|行|算|是|要|会|需要|应该|该|做|办理?|弄|搞|申请|领取?|拿|补|罚|"
    "完成|开始|执行|生效|结束|实现|达到|违反|处理|负责|归|管|讲|说|问|看|谁|哪个|哪些|哪里|哪儿|哪|什么|啥|怎么样?|怎样|咋|如何|"
    "多少|几[个天年月]?|多久|多长|最[高低多少大快晚]|一点|一些|再|又|都|也|就|才|了|的|地|得|吗|呢|吧|啊|呀|嘛|么|不|和|与|在|对|把|给|到|去|"
    r"钱|笔|[\s\W]"
)


def is_elsewhere(question: str, index: SearchIndex) -> bool:
    """Whether it speaks of another time, or of a place that no document names."""
    text = search_form(question)
    return bool(_OTHER_TIME.search(text)) or any(not _holds(index, place) for place in regions(text))


def names_other_year(question: str, index: SearchIndex) -> bool:
    """Whether it names a year that no document names."""
    return not {year for year in _YEAR.findall(search_form(question))} <= index.latin_words


def is_not_policy(question: str) -> bool:
    """Whether it asks for news, small talk, a person's life, legal advice or a text to be written."""
    return bool(_NOT_POLICY.search(search_form(question)))


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


def _holds(index: SearchIndex, place: str) -> bool:
    return any(place in parsed.document.title + parsed.document.text for parsed in index.documents)
