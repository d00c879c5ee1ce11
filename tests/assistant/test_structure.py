"""Questions about structure are answered from the outline, whatever the document's numbering; others are left alone."""

import re
from collections.abc import Callable

import pytest

from assistant.answer import RefusalReason
from assistant.citation import is_verbatim
from assistant.masks import MASK_NOTICE
from assistant.structure import StructureAnswer, StructureReader
from corpus import ClauseKind, ParsedDocument

Official = Callable[[str], ParsedDocument]
ARTICLES, RULES, MEASURES, BARE, OPINIONS = "57", "12", "37", "46", "18"
"""第X章/第X条; the same with numbered parts in articles; 一、/1.; 一、 alone; 第X章/一、."""

TWELVE = [
    "第十二条",
    "第12条",
    "第１２条讲什么？",
    "（十二）",
    "(十二)",
    "(12)",
    "（１２）这条讲的什么",
    "措施十二",
    "措施12是什么",
    "条款十二的内容",
    "第十二条措施",
    "第十二項措施有哪些要求？",
    "第 十二 條",
    "请问第十二点说了什么",
]


def ask(question: str, *documents: ParsedDocument, standalone: str = "") -> StructureAnswer:
    """The answer, held to its invariants."""
    answer = StructureReader(documents).answer(question, standalone)
    assert answer is not None
    assert answer.lead
    assert not (answer.refusal and answer.groups)
    by_name = {parsed.document.name: parsed for parsed in documents}
    for group in answer.groups:
        assert group.citations
        for citation in group.citations:
            assert citation.clause == group.clause
            assert is_verbatim(citation, by_name[group.clause.document])
    return answer


def cited(answer: StructureAnswer) -> list[str]:
    """The cited clauses' paths."""
    return ["/".join(group.clause.path) for group in answer.groups]


@pytest.mark.parametrize("question", TWELVE)
def test_clause_is_found_however_its_number_is_written(bundled: ParsedDocument, question: str) -> None:
    answer = ask(question, bundled)
    assert cited(answer) == ["四/（十二）"]
    assert answer.lead == "第十二条的内容如下："


@pytest.mark.parametrize("question", TWELVE)
@pytest.mark.parametrize(
    ("number", "path"), [(ARTICLES, "第三章/第十二条"), (MEASURES, "三/12"), (BARE, "十二"), (OPINIONS, "第三章/十二")]
)
def test_number_means_the_same_under_every_numbering(official: Official, number: str, path: str, question: str) -> None:
    assert cited(ask(question, official(number))) == [path]


def test_clause_is_quoted_whole_with_its_footnotes(bundled: ParsedDocument) -> None:
    (group,) = ask("第十九条", bundled).groups
    quoted = [citation.span for citation in group.citations]
    assert quoted == [*group.clause.sentences, *(note.span for note in group.clause.footnotes)]
    assert group.clause.footnotes


def test_every_clause_is_found_by_its_number(bundled: ParsedDocument, official: Official) -> None:
    for document in (bundled, official(MEASURES)):
        for clause in document.clauses:
            if clause.kind == ClauseKind.ITEM:
                assert cited(ask(f"第{clause.number}条", document)) == ["/".join(clause.path)]


def test_article_with_numbered_parts_is_quoted_with_them(official: Official) -> None:
    paths = cited(ask("第二十二条规定了什么？", official(RULES)))
    assert paths == ["第七章/第二十二条", "第七章/第二十二条/（一）", "第七章/第二十二条/（二）"]


def test_article_is_not_mistaken_for_an_item_of_the_same_number(official: Official) -> None:
    assert cited(ask("第四条", official(RULES))) == ["第一章/第四条"]
    assert cited(ask("第四条", official(BARE))) == ["四"]


def test_several_numbers_give_each_clause_once(bundled: ParsedDocument) -> None:
    answer = ask("第一条、第三条和第一条有什么不同", bundled)
    assert cited(answer) == ["一/（一）", "一/（三）"]
    assert answer.lead == "所问的 2 条内容如下："


def test_of_several_numbers_the_missing_one_is_named(bundled: ParsedDocument) -> None:
    answer = ask("第一条和第三十条", bundled)
    assert cited(answer) == ["一/（一）"]
    assert answer.refusal is None
    assert "没有第 30 条" in answer.lead


