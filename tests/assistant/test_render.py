"""What is shown is what was answered, and nothing in it can become markup."""

import json
from collections.abc import Callable
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import corpus
from assistant.answer import Answer, Claim, Group, RefusalReason
from assistant.citation import cite
from assistant.render import NO_CLAUSES, Turn, alert, beside, conversation, escape, guide, header, marked
from assistant.server.guard import MAX_BODY
from corpus import Clause, ParsedDocument, Span, document_from_text, parse, read_document

TAGS = frozenset(
    ("a", "article", "details", "div", "h1", "h2", "h3", "li", "mark", "ol", "p", "section", "span", "summary")
) | {"sup", "ul", "form", "input", "button"}
"""All that render.py writes."""

HOSTILE = (
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    '"><svg/onload=alert(1)>',
    "</div></section><iframe src=//e.com>",
    "' onmouseover='alert(1)",
    "&lt;b&gt;",
    "**粗体** # 标题 [链接](http://e.com) ![图](http://e.com/i.png) $$x^2$$",
    "${alert(1)} {{value}} @children",
)


class Reader(HTMLParser):
    """Collects the text, the tags and the attributes of a fragment."""

    def __init__(self, fragment: str) -> None:
        super().__init__(convert_charrefs=True)
        self.text = ""
        self.tags: set[str] = set()
        self.attributes: set[tuple[str, str | None]] = set()
        self.marks: list[str] = []
        self._open = 0
        self.feed(fragment)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes.update(attrs)
        if tag == "mark":
            self._open += 1
            self.marks.append("")

    def handle_endtag(self, tag: str) -> None:
        self._open -= tag == "mark"

    def handle_data(self, data: str) -> None:
        self.text += data
        if self._open:
            self.marks[-1] += data


@pytest.fixture(scope="module")
def bundled() -> ParsedDocument:
    return parse(read_document(Path(corpus.__file__).parent / "documents" / "2023年经济工作要点.txt"))


def answer_from(parsed: ParsedDocument, *groups: tuple[int, tuple[int, ...]], **fields: str) -> Answer:
    """An answer that cites, for each pair, those sentences of that clause."""
    made = tuple(
        Group(clause, tuple(cite(parsed, clause, clause.sentences[row]) for row in rows))
        for clause, rows in ((parsed.clauses[number], rows) for number, rows in groups)
    )
    question = fields.get("question", "问题？")
    return Answer(question, fields.get("standalone", question), fields.get("lead", "文件规定："), made)


def assert_harmless(fragment: str) -> None:
    found = Reader(fragment)
    assert found.tags <= TAGS
    assert not [name for name, _ in found.attributes if name.startswith("on") or name in {"src", "style", "srcdoc"}]
    assert all(value and value.startswith("#cite-") for name, value in found.attributes if name == "href")
    assert {value for name, value in found.attributes if name == "action"} <= {"/api/sheet"}


def render_all(answer: Answer, documents: list[ParsedDocument]) -> list[str]:
    turns = [Turn(answer.question, answer), Turn(answer.question, error=answer.lead), Turn(answer.question, answer)]
    return [
        conversation(turns),
        beside(turns, documents),
        beside([], documents),
        header(documents),
        alert(answer.lead),
    ]


@pytest.mark.parametrize("words", HOSTILE)
def test_hostile_words_in_every_place_are_shown_literally(words: str) -> None:
    text = f"{words}\n一、{words}\n（一）{words}。前*{words}“{words}”*后。\n（二）第二条。{words}"
    parsed = parse(document_from_text(text, f"{words}.txt".replace("/", "／")))
    cited = tuple(cite(parsed, parsed.clauses[-1], span) for span in parsed.clauses[-1].sentences)
    answer = Answer(
        words,
        words + "？",
        words,
        (Group(parsed.clauses[-1], cited),),
        (words,),
        nearest=parsed.clauses,
        mode=words,
        claims=(Claim(words, cited),),
    )
    for fragment in render_all(answer, [parsed]):
        assert_harmless(fragment)
    assert words in Reader(conversation([Turn(words, answer)])).text
    assert words in Reader(beside([Turn(words, answer)], [parsed])).text


