"""A list holds every clause in which the thing stands and no other, and says what was counted."""

import re
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.assistant import Assistant
from assistant.citation import is_verbatim
from assistant.composer import Draft
from assistant.listing import ClauseLister
from assistant.masks import MASK_NOTICE
from assistant.word_match import WordMatcher
from assistant.wordings import wordings
from corpus import ClauseKind, ParsedDocument
from index.search_index import document_terms
from index.tokenizer import WordTokenizer, search_form

Official = Callable[[str], ParsedDocument]
Parsed = Callable[..., ParsedDocument]
WATER = (
    "供水办法",
    "本办法自即日起施行，各合作社照此办理。",
    "一、水源保护",
    "（一）取水。严禁排污，提高用水水平。由水利局牵头，民政局配合。",
    "（二）管网。农民合作社负责改造老旧管网“双巡查”*。",
    "*即合作社和医院的巡查。",
    "二、水价",
    "（三）定价。省外资金不得参与，人民政府核定水价，新增补贴*万元。由民政局、水利局共同负责。",
    "（四）减免。旅行社和各医疗机构减半，跨境电子商务企业不减。2019年12月底前完成。",
)


_LISTERS: dict[tuple[str, ...], ClauseLister] = {}
"""By the documents' ids; reading jieba's dictionary takes a second."""


def lister(*documents: ParsedDocument) -> ClauseLister:
    ids = tuple(parsed.document.id for parsed in documents)
    if ids not in _LISTERS:
        _LISTERS[ids] = ClauseLister(documents, WordTokenizer(document_terms(documents)))
    return _LISTERS[ids]


def listed(question: str, *documents: ParsedDocument) -> list[str]:
    """The paths of the clauses, after the answer's promises have been checked."""
    draft = lister(*documents).answer(question)
    assert draft is not None, question
    _check(draft, documents)
    return ["/".join(group.clause.path) for group in draft.groups]


def _check(draft: Draft, documents: tuple[ParsedDocument, ...]) -> None:
    """Each clause once and in order, every quote verbatim and holding what was counted, the counts true."""
    by_name = {parsed.document.name: parsed for parsed in documents}
    order = [clause.id for parsed in documents for clause in parsed.clauses]
    places = [order.index(group.clause.id) for group in draft.groups]
    assert places == sorted(set(places))
    counted = _counted(draft)
    for group in draft.groups:
        assert group.citations
        for citation in group.citations:
            assert is_verbatim(citation, by_name[group.clause.document])
            assert counted[-1].endswith("等") or any(word in search_form(citation.quote) for word in counted)
    closing = re.fullmatch(r"共 (\d+) 条，已逐条核对，命中 (\d+) 条。", draft.notices[-1])
    assert closing
    assert int(closing[2]) == len(draft.groups)


def _counted(draft: Draft) -> list[str]:
    remark = next(notice for notice in draft.notices if "的写法：" in notice)
    words = re.match("(?:计入|查找)的写法：([^；。]+)", remark)
    assert words
    return words[1].split("、")


_MATCHER = WordMatcher(WordTokenizer(), wordings().fixed)


@pytest.fixture(scope="module")
def water(parsed: Parsed) -> ParsedDocument:
    return parsed(*WATER)


@pytest.mark.parametrize(
    ("question", "paths"),
    [
        ("哪些条款提到合作社？", ["", "一/（二）"]),
        ("哪些地方用了“合作社”这个词", ["", "一/（二）"]),
        ("哪些条款提到“外资”", []),
        ("“民政”出现在哪几条", ["一/（一）", "二/（三）"]),
        ("哪些条款提到水", ["一/（一）", "二/（三）"]),
        ("列出所有与医院有关的安排", ["一/（二）", "二/（四）"]),
        ("哪些条款提到跨境电商", ["二/（四）"]),
        ("哪些条款提到“跨境电商”", []),
        ("哪些條款提到農民合作社", ["一/（二）"]),
        ("那些条款提到农民合做社", ["一/（二）"]),
        ("由民政局负责的是哪几条", ["二/（三）"]),
        ("由水利局牵头或负责的有哪几条", ["一/（一）", "二/（三）"]),
        ("写明具体截止时间的有哪几条", ["二/（四）"]),
        ("哪些条款提到旅行社和医院", ["一/（二）", "二/（四）"]),
        ("哪些条款同时提到旅行社和医疗机构", ["二/（四）"]),
        ("哪些条款提到合作社但没提到医院", [""]),
        ("哪些条款提到“合作社”？农民合作社不算", ["", "一/（二）"]),
        ("第二部分哪些条款提到民政局", ["二/（三）"]),
    ],
)
def test_clauses_that_hold_it_are_listed_and_no_other(water: ParsedDocument, question: str, paths: list[str]) -> None:
    assert listed(question, water) == paths


