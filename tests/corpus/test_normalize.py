"""The normaliser alters what it must, records each alteration, and leaves all else as it is."""

import pytest

from corpus import Document, RepairKind, document_from_text
from corpus.normalize import Normalized, normalize


def notes(text: Normalized) -> list[tuple[str, str, str]]:
    """Term, mark and text of each footnote."""
    return [(note.term.of(text.text), note.mark.of(text.text), note.span.of(text.text)) for note in text.footnotes]


def kinds(text: Normalized) -> list[RepairKind]:
    return [repair.kind for repair in text.repairs]


def test_the_bundled_document_has_two_footnotes(bundled: Document) -> None:
    assert [(note.term.of(bundled.text), note.span.of(bundled.text)) for note in bundled.footnotes] == [
        ("“五进”", "*即“新能源”汽车进展会、进园区、进企业、进机关和事业单位、进公共空间。"),
        (
            "“*+N”",
            "*即*市资源循环利用基地、*基地等“四大基地”。以及其他各领域固体废物收集、贮存、转运、利用、处置基地。",
        ),
    ]


def test_the_bundled_document_records_three_repairs(bundled: Document) -> None:
    assert [(repair.kind, repair.line) for repair in bundled.repairs] == [
        (RepairKind.FOOTNOTE_MOVED, 6),
        (RepairKind.SENTENCE_JOINED, 6),
        (RepairKind.FOOTNOTE_MOVED, 31),
    ]


def test_the_sentence_that_the_footnote_cut_is_restored(bundled: Document) -> None:
    assert "促进旅游消费提质扩容，加快旅行社团体游复苏" in bundled.text


@pytest.mark.parametrize("mark", ["*", "＊", "※", "†", "①", "②", "⑩"])
@pytest.mark.parametrize("definition", ["即", "指", "是指", "系指", "包括", "：", ":"])
def test_a_footnote_on_its_own_line_is_set_behind_its_unit(mark: str, definition: str) -> None:
    note = f"{mark}{definition}进园区、进企业。"
    text = normalize(f"（一）开展“五进”{mark}活动。\n{note}\n再接再厉。\n（二）后。")
    assert text.text == f"（一）开展“五进”{mark}活动。\n再接再厉。\n{note}\n（二）后。"
    assert notes(text) == [("“五进”", mark, note)]
    assert kinds(text) == [RepairKind.FOOTNOTE_MOVED]
    assert text.line_numbers == (1, 3, 2, 4)


def test_a_footnote_that_cuts_a_sentence_is_taken_out_of_it() -> None:
    text = normalize("（一）落实《办法》①，促进产①指暂行办法。\n业发展。\n（二）后。")
    assert text.text == "（一）落实《办法》①，促进产业发展。\n①指暂行办法。\n（二）后。"
    assert notes(text) == [("《办法》", "①", "①指暂行办法。")]
    assert kinds(text) == [RepairKind.FOOTNOTE_MOVED, RepairKind.SENTENCE_JOINED]
    assert (text.repairs[1].before, text.repairs[1].after) == (
        "办法》①，促进产\n业发展。",
        "办法》①，促进产业发展。",
    )


def test_two_circled_footnotes_find_their_terms() -> None:
    text = normalize("（一）推进“甲”①和“乙”②。\n①即甲类。\n②即乙类。")
    assert notes(text) == [("“甲”", "①", "①即甲类。"), ("“乙”", "②", "②即乙类。")]
    assert kinds(text) == []


def test_a_footnote_that_stands_behind_its_unit_is_found_and_not_moved() -> None:
    source = "（一）开展“五进”*活动。\n*即进园区。\n（二）后。"
    text = normalize(source)
    assert text.text == source
    assert notes(text) == [("“五进”", "*", "*即进园区。")]
    assert kinds(text) == []


@pytest.mark.parametrize("quoted", ["“甲”", "「甲」", "《甲》"])
def test_a_term_stands_in_any_quotation_marks(quoted: str) -> None:
    assert notes(normalize(f"（一）开展{quoted}*。\n*即乙。")) == [(quoted, "*", "*即乙。")]


def test_a_circled_mark_before_a_measure_word_is_still_a_reference() -> None:
    assert len(normalize("（一）“五进”①年底前完成。\n①即乙。").footnotes) == 1


@pytest.mark.parametrize(
    "masked", ["*个", "*亿元", "*%", "*天", "*余家", "*.*%", "*—*年", "*平方公里", "*千伏", "＊公里", "*多个"]
)
def test_a_mark_that_masks_a_figure_is_never_a_reference(masked: str) -> None:
    mark = masked[0]
    source = f"（一）打造“生活圈”{masked}以上。\n{mark}即乙。\n后。"
    assert normalize(source) == Normalized(source, (1, 2, 3), (), ())


@pytest.mark.parametrize(
    "source",
    [
        "（一）建设“甲”*基地，*即将建成。\n后。",
        "（一）建设“甲”*基地，确保*即可投产。\n后。",
        "（一）建设“甲”*基地，完善*指标体系。\n严格执行。",
        "（一）建设“甲”*基地，发挥*指挥部作用。\n后。",
        "（一）建设“甲”*基地，出台*指导意见。\n后。",
        "（一）建设“甲”*基地，*是*指定单位。\n后。",
    ],
)
def test_masked_sentences_that_resemble_a_footnote_stay_untouched(source: str) -> None:
    assert normalize(source) == Normalized(source, (1, 2), (), ())


