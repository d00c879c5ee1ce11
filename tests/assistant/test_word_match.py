"""A term is found as a word or as a part of a compound, never as characters that two words happen to share."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.word_match import WordMatcher
from assistant.wordings import wordings
from corpus.span import Span
from index.tokenizer import WordTokenizer, search_form


@pytest.fixture(scope="module")
def matcher() -> WordMatcher:
    return WordMatcher(WordTokenizer(), wordings().fixed)


@pytest.mark.parametrize(
    ("text", "term"),
    [
        ("农民合作社规范发展", "合作社"),
        ("支持内外资企业", "外资"),
        ("中外资金融机构", "外资"),
        ("市中医医院建设", "医院"),
        ("县中医院", "医院"),
        ("新区医院建成投运", "新区"),
        ("临港新片区", "新片区"),
        ("保基本民生、保工资", "民生"),
        ("民政局会同民政部门", "民政"),
        ("银行业金融机构", "银行"),
        ("非独生子女", "独生子女"),
        ("大学生就业", "学生"),
        ("中小学校教师", "学校"),
        ("农田水利用地", "水利"),
        ("行政处罚权", "行政处罚"),
        ("丘陵山区县", "丘陵山区"),
        ("公共服务机构", "服务机构"),
        ("扩大普惠性学前教育", "普惠"),
        ("省级人力资源产业园", "产业园"),
        ("专项再贷款政策", "再贷款"),
        ("5g基站", "5g"),
    ],
)
def test_term_counts_inside_a_compound_of_it(matcher: WordMatcher, text: str, term: str) -> None:
    assert [span.of(text) for span in matcher.find(term, text)] == [term] * text.count(term)


@pytest.mark.parametrize(
    ("text", "term", "stranger"),
    [
        ("到位国内省外资金", "外资", "省外资金"),
        ("使用境外资金的", "外资", "境外资金"),
        ("省人民政府办公厅", "民政", "人民政府"),
        ("强化高新区数字经济", "新区", "高新区"),
        ("便民生活服务圈", "民生", "便民生活"),
        ("我国有关部门", "国有", "我国有关"),
        ("土地方面", "地方", "土地方面"),
        ("发挥个人才能", "人才", "个人才能"),
        ("社会议题", "会议", "社会议题"),
        ("提高校园安全", "高校", "提高校园"),
        ("实施工业强基", "施工", "实施工业"),
        ("互联网平台", "联网", "互联网"),
        ("教师资格", "师资", "教师资格"),
        ("各级市政府", "市政", "市政府"),
        ("15g", "5g", "5g"),
    ],
)
def test_term_does_not_count_where_two_words_share_its_characters(
    matcher: WordMatcher, text: str, term: str, stranger: str
) -> None:
    assert matcher.find(term, text) == []
    assert matcher.strangers(term, text) == [stranger]


@pytest.mark.parametrize(
    ("char", "counted", "left_out"),
    [
        ("水", "污水处理，水利，饮用水，蓄水", "提高水平，水泥，薪水"),
        ("桥", "桥梁，天桥，大桥", "五通桥镇"),
        ("电", "供电，水电，充电桩，换电站", "电商，电子信息"),
        ("车", "汽车，车展，停车场", "数字车间"),
        ("路", "铁路，道路", "工作思路，一带一路"),
    ],
)
def test_single_character_counts_with_its_own_meaning(
    matcher: WordMatcher, char: str, counted: str, left_out: str
) -> None:
    for word in counted.split("，"):
        assert matcher.find(char, word), word
    for word in left_out.split("，"):
        assert not matcher.find(char, word), word


def test_word_around_a_character_is_named(matcher: WordMatcher) -> None:
    assert matcher.around("桥梁和人行天桥", Span(6, 7)) == "天桥"


@given(st.text(max_size=40), st.text(min_size=1, max_size=4))
def test_occurrences_are_counted_or_left_out_and_none_is_lost(text: str, term: str) -> None:
    matcher = WordMatcher(_TOKENIZER)
    text, term = search_form(text), search_form(term)
    found = matcher.find(term, text)
    assert all(span.of(text) == term for span in found)
    assert found == sorted(set(found))
    places = sum(text.startswith(term, start) for start in range(len(text))) if term else 0
    assert len(found) + len(matcher.strangers(term, text)) == places


@given(st.sampled_from(["医院", "合作社", "跨境电商", "低空经济", "三孩政策", "桥"]))
def test_a_term_by_itself_is_found(term: str) -> None:
    assert WordMatcher(_TOKENIZER).find(term, term) == [Span(0, len(term))]
    assert WordMatcher(_TOKENIZER).find(term, f"。{term}，") == [Span(1, len(term) + 1)]


@given(st.text(st.characters(min_codepoint=0x4E00, max_codepoint=0x9FA5), max_size=30))
def test_pieces_are_the_text(text: str) -> None:
    matcher = WordMatcher(_TOKENIZER)
    pieces = matcher.pieces(text)
    assert "".join(word for word, _ in pieces) == text
    assert all(span.of(text) == word for word, span in pieces)
    assert "".join(matcher.cut(text)) == text


_TOKENIZER = WordTokenizer()