def test_footnote_is_cited_where_the_word_stands_in_it(water: ParsedDocument) -> None:
    draft = lister(water).answer("哪些条款提到“医院”")
    assert draft is not None
    assert [citation.quote for citation in draft.groups[0].citations] == ["*即合作社和医院的巡查。"]


def test_heading_of_a_clause_counts_as_its_text(water: ParsedDocument) -> None:
    assert listed("哪些条款提到“减免”", water) == ["二/（四）"]


def test_answer_says_what_was_counted_and_what_was_not(water: ParsedDocument) -> None:
    draft = lister(water).answer("列出所有与医院有关的安排")
    assert draft is not None
    assert draft.lead == "文件中有 2 条与“医院”有关："
    assert draft.notices == ("计入的写法：医院、医疗机构。", "共 4 条，已逐条核对，命中 2 条。")
    none = lister(water).answer("哪些条款提到“外资”")
    assert none is not None
    assert (none.lead, none.groups) == ("文件中没有条款提到“外资”。", ())
    assert none.notices == ("查找的写法：外资；未计入：省外资金，不是这个词。", "共 4 条，已逐条核对，命中 0 条。")


def test_other_wording_is_not_passed_off_as_the_one_asked_for(water: ParsedDocument) -> None:
    draft = lister(water).answer("哪些条款提到农民合做社")
    assert draft is not None
    assert draft.lead == "文件中没有“农民合做社”这个写法，与之相当的有 1 条："


def test_mask_is_said_to_be_one(water: ParsedDocument) -> None:
    draft = lister(water).answer("哪些条款提到补贴")
    assert draft is not None
    assert draft.notices[0] == MASK_NOTICE


@pytest.mark.parametrize(
    "question",
    ["哪些条款跟宇宙飞船有关", "哪些条款提到小朋友放学以后没有人接送", "第九部分哪些条款提到水", "水价怎么定"],
)
def test_what_cannot_be_proven_is_left_to_the_search(water: ParsedDocument, question: str) -> None:
    assert lister(water).answer(question) is None


@pytest.mark.parametrize(
    ("number", "question", "paths"),
    [
        ("57", "哪些条款提到“外资”？", ["第五章/第十八条", "第六章/第二十五条"]),
        ("25", "民政部门出现在哪几条？", ["四/1", "四/2"]),
        (
            "40",
            "哪些条款提到“备案”",
            ["第四章/第二十四条", "第四章/第二十五条", "第四章/第二十六条", "第五章/第三十三条"],
        ),
        ("37", "哪些条提到幼儿园？", ["六/22"]),
        ("12", "用到“医保”这个简称的有哪几条？", ["第四章/第十一条", "第四章/第十三条"]),
        (
            "65",
            "用了“绿色通道”的有哪几条？",
            ["二/（四）", "四/（十）", "四/（十三）", "五/（十四）", "六/（十七）", "八/（二十五）", "九/（二十八）"],
        ),
        ("18", "“年检”在哪几条里出现", []),
        ("19", "“年检”在哪几条里出现", ["三/（二）/8", "三/（三）/6"]),
    ],
)
def test_traps_of_other_documents(official: Official, number: str, question: str, paths: list[str]) -> None:
    assert listed(question, official(number)) == paths