@given(st.text())
def test_any_question_is_shown_literally(words: str) -> None:
    fragment = conversation([Turn(words)])
    assert_harmless(fragment)
    shown = Reader(fragment).text
    expected = words.encode("utf-8", "replace").decode()[:600]
    assert expected.replace("\r", "\n") in shown.replace("\r", "\n")


@given(st.text(), st.lists(st.text(), max_size=3))
def test_sheet_is_asked_for_with_the_very_words_that_were_asked(words: str, earlier: list[str]) -> None:
    turn = Turn(words, Answer(words, words, "答："), earlier=tuple(earlier))
    assert ("name", "asked") not in Reader(conversation([turn], 0)).attributes
    posted = next(value for name, value in Reader(conversation([turn])).attributes if name == "value")
    asked = json.loads(posted or "")
    assert asked["question"] == words
    assert asked["history"] == [{"role": "user", "content": each} for each in earlier]


def test_longest_conversation_fits_into_the_form() -> None:
    for char in '\x00\udc00"甲😀<':
        turn = Turn(char * 500, Answer("问？", "问？", "答："), earlier=(char * 500,) * 19)
        posted = next(value for name, value in Reader(conversation([turn])).attributes if name == "value")
        assert len((posted or "").encode()) < MAX_BODY - 1024


def test_lone_surrogate_can_be_sent() -> None:
    assert escape("甲\ud800乙") == "甲?乙"


def test_answer_lists_quotes_with_numbers_source_and_label(bundled: ParsedDocument) -> None:
    answer = answer_from(bundled, (6, (1, 2)), (12, (1,)))
    shown = Reader(conversation([Turn("问题？", answer)])).text
    for citation in answer.citations:
        assert citation.quote in shown
    assert "（六）稳住农业发展基础（二、推动产业质效提升）" in shown
    assert "由程序自动生成，引文已逐字核对" in shown
    assert "摘录原文" in shown
    assert "按此理解" not in shown


def test_claims_of_a_model_lead_to_their_quotes(bundled: ParsedDocument) -> None:
    answer = answer_from(bundled, (6, (1, 2)), (12, (1,)))
    first, second, third = answer.citations
    answer = replace(answer, mode="generative", claims=(Claim("甲事。", (third, first)), Claim("乙事。", (second,))))
    html = conversation([Turn("问题？", answer)])
    assert "甲事。13" in Reader(html).text
    assert "乙事。2" in Reader(html).text
    assert html.count('href="#cite-1"') == 2
    assert "模型撰写，已核对" in Reader(html).text
    assert answer.text.splitlines()[1:3] == ["甲事。〔1〕〔3〕", "乙事。〔2〕"]


def test_rewritten_question_is_shown(bundled: ParsedDocument) -> None:
    answer = answer_from(bundled, (6, (1,)), question="那工业呢？", standalone="工业有哪些目标？")
    assert "按此理解：工业有哪些目标？" in Reader(conversation([Turn("那工业呢？", answer)])).text


def test_only_the_last_answer_links_to_cards(bundled: ParsedDocument) -> None:
    turn = Turn("问题？", answer_from(bundled, (6, (1, 2))))
    assert conversation([turn, turn]).count("<a ") == conversation([turn]).count("<a ") == 2


def test_parts_appear_one_after_another(bundled: ParsedDocument) -> None:
    answer = answer_from(bundled, (6, (1,)), (12, (1,)))
    first, second = answer.citations
    turn = Turn("问题？", answer)
    lead_only, one = (Reader(conversation([turn], shown)).text for shown in (0, 1))
    assert answer.lead in lead_only
    assert first.quote not in lead_only
    assert first.quote in one
    assert second.quote not in one
    assert "由程序自动生成" not in one
    assert Reader(beside([turn], [bundled], 1)).marks == [first.quote]


