"""Questions about structure are answered from the outline, whatever the document's numbering; others are left alone."""

import re
from collections.abc import Callable

import pytest

from assistant.citation import is_verbatim
from assistant.masks import MASK_NOTICE
from assistant.structure import StructureAnswer, answer_structure
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
    "（１２）这条的题目叫什么",
    "措施十二",
    "措施12是什么",
    "条款十二的内容",
    "第十二条措施",
    "第十二項措施有哪些要求？",
    "第 十二 條",
    "请问第十二点说了什么",
]


def ask(question: str, *documents: ParsedDocument) -> StructureAnswer:
    """The answer, held to its invariants."""
    answer = answer_structure(question, documents)
    assert answer is not None
    assert answer.lead
    assert not (answer.missing and answer.groups)
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
    assert not answer.missing
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
    assert answer.missing
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
    assert answer.missing
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
    assert ask("倒数第四十条", bundled).missing
    assert ask("倒数第九章", bundled).missing


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
    ],
)
def test_question_about_content_is_left_to_the_search(bundled: ParsedDocument, question: str) -> None:
    assert answer_structure(question, (bundled,)) is None


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
    assert answer_structure("第十二条", documents) is None


def test_document_without_numbers_has_no_clause(parsed: Callable[..., ParsedDocument]) -> None:
    document = parsed("关于放假的通知", "各学校于七月一日放假，请妥善安排校车和食堂。")
    for question in ("第一条", "第一部分", "最后一条", "最后一章"):
        assert ask(question, document).missing
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
    answer = ask("第三部分第九条", bundled)
    assert answer.missing
    assert "共有 3 条" in answer.lead
    assert ask("第二十部分第一条", bundled).missing


@pytest.mark.parametrize("question", ["第三条到第五条讲什么", "第三至五条", "第3条-第5条", "第三到第五條"])
def test_range_of_clauses_gives_each(bundled: ParsedDocument, question: str) -> None:
    assert cited(ask(question, bundled)) == ["一/（三）", "二/（四）", "二/（五）"]


def test_range_written_backwards_is_the_same_range(bundled: ParsedDocument) -> None:
    assert ask("第五条到第三条", bundled) == ask("第三条到第五条", bundled)


def test_range_that_leaves_the_document_names_what_is_missing(bundled: ParsedDocument) -> None:
    answer = ask("第二十七条至第二十九条", bundled)
    assert cited(answer) == ["八/（二十七）", "八/（二十八）"]
    assert "没有第 29 条" in answer.lead
