"""Every sentence can be found in every size, and nothing of the text is left out of the keyword index."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus import Document, ParsedDocument, parse
from index.passages import PassageKind, fragments, lexical_text, passages

PIECES = st.sampled_from(["，", "；", "。", "：", "！", "？", "、", "发展农业", "建成高标准农田三万亩", "*", " "])


@pytest.fixture(scope="module")
def both(roads: Document, water: Document) -> list[ParsedDocument]:
    return [parse(roads), parse(water)]


@pytest.fixture(scope="module", params=["bundled", "invented"])
def documents(
    request: pytest.FixtureRequest, bundled_parse: ParsedDocument, both: list[ParsedDocument]
) -> list[ParsedDocument]:
    return [bundled_parse] if request.param == "bundled" else both


def sentences(documents: list[ParsedDocument]) -> list[str]:
    return [
        sentence.of(parsed.document.text)
        for parsed in documents
        for clause in parsed.clauses
        for sentence in clause.sentences
    ]


@given(st.lists(PIECES, max_size=30).map("".join))
def test_fragments_joined_are_the_sentence(sentence: str) -> None:
    pieces = fragments(sentence)
    assert "".join(pieces) == sentence
    assert all(len(piece) >= 10 for piece in pieces) or len(pieces) <= 1


def test_fragments_end_behind_a_comma() -> None:
    assert fragments("实施农田建设工程，新增耕地三千亩；推广，良种良法配套。") == [
        "实施农田建设工程，新增耕地三千亩；",
        "推广，良种良法配套。",
    ]


def test_fragments_joined_are_every_sentence_of_the_document(documents: list[ParsedDocument]) -> None:
    assert all("".join(fragments(sentence)) == sentence for sentence in sentences(documents))


def test_every_sentence_has_a_passage_of_each_kind(documents: list[ParsedDocument]) -> None:
    found, expected = passages(documents), sentences(documents)
    rows = list(range(len(expected)))
    assert [(passage.row, passage.text) for passage in found[PassageKind.SENTENCE]] == list(enumerate(expected))
    assert [passage.row for passage in found[PassageKind.CONTEXT]] == rows
    assert sorted({passage.row for passage in found[PassageKind.FRAGMENT]}) == rows
    joined = ["".join(piece.text for piece in found[PassageKind.FRAGMENT] if piece.row == row) for row in rows]
    assert joined == expected
    assert all(
        passage.text.endswith(sentence) and len(passage.text) > len(sentence)
        for passage, sentence in zip(found[PassageKind.CONTEXT], expected, strict=True)
    )


def test_every_clause_has_a_passage_that_begins_with_what_stands_above_it(documents: list[ParsedDocument]) -> None:
    clauses = [(parsed, clause) for parsed in documents for clause in parsed.clauses]
    found = passages(documents)[PassageKind.CLAUSE]
    assert [passage.row for passage in found] == list(range(len(clauses)))
    for passage, (parsed, clause) in zip(found, clauses, strict=True):
        assert clause.section in passage.text
        assert clause.heading in passage.text
        assert clause.span.of(parsed.document.text)[:80] in passage.text
        assert len(passage.text) <= 450


def test_no_passage_is_empty(documents: list[ParsedDocument]) -> None:
    assert all(passage.text.strip() for found in passages(documents).values() for passage in found)


def test_only_of_several_documents_the_title_is_named(
    bundled_parse: ParsedDocument, both: list[ParsedDocument]
) -> None:
    title = bundled_parse.document.title
    assert not any(passage.text.startswith(title) for passage in passages([bundled_parse])[PassageKind.CONTEXT])
    titles = {passage.text.split(" ")[0] for passage in passages(both)[PassageKind.CONTEXT]}
    assert titles == {"村道养护办法", "水库管理规定"}


def test_footnotes_are_in_the_lexical_text(bundled_parse: ParsedDocument) -> None:
    text = bundled_parse.document.text
    noted = [clause for clause in bundled_parse.clauses if clause.footnotes]
    assert len(noted) == 2
    for clause in noted:
        found = lexical_text(bundled_parse, clause, with_title=False)
        assert all(note.span.of(text) in found for note in clause.footnotes)
        assert all(note.span.of(text) not in clause.span.of(text) for note in clause.footnotes)


def test_the_lexical_text_holds_clause_and_section_and_title_if_asked(documents: list[ParsedDocument]) -> None:
    for parsed in documents:
        for clause in parsed.clauses:
            titled = lexical_text(parsed, clause, with_title=True)
            assert clause.span.of(parsed.document.text) in titled
            assert clause.section in titled
            assert titled.startswith(parsed.document.title)
            assert not lexical_text(parsed, clause, with_title=False).startswith(parsed.document.title)
