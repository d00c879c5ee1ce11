"""The target ledger: what sets a target and what does not, in any field; every word of it is the document's own."""

from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from corpus import Document, ParsedDocument, Span, document_from_text, parse, read_document
from corpus.target_pieces import pieces
from corpus.target_readings import ELIDED
from corpus.target_words import MODALS
from corpus.targets import Target, find_targets

Parsed = Callable[..., ParsedDocument]
ROOT = Path(__file__).parents[2]
TEXTS = [
    read_document(path).text
    for folder in (ROOT / "corpus" / "documents", ROOT / "eval" / "datasets" / "other_policies")
    for path in sorted(folder.glob("*.txt"))
]
SENTENCES = sorted({line[:400] for text in TEXTS for line in text.splitlines() if line.strip()})
FRAGMENTS = sorted({part for line in SENTENCES for part in line.replace("。", "，").split("，") if len(part) < 60})
SETTINGS = settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def targets(parsed: Parsed, *lines: str, heading: str = "内容") -> list[Target]:
    return list(
        find_targets(parsed("办法", f"一、{heading}。", *(f"（{number}）{line}" for number, line in lines_(lines))))
    )


def lines_(lines: tuple[str, ...]) -> list[tuple[str, str]]:
    return [(numeral, f"要求。{line}") for numeral, line in zip("一二三四五六七八九", lines, strict=False)]


def cells(target: Target) -> tuple[str, str, str, str]:
    return target.indicator, target.direction, target.value, target.unit


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("改造供水管网，力争自来水普及率达到92%。", ("自来水普及率", "力争…达到", "92", "%")),
        ("确保水库除险加固完成35座。", ("水库除险加固", "确保…完成", "35", "座")),
        ("万元产值用水量下降16%以上。", ("万元产值用水量", "下降…以上", "16", "%")),
        ("管网漏损率控制在9％以内。", ("管网漏损率", "控制在…以内", "9", "％")),
        ("义务教育巩固率不低于*%。", ("义务教育巩固率", "不低于", "*", "%")),
        ("平均班额降低到四十五人。", ("平均班额", "降低到", "四十五", "人")),
        ("新增减税降费12.5亿元左右。", ("减税降费", "新增…左右", "12.5", "亿元")),
        ("完成营造林两万亩。", ("营造林", "完成", "两", "万亩")),
        ("抓好*个病险水库除险改造。", ("病险水库除险改造", "抓好", "*", "个")),
        ("推动全县*%以上的村达到卫生村标准。", ("全县…村…卫生村标准", "推动…以上…达到", "*", "%")),
        ("每个县至少建设1所特殊教育学校。", ("特殊教育学校", "至少建设", "1", "所")),
        ("形成3—5个产业集群。", ("产业集群", "形成", "3—5", "个")),
        ("力争总产值翻一番。", ("总产值", "力争…翻", "一", "番")),
        ("力争入河排污口*.*个。", ("入河排污口", "力争", "*.*", "个")),
    ],
)
def test_a_figure_below_a_verb_is_a_target(parsed: Parsed, sentence: str, expected: tuple[str, ...]) -> None:
    (found,) = targets(parsed, sentence)
    assert cells(found) == expected
    assert found.is_quantity


@pytest.mark.parametrize(
    ("sentence", "indicator", "direction"),
    [
        ("争创省级节水型城市。", "省级节水型城市", "争创"),
        ("支持*县创建国家水利风景区。", "国家水利风景区", "支持…创建"),
        ("创成一批*名镇。", "*名镇", "创成一批"),
        ("争取设立水权交易中心。", "水权交易中心", "争取设立"),
        ("尽快推动第二水厂建成投运。", "第二水厂", "尽快推动…建成投运"),
        ("力争通过国家级验收。", "国家级验收", "力争通过"),
        ("编制完成供水专项规划。", "供水专项规划", "编制完成"),
        ("基本消除黑臭水体。", "黑臭水体", "基本消除"),
        ("确保出厂水质稳定达标。", "出厂水质", "确保…稳定达标"),
        ("确保不发生较大以上安全事故。", "较大以上安全事故", "确保不发生"),
        ("力争用水效率进入全省前列。", "用水效率…全省", "力争…进入…前列"),
        ("2030年前实现碳达峰。", "碳达峰", "实现"),
        ("实现行政村集中供水全覆盖。", "行政村集中供水", "实现…全覆盖"),
    ],
)
def test_a_state_to_be_reached_is_a_target(parsed: Parsed, sentence: str, indicator: str, direction: str) -> None:
    (found,) = targets(parsed, sentence)
    assert cells(found) == (indicator, direction, "", "")
    assert not found.is_quantity


