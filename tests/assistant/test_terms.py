"""A term is answered from where the documents explain it, or with where it stands; never from elsewhere."""

import re
from collections.abc import Callable

import pytest

from assistant.composer import Draft
from assistant.definitions import bare, defines, hides_beside, plain, spells_out
from assistant.masks import MASK_NOTICE
from assistant.term_question import Form, read_term_question
from assistant.terms import Glossary
from corpus import ParsedDocument
from index.search_index import document_terms
from index.tokenizer import WordTokenizer

MEANINGS = [
    "{}是什么意思",
    "{}是什麼意思？",
    "什么是{}？",
    "{}指什么",
    "{}包括哪些",
    "{}具体是哪几个",
    "{}怎么理解",
    "{}有哪些内容",
    "{}是什么",
    "{}的含义",
    "如何理解{}",
    "{}指的是什么",
    "{}都有哪些",
    "请解释{}",
    "何谓{}",
    "{}的具体内容有哪些",
    "文件里的{}是什么意思",
    "{}这个词是什么意思",
    "{}到底是什么",
    "{}分别指什么",
    "什么叫做{}",
    "{}的全称是什么",
    "逐条列出{}",
    "{}具体包括什么内容",
    "{}是干什么的",
    "{}的定义是什么",
    "把{}逐条列出来",
    "{}代表什么",
]
CONTENTS = [
    "{}怎么推进",
    "{}有什么安排",
    "{}的目标是多少",
    "{}要建几个",
    "{}由谁负责",
    "哪些条款提到{}",
    "{}在哪一条",
    "{}有哪些要求",
    "{}重点支持什么",
    "{}有哪些措施",
    "今年{}新增多少家",
    "{}给多少补贴",
    "怎样落实{}",
    "{}的重点是什么",
    "{}要达到什么目标",
    "{}有哪些支持政策",
    "{}是第几条",
    "{}写在哪几条",
    "{}怎么申报",
    "{}是哪个部门负责",
]
QUOTES = ("“{}”", '"{}"', "「{}」", "{}", "『{}』", "‘{}’", "《{}》", "“{}", "{}”")
EXPLAINED = {"五进", "*+N", "四大基地"}
"""The terms that the bundled document explains; it does so in footnotes."""


@pytest.fixture(scope="module")
def glossary(bundled: ParsedDocument) -> Glossary:
    return glossary_of(bundled)


def glossary_of(*documents: ParsedDocument) -> Glossary:
    return Glossary(documents, WordTokenizer(document_terms(documents)))


def quotes(draft: Draft) -> list[str]:
    return [citation.quote for group in draft.groups for citation in group.citations]


def answer(glossary: Glossary, question: str) -> Draft:
    draft = glossary.answer(question)
    assert draft is not None, question
    assert draft.groups, question
    return draft


def terms_of(document: ParsedDocument) -> list[str]:
    """Everything in quotation marks that is not a mask alone."""
    found = re.findall("“([^“”]+)”", document.document.text)
    return [term for term in dict.fromkeys(found) if len(term) > 1 and term not in ("*优选", "新能源")]


@pytest.mark.parametrize("form", MEANINGS)
def test_every_quoted_term_is_answered_with_where_it_stands(
    glossary: Glossary, bundled: ParsedDocument, form: str
) -> None:
    for place, term in enumerate(terms_of(bundled)):
        draft = answer(glossary, form.format(QUOTES[place % len(QUOTES)].format(term)))
        assert any(term.strip("*") in quote for quote in quotes(draft)), term
        assert draft.lead.startswith("文件对" if term in EXPLAINED else "文件提到了"), (term, draft.lead)
        assert ("没有逐项说明" in draft.lead) == (term not in EXPLAINED)


@pytest.mark.parametrize("form", CONTENTS)
def test_question_about_what_is_done_is_left_to_the_search(
    glossary: Glossary, bundled: ParsedDocument, form: str
) -> None:
    taken = [
        term for term in terms_of(bundled) for mark in QUOTES[:4] if glossary.answer(form.format(mark.format(term)))
    ]
    assert not taken


@pytest.mark.parametrize(
    "question",
    [
        "老旧小区改造包括哪些内容",
        "乡村振兴包括哪些方面",
        "总体要求是什么",
        "工业的头号工程是什么",
        "大气污染闭环治理体系是什么",
        "重点群体包括哪些人",
        "四大产业集群怎么做强",
        "CPI是多少",
        "要点是什么",
        "养老保险包括哪些",
        "“五进”和“四上”怎么抓",
    ],
)
def test_question_about_a_theme_is_left_to_the_search(glossary: Glossary, question: str) -> None:
    assert glossary.answer(question) is None


@pytest.mark.parametrize(
    "question",
    [
        "“三稳”工作指稳什么？",
        "八项规定是哪八项",
        "区块链是什么意思",
        "“两个建康”是什么意思",
        "什么是三孩政策",
        "“六稳”包括哪些",
        "是什么意思",
    ],
)
def test_term_that_stands_nowhere_is_left_to_the_search(glossary: Glossary, question: str) -> None:
    assert glossary.answer(question) is None


