"""The tree: every numbered unit of real texts is found where it stands, and running text makes none."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from corpus import ClauseKind, Document, ParsedDocument, parse, read_document
from corpus.outline import Section

FOLDER = Path(__file__).parents[2] / "eval" / "datasets" / "other_policies"
GOLD_FILE = Path(__file__).parent / "golden" / "structure_gold.jsonl"
GOLD = [json.loads(line) for line in GOLD_FILE.read_text("utf-8").splitlines()]
Parsed = Callable[..., ParsedDocument]


def tree(section: Section) -> list[Any]:
    """Labels as nested lists: `["一", ["（一）"], ["（二）"]]`."""
    label = [section.label.text] if section.label else []
    return label + [tree(child) for child in section.children]


def words(parsed: ParsedDocument, spans: tuple[Any, ...] | list[Any]) -> list[str]:
    return [span.of(parsed.document.text) for span in spans]


@pytest.mark.parametrize("gold", GOLD, ids=[row["file"][:2] for row in GOLD])
def test_every_leaf_of_the_gold_structure_is_found_on_its_line(gold: dict[str, Any]) -> None:
    document = read_document(FOLDER / gold["file"])
    leaves = [clause for clause in parse(document).clauses if clause.kind is ClauseKind.ITEM]
    found = [("/".join(leaf.path), document.line_at(leaf.span.start)) for leaf in leaves if leaf.path[0] != "附件"]
    assert found == [(leaf["label"].split("::")[-1], leaf["line"]) for leaf in gold["all_leaves"]]


@pytest.mark.parametrize("gold", GOLD, ids=[row["file"][:2] for row in GOLD])
def test_every_leaf_begins_with_the_words_of_the_gold_structure(gold: dict[str, Any]) -> None:
    document = read_document(FOLDER / gold["file"])
    leaves = [clause for clause in parse(document).clauses if clause.kind is ClauseKind.ITEM]
    for leaf, expected in zip(leaves, gold["all_leaves"], strict=False):
        assert "".join(expected["head"].split()) in "".join(leaf.span.of(document.text).split())


@pytest.mark.parametrize("gold", GOLD, ids=[row["file"][:2] for row in GOLD])
def test_the_top_units_of_the_gold_structure_are_found(gold: dict[str, Any]) -> None:
    tops = parse(read_document(FOLDER / gold["file"])).outline.root.children
    assert (
        len([top for top in tops if top.label and top.label.numbering.name != "attachment"]) == gold["n_top_sections"]
    )


def test_articles_with_a_heading_in_brackets(documents_folder: Path) -> None:
    (path,) = documents_folder.glob("57_*.txt")
    articles = [clause for clause in parse(read_document(path)).clauses if clause.label.startswith("第")]
    assert [article.number for article in articles] == list(range(1, 50))
    assert articles[0].heading == "目的和依据"
    assert all(article.heading for article in articles)


def test_a_list_below_a_list_below_a_heading_on_its_own_line(documents_folder: Path) -> None:
    (path,) = documents_folder.glob("19_*.txt")
    ids = [clause.id.split(":")[1] for clause in parse(read_document(path)).clauses]
    assert "二/（一）" in ids
    assert "三/（二）/10/（1）" in ids
    assert ids.index("三/（五）/3") + 1 == ids.index("三/（六）")


def test_signature_and_date_before_an_attachment_close_the_document(documents_folder: Path) -> None:
    (path,) = documents_folder.glob("08_*.txt")
    parsed = parse(read_document(path))
    assert words(parsed, parsed.closing) == [
        "附件：第二批支持创新相关改革举措推广清单",
        "国务院办公厅",
        "2018年12月23日",
        "（本文有删减）",
    ]
    assert parsed.clauses[-1].path == ("附件",)


def test_labels_in_table_rows_are_none(documents_folder: Path) -> None:
    (path,) = documents_folder.glob("08_*.txt")
    assert len(parse(read_document(path)).outline.root.children) == 4


def test_spans_of_units_lie_in_the_order_of_the_text(official_texts: list[Document]) -> None:
    for document in official_texts:
        starts = [section.start for section in parse(document).outline.root.walk()]
        assert starts == sorted(starts)


def test_the_tree_follows_the_numbering(parsed: Parsed) -> None:
    root = parsed(
        "第一编 总",
        "第一章 甲",
        "第一节 乙",
        "第一条 丙",
        "（一）丁",
        "1.戊",
        "（1）己",
        "①庚",
        "第二编 分",
        "附件1",
        "一、辛",
    ).outline.root
    assert tree(root) == [
        ["第一编", ["第一章", ["第一节", ["第一条", ["（一）", ["1", ["（1）", ["①"]]]]]]]],
        ["第二编"],
        ["附件1", ["一"]],
    ]


def test_a_series_may_skip_a_level_and_run_on_below_the_next_heading(parsed: Parsed) -> None:
    root = parsed("一、甲", "1.乙。", "2.丙。", "二、丁", "（一）戊", "3.己。", "三、庚", "4.辛。").outline.root
    assert tree(root) == [["一", ["1"], ["2"]], ["二", ["（一）", ["3"]]], ["三", ["4"]]]


def test_a_series_that_a_colon_announces_stands_below_the_colon(parsed: Parsed) -> None:
    root = parsed("一、甲", "1.任务包括：", "（一）乙。", "（二）丙。", "2.保障。", "二、丁").outline.root
    assert tree(root) == [["一", ["1", ["（一）"], ["（二）"]], ["2"]], ["二"]]


def test_a_list_that_begins_anew_stands_beside_the_first(parsed: Parsed) -> None:
    result = parsed("一、下列为甲：", "（一）乙。", "（二）丙。", "下列为丁：", "（一）戊。", "（二）己。")
    assert [clause.id for clause in result.clauses] == [
        "样例:一",
        "样例:一/（一）",
        "样例:一/（二）",
        "样例:一/（一）#2",
        "样例:一/（二）#2",
    ]


@pytest.mark.parametrize(
    "line", ["（十五）项要求不变。", "五十、六十年代的企业。", "第九十条适用于此。", "（二）重复。", "99.内容。"]
)
def test_labels_out_of_order_in_running_text_are_none(line: str, parsed: Parsed) -> None:
    lines = ["第一条 甲。", "第二条 乙。", "一、丙", "二、丁", "（一）戊。", "1.己。", "（二）庚。", line, "（三）辛。"]
    result = parsed(*lines)
    assert words(result, [result.clauses[-2].span])[0].endswith(f"（二）庚。\n{line}")


def test_a_gap_in_the_numbers_is_forgiven(parsed: Parsed) -> None:
    assert tree(parsed("一、甲", "二、乙", "四、丙").outline.root) == [["一"], ["二"], ["四"]]


@pytest.mark.parametrize(
    ("lines", "path", "heading"),
    [
        (["## 一、总体要求", "内容。"], ("一",), "总体要求"),
        (["### （二）发展目标", "内容。"], ("（二）",), "发展目标"),
        (["# 第一章 总则", "内容。"], ("第一章",), "总则"),
        (["**一、总体要求**", "内容。"], ("一",), "总体要求"),
        (["## **一、总体要求**", "内容。"], ("一",), "总体要求"),
        (["**（一）发展目标。**内容。"], ("（一）",), "发展目标"),
        (["**（一）发展目标**。内容。"], ("（一）",), "发展目标"),
        (["**（一）**发展目标。内容。"], ("（一）",), "发展目标"),
    ],
)
def test_markdown_headings_are_units(lines: list[str], path: tuple[str], heading: str, parsed: Parsed) -> None:
    result = parsed("# 工作要点", "", *lines)
    (clause,) = result.clauses
    assert (clause.path, clause.heading) == (path, heading)
    assert words(result, list(clause.sentences)) == ["内容。"]
    assert words(result, result.headings) == ["# 工作要点"]


def test_markdown_headings_without_number_are_text(parsed: Parsed) -> None:
    result = parsed("# 工作要点", "## 背景", "内容。", "## 一、要求", "内容。")
    assert [clause.path for clause in result.clauses] == [(), ("一",)]


def test_a_bullet_or_a_mask_is_not_bold(parsed: Parsed) -> None:
    (clause,) = parsed("一、推进健康**", "内容。").clauses
    assert clause.heading == "推进健康**"


@pytest.mark.parametrize(
    ("line", "heading", "text"),
    [
        ("（一）提振信心。强化管理。", "提振信心", ["强化管理。"]),
        ("一、元旦：放假一天。", "元旦", ["放假一天。"]),
        ("1.责任单位：市发改委。", "责任单位", ["市发改委。"]),
        ("一、总　则", "总 则", ["总　则"]),
        ("第一条 （目的）", "目的", ["目的"]),
        ("第一条 为了发展。制定本法。", "", ["为了发展。", "制定本法。"]),
        ("（一）强化管理。", "", ["强化管理。"]),
        ("（一）各地应当做到：", "", ["各地应当做到："]),
        ("（一）" + "长" * 31 + "。后。", "", ["长" * 31 + "。", "后。"]),
        ("（一） 。", "", ["。"]),
        ("（一）", "", ["（一）"]),
    ],
)
def test_headings_and_text_behind_a_label(line: str, heading: str, text: list[str], parsed: Parsed) -> None:
    result = parsed(line)
    (clause,) = result.clauses
    assert (clause.heading, words(result, list(clause.sentences))) == (heading, text)


def test_the_tail_of_an_announced_list_belongs_to_the_unit_above(parsed: Parsed) -> None:
    result = parsed("第一条 下列不得为：", "（一）甲；", "（二）乙。", "违者处罚。", "再犯加重。", "第二条 丙。")
    assert [(clause.id, clause.kind.value) for clause in result.clauses] == [
        ("样例:第一条", "section-text"),
        ("样例:第一条/（一）", "item"),
        ("样例:第一条/（二）", "item"),
        ("样例:第一条#2", "section-text"),
        ("样例:第二条", "item"),
    ]
    assert words(result, list(result.clauses[3].sentences)) == ["违者处罚。", "再犯加重。"]


def test_a_short_last_item_under_its_own_heading_line_keeps_its_text(parsed: Parsed) -> None:
    result = parsed("一、原则如下：", "（一）从严。", "内容。", "（二）统一。", "更多内容。")
    assert [clause.heading for clause in result.clauses[1:]] == ["从严", "统一"]
    assert words(result, list(result.clauses[-1].sentences)) == ["更多内容。"]


def test_paragraphs_behind_an_item_with_heading_stay_with_it(parsed: Parsed) -> None:
    result = parsed("一、主要任务如下：", "（一）甲事。内容。", "（二）乙事。内容。", "更多内容。")
    assert words(result, list(result.clauses[-1].sentences)) == ["内容。", "更多内容。"]


SIGNED = ["国务院办公厅", "2018年12月4日"]


@pytest.mark.parametrize(
    "closing",
    [
        SIGNED,
        ["国务院", "一九八一年五月二十三日"],
        ["国务院", "二〇二三年一月四日"],
        ["国务院", "2018 年 12 月 4 日", "（此件公开发布）"],
        ["人民银行 银保监会", "证监会 外汇局", "2018年4月27日"],
        ["附件：推广清单", *SIGNED, "（本文有删减）"],
        ["２０１８年１２月４日"],
    ],
)
def test_signature_remark_and_date_close_the_document(closing: list[str], parsed: Parsed) -> None:
    result = parsed("要点", "一、甲", "内容。（各部门负责）", *closing)
    assert words(result, result.closing) == closing
    assert words(result, [result.clauses[-1].span]) == ["一、甲\n内容。（各部门负责）"]


def test_a_paragraph_that_ends_in_brackets_is_no_signature(parsed: Parsed) -> None:
    result = parsed("要点", "一、甲。前文。", "充分尊重意愿，依靠市场。（农业农村部负责）", *SIGNED)
    assert words(result, result.closing) == SIGNED


def test_the_tail_of_a_list_in_a_chapter_is_closed(parsed: Parsed) -> None:
    result = parsed("第一章 总则", "第一条 下列：", "（一）甲；", "（二）乙。", "违者处罚。", *SIGNED)
    assert words(result, result.closing) == SIGNED
    assert words(result, [result.clauses[-1].span]) == ["违者处罚。"]


def test_a_text_without_numbers_is_closed(parsed: Parsed) -> None:
    result = parsed("关于放假的通知", "现通知如下。", *SIGNED)
    assert words(result, result.closing) == SIGNED
    assert words(result, [clause.span for clause in result.clauses]) == ["现通知如下。"]


def test_a_notice_before_its_attachment_is_closed(parsed: Parsed) -> None:
    result = parsed("关于放假的通知", "现通知如下。", *SIGNED, "附件", "一、甲", "内容。", *SIGNED)
    assert words(result, result.closing) == SIGNED * 2
    assert list(result.closing) == sorted(result.closing)


@pytest.mark.parametrize("ends", [["内容"], ["内容", "国务院"], ["自2018年12月4日起施行"], ["截至2018年12月4日。"]])
def test_without_a_date_line_nothing_is_a_closing(ends: list[str], parsed: Parsed) -> None:
    assert parsed("要点", "一、甲", "前文。", *ends).closing == ()


@pytest.mark.parametrize(
    ("number", "path", "begins"),
    [
        ("12", ("第八章", "第二十六条"), "上述数据信息的格式"),
        ("18", ("第八章", "三十六"), "国务院全体会议一般每半年召开一次"),
        ("46", ("十九",), "任何单位和个人发现金融机构存在刚性兑付行为"),
    ],
)
def test_tails_of_lists_in_official_texts(
    number: str, path: tuple[str, ...], begins: str, documents_folder: Path
) -> None:
    (source,) = documents_folder.glob(f"{number}_*.txt")
    document = read_document(source)
    last = [clause for clause in parse(document).clauses if clause.path == path][-1]
    assert last.kind is ClauseKind.SECTION_TEXT
    assert last.span.of(document.text).startswith(begins)