def test_named_document_is_the_one_that_is_searched(bundled: ParsedDocument, official: Official) -> None:
    documents = (official("18"), official("37"), bundled)
    assert listed("双减意见里哪些条款提到家长", *documents) == listed("哪些条款提到家长", official("37"))
    assert listed("国务院工作规则中“备案”一词见于哪几条？", *documents) == [
        "第五章/二十四",
        "第六章/二十七",
        "第六章/二十九",
    ]
    everywhere = lister(*documents).answer("哪些条款提到家长")
    assert everywhere is not None
    assert {group.clause.document for group in everywhere.groups} == {official("37").document.name}
    spoken_of = lister(*documents).answer("里面哪些条款提到“学校”", "双减意见里怎么说作业，里面哪些条款提到“学校”")
    assert spoken_of is not None
    assert {group.clause.document for group in spoken_of.groups} == {official("37").document.name}


def test_named_bodies_and_cities_are_told_from_others_of_their_kind(bundled: ParsedDocument) -> None:
    assert listed("“××城市”出现在哪几条", bundled) == [
        "一/（二）", "二/（八）", "四/（十四）", "五/（十七）", "六/（十九）", "七/（二十三）",
    ]  # fmt: skip


@pytest.fixture(scope="module")
def words(bundled: ParsedDocument) -> list[str]:
    """All words of two to four characters."""
    found = WordTokenizer().cut(search_form(bundled.document.text))
    return sorted({word for word in found if re.fullmatch("[\u4e00-\u9fff]{2,4}", word)})


@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_every_clause_that_holds_the_literal_word_is_listed(
    data: st.DataObject, bundled: ParsedDocument, words: list[str]
) -> None:
    word = data.draw(st.sampled_from(words))
    held = []
    for clause in bundled.clauses:
        spans = [*clause.sentences, *(note.span for note in clause.footnotes)]
        spans += [clause.heading_span] if clause.heading_span else []
        if any(_MATCHER.find(word, search_form(span.of(bundled.document.text))) for span in spans):
            held.append("/".join(clause.path))
    assert listed(f"“{word}”在哪几条里出现？", bundled) == held


@settings(max_examples=60, deadline=None)
@given(
    st.text(max_size=30),
    st.sampled_from(["哪些条款提到{}", "列出所有与{}有关的条款", "“{}”出现在哪几条", "由{}负责的有哪几条"]),
)
def test_whatever_is_asked_for_the_promises_hold(water: ParsedDocument, text: str, frame: str) -> None:
    draft = lister(water).answer(frame.format(text))
    if draft is not None:
        _check(draft, (water,))


def test_closing_counts_the_numbered_clauses(bundled: ParsedDocument) -> None:
    draft = lister(bundled).answer("哪些条款提到“底线”")
    assert draft is not None
    numbered = [clause for clause in bundled.clauses if clause.kind != ClauseKind.OPENING]
    assert draft.notices[-1] == f"共 {len(numbered)} 条，已逐条核对，命中 4 条。"


def test_list_stands_before_structure_and_search(assistant: Assistant) -> None:
    answer = assistant.ask("第七部分哪些条款提到保险")
    assert [group.clause.label for group in answer.groups] == ["（二十二）"]
    assert answer.refusal is None
    assert answer.text.endswith("共 4 条，已逐条核对，命中 1 条。")


def test_absence_is_an_answer_and_no_refusal(assistant: Assistant) -> None:
    answer = assistant.ask("哪些条款提到“元宇宙”")
    assert (answer.refusal, answer.citations) == (None, ())
    assert answer.text.endswith("共 28 条，已逐条核对，命中 0 条。")


@pytest.mark.parametrize(
    "question",
    [
        "“示范区”三个字文中几处写到，分别在哪几条？",
        "说到“示范区”的条款一共有几条？分别是哪几条？",
        "哪些条款提到“示范区”？开头那段也算",
    ],
)
def test_one_list_is_not_taken_for_several_questions(assistant: Assistant, question: str) -> None:
    assert len(assistant.ask(question).groups) == 4
    assert assistant.ask(question).text.endswith("命中 4 条。")


def test_list_among_other_questions_is_answered_with_them(assistant: Assistant) -> None:
    answer = assistant.ask("哪些条款提到医院？农业方面有哪些目标？")
    labels = [group.clause.label for group in answer.groups]
    assert labels[0] == "（二十三）"
    assert "（六）" in labels