def test_footnote_explains_and_comes_first(glossary: Glossary, bundled: ParsedDocument) -> None:
    draft = answer(glossary, "新能源汽车“五进”是指什么？")
    assert draft.lead == "文件对“五进”的说明如下："
    first, second = quotes(draft)
    assert first.startswith("*即“新能源”汽车进展会")
    assert "“五进”*" in second
    assert draft.notices == ()


def test_term_that_a_footnote_lists_is_explained_with_its_mask(glossary: Glossary) -> None:
    draft = answer(glossary, "“四大基地”都有哪四个？")
    assert quotes(draft)[0].startswith("*即*市资源循环利用基地")
    assert "“*+N”*固体废物" in quotes(draft)[1]
    assert MASK_NOTICE in draft.notices


@pytest.mark.parametrize(
    "question",
    [
        "“三区三线”是哪三区哪三线？",
        "“五清行动”清哪五样？",
        "农村“三大革命”革的是哪三样？",
        "农业上的四大产业集群具体是哪四个？",
        "促进科技创新的十条政策，能逐条说说吗？",
        "“双规范双减”，规范哪两样、减哪两样？",
        "文旅里面的“四保”要保什么？",
        "“千县达标”达的是什么标？",
        "科技成果“进园入县”是怎么个进法？",
        "“百园千亿”，一百个什么园？",
        "以工代赈是什么意思？",
        "“四上”企业是哪“四上”？",
        "五大中心是哪五大",
    ],
)
def test_unexplained_slogan_is_quoted_and_nothing_is_listed(glossary: Glossary, question: str) -> None:
    draft = answer(glossary, question)
    assert "但没有逐项说明其内容，以下是原文提到它的地方：" in draft.lead
    assert any("不从文件以外补充" in notice for notice in draft.notices)


def test_sentences_come_in_the_order_of_the_document(glossary: Glossary, bundled: ParsedDocument) -> None:
    draft = answer(glossary, "“产业链”是什么意思")
    starts = [group.clause.span.start for group in draft.groups]
    assert len(starts) > 1
    assert starts == sorted(starts)


@pytest.mark.parametrize(
    ("question", "hidden"),
    [
        ("要把握的那个“工作取向”叫什么？", "“*”工作取向"),
        ("“粮仓”前头打星号的是哪里？", "“*粮仓”"),
        ("“绿秀”后面跟的是哪个字？", "“绿秀*”"),
        ("“门票+”后面加的是什么？", "“门票+”*"),
        ("“中外知名企业”走进哪儿的那个活动，完整名称是？", "“中外知名企业*行”"),
        ("“十个生动实践”前面被盖住的是什么", "*“十个生动实践”"),
    ],
)
def test_what_a_mask_hides_is_said_to_be_hidden(glossary: Glossary, question: str, hidden: str) -> None:
    draft = answer(glossary, question)
    assert "原文以“*”隐去" in draft.lead
    assert any(hidden in quote for quote in quotes(draft))
    assert MASK_NOTICE in draft.notices


def test_what_stands_beside_no_mask_is_not_said_to_be_hidden(glossary: Glossary) -> None:
    assert glossary.answer("“河长制”后面写的是什么") is None


@pytest.mark.parametrize(
    ("number", "question", "paths", "quote"),
    [
        ("12", "“主要工作城市”是怎么认定的？", ["第六章/第十八条"], "为受理其综合所得汇算清缴的税务机关所在城市"),
        ("12", "父母到底指哪些人", ["第九章/第二十九条"], "是指生父母、继父母、养父母"),
        ("46", "“分级资产管理产品”是什么？", ["二十一"], "分级资产管理产品是指存在一级份额以上"),
        ("46", "“代理销售”和“销售”分别怎么定义", ["三十一"], "“代理销售”是指接受合作机构的委托"),
        ("46", "资产管理业务的定义是什么？", ["二"], "资产管理业务是指"),
        ("19", "“挂靠单位”和“业务主管部门”各指什么？", ["二/（一）"], "挂靠单位是指社会团体的依托单位"),
        ("28", "“互联网+”是怎么定义的？", [""], "“互联网+”是把互联网的创新成果"),
        ("06", "“一致性评价”全称叫什么？", ["一/（一）"], "简称一致性评价"),
        ("37", "“双减”减的是哪两样负担？", [""], "（以下简称“双减”）"),
        ("57", "“新片区”是指哪一块地方？", ["第一章/第二条"], "以下简称新片区"),
        ("53", "OT、IT、CT各是什么的简称？", ["二/（一）/2"], "OT（操作技术）"),
        ("63", "“5日”是工作日还是自然日？", ["第七章/第四十一条"], "“5日”的规定指工作日"),
        ("03", "“双师型”是怎么定义的？", [""], "“双师型”教师（同时具备"),
        ("10", "农田“宜机化”指的是什么？", ["六/（十四）"], "等“宜机化”要求"),
    ],
)
def test_definition_in_the_text_is_found(
    official: Callable[[str], ParsedDocument], number: str, question: str, paths: list[str], quote: str
) -> None:
    draft = answer(glossary_of(official(number)), question)
    assert draft.lead.startswith("文件对")
    assert ["/".join(group.clause.path) for group in draft.groups] == paths
    assert any(quote in words for words in quotes(draft))


