"""Questions for every clause are recognised however they are put; ordinary questions are left alone."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.list_question import ListQuestion, Reading, names_nothing, read_list_question
from index.tokenizer import WordTokenizer

_TOKENIZER = WordTokenizer()


def read(question: str) -> ListQuestion | None:
    return read_list_question(question, _TOKENIZER.cut)


def subjects(question: str) -> tuple[str, ...]:
    asked = read(question)
    assert asked is not None, question
    return asked.subjects


@pytest.mark.parametrize(
    ("question", "subject"),
    [
        ("哪些地方用了“产业园”这个词", "产业园"),
        ("请把所有提到“高质量发展”的条款列出来", "高质量发展"),
        ("「民生」二字在哪几条里出现过？", "民生"),
        ('"试点"一词在哪些条款中出现过？', "试点"),
        ("列出含“创新”一词的各条", "创新"),
        ("几处提到“乡村振兴”？", "乡村振兴"),
        ("什么地方提到了“督查”", "督查"),
        ("“统筹”这个词用在哪几条", "统筹"),
        ("“××城市”出现在哪几条", "××城市"),
    ],
)
def test_quoted_word_is_meant_literally(question: str, subject: str) -> None:
    asked = read(question)
    assert asked is not None
    assert (asked.subjects, asked.reading) == ((subject,), Reading.QUOTED)


@pytest.mark.parametrize(
    ("question", "subject"),
    [
        ("哪些条款提到合作社", "合作社"),
        ("哪幾條提到鐵路", "铁路"),
        ("那些条款提到农民合作社", "农民合作社"),
        ("全文有几条讲到了旅游？分别是哪几条", "旅游"),
        ("提到公租房的是哪些条款？", "公租房"),
        ("柑桔在文件里哪几条提过？", "柑桔"),
        ("有没有提疫苗，在哪几条？", "疫苗"),
        ("全文有没有条款提到直播带货", "直播带货"),
        ("哪些文件提到区块链", "区块链"),
        ("除了第一条，还有哪些条款提到消费？", "消费"),
        ("哪些条款提到和谐社会", "和谐社会"),
        ("哪些条款提到对外开放", "对外开放"),
        ("哪些条款提到成都", "成都"),
        ("哪些条款写了规范性文件", "规范性文件"),
        ("会议纪要在哪几条里提到", "会议纪要"),
        ("哪些条款提到申请材料", "申请材料"),
        ("哪些条款提及所有权", "所有权"),
        ("含有校车的条项，请一项不漏地列出", "校车"),
        ("哪几处写了垂钓？一处都别漏", "垂钓"),
    ],
)
def test_word_that_is_mentioned_is_read(question: str, subject: str) -> None:
    asked = read(question)
    assert asked is not None
    assert (asked.subjects, asked.reading) == ((subject,), Reading.WORD)


@pytest.mark.parametrize(
    ("question", "subject"),
    [
        ("列出所有与医院有关的安排", "医院"),
        ("列出所有与“医院”有关的安排", "医院"),
        ("涉及政府债券的条款都有哪些？", "政府债券"),
        ("凡涉及数字经济的条款请逐条列出", "数字经济"),
        ("和外贸相关的条款是哪几条", "外贸"),
        ("与水有关的条款有哪些", "水"),
        ("哪几条是关于教育的？", "教育"),
        ("农房归哪些条款管？", "农房"),
        ("看病这方面有哪几条管？", "看病"),
        ("列出所有有具体金额的条款", "金额"),
        ("丘陵有关的条款", "丘陵"),
        ("想看看里面所有涉及养老的内容", "养老"),
        ("跟垂钓有关的有哪些规定", "垂钓"),
        ("天然气方面的要求散落在哪些条？", "天然气"),
        ("全文检索：保护区，列出所在条款。", "保护区"),
        ("与体育沾边的工作有哪几项？产业、场馆都要算上", "体育"),
        ("教育方面的内容分布在哪些条款？不光办学校，改革也要", "教育"),
        ("网购这一块打算怎么弄？把相关的条都列一下", "网购"),
        ("管出口环节的条款都有哪些", "出口"),
    ],
)
def test_topic_is_read(question: str, subject: str) -> None:
    asked = read(question)
    assert asked is not None
    assert (asked.subjects, asked.reading) == ((subject,), Reading.TOPIC)


@pytest.mark.parametrize(
    ("question", "several"),
    [
        ("农房和自建房归哪些条款管？", ("农房", "自建房")),
        ("哪几条提到了“五年”或“三年”？", ("五年", "三年")),
        ("列一下提到平等、和平的条款", ("平等", "和平")),
        ("哪几条点名照顾或扶持中小企业？", ("照顾中小企业", "扶持中小企业")),
        ("让用户和公众能投诉举报的条款有哪些？", ("用户能投诉举报", "公众能投诉举报")),
        ("新能源、氢能这些能源产业在哪几条？", ("新能源", "氢能")),
        ("借款（信用贷、抵押贷都算）哪几条讲到了？", ("借款", "信用贷", "抵押贷")),
    ],
)
def test_several_subjects_are_told_apart(question: str, several: tuple[str, ...]) -> None:
    assert subjects(question) == several


def test_what_a_clause_must_and_must_not_hold_is_read() -> None:
    assert read("哪些条款同时提到教育和医疗") == ListQuestion(("教育", "医疗"), Reading.WORD, at_once=True)
    assert read("哪些条款提到高新区但没提到园区") == ListQuestion(("高新区",), Reading.WORD, without="园区")
    asked = read("哪一条提到“新区”？高新区不是，不要算进来")
    assert asked is not None
    assert (asked.subjects, asked.excluded) == (("新区",), ("高新区",))


def test_roles_of_a_body_are_read() -> None:
    asked = read("由合肥海关负责或牵头的是哪几条？只是配合的不要")
    assert asked is not None
    assert (asked.subjects, asked.roles) == (("合肥海关",), frozenset({"负责", "牵头"}))
    mentioned = read("哪些条款提到责任")
    assert mentioned is not None
    assert not mentioned.roles


def test_part_is_read() -> None:
    asked = read("第三部分哪些条款提到园区")
    assert asked is not None
    assert (asked.part, asked.subjects) == (3, ("园区",))


@pytest.mark.parametrize(
    "question",
    [
        "怎样扩大消费",
        "农业方面有哪些目标",
        "第三部分有哪些措施",
        "合作社有哪些支持政策",
        "哪些地方开展试点",
        "哪些条件可以申请",
        "符合哪几条标准才能申报",
        "开行哪几条铁路专列",
        "有几条铁路要建",
        "哪些款项可以扣除",
        "哪些条例要修改",
        "第二章列了哪几条",
        "“五、”下面有哪几条",
        "最后一章讲了哪几条",
        "列出所有部分的标题",
        "一共多少条",
        "科技创新政策有几条",
        "促进就业的措施有哪几条",
        "那几条内容再详细说说",
        "把那几条列出来",
        "哪条路要修",
        "列出全部措施",
        "哪些部门负责",
        "提到的TSN是什么",
        "稳就业是第几条？",
        "农业是哪一条讲的？",
        "有哪些条款",
        "哪些行为要罚款",
    ],
)
def test_ordinary_question_is_no_list(question: str) -> None:
    assert read(question) is None


@pytest.mark.parametrize(
    ("piece", "is_empty"),
    [("分别在哪几条", True), ("都是哪几条？", True), ("请列出", True), ("开头也算", True), ("农业有哪些目标", False)],
)
def test_piece_that_only_goes_on_asking_names_nothing(piece: str, is_empty: bool) -> None:
    assert names_nothing(piece, _TOKENIZER.cut) is is_empty


@given(st.text(max_size=60), st.sampled_from(["哪些条款提到{}", "列出所有与{}有关的条款", "“{}”出现在哪几条", "{}"]))
def test_any_text_is_read(text: str, frame: str) -> None:
    asked = read(frame.format(text))
    assert asked is None or all(asked.subjects)
