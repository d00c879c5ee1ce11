"""Which detail a question asks for, and whether a sentence gives one of that kind.

A policy may well treat a topic and yet not give the amount, the date or the office that is asked for. Whether the
nearest sentences hold anything of the asked kind tells such questions from those that are answered.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from index.tokenizer import search_form

_NUMERAL = r"(?:\d[\d,.]*|\*(?:\.\*)?|[零一二两三四五六七八九十百千半]+)[余多]?个?"
_ASKED = "(?:多少|(?<!第)几)个?"
_SPAN = (
    r"(?<![\d年月第])(?:\d{1,3}|\*|[零一二两三四五六七八九十百半]+)(?:个?(?:月(?!\d|底|初|末)|工作日|小时|星期|季度)|"
    r"年(?![\d级度末底初来]|以来)|周年|周(?![一二三四五六日末年])|天|日(?!报)|分钟|学时|课时)|(?<=[^\d])半年|长期|永久|当[天日]|"
    r"每?[日月季旬年周](?:[检抽调监盘巡]|至少|不少于)"
)
"""A stretch of time, which a date is not."""
_AMOUNT = (
    r"(?<![第\d])(?:\d[\d,.]*|\*(?:\.\*)?)(?![\d年月日号条章款])|"
    r"[零一二两三四五六七八九十百千]+(?:万|亿|%|元|个?百分点|倍|成(?![立为绩果])|分之|公里|公顷|亩|米|吨|斤)|百分之|[一二两三四五六七八九十百千]+[以之]?[上下内]"
)
"""A figure that is no date and no part of a name."""


@dataclass(frozen=True, slots=True)
class Detail:
    """A kind of detail: what asks for it and what gives it, as patterns over text in search form."""

    name: str
    asks: re.Pattern[str]
    gives: re.Pattern[str]


def _detail(name: str, asks: str, gives: str) -> Detail:
    return Detail(name, re.compile(asks), re.compile(gives))


DETAILS = (
    _detail(
        "money",
        rf"多少钱|几块钱|(?<!花了){_ASKED}[十百千万亿]*(?:个亿|块|元|美元)|{_ASKED}(?:万|亿)(?![人户亩吨斤头千个家])|收费标准|"
        r"[补奖罚赔缴交给发收花掏扣贷](?:贴|助|励|款|费)?(?:是|有|能|要)?多少(?![年月天个名家])|定价|单价|"
        r"(?:经费|资金|奖金|租金|费|总?投资|工资|津贴|罚款|保证金)(?:是|有|给|发|要|能|定|标准|上限|最高)*多少|"
        r"额度|提成|手续费|how much",
        rf"{_NUMERAL}(?:百|千|万|亿)*(?:元|美元)|免收|免费|无偿",
    ),
    _detail(
        "share",
        rf"百分之[几多]|几成|比例|增速|增幅|增长率|涨幅|{_ASKED}百?分?点|利率|税率|占比|率.{{0,6}}{_ASKED}|percent|rate",
        rf"{_NUMERAL}(?:%|百分点|成|折|倍)|百分之|减半|全额|一半|翻番|翻一番",
    ),
    _detail(
        "date",
        "什么时候|何时|啥时候(?!能)|几月|几号|哪几?天|哪一?年|哪个?月|截止|哪个季度|几时|什么时间|日期|时间节点|几点|星期几|礼拜几|when",
        r"\d+年|\d+月|\d+日|[一二三四五六七八九十]月|年底|季度|半年|月底|之日|[以之]?[前后](?=[,，。；])|周[一二三四五六日末]|"
        r"每[年月周]|\d+[:：点时]|节假日|晚上",
    ),
    _detail(
        "duration",
        "多久|多长时间|(?:期限?|周期)是?多长|how long|"
        rf"{_ASKED}(?:年|月|天|日|工作日|小时|分钟|星期|礼拜|周|学时|课时)(?!度|代)",
        _SPAN,
    ),
    _detail(
        "who",
        "谁|哪[个些](?:部门|单位)|哪几?家|牵头|哪个局|责任单位|联系人|哪位|姓名|主管|归口|由哪(?!些?条)|组长|who is",
        "部门|局|委员会|办公室|厅|政府|单位|机构|牵头|银行|公安|法院|总理|主任|管委会|负责",
    ),
    _detail(
        "where",
        "在哪[儿里个]|哪里|什么地方|地址|选址|哪[几个些]*(?:县|区|市|镇|村|街|城市)|哪条路|哪儿|地点|哪几?所|where",
        r"县|区|市|镇|路|园|港|机场|\*|处所|地",
    ),
    _detail("contact", "电话|热线|网址|邮箱|窗口|菜单|链接|公众号", r"电话|热线|\d{5}|网址|网站|窗口|平台"),
    _detail("names", "名单|清单|分别是|哪几种|哪几类", "、|[(]一[)]|一是"),
    _detail(
        "count",
        rf"{_ASKED}[万亿千]*(?:家|户|所|座|名|人|位|件|种|台|头|亩|只|辆|套|门|场|次|份|艘|篇|班|孩子|游客|学生|学位|床位)|"
        rf"{_ASKED}(?:镇|村|县|市|区|社区|园区|基地|项目|小区|街道)(?:要|来|了|呢|建|$)|(?<!哪)几个(?!方面|层面|环节|部分|月|点)|"
        r"数量|how many",
        rf"{_NUMERAL}(?:百|千|万|亿)*(?:个|家|户|所|座|名|人|位|件|项|处|种|条|台|头|亩|只|辆|套|门|场|次|份|学位|床)|一批",
    ),
    _detail(
        "measure",
        rf"{_ASKED}[万亿千]*(?:吨|斤|亩|公里|平方|千瓦|升|度|立方|公顷|米)|面积(?:是|有|多)|装机|占地(?:面积)?(?:好多|多[少大]|几)|多[大长高重深宽](?!比例|时间|的事|搞|程度|问题)(?<!期是多长)(?<!期多长)|浓度",
        rf"{_NUMERAL}[万亿千]*(?:吨|斤|亩|公里|平方|千瓦|伏|升|度|立方|公顷|米|头)",
    ),
    _detail(
        "procedure",
        "(?:怎么|如何|怎样)(?:申请|申报|办理|报名|领|填|算|计算|打分|报销)|流程|手续|(?:哪些|什么)材料",
        "申请|申报|材料|程序|流程|办理|提交|备案|登记|审核|计算|填|评分|考评",
    ),
    _detail(
        "condition", "什么条件|哪些条件|资格|门槛|学历|几年经验|多少分|满分", "条件|符合|具备|应当|不低于|以上|学历|分"
    ),
    _detail("figure", "多少(?![元家户所座名人位件种台头亩吨斤天年月])|how many", _AMOUNT),
    _detail("penalty", "怎么罚|罚多少|处罚|追责|什么后果|扣多少|滞纳", "罚|追究|责任|依法|处分|问责|撤销|取消|扣"),
)


def asked_details(question: str) -> tuple[Detail, ...]:
    """The kinds of detail that a question asks for; none if it asks what there is to say on a topic."""
    text = search_form(question)
    return tuple(detail for detail in DETAILS if detail.asks.search(text))


def lacks_detail(details: Sequence[Detail], sentences: Sequence[str]) -> bool:
    """Whether one of the kinds is given by none of the sentences."""
    texts = [search_form(sentence) for sentence in sentences]
    return any(not any(detail.gives.search(text) for text in texts) for detail in details)