def test_cards_highlight_the_quotes_in_the_whole_clause(bundled: ParsedDocument) -> None:
    answer = answer_from(bundled, (6, (1, 2)), (12, (1,)))
    panel = Reader(beside([Turn("问题？", answer)], [bundled]))
    assert panel.marks == [citation.quote for citation in answer.citations]
    assert {("id", f"cite-{number}") for number in (1, 2, 3)} <= panel.attributes
    for sentence in bundled.clauses[6].sentences:
        assert sentence.of(bundled.document.text) in panel.text
    assert "《2023年经济工作要点》" in panel.text


def test_clause_cited_twice_has_one_card(bundled: ParsedDocument) -> None:
    answer = answer_from(bundled, (6, (1,)), (12, (1,)), (6, (2,)))
    assert beside([Turn("问题？", answer)], [bundled]).count("<article") == 2


def test_footnote_stands_below_its_clause_and_can_be_cited(bundled: ParsedDocument) -> None:
    clause: Clause = next(clause for clause in bundled.clauses if clause.footnotes)
    note = clause.footnotes[0]
    answer = Answer("问？", "问？", "答：", (Group(clause, (cite(bundled, clause, note.span),)),))
    panel = Reader(beside([Turn("问？", answer)], [bundled]))
    assert panel.marks == [note.span.of(bundled.document.text)]
    assert f"注 {note.term.of(bundled.document.text)}" in panel.text


def test_overlapping_citations_keep_the_text_whole(bundled: ParsedDocument) -> None:
    clause = bundled.clauses[6]
    start = clause.span.start
    spans = [Span(start + 2, start + 20), Span(start + 10, start + 30), Span(start + 20, start + 25)]
    numbered = list(enumerate((cite(bundled, clause, span) for span in spans), 1))
    shown = Reader(marked(bundled.document.text, clause.span, numbered))
    assert "".join(shown.marks) == bundled.document.text[start + 2 : start + 30]
    assert {value for name, value in shown.attributes if name == "id"} == {"cite-1", "cite-2", "cite-3"}


def test_refusal_names_the_nearest_clauses_without_highlight(bundled: ParsedDocument) -> None:
    refused = Answer("问？", "问？", "没有写到。", refusal=RefusalReason.NOT_IN_DOCUMENT, nearest=bundled.clauses[1:3])
    talk, panel = Reader(conversation([Turn("问？", refused)])), Reader(beside([Turn("问？", refused)], [bundled]))
    assert "文件未涉及" in talk.text
    assert "最接近的条款，不构成回答" in talk.text
    assert "大力提振市场信心" in talk.text
    assert ("class", "reply refusal") in talk.attributes
    assert "最接近的条款，不构成回答" in panel.text
    assert panel.marks == []


def test_turns_without_answer_are_announced(bundled: ParsedDocument) -> None:
    assert "正在查找条款" in Reader(conversation([Turn("问？")])).text
    assert "连不上模型" in Reader(conversation([Turn("问？", error="连不上模型。")])).text
    assert NO_CLAUSES in Reader(beside([Turn("问？", error="连不上模型。")], [bundled])).text


def test_guide_holds_every_chapter_and_measure(bundled: ParsedDocument) -> None:
    shown = Reader(guide([bundled])).text
    for clause in bundled.clauses:
        assert clause.heading in shown
    assert shown.count("条", shown.index("文件目录")) >= 8


def test_guide_of_articles_without_headings_shows_first_words() -> None:
    parsed = parse(document_from_text("某办法\n第一条 为了规范管理，根据有关法律，制定本办法。\n第二条 略。", "a.txt"))
    assert "为了规范管理" in Reader(guide([parsed])).text


def test_several_documents_are_told_apart(bundled: ParsedDocument) -> None:
    other = parse(document_from_text("另一办法\n第一条 另一份文件的内容。", "另一办法.txt"))
    answer = answer_from(other, (0, (0,)))
    assert "《另一办法》" in Reader(beside([Turn("问？", answer)], [bundled, other])).text
    assert "《另一办法》" in Reader(header([bundled, other])).text


@pytest.mark.parametrize("render", [lambda: alert(""), lambda: beside([], [])])
def test_nothing_to_show_is_no_error(render: Callable[[], str]) -> None:
    assert_harmless(render())
