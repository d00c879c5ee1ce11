"""Every way of numbering is read, half- and full-width alike, and what only looks like a label is none."""

import pytest

from corpus.numbering import NUMBERINGS, LabelReader, chinese_numeral, match_label, numeral_value

EXAMPLES = [
    ("(（七）其他行为。", "chinese-bracket", 7, "（七）"),
    ("附件", "attachment", 1, "附件"),
    ("附件2", "attachment", 2, "附件2"),
    ("附件２：", "attachment", 2, "附件2"),
    ("附 件 三", "attachment", 3, "附件三"),
    ("第一编　总则", "part", 1, "第一编"),
    ("第2编", "part", 2, "第2编"),
    ("第二篇 发展", "volume", 2, "第二篇"),
    ("第３篇", "volume", 3, "第3篇"),
    ("第三章　总则", "chapter", 3, "第三章"),
    ("第12章 附则", "chapter", 12, "第12章"),
    ("第１２章总则", "chapter", 12, "第12章"),
    ("第一节 一般规定", "section", 1, "第一节"),
    ("第４节 规划", "section", 4, "第4节"),
    ("二十三、推动产业", "chinese", 23, "二十三"),
    ("第一百零五条　为了", "article", 105, "第一百零五条"),
    ("第12条 为了", "article", 12, "第12条"),
    ("第１２条　为了", "article", 12, "第12条"),
    ("(二十一)扩大就业", "chinese-bracket", 21, "（二十一）"),
    ("（二十一）扩大就业", "chinese-bracket", 21, "（二十一）"),
    ("（二)扩大就业", "chinese-bracket", 2, "（二）"),
    ("3.责任单位", "arabic", 3, "3"),
    ("３．责任单位", "arabic", 3, "3"),
    ("24﹒责任单位", "arabic", 24, "24"),
    ("3、责任单位", "arabic", 3, "3"),
    ("(4)名录", "arabic-bracket", 4, "（4）"),
    ("（４）名录", "arabic-bracket", 4, "（4）"),
    ("③制定方案", "circled", 3, "③"),
    ("⑳制定方案", "circled", 20, "⑳"),
]

NO_LABELS = [
    "",
    "(车间)",
    "上市(后备)企业",
    "(*—*年)",
    "县(市、区)",
    "3.5%",
    "３．５％",
    "第三条规定的",
    "第三条、第四条",
    "第三条及第四条",
    "第三条第二款",
    "第三条）",
    "第三条所列情形",
    "第二章规定的条件",
    "第二章的规定",
    "2023年",
    "2023.",
    "2023、2024年",
    "10月1日",
    "一、二、三产业融合发展",
    "1、2号楼",
    "（一）项规定的情形",
    "（一）至（三）项",
    "(一)、(二)项",
    "附件：1.名单",
    "附件工作",
    "①即进展会。",
    "②：进展会。",
    "一是加强领导",
    "十个方面",
    "第一，加强领导",
    "第一批项目",
    "（试行）",
    "()",
    "*即甲。",
]


def test_numerals_survive_the_round_trip() -> None:
    values = list(range(1, 1000))
    assert [numeral_value(chinese_numeral(value)) for value in values] == values


@pytest.mark.parametrize(
    ("value", "numeral"), [(1, "一"), (10, "十"), (15, "十五"), (20, "二十"), (101, "一百零一"), (115, "一百一十五")]
)
def test_numerals_are_written_as_officials_write_them(value: int, numeral: str) -> None:
    assert chinese_numeral(value) == numeral


@pytest.mark.parametrize(
    ("numeral", "value"),
    [
        ("一百零五", 105),
        ("一百一十", 110),
        ("十", 10),
        ("两百", 200),
        ("一千零一", 1001),
        ("二〇二三", 2023),
        ("二○二三", 2023),
        ("二零二三", 2023),
        ("〇", 0),
        ("12", 12),
        ("１２", 12),
        ("③", 3),
        ("⑳", 20),
    ],
)
def test_other_spellings_of_a_numeral_are_read(numeral: str, value: int) -> None:
    assert numeral_value(numeral) == value


