"""Whatever a text looks like: nothing is lost, nothing overlaps, every span lies where it should."""

import re
import unicodedata
from collections import Counter
from itertools import pairwise

import pytest
from hypothesis import HealthCheck, assume, example, given, settings
from hypothesis import strategies as st

from corpus import Document, ParsedDocument, RepairKind, Span, document_from_text, parse
from corpus.normalize import normalize

SETTINGS = settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])

WORDS = (
    *(
        "发展",
        "促进",
        "规定",
        "项",
        "至",
        "目标",
        "任务包括",
        "国务院",
        "2023年1月4日",
        "（此件公开发布）",
        "3.5%",
        "*亿元",
    ),
    *(
        "“五进”*",
        "“五进”①",
        "《办法》*",
        "“圈”*个",
        "*即甲。",
        "*即将",
        "①指乙。",
        "②：丙。",
        "*包括丁。",
        "*",
        "**",
        "⽹",
    ),
    *(
        "。",
        "；",
        "，",
        "：",
        "！？",
        "、",
        "（",
        "）",
        "“",
        "”",
        "(",
        ")",
        "《",
        "》",
        " ",
        "\u3000",
        "\u200b",
        "\u202e",
    ),
    *("\x00", "第三条", "（一）", "一、", "# ", "|", "𠮷"),
)
LABELS = (
    *(
        "一、",
        "二、",
        "九、",
        "## 三、",
        "**二、",
        "（一）",
        "（二）",
        "(三)",
        "  （二十一）",
        "# （一）",
        "第一编 ",
        "第二篇\u3000",
    ),
    *(
        "第一章",
        "第二章 ",
        "第一节 ",
        "第一条 ",
        "第二条",
        "\u3000第三条　（目的）",
        "1.",
        "2．",
        "3、",
        "(1)",
        "（２）",
        "①",
        "②",
    ),
    *("附件", "附件1", "附件：", "\t\xa0", "*即甲。\n", "①指乙。\n", "国务院\n2023年1月4日\n", ""),
)
ENDINGS = ("\n", "\n", "\n", "\n", "\n\n", "\r\n", "\r", "\n \n", "\u2028", "\v")
LINE_STARTS = tuple(ENDINGS[index % len(ENDINGS)] + label for index, label in enumerate(LABELS * 2))
TEXTS = st.lists(st.sampled_from(WORDS + LINE_STARTS), min_size=1, max_size=60).map("".join)


def taken_in(text: str) -> Document:
    """The text as a document, if it holds anything visible."""
    assume(normalize(text).text.strip())
    return document_from_text(text, "样例.txt")


def spans_of(parsed: ParsedDocument) -> list[Span]:
    """All that covers the text: clauses, headings, closing and footnotes."""
    notes = (note.span for note in parsed.document.footnotes)
    return sorted([*(clause.span for clause in parsed.clauses), *parsed.headings, *parsed.closing, *notes])


def check_cover(parsed: ParsedDocument) -> None:
    text = parsed.document.text
    spans = spans_of(parsed)
    for span, following in pairwise(spans):
        assert span.end <= following.start, (span.of(text), following.of(text))
    ends = [0, *(span.end for span in spans)]
    starts = [*(span.start for span in spans), len(text)]
    for end, start in zip(ends, starts, strict=True):
        assert not text[end:start].strip(), f"lost: {text[end:start]!r}"


def check_clauses(parsed: ParsedDocument) -> None:
    text = parsed.document.text
    assert len({clause.id for clause in parsed.clauses}) == len(parsed.clauses)
    assert [clause.span for clause in parsed.clauses] == sorted(clause.span for clause in parsed.clauses)
    for clause in parsed.clauses:
        assert clause.span.of(text) == clause.span.of(text).strip() != ""
        assert clause.sentences
        for sentence in clause.sentences:
            assert clause.span.contains(sentence)
            assert sentence.of(text) == sentence.of(text).strip() != ""
            assert len(sentence.of(text).splitlines()) == 1
        for sentence, following in pairwise(clause.sentences):
            assert sentence.end <= following.start
            assert not text[sentence.end : following.start].strip()
        if clause.heading_span:
            assert "\n" not in clause.heading_span.of(text)
            assert clause.heading == " ".join(clause.heading_span.of(text).split())
        for note in clause.footnotes:
            assert clause.span.contains(note.mark)