@pytest.mark.parametrize(
    "sentence",
    [
        "落实“十四五”规划。",
        "推进“百园千亿”工程和“*+N”体系。",
        "建设*千伏输变电工程。",
        "实施供水三年行动，落实十条措施。",
        "办好第十届*水博会。",
        "创建“一县一品”特色水源。",
        "巩固国家节水城市创建成果。",
        "推进智慧水务建设，加快建设*水库。",
        "用好*个工作专班。",
        "力争更多项目纳入上级规划，积极争取上级支持。",
        "确保群众用水不受影响。",
        "加大财力争取。",
        "去年新增就业3万人，已建成水库5座。",
        "普及率提高了3个百分点。",
        "对年用水量超过10万吨的企业给予5%补贴。",
        "罚款不超过3万元。",
        "家庭资产不低于300万元。",
        "试点期为3个月。",
        "共有水库35座。",
        "开展新能源汽车“五进”*个性化活动。",
    ],
)
def test_names_measures_rules_and_reports_are_none(parsed: Parsed, sentence: str) -> None:
    assert targets(parsed, sentence) == []


def test_a_limit_is_a_target_below_a_word_or_heading_that_says_so(parsed: Parsed) -> None:
    limit = "人均用水量不超过50吨。"
    assert targets(parsed, limit) == []
    assert len(targets(parsed, limit, heading="主要目标")) == 1
    assert len(targets(parsed, f"确保水质稳定达标，{limit}")) == 2
    assert len(targets(parsed, f"到2025年，{limit}")) == 1


def test_members_of_an_enumeration_share_the_verb(parsed: Parsed) -> None:
    found = targets(parsed, "力争全年新建泵站12座、水厂*座和3个调度中心。")
    assert [cells(target) for target in found] == [
        ("泵站", "力争…新建", "12", "座"),
        ("水厂", "力争…新建", "*", "座"),
        ("调度中心", "力争…新建", "3", "个"),
    ]
    assert {target.time for target in found} == {"全年"}


def test_coordinated_figures_have_a_row_each(parsed: Parsed) -> None:
    found = targets(parsed, "力争供水量、售水量分别增长*%和5%以上。")
    assert [cells(target) for target in found] == [
        ("供水量", "力争…分别增长", "*", "%"),
        ("售水量", "力争…分别增长…以上", "5", "%"),
    ]
    assert found[0].span == found[1].span


def test_several_honours_have_a_row_each_if_they_are_named(parsed: Parsed) -> None:
    found = targets(parsed, "支持各县创建国家节水示范县和“幸福河湖”示范基地。")
    assert [target.indicator for target in found] == ["国家节水示范县", "“幸福河湖”示范基地"]


@pytest.mark.parametrize("modal", MODALS)
def test_how_firmly_is_kept_as_it_stands(parsed: Parsed, modal: str) -> None:
    first, second = targets(parsed, f"{modal}供水总量达到9亿吨，实现营业收入*亿元，推动漏损率降至8%。")[:2]
    assert (first.direction, second.direction) == (f"{modal}…达到", f"{modal}…实现")


def test_a_new_verb_or_sentence_ends_its_reach(parsed: Parsed) -> None:
    *_, last = targets(parsed, "力争供水总量达到9亿吨，推动漏损率降至8%。")
    assert last.direction == "推动…降至"
    assert targets(parsed, "力争供水总量达到9亿吨。新建水厂3座。")[1].direction == "新建"


