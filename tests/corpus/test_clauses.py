"""The clauses of the bundled document, and what a clause says about itself."""

from collections.abc import Callable

import pytest

from corpus import Clause, ClauseKind, Document, ParsedDocument, parse
from corpus.numbering import chinese_numeral

Parsed = Callable[..., ParsedDocument]
CHAPTERS = [
    "一、着力扩大有效需求",
    "二、推动产业质效提升",
    "三、强化发展承载能力",
    "四、促进城乡互动融合",
    "五、持续深化改革创新",
    "六、推进绿色低碳转型",
    "七、加大公共服务供给",
    "八、抓好发展支撑保障",
]
HEADINGS = [
    "大力提振市场信心",
    "加快释放消费潜力",
    "发挥投资稳增长关键作用",
    "推动工业稳挑大梁",
    "推进文旅品质提升",
    "稳住农业发展基础",
    "促进服务业提振回暖",
    "推动信息化赋能增效",
    "完善现代交通运输体系",
    "提升园区基础设施水平",
    "增强能源发送供保能力",
    "大力实施乡村振兴战略",
    "推进以县城为重要载体的新型城镇化",
    "全面提升城市品质",
    "纵深推进各领域改革",
    "提升开放合作水平",
    "坚持创新驱动发展",
    "大力抓好节能降碳",
    "统筹推进污染防治",
    "扎实开展生态修复",
    "扩大就业促进增收",
    "兜住兜牢民生底线",
    "推进健康*建设",
    "提升公共服务保障能力",
    "强化党对经济工作的领导",
    "注重经济运行调度和调节",
    "千方百计抓好服务保障",
    "守住安全发展底线红线",
]
MEASURES_OF_CHAPTERS = [3, 5, 3, 3, 3, 3, 4, 4]


@pytest.fixture
def measures(bundled_parse: ParsedDocument) -> tuple[Clause, ...]:
    return bundled_parse.clauses[1:]


def test_the_bundled_document_has_an_opening_and_28_measures(bundled_parse: ParsedDocument) -> None:
    assert [clause.kind for clause in bundled_parse.clauses] == [ClauseKind.OPENING] + [ClauseKind.ITEM] * 28


def test_the_opening_is_the_paragraph_below_the_title(bundled_parse: ParsedDocument) -> None:
    opening = bundled_parse.clauses[0]
    assert (opening.id, opening.label, opening.number, opening.path) == ("2023年经济工作要点:开篇", "开篇", 0, ())
    text = opening.span.of(bundled_parse.document.text)
    assert text.startswith("2023年是全面贯彻落实党的二十大精神的开局之年")
    assert "\n" not in text


def test_title_and_eight_chapters_are_headings(bundled_parse: ParsedDocument) -> None:
    text = bundled_parse.document.text
    assert [span.of(text) for span in bundled_parse.headings] == ["2023年经济工作要点", *CHAPTERS]
    assert bundled_parse.closing == ()


def test_measures_are_numbered_through(measures: tuple[Clause, ...]) -> None:
    assert [measure.number for measure in measures] == list(range(1, 29))


def test_labels_with_half_width_brackets_are_shown_full_width(measures: tuple[Clause, ...], bundled: Document) -> None:
    assert [measure.label for measure in measures] == [f"（{chinese_numeral(n)}）" for n in range(1, 29)]
    assert all(measure.span.of(bundled.text).startswith("(") for measure in measures)


def test_measures_have_their_headings(measures: tuple[Clause, ...], bundled: Document) -> None:
    assert [measure.heading for measure in measures] == HEADINGS
    assert [measure.heading_span.of(bundled.text) for measure in measures if measure.heading_span] == HEADINGS


def test_measures_stand_below_their_chapters(measures: tuple[Clause, ...]) -> None:
    expected = [chapter for chapter, count in zip(CHAPTERS, MEASURES_OF_CHAPTERS, strict=True) for _ in range(count)]
    assert [measure.section for measure in measures] == expected
    assert [measure.path for measure in measures] == [
        (section.split("、")[0], measure.label) for section, measure in zip(expected, measures, strict=True)
    ]


def test_a_clause_ends_before_the_next_label(measures: tuple[Clause, ...], bundled: Document) -> None:
    assert measures[0].span.of(bundled.text).startswith("(一)大力提振市场信心。")
    assert measures[1].span.of(bundled.text).endswith("拓展养老服务、教育医疗文化体育服务等消费。")
    assert measures[18].span.of(bundled.text).count("\n") == 1


def test_footnotes_belong_to_the_measure_with_their_mark(measures: tuple[Clause, ...], bundled: Document) -> None:
    found = {
        measure.number: [note.term.of(bundled.text) for note in measure.footnotes]
        for measure in measures
        if measure.footnotes
    }
    assert found == {2: ["“五进”"], 19: ["“*+N”"]}


def test_a_footnote_lies_outside_all_clauses(bundled_parse: ParsedDocument) -> None:
    for note in bundled_parse.document.footnotes:
        assert not any(clause.span.overlaps(note.span) for clause in bundled_parse.clauses)