def test_numbers_that_start_anew_in_each_part_are_all_given(parsed: Callable[..., ParsedDocument]) -> None:
    document = parsed(
        "供水办法",
        "一、水源",
        "（一）保护。严禁排污。",
        "（二）监测。每日取样。",
        "附件1",
        "（一）水价。按成本核定。",
        "（二）减免。低保户减半。",
    )
    answer = ask("第二条", document)
    assert answer.lead == "编号为 2 的条款有 2 条："
    assert cited(answer) == ["一/（二）", "附件1/（二）"]


@pytest.mark.parametrize("question", ["第三十条", "第0条", "措施九十九", "（三十）", "第999条讲什么", "第九九九九九条"])
def test_number_out_of_range_is_told_the_range(bundled: ParsedDocument, question: str) -> None:
    answer = ask(question, bundled)
    assert answer.refusal is not None
    assert "从 1 到 28" in answer.lead


@pytest.mark.parametrize(("number", "last"), [(ARTICLES, 49), (RULES, 32), (MEASURES, 30), (BARE, 31), (OPINIONS, 54)])
def test_range_and_count_are_those_of_the_numbered_clauses(official: Official, number: str, last: int) -> None:
    document = official(number)
    assert f"从 1 到 {last}" in ask("第一百条", document).lead
    assert re.search(rf"[、有] ?{last} 条：", ask("一共多少条", document).lead)


@pytest.mark.parametrize(
    "question",
    ["第三部分有哪些措施？", "第三章", "第3部分", "第三大部分讲了什么", "第三個部分", "第三章列了哪几条"],
)
def test_part_lists_its_clauses_headings(bundled: ParsedDocument, question: str) -> None:
    answer = ask(question, bundled)
    assert answer.lead == "第三部分是“三、强化发展承载能力”，共 3 条："
    quotes = [citation.quote for group in answer.groups for citation in group.citations]
    assert quotes == ["完善现代交通运输体系", "提升园区基础设施水平", "增强能源发送供保能力"]


@pytest.mark.parametrize(
    ("number", "lead", "paths"),
    [
        (
            ARTICLES,
            "第三部分是“第三章 投资经营便利”，共 3 条：",
            ["第三章/第十一条", "第三章/第十二条", "第三章/第十三条"],
        ),
        (
            MEASURES,
            "第三部分是“三、提升学校课后服务水平，满足学生多样化需求”，共 4 条：",
            ["三/9", "三/10", "三/11", "三/12"],
        ),
        (RULES, "第三部分是“第三章 继续教育”，共 3 条：", ["第三章/第八条", "第三章/第九条", "第三章/第十条"]),
    ],
)
def test_part_of_another_document_lists_its_clauses(
    official: Official, number: str, lead: str, paths: list[str]
) -> None:
    answer = ask("第三章有哪些措施", official(number))
    assert (answer.lead, cited(answer)) == (lead, paths)


def test_part_counts_articles_and_not_their_items(official: Official) -> None:
    answer = ask("第七章有几条？", official(RULES))
    assert cited(answer) == ["第七章/第二十二条", "第七章/第二十三条"]
    assert "共 2 条" in answer.lead


def test_where_parts_are_the_clauses_a_part_is_quoted_whole(official: Official) -> None:
    assert cited(ask("第三部分有哪些内容", official(BARE))) == ["三"]


def test_parts_of_the_same_label_are_kept_apart(official: Official) -> None:
    document = official("53")
    labels = [part.label.text for part in document.outline.root.children if part.label]
    assert labels.count("三") == 2
    assert cited(ask("第三部分", document)) == ["三"]


@pytest.mark.parametrize("question", ["第九部分", "第零章", "第20章有哪些措施"])
def test_part_out_of_range_is_told_how_many_there_are(bundled: ParsedDocument, question: str) -> None:
    answer = ask(question, bundled)
    assert answer.refusal is not None
    assert "共有 8 个部分" in answer.lead