def test_a_deadline_governs_the_paragraph(parsed: Parsed) -> None:
    found = targets(parsed, "到2025年，普及率达到92%。建成泵站3座，年底前完成验收。", "新建水厂2座。")
    assert [target.time for target in found] == ["到2025年", "到2025年", "年底前", ""]


def test_a_section_that_looks_back_sets_none(parsed: Parsed) -> None:
    assert targets(parsed, "新建水厂2座。", heading="2022年工作回顾") == []


def test_hidden_figures_and_names_are_known(parsed: Parsed) -> None:
    found = targets(parsed, "新建水厂*座，争创*示范县，新建泵站2座。")
    assert [(target.value, target.is_masked) for target in found] == [("*", True), ("", True), ("2", False)]


def test_the_reference_mark_of_a_footnote_hides_nothing(parsed: Parsed) -> None:
    document = parsed("办法", "一、节水。", "（一）水窖。新建“五小”*水窖2座，减轻负担。", "*即小水窖。")
    assert document.document.footnotes
    assert [(target.value, target.is_masked) for target in find_targets(document)] == [("2", False)]


def test_a_figure_in_an_endless_line_is_left_alone(parsed: Parsed) -> None:
    assert targets(parsed, "确保不" * 40_000) == []


def check(parsed: ParsedDocument, found: tuple[Target, ...]) -> None:
    text = parsed.document.text
    for target in found:
        sentence, quote = target.sentence.of(text), target.span.of(text)
        assert target.sentence in target.clause.sentences
        assert target.sentence.contains(target.span)
        assert quote == quote.strip() != ""
        for words in (*target.indicator.split(ELIDED), *target.direction.split(ELIDED)):
            assert words in sentence
        assert target.direction or target.is_quantity
        assert target.value + target.unit in quote
        assert bool(target.value) == bool(target.unit) == target.is_quantity
        assert target.time in target.clause.span.of(text)
        assert all(modal in sentence for modal in MODALS if modal in target.direction)
        assert target.is_masked <= ("*" in quote)
    for one, following in pairwise(found):
        assert one.span <= following.span
        assert one.span == following.span or not one.span.overlaps(following.span)


def test_every_word_is_the_documents_own(official_texts: list[Document]) -> None:
    for document in official_texts:
        parsed = parse(document)
        check(parsed, find_targets(parsed))


@SETTINGS
@given(st.lists(st.sampled_from(SENTENCES), min_size=1, max_size=8))
def test_in_any_order_of_paragraphs_too(lines: list[str]) -> None:
    parsed = parse(document_from_text("\n".join(lines), "样例.txt"))
    check(parsed, find_targets(parsed))


@SETTINGS
@given(
    st.lists(
        st.tuples(
            st.sampled_from(FRAGMENTS) | st.text("力争确保新增达到*%家、和以上的到2年，“”（）第一不", max_size=12),
            st.sampled_from("，、；。和及\n"),
        ),
        min_size=1,
        max_size=12,
    )
)
@example([("*个", "、"), ("*个", "和"), ("力争", "。")])
@example([("新增“五进”*家", "，"), ("*即甲", "\n")])
def test_in_any_order_of_fragments_too(parts: list[tuple[str, str]]) -> None:
    parsed = parse(document_from_text("办法\n一、内容。" + "".join(map("".join, parts)), "样例.txt"))
    check(parsed, find_targets(parsed))


@SETTINGS
@given(st.sampled_from(SENTENCES), st.data())
def test_pieces_come_in_order_and_between_them_lie_punctuation_and_conjunctions(line: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(line)))
    found = list(pieces(line, Span(start, len(line))))
    ends = [start, *(piece.span.end for piece in found)]
    starts = [*(piece.span.start for piece in found), len(line)]
    for end, following in zip(ends, starts, strict=True):
        assert not line[end:following].strip("，；。：！？、和及并以 \u3000")


def test_reading_twice_gives_the_same(bundled_parse: ParsedDocument) -> None:
    assert find_targets(bundled_parse) == find_targets(bundled_parse)