def visible(text: str) -> Counter[str]:
    return Counter(char for char in text if not char.isspace())


def check_nothing_lost(source: str, document: Document) -> None:
    expected = visible(source)
    for repair in document.repairs:
        if repair.kind in {RepairKind.CHARACTER_REMOVED, RepairKind.CHARACTER_REPLACED}:
            expected -= Counter({char: repair.count for char in repair.before})
            expected += Counter({char: repair.count for char in repair.after})
    assert visible(document.text) == expected


@SETTINGS
@given(TEXTS)
@example("（一）开展“五进”*活动。\n*即进园区。\n（九）为止的内容。\n（二）后。")
@example("## 一、要求\n**（一）目标。**内容。")
@example("第一章\n“甲”*内容，第二条*即乙。\n规定的。")
@example("一、下列：\n（一）甲。\n（二）乙。\n尾。\n国务院\n2023年1月4日\n附件\n表")
def test_spans_cover_all_but_white_space_and_never_overlap(text: str) -> None:
    check_cover(parse(taken_in(text)))


@SETTINGS
@given(TEXTS)
def test_clauses_have_ids_of_their_own_and_sentences_in_order(text: str) -> None:
    check_clauses(parse(taken_in(text)))


@SETTINGS
@given(TEXTS)
def test_no_visible_character_is_lost_but_those_that_a_repair_names(text: str) -> None:
    document = taken_in(text)
    check_nothing_lost(text, document)
    assert document.repairs or document.text == text


@SETTINGS
@given(TEXTS)
def test_footnotes_and_their_references_are_what_they_say(text: str) -> None:
    document = taken_in(text)
    for note in document.footnotes:
        assert note.span.of(document.text).startswith(note.mark.of(document.text))
        assert re.fullmatch(r"[“「《].*[”」》]", note.term.of(document.text))
        assert note.term.end == note.mark.start
        assert note.mark.end <= note.span.start
    marks = [note.mark for note in document.footnotes]
    assert len(set(marks)) == len(marks)


@SETTINGS
@given(TEXTS)
def test_lines_point_into_the_source(text: str) -> None:
    document = taken_in(text)
    assert len(document.line_numbers) == document.text.count("\n") + 1
    assert set(document.line_numbers) <= set(range(1, len(re.split("\r\n|[\r\n\v\u2028]", text)) + 1))


@SETTINGS
@given(TEXTS)
def test_normalising_a_normalised_text_alters_nothing(text: str) -> None:
    once = normalize(re.sub("(?<=[*①②])(即|指|：|包括)", "", text))
    again = normalize(once.text)
    assert (again.text, again.repairs) == (once.text, ())


@SETTINGS
@given(st.text(min_size=1, max_size=300))
def test_any_text_with_a_visible_character_is_parsed(text: str) -> None:
    assume(any(unicodedata.category(char)[0] in "LNPS" for char in normalize(text).text))
    document = document_from_text(text, "样例.txt")
    parsed = parse(document)
    check_cover(parsed)
    check_clauses(parsed)
    check_nothing_lost(text, document)


@pytest.mark.parametrize("index", range(12))
def test_the_invariants_hold_for_official_texts(index: int, official_texts: list[Document]) -> None:
    parsed = parse(official_texts[index])
    check_cover(parsed)
    check_clauses(parsed)


@pytest.mark.parametrize("ending", ["\r\n", "\r"])
def test_other_line_endings_give_the_same_clauses(ending: str, bundled: Document) -> None:
    other = document_from_text(bundled.text.replace("\n", ending), bundled.source_name)
    same = document_from_text(bundled.text, bundled.source_name)
    assert parse(other).clauses == parse(same).clauses