@pytest.mark.parametrize(
    "question",
    [
        "一共多少条？",
        "文件一共有多少条措施",
        "这份要点一共多少条措施？",
        "全文共几条",
        "分几个部分",
        "这份文件一共有几个部分？",
        "本文件由几部分组成",
        "总共多少章",
        "全文分成几大部分，每部分叫什么？",
        "有哪些部分",
        "文件有哪几个部分，标题是什么",
        "列出所有部分的标题",
        "目录",
        "这份文件的框架结构是怎样的？",
        "文件共幾個部分",
        "《2023年经济工作要点》一共多少条？",
    ],
)
def test_overview_counts_and_lists_the_parts(bundled: ParsedDocument, question: str) -> None:
    answer = ask(question, bundled)
    assert answer.lead.startswith("文件共有 8 个部分、28 条：一、着力扩大有效需求；")
    assert answer.lead.endswith("八、抓好发展支撑保障。")
    assert not answer.groups


def test_overview_shows_a_part_without_heading_by_its_first_words(official: Official) -> None:
    lead = ask("目录", official(BARE)).lead
    assert "三、；" not in lead
    assert lead.startswith("文件共有 31 条：一、规范金融机构")


def test_attachment_is_no_part(official: Official) -> None:
    assert ask("最后一部分", official("08")).groups[0].clause.label == "三"


@pytest.mark.parametrize("question", ["最后一条", "最后一条说的是啥", "最後一條", "最后一项", "倒数第一条"])
def test_last_clause_is_found(bundled: ParsedDocument, question: str) -> None:
    assert cited(ask(question, bundled)) == ["八/（二十八）"]


@pytest.mark.parametrize(
    ("number", "path"), [(ARTICLES, "第十一章/第四十九条"), (MEASURES, "八/30"), (BARE, "三十一"), ("08", "三")]
)
def test_last_clause_of_other_documents(official: Official, number: str, path: str) -> None:
    assert cited(ask("最后一条", official(number))) == [path]


def test_clauses_and_parts_are_counted_from_the_end(bundled: ParsedDocument) -> None:
    assert cited(ask("倒数第二条", bundled)) == ["八/（二十七）"]
    assert "七、加大公共服务供给" in ask("倒数第二部分", bundled).lead
    assert "八、抓好发展支撑保障" in ask("最后一章讲了哪几条？", bundled).lead
    assert ask("倒数第四十条", bundled).refusal is not None
    assert ask("倒数第九章", bundled).refusal is not None


@pytest.mark.parametrize(
    "question",
    [
        "新增多少个公办学位？",
        "改造几个老旧小区",
        "培育多少家“四上”企业？",
        "新能源汽车有几家企业",
        "推进几处历史建筑活化利用",
        "创建几个省级现代农业园区？",
        "开行几条铁路专列",
        "打通多少条断头路",
        "科技创新政策有几条",
        "产业结构如何调整",
        "财政支出结构怎么优化",
        "城市路网结构",
        "国有经济布局优化和结构调整做什么",
        "措施一共有多少",
        "有哪些措施一并推进",
        "落实哪些措施三年内完成",
        "稳就业是第几条？",
        "农业是哪一条讲的？",
        "第五次全国经济普查怎么做",
        "第十届旅博会",
        "走在全省第一方阵",
        "第一项目标是什么",
        "各部门有哪些任务",
        "民生部分有哪些目标任务要完成",
        "人才引进有哪些部分内容",
        "2023年的目标",
        "怎样扩大消费？",
        "这份文件有多少字",
        "第五次全国经济普查怎么安排",
        "党的二十大精神怎么落实",
        "第十届旅博会什么时候办",
        "第三产业怎么发展",
        "促进科技创新十条政策有哪些",
        "安全生产十五条措施",
        "第一条铁路什么时候开通",
        "第一个目标是什么",
        "第三部分对机场怎么说",
        "第三部分资金从哪里来",
        "刚才说的第二点是什么意思",
        "（一）农业有哪些目标（二）工业有哪些目标",
        "农业有几条措施",
        "前三季度增长多少",
        "头条新闻",
        "以上条件",
        "三条红线是什么",
        "公共服务目录怎么编制",
        "哪几条写到了铁路？",
        "说到“品牌”的条款一共有几条？分别是哪几条？",
        "发挥投资稳增长关键作用有哪些举措？",
    ],
)
def test_question_about_content_is_left_to_the_search(bundled: ParsedDocument, question: str) -> None:
    assert StructureReader([bundled]).answer(question) is None