@pytest.mark.parametrize("numeral", ["甲", "一甲", "十甲", "*"])
def test_what_is_no_numeral_is_refused(numeral: str) -> None:
    with pytest.raises(ValueError, match="not a numeral"):
        numeral_value(numeral)


@pytest.mark.parametrize("value", [0, -1, 1000])
def test_numerals_are_written_from_1_to_999(value: int) -> None:
    with pytest.raises(ValueError, match="no numeral"):
        chinese_numeral(value)


@pytest.mark.parametrize(("line", "name", "number", "text"), EXAMPLES)
def test_a_label_is_read(line: str, name: str, number: int, text: str) -> None:
    label = match_label(line)
    assert label is not None
    assert (label.numbering.name, label.number, label.text) == (name, number, text)


def test_every_row_of_the_table_has_an_example() -> None:
    assert {name for _, name, _, _ in EXAMPLES} == {row.name for row in NUMBERINGS}


def test_rows_have_names_of_their_own() -> None:
    assert len({row.name for row in NUMBERINGS}) == len(NUMBERINGS)


@pytest.mark.parametrize("line", NO_LABELS)
def test_what_only_looks_like_a_label_is_none(line: str) -> None:
    assert match_label(line) is None


@pytest.mark.parametrize(
    "line", ["（一）项目建设", "第三条　规划应当", "第一章规划编制", "①指标完成", "一、二级市场监管"]
)
def test_a_label_stands_before_words_that_resemble_a_reference(line: str) -> None:
    assert match_label(line) is not None


@pytest.mark.parametrize("prefix", ["", "  ", "\u3000\u3000", "\t", "\xa0", "## ", "###### ", "**", "## **"])
def test_space_and_markdown_may_stand_before_a_label(prefix: str) -> None:
    label = match_label(f"{prefix}（二）发展")
    assert label is not None
    assert (label.text, label.start, label.end) == ("（二）", len(prefix), len(prefix) + 3)


def test_a_label_inside_a_line_is_none() -> None:
    assert match_label("内容（一）内容") is None


def test_a_reader_takes_series_that_continue_or_begin_anew() -> None:
    reader = LabelReader()
    lines = ["一、甲", "（一）乙", "（二）丙", "二、丁", "（三）戊", "三、己", "（一）庚"]
    assert [label.text for label in map(reader.read, lines) if label] == [
        "一",
        "（一）",
        "（二）",
        "二",
        "（三）",
        "三",
        "（一）",
    ]


@pytest.mark.parametrize(("line", "label"), [("（二）乙", "（二）"), ("（三）丙", None), ("（九）丁", None)])
def test_a_series_whose_first_label_is_lost_begins_with_two_behind_a_higher_label(line: str, label: str | None) -> None:
    reader = LabelReader()
    for taken in ("第三条 甲", "（一）乙", "（二）丙", "（三）丁", "第四条 戊", "一项未编号的；"):
        reader.read(taken)
    found = reader.read(line)
    assert (found.text if found else None) == label


def test_a_series_begins_with_two_but_once() -> None:
    reader = LabelReader()
    for taken in ("第三条 甲", "（一）乙", "（二）丙", "（三）丁", "第四条 戊", "（二）己", "（三）庚"):
        assert reader.read(taken) is not None
    assert reader.read("（二）项所说的事") is None


@pytest.mark.parametrize("line", ["二、", "三、", "九、"])
def test_a_reader_refuses_repeated_backward_and_far_numbers(line: str) -> None:
    reader = LabelReader()
    for taken in ("一、", "二、", "三、"):
        assert reader.read(taken) is not None
    assert reader.read(line) is None


def test_a_reader_lets_an_excerpt_begin_in_the_middle() -> None:
    reader = LabelReader()
    assert reader.read("第十二条　为了") is not None
    assert reader.read("第十三条　本办法") is not None