def test_definition_by_a_list_brings_the_items(official: Callable[[str], ParsedDocument]) -> None:
    draft = answer(glossary_of(official("63")), "什么样的案子算重大税务案件？")
    paths = ["/".join(group.clause.path) for group in draft.groups]
    assert paths == ["第三章/第十一条", *(f"第三章/第十一条/（{item}）" for item in "一二三四五六")]


def test_rule_is_looked_for_only_where_the_term_is_defined(official: Callable[[str], ParsedDocument]) -> None:
    assert glossary_of(official("65")).answer("“一断三不断”是怎么认定的") is None


def test_shorter_name_inside_a_word_is_no_term(official: Callable[[str], ParsedDocument]) -> None:
    assert glossary_of(official("46")).answer("什么叫“非标”资产？") is None


def test_quotation_marks_that_do_not_pair_are_read(official: Callable[[str], ParsedDocument]) -> None:
    draft = answer(glossary_of(official("55")), "包头文旅的“一云一池三平台”分别是什么？")
    assert "一云一池三平台" in quotes(draft)[0]


def test_of_many_mentions_the_first_are_given_and_this_is_said(official: Callable[[str], ParsedDocument]) -> None:
    draft = answer(glossary_of(official("10")), "农机装备是什么意思")
    assert len(quotes(draft)) == 5
    assert any("只列出" in notice for notice in draft.notices)


def test_follow_up_is_read_with_its_topic_put_in(glossary: Glossary) -> None:
    draft = glossary.answer("那“四保”呢", "“四保”是什么意思")
    assert draft is not None
    assert "“四保”" in draft.lead
    assert glossary.answer("有哪些目标", "“四保”是什么意思，有哪些目标") is None


@pytest.mark.parametrize(
    ("sentence", "term"),
    [
        ("本办法所称首套住房贷款是指享受首套利率的贷款。", "首套住房贷款"),
        ("“发行”是指通过公开方式发出认购邀约的活动。", "发行"),
        ("三公经费，即因公出国费、公务用车费和公务接待费。", "三公经费"),
        ("“三农”：农业、农村、农民。", "三农"),
        ("设立审理委员会（以下简称委员会）。", "委员会"),
        ("合格投资者包括自然人和法人。", "合格投资者"),
    ],
)
def test_defining_sentences(sentence: str, term: str) -> None:
    assert defines(plain(sentence), bare(term))


@pytest.mark.parametrize(
    ("sentence", "term"),
    [
        ("坚定落实“两个毫不动摇”，鼓励支持民营经济发展壮大。", "两个毫不动摇"),
        ("农业指导站应当配合。", "农业"),
        ("企业即将搬迁。", "企业"),
        ("加强水利设施，包括水库的管护。", "设施"),
        ("推进“无废城市”建设。", "无废城市"),
        ("挂靠单位、业务主管部门审查同意（基金会还需中国人民银行审查同意）。", "业务主管部门"),
        ("落实分级协调、要素配置、“红黑榜”等机制。", "红黑榜"),
    ],
)
def test_sentences_that_define_nothing(sentence: str, term: str) -> None:
    assert not defines(plain(sentence), bare(term))
    assert not spells_out(plain(sentence), bare(term))


@pytest.mark.parametrize(
    ("sentence", "term"),
    [
        ("推进生态环境导向的开发模式（EOD）。", "EOD"),
        ("支持TSN（时间敏感网络）等技术。", "TSN"),
        ("聚焦“抢进度、战项目”工作重心。", "工作重心"),
        ("建设资源循环、固废处置等“两大基地”。", "两大基地"),
    ],
)
def test_sentences_that_spell_a_term_out(sentence: str, term: str) -> None:
    assert spells_out(plain(sentence), bare(term))


def test_mask_beside_a_term_is_seen_across_a_quotation_mark() -> None:
    assert hides_beside(plain("把握“*”工作取向"), "工作取向")
    assert hides_beside(plain("“绿秀*”行动"), "绿秀")
    assert not hides_beside(plain("*处历史建筑和“绿秀”行动"), "绿秀")


def test_chain_of_terms_is_read_in_its_order() -> None:
    asked = read_term_question("TSN和工业PON是啥？", ["tsn", "pon"])
    assert asked[0].terms == ("tsn", "pon")
    assert asked[0].form is Form.ITEMS


def test_number_that_is_not_the_slogans_own_is_no_question_for_its_items() -> None:
    assert read_term_question("“五清行动”清哪五样？", ["五清行动"])
    assert not read_term_question("“五清行动”在三个县推进，哪三个？", ["五清行动"])