def test_masked_clause_brings_the_mask_notice(bundled: ParsedDocument) -> None:
    assert ask("第六条", bundled).notices((bundled,)) == (MASK_NOTICE,)
    assert ask("第三部分", bundled).notices((bundled,)) == ()
    assert ask("目录", bundled).notices((bundled,)) == ()


def test_of_several_documents_the_named_one_is_meant(bundled: ParsedDocument, official: Official) -> None:
    rules = official(RULES)
    documents = (rules, bundled)
    assert cited(ask(f"《{rules.document.title}》第十二条", *documents)) == ["第四章/第十二条"]
    assert cited(ask("2023年经济工作要点第十二条讲什么", *documents)) == ["四/（十二）"]
    assert "、32 条" in ask(f"《{rules.document.title}》一共多少条？", *documents).lead


def test_document_without_numbers_has_no_clause(parsed: Callable[..., ParsedDocument]) -> None:
    document = parsed("关于放假的通知", "各学校于七月一日放假，请妥善安排校车和食堂。")
    for question in ("第一条", "第一部分", "最后一条", "最后一章"):
        assert ask(question, document).refusal is not None
    assert ask("一共多少条", document).lead.startswith("文件共有")


@pytest.mark.parametrize(
    "question", ["第三部分第二条", "第三部分的第2条讲什么？", "第三章里的第二条", "第3部分中的第二項"]
)
def test_place_inside_a_part_is_counted_from_its_first_clause(bundled: ParsedDocument, question: str) -> None:
    answer = ask(question, bundled)
    assert cited(answer) == ["三/（十）"]
    assert answer.lead == "第三部分的第二条内容如下："


def test_place_inside_a_chapter_of_articles_is_an_article(official: Official) -> None:
    assert cited(ask("第三章第二条", official(RULES))) == ["第三章/第九条"]


def test_place_beyond_a_part_is_missing_with_the_number_there_is(bundled: ParsedDocument) -> None:
    answer = ask("第三部分第五条", bundled)
    assert answer.refusal is not None
    assert "共有 3 条" in answer.lead
    assert ask("第二十部分第一条", bundled).refusal is not None


def test_number_that_is_no_place_in_its_part_is_read_as_the_clause_of_that_number(bundled: ParsedDocument) -> None:
    answer = ask("第三部分第九条", bundled)
    assert cited(answer) == ["三/（九）"]
    assert "按编号" in answer.lead
    assert cited(ask("第三部分（十）", bundled)) == ["三/（十）"]


def test_number_that_is_a_place_and_a_label_says_how_it_was_read(bundled: ParsedDocument) -> None:
    answer = ask("第二部分第四条", bundled)
    assert cited(answer) == ["二/（七）"]
    assert "（七）促进服务业提振回暖" in answer.lead
    assert "（四）推动工业稳挑大梁" in answer.lead


def test_article_inside_its_chapter_goes_by_its_number(official: Official) -> None:
    assert cited(ask("第三章第九条", official(RULES))) == ["第三章/第九条"]


@pytest.mark.parametrize("question", ["第三条到第五条讲什么", "第三至五条", "第3条-第5条", "第三到第五條"])
def test_range_of_clauses_gives_each(bundled: ParsedDocument, question: str) -> None:
    assert cited(ask(question, bundled)) == ["一/（三）", "二/（四）", "二/（五）"]


def test_range_written_backwards_is_the_same_range(bundled: ParsedDocument) -> None:
    assert ask("第五条到第三条", bundled) == ask("第三条到第五条", bundled)


def test_range_that_leaves_the_document_names_what_is_missing(bundled: ParsedDocument) -> None:
    answer = ask("第二十七条至第二十九条", bundled)
    assert cited(answer) == ["八/（二十七）", "八/（二十八）"]
    assert "没有第 29 条" in answer.lead