@pytest.mark.parametrize(
    "source",
    [
        "（一）开展活动。\n*即进园区。\n后。",
        "（一）开展五进*活动。\n*即进园区。\n后。",
        "（一）开展“五进”①活动。\n②即进园区。\n后。",
        "（一）开展“五进”*活动。\n（二）再开展。\n*即进园区。\n后。",
        "（一）后来。\n*即进园区。\n开展“五进”*活动。",
    ],
    ids=["no term", "term not quoted", "other mark", "other unit", "term behind"],
)
def test_without_a_reference_before_it_in_its_unit_nothing_is_a_footnote(source: str) -> None:
    text = normalize(source)
    assert (text.text, text.footnotes, text.repairs) == (source, (), ())


def test_one_reference_takes_one_footnote() -> None:
    assert len(normalize("（一）“甲”*。\n*即乙。\n*即丙。").footnotes) == 1


@pytest.mark.parametrize(
    "source",
    ["（一）“甲”*内容。*即乙。\n后。", "（一）“甲”*内容*即乙。", "（一）“甲”*内容*即乙。\n\n后。"],
    ids=["behind a whole sentence", "last line", "blank line behind"],
)
def test_a_definition_that_cuts_no_sentence_stays(source: str) -> None:
    assert normalize(source).text == source


def test_a_line_that_begins_with_a_label_is_no_footnote() -> None:
    source = "（一）“甲”*内容。\n（九）*即乙。\n后。"
    assert normalize(source).text == source


@pytest.mark.parametrize("ending", ["\r\n", "\r", "\v", "\u2028", "\u2029"])
def test_line_endings_become_line_feeds(ending: str) -> None:
    text = normalize(f"甲{ending}乙{ending}丙")
    assert text.text == "甲\n乙\n丙"
    assert [(repair.kind, repair.before, repair.after, repair.line, repair.count) for repair in text.repairs] == [
        (RepairKind.LINE_ENDING, ending, "\n", 1, 2)
    ]


@pytest.mark.parametrize(
    "char",
    "\ufeff\u200b\u200d\u2060\xad\u061c\u200e\u202a\u202e\u2066\u2069\x00\x07\x0c\x1b\x7f\x85\ufffa\ud800",
)
def test_invisible_characters_are_removed_and_recorded(char: str) -> None:
    text = normalize(f"甲\n{char}乙{char}丙")
    assert text.text == "甲\n乙丙"
    (repair,) = text.repairs
    assert (repair.kind, repair.before, repair.after, repair.line, repair.count) == (
        RepairKind.CHARACTER_REMOVED,
        char,
        "",
        2,
        2,
    )


def test_kangxi_radicals_become_the_characters_they_look_like() -> None:
    text = normalize("互联⽹\n⼈⼯⼈")
    assert text.text == "互联网\n人工人"
    found = [(repair.kind, repair.before, repair.after, repair.line, repair.count) for repair in text.repairs]
    assert found == [
        (RepairKind.CHARACTER_REPLACED, "⽹", "网", 1, 1),
        (RepairKind.CHARACTER_REPLACED, "⼈", "人", 2, 2),
        (RepairKind.CHARACTER_REPLACED, "⼯", "工", 2, 1),
    ]


def test_a_radical_without_counterpart_stays_and_is_not_recorded() -> None:
    text = normalize("甲⺀")
    assert (text.text, text.repairs) == ("甲⺀", ())


@pytest.mark.parametrize(
    "kept", ["\t甲\u3000乙 丙\xa0丁", "ＡＢ１２％", "３﹒5", "*", "𠮷", "é", "“甲\"乙'", "\n\n甲\n\n"]
)
def test_everything_else_stays(kept: str) -> None:
    text = normalize(kept)
    assert (text.text, text.repairs) == (kept, ())


def test_repairs_stand_in_the_order_of_lines() -> None:
    text = normalize("甲\u200b\n（一）“五进”*。\n*即乙。\n丙\u200b")
    assert [repair.line for repair in text.repairs] == [1, 3, 4]


def test_official_texts_are_altered_only_where_a_repair_says_so(official_texts: list[Document]) -> None:
    for document in official_texts[1:]:
        assert {repair.kind for repair in document.repairs} <= {RepairKind.LINE_ENDING, RepairKind.CHARACTER_REMOVED}
        assert document.footnotes == ()


def test_normalising_a_normalised_text_alters_nothing(official_texts: list[Document]) -> None:
    for document in official_texts:
        again = normalize(document.text)
        assert (again.text, again.repairs) == (document.text, ())
        assert [note.span for note in again.footnotes] == [note.span for note in document.footnotes]


def test_line_numbers_point_into_the_source() -> None:
    document = document_from_text("（一）落实“甲”*，促进产*即乙。\r\n业。\r\n（二）后。", "样例.txt")
    assert document.line_at(document.text.index("（二）")) == 3
    assert document.line_at(document.text.index("*即")) == 1