def test_the_sentence_that_a_footnote_cut_is_one_sentence(measures: tuple[Clause, ...], bundled: Document) -> None:
    sentences = [span.of(bundled.text) for span in measures[1].sentences]
    (sentence,) = [sentence for sentence in sentences if "促进旅游消费提质扩容" in sentence]
    assert sentence == (
        "促进旅游消费提质扩容，加快旅行社团体游复苏，针对多元需求推出“门票+”*等形式的优惠政策，推动“门票经济”转型升级。"
    )


def test_masked_figures_stay_in_the_sentences(measures: tuple[Clause, ...], bundled: Document) -> None:
    assert any("“一刻钟便民生活服务圈”*个以上" in span.of(bundled.text) for span in measures[1].sentences)
    assert any("(*—*年)" in span.of(bundled.text) for span in measures[21].sentences)


def test_headings_are_no_sentences_where_there_is_text(measures: tuple[Clause, ...], bundled: Document) -> None:
    for measure in measures:
        assert measure.heading_span is not None
        assert measure.sentences[0].start > measure.heading_span.end
        assert measure.sentences[-1].end == measure.span.end


def test_ids_are_unique_in_every_official_text(official_texts: list[Document]) -> None:
    ids = [clause.id for document in official_texts for clause in parse(document).clauses]
    assert len(set(ids)) == len(ids)


def test_parsing_twice_gives_the_same(bundled: Document, bundled_parse: ParsedDocument) -> None:
    assert parse(bundled).clauses == bundled_parse.clauses


def test_the_id_names_document_and_path(parsed: Parsed) -> None:
    assert [clause.id for clause in parsed("要点", "一、甲", "(一)乙。").clauses] == ["样例:一/（一）"]


@pytest.mark.parametrize(
    ("line", "written"),
    [
        ("第一章　总　则", "第一章 总 则"),
        ("第二篇 发展", "第二篇 发展"),
        ("一、总体要求", "一、总体要求"),
        ("(三)发展目标", "（三）发展目标"),
        ("4．发展目标", "4、发展目标"),
        ("(5)发展目标", "（5）发展目标"),
        ("⑥发展目标", "⑥发展目标"),
        ("附件2", "附件2"),
        ("## **七、目标**", "七、目标"),
    ],
)
def test_headings_above_are_written_as_a_reader_writes_them(line: str, written: str, parsed: Parsed) -> None:
    item = "①内容。" if "⑥" not in line else "其中："
    lines = [line, item] if "⑥" not in line else [line, item, "(1)内容。"]
    assert parsed(*lines).clauses[-1].section == written


def test_headings_above_are_joined_from_the_top(parsed: Parsed) -> None:
    assert parsed("第一章 总则", "第一节 甲", "第一条 乙：", "（一）丙。").clauses[-1].section == (
        "第一章 总则 › 第一节 甲 › 第一条"
    )


def test_a_title_of_several_lines_is_no_opening(parsed: Parsed) -> None:
    result = parsed("关于推进工作的", "若干措施", "　　为了推进工作，制定措施。", "一、甲。")
    assert [span.of(result.document.text) for span in result.headings] == ["关于推进工作的", "若干措施"]
    assert result.clauses[0].span.of(result.document.text) == "为了推进工作，制定措施。"


@pytest.mark.parametrize("title", ["#\u3000工作要点", "#\t工作要点", "# 工作 要点", "\u3000工作要点\u3000"])
def test_a_title_with_marks_and_space_is_no_opening(title: str, parsed: Parsed) -> None:
    assert [clause.kind for clause in parsed(title, "一、甲。").clauses] == [ClauseKind.ITEM]


def test_a_text_without_numbers_is_one_opening(parsed: Parsed) -> None:
    (clause,) = parsed("为了推进工作，制定措施。", "请照办。").clauses
    assert (clause.kind, len(clause.sentences)) == (ClauseKind.OPENING, 2)


def test_a_footnote_stays_out_of_a_clause_that_runs_on_behind_a_false_label(parsed: Parsed) -> None:
    result = parsed("（一）开展“五进”*活动。", "*即进园区。", "（九）为止的内容。", "（二）后。")
    first = result.clauses[0]
    assert first.span.of(result.document.text) == "（一）开展“五进”*活动。\n（九）为止的内容。"
    assert [note.span.of(result.document.text) for note in first.footnotes] == ["*即进园区。"]


@pytest.mark.parametrize("count", [1, 2])
def test_a_document_whose_only_line_is_a_sentence_can_be_cited(parsed: Parsed, count: int) -> None:
    (clause,) = parsed(*["汛期实行二十四小时值班。"] * count).clauses
    assert clause.kind is ClauseKind.OPENING


@pytest.mark.parametrize("count", [1, 2])
def test_a_mere_title_is_nothing_to_cite(parsed: Parsed, count: int) -> None:
    assert parsed(*["关于防汛的通知"] * count).clauses == ()