@pytest.mark.parametrize(
    ("question", "path", "name"),
    [
        ("第二十二条第一项", "第七章/第二十二条/（一）", "第二十二条第一项"),
        ("第二十二条第（二）项是什么", "第七章/第二十二条/（二）", "第二十二条第二项"),
        ("第二十二条（二）", "第七章/第二十二条/（二）", "第二十二条第二项"),
        ("第二十二条的最后一项", "第七章/第二十二条/（二）", "第二十二条第二项"),
        ("第七章第二十二条第2项", "第七章/第二十二条/（二）", "第七章的第二十二条第二项"),
    ],
)
def test_item_of_an_article_is_found(official: Official, question: str, path: str, name: str) -> None:
    answer = ask(question, official(RULES))
    assert cited(answer) == [path]
    assert answer.lead in (f"{name}的内容如下：", f"{name}内容如下：")


def test_item_that_an_article_does_not_have_is_missing(official: Official) -> None:
    assert ask("第二十二条第三项", official(RULES)).lead == "第二十二条分 2 项，没有第 3 项。"
    assert ask("第一条第二项", official(RULES)).lead == "第一条没有分项，没有第 2 项。"


def test_paragraph_of_an_article_is_quoted_alone(official: Official) -> None:
    document = official("63")
    whole, second = ask("第九条", document), ask("第九条第二款", document)
    assert cited(whole) == cited(second) == ["第一章/第九条"]
    assert 0 < len(second.groups[0].citations) < len(whole.groups[0].citations)
    assert "共有 3 款，没有第 4 款" in ask("第九条第四款", document).lead


def test_sections_of_chapters_hold_articles(official: Official) -> None:
    document = official("63")
    assert len(cited(ask("第五章第二节有哪些条", document))) == 6
    assert cited(ask("第五章第二节第二十五条", document)) == ["第五章/第二节/第二十五条"]
    assert "没有第 4 节" in ask("第五章第四节", document).lead


def test_chapter_that_a_document_leaves_out_is_missing_and_not_counted(official: Official) -> None:
    answer = ask("第二章", official("63"))
    assert answer.refusal is not None
    assert "没有第 2 章" in answer.lead
    assert len(cited(ask("第七章", official("63")))) == 7


def test_numbers_that_start_anew_are_addressed_through_their_part(official: Official) -> None:
    document = official("22")
    for question in ("第三部分第二条", "第三部分（二）", "三（二）", "三、（二）讲什么"):
        assert cited(ask(question, document)) == ["三/（二）"]
    assert cited(ask("第一部分（二）第3点", document)) == ["一/（二）/3"]
    assert cited(ask("一（二）3", document)) == ["一/（二）/3"]


def test_number_with_many_owners_asks_which_is_meant(official: Official) -> None:
    answer = ask("第三条", official("22"))
    assert "请写明" in answer.lead
    assert "第四部分第三条“（三）总结经验做法”" in answer.lead
    assert {path.split("/")[-1] for path in cited(answer)} == {"三", "（三）"}


def test_part_of_restarting_numbers_names_units_that_cannot_be_cited(official: Official) -> None:
    answer = ask("第三部分有哪些内容", official("28"))
    assert "（三）营造宽松环境；" in answer.lead
    assert "共 7 条" in answer.lead


def test_title_is_said_and_cited(bundled: ParsedDocument, official: Official) -> None:
    answer = ask("第二十条的标题是什么？", bundled)
    assert answer.lead == "第二十条的标题是“扎实开展生态修复”。"
    assert [citation.quote for citation in answer.groups[0].citations] == ["扎实开展生态修复"]
    assert "没有标题" in ask("第十二条的标题", official(RULES)).lead


def test_place_of_a_clause_is_said(bundled: ParsedDocument, official: Official) -> None:
    answer = ask("（八）属于哪一部分", bundled)
    assert answer.lead == "第八条“推动信息化赋能增效”在第二部分“二、推动产业质效提升”。"
    assert cited(answer) == ["二/（八）"]
    assert ask("第二十条在哪一章", official("63")).lead == "第二十条在“第五章 审理程序”。"


def test_clause_and_part_are_found_by_their_headings(bundled: ParsedDocument) -> None:
    assert "第二条" in ask("“加快释放消费潜力”是第几条？", bundled).lead
    assert ask("推动产业质效提升这部分有几条", bundled).lead == "第二部分是“二、推动产业质效提升”，共 5 条："
    assert ask("城乡融合那章里头都有哪些小标题？", bundled).lead.startswith("第四部分")
    assert cited(ask("“稳住农业发展基础”这一条讲什么", bundled)) == ["二/（六）"]


def test_many_clauses_are_listed_by_their_headings(bundled: ParsedDocument) -> None:
    answer = ask("第一条到第二十条", bundled)
    assert len(answer.groups) == 20
    assert all(len(group.citations) == 1 for group in answer.groups)


def test_counts_of_each_part_are_said(bundled: ParsedDocument) -> None:
    assert "一、着力扩大有效需求（3 条）；二、推动产业质效提升（5 条）" in ask("每个部分有几条？", bundled).lead


def test_headings_of_all_clauses_are_listed(bundled: ParsedDocument) -> None:
    assert len(cited(ask("28条措施分别是什么", bundled))) == 28


@pytest.mark.parametrize("question", ["第三条讲什么？", "目录", "最后一条", "一共多少条"])
def test_of_several_documents_the_one_that_is_meant_is_asked_for(
    bundled: ParsedDocument, official: Official, question: str
) -> None:
    answer = ask(question, official(RULES), bundled)
    assert answer.refusal == RefusalReason.UNCLEAR
    assert "哪一份" in answer.lead


@pytest.mark.parametrize(
    "question",
    [
        "民法典第十条",
        "《民法典》第十条怎么规定",
        "宪法第一条是什么",
        "《政府投资管理办法》第三条",
        "劳动法第三十六条规定",
    ],
)
def test_article_of_another_law_is_no_clause_of_the_document(bundled: ParsedDocument, question: str) -> None:
    assert StructureReader([bundled]).answer(question) is None


@pytest.mark.parametrize(
    ("question", "standalone", "path"),
    [
        ("上一条呢？", "第十四条主要写什么，上一条呢？", "四/（十三）"),
        ("它后面紧挨着那条讲什么", "第二十条是讲生态修复的吧，它后面紧挨着那条讲什么", "七/（二十一）"),
        ("这一部分的第二条讲什么", "第四部分有哪些，这一部分的第二条讲什么", "四/（十三）"),
        ("第十条的下一条", "", "三/（十一）"),
    ],
)
def test_neighbour_is_counted_from_what_was_spoken_of(
    bundled: ParsedDocument, question: str, standalone: str, path: str
) -> None:
    assert cited(ask(question, bundled, standalone=standalone)) == [path]


def test_part_that_was_spoken_of_is_meant(bundled: ParsedDocument) -> None:
    before = "提升园区基础设施水平属于哪一部分"
    question = "这一部分还有哪些措施？"
    assert "三、强化发展承载能力" in ask(question, bundled, standalone=f"{before}，{question}").lead
    assert StructureReader([bundled]).answer(question) is None


def test_neighbour_beyond_the_end_is_missing(bundled: ParsedDocument) -> None:
    assert ask("上一条呢？", bundled, standalone="第一条讲什么，上一条呢？").refusal is not None
    assert StructureReader([bundled]).answer("上一条呢？") is None


def test_document_named_before_is_meant(bundled: ParsedDocument, official: Official) -> None:
    before = "临港新片区管理办法第三十四条讲什么"
    answer = ask("第五条呢？", official(ARTICLES), bundled, standalone=f"{before}，第五条呢？")
    assert cited(answer) == ["第二章/第五条"]


def test_an_item_is_counted_through_the_paragraphs_of_its_clause(parsed: Callable[..., ParsedDocument]) -> None:
    document = parsed(
        "收费规定", "第一条 收费应当公示。", "第二条 有下列情形之一的，退款：", "（一）错收；", "（二）多收。"
    )
    for question in ("第二条第一款第（二）项是怎么写的", "第二条第一款第二项", "第2条第1款第2项讲什么"):
        assert [citation.quote for group in ask(question, document).groups for citation in group.citations] == [
            "多收。"
        ]


def test_clauses_without_headings_are_not_retold_when_they_are_counted(parsed: Callable[..., ParsedDocument]) -> None:
    document = parsed("收费规定", "第一条 收费3元。", "第二条 逾期2日的，加收。", "第三条 学生减半。")
    assert ask("一共多少条", document).lead == "文件共有 3 条：第一条至第三条。"
