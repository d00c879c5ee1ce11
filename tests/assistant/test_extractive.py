"""The default composer quotes: targets first when asked for, footnotes behind their sentence, never more than told."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import pytest

from assistant.answer import Group
from assistant.composer import Draft
from assistant.extractive import ExtractiveComposer, Selection
from assistant.masks import MASK_NOTICE, MASKED_FIGURE_LEAD
from assistant.question import read_question
from corpus import Clause, ParsedDocument
from corpus.targets import Target, find_targets
from index.retriever import Hit

Parsed = Callable[..., ParsedDocument]
WATER = (
    "供水办法",
    "一、水源。划定保护区。严禁排污。",
    "二、管网。改造老旧管网。力争漏损率控制在9%以内。推行“双巡查”*制度。加强抢修。",
    "*即白天巡查和夜间巡查。",
    "三、水价。按成本核定。低保户减半。新增补贴*万元。",
    "四、考核。每年通报。",
)
OPEN = Selection(clause_share=0.0, broad_share=0.0, max_clauses=9, sentence_share=0.0, max_sentences=9)
"""Everything that was found."""


@dataclass
class Shelf:
    """The part of a search index that the composer uses."""

    parsed: ParsedDocument

    @property
    def targets(self) -> tuple[Target, ...]:
        """See `SearchIndex`."""
        return find_targets(self.parsed)

    def document_of(self, clause: Clause) -> ParsedDocument:
        """See `SearchIndex`."""
        assert clause.document == self.parsed.document.name
        return self.parsed


@pytest.fixture(scope="module")
def water(parsed: Parsed) -> ParsedDocument:
    return parsed(*WATER)


def hit(clause: Clause, score: float, *sentence_scores: float) -> Hit:
    scores = sentence_scores or (1.0,) * len(clause.sentences)
    assert len(scores) == len(clause.sentences)
    return Hit(clause, score, scores, scores)


def compose(water: ParsedDocument, question: str, hits: Sequence[Hit], selection: Selection | None = OPEN) -> Draft:
    return ExtractiveComposer(Shelf(water), selection).compose(read_question(question), hits)  # type: ignore[arg-type]


def quotes(group: Group) -> list[str]:
    return [citation.quote for citation in group.citations]


def test_sentences_stand_in_the_order_of_the_text(water: ParsedDocument) -> None:
    draft = compose(water, "管网怎么管？", [hit(water.clauses[1], 2.0, 0.5, 0.7, 0.6, 0.9)])
    assert quotes(draft.groups[0]) == [
        "改造老旧管网。",
        "力争漏损率控制在9%以内。",
        "推行“双巡查”*制度。",
        "*即白天巡查和夜间巡查。",
        "加强抢修。",
    ]


def test_targets_stand_first_when_they_are_asked_for(water: ParsedDocument) -> None:
    draft = compose(water, "管网有哪些目标？", [hit(water.clauses[1], 2.0, 0.9, 0.5, 0.6, 0.7)])
    assert quotes(draft.groups[0])[:2] == ["力争漏损率控制在9%以内。", "改造老旧管网。"]


def test_footnote_follows_its_sentence_and_no_other(water: ParsedDocument) -> None:
    clause = water.clauses[1]
    found = quotes(compose(water, "管网目标", [hit(clause, 2.0)]).groups[0])
    assert found.index("*即白天巡查和夜间巡查。") == found.index("推行“双巡查”*制度。") + 1
    best_only = Selection(clause_share=0.0, max_clauses=1, sentence_share=0.0, max_sentences=1)
    draft = compose(water, "管网怎么抢修", [hit(clause, 2.0, 0.1, 0.1, 0.1, 0.9)], best_only)
    assert quotes(draft.groups[0]) == ["加强抢修。"]


def test_clauses_stand_by_score(water: ParsedDocument) -> None:
    hits = [hit(water.clauses[row], score) for row, score in ((3, 3.0), (0, 2.0), (2, 1.0))]
    draft = compose(water, "怎么管供水？", hits)
    assert [group.clause.label for group in draft.groups] == ["四", "一", "三"]
    assert "3 条" in draft.lead


@pytest.mark.parametrize("limit", [1, 2, 3])
def test_no_more_clauses_and_sentences_than_configured(water: ParsedDocument, limit: int) -> None:
    selection = Selection(clause_share=0.0, broad_share=0.0, max_clauses=limit, sentence_share=0.0, max_sentences=limit)
    for question in ("怎么管供水？", "供水有哪些目标？"):
        draft = compose(water, question, [hit(clause, 1.0) for clause in water.clauses], selection)
        assert len(draft.groups) == limit
        for group in draft.groups:
            sentences = [citation for citation in group.citations if citation.span in group.clause.sentences]
            assert 1 <= len(sentences) <= limit


def test_default_limits_hold_for_a_long_clause(parsed: Parsed) -> None:
    document = parsed(
        "供水办法", "一、水源。" + "".join(f"力争第{number}口井出水量达到{number}吨。" for number in range(1, 60))
    )
    clause = document.clauses[0]
    for question in ("水源怎么办？", "水源目标是多少？"):
        draft = ExtractiveComposer(Shelf(document)).compose(read_question(question), [hit(clause, 1.0)])  # type: ignore[arg-type]
        assert 1 <= len(draft.groups[0].citations) <= Selection().max_sentences


def test_best_clause_is_quoted_however_low_its_score(water: ParsedDocument) -> None:
    strict = Selection(clause_share=1.0, sentence_share=1.0)
    for score in (-3.0, 0.0, 1e-9):
        draft = compose(water, "水价", [hit(water.clauses[0], score, score, score - 1)], strict)
        assert [group.clause for group in draft.groups] == [water.clauses[0]]
        assert draft.groups[0].citations


def test_clause_far_below_the_best_is_left_out(water: ParsedDocument) -> None:
    far = Selection(clause_share=0.5)
    draft = compose(water, "水价", [hit(water.clauses[0], 2.0), hit(water.clauses[3], 0.9)], far)
    assert [group.clause.label for group in draft.groups] == ["一"]
    assert "1 条" not in draft.lead


def test_masked_figure_that_was_asked_for_is_said_to_be_hidden(water: ParsedDocument) -> None:
    clause = water.clauses[2]
    asked = compose(water, "补贴多少？", [hit(clause, 2.0, 0.1, 0.1, 0.9)])
    assert (asked.lead, asked.notices) == (MASKED_FIGURE_LEAD, (MASK_NOTICE,))
    other = compose(water, "水价怎么定？", [hit(clause, 2.0, 0.9, 0.1, 0.1)])
    assert other.lead != MASKED_FIGURE_LEAD
    assert other.notices == (MASK_NOTICE,)


def test_footnote_mark_brings_no_mask_notice(water: ParsedDocument) -> None:
    draft = compose(water, "管网目标是多少？", [hit(water.clauses[1], 2.0)])
    assert draft.notices == ()
    assert draft.lead != MASKED_FIGURE_LEAD


def test_mode_is_extractive(water: ParsedDocument) -> None:
    assert compose(water, "水价", [hit(water.clauses[0], 1.0)]).mode == "extractive"


BOOKS = (
    "图书馆规定",
    "第一条 图书馆向公众开放。",
    "第二条 图书馆应当维护秩序。读者不得有下列行为：",
    "（一）污损书刊；",
    "（二）大声喧哗；",
    "（三）占座。",
)


@pytest.fixture(scope="module")
def books(parsed: Parsed) -> ParsedDocument:
    return parsed(*BOOKS)


def cited(draft: Draft) -> list[str]:
    return [quote for group in draft.groups for quote in quotes(group)]


def test_an_item_stands_behind_the_words_that_introduce_it(books: ParsedDocument) -> None:
    *_, noise, seats = books.clauses
    draft = compose(books, "在馆里能占座吗", [hit(seats, 2.0), hit(noise, 1.0)])
    assert cited(draft) == ["读者不得有下列行为：", "占座。", "大声喧哗；"]


def test_words_that_were_found_themselves_are_cited_once(books: ParsedDocument) -> None:
    _, rule, *_, seats = books.clauses
    draft = compose(books, "在馆里能占座吗", [hit(seats, 2.0), hit(rule, 1.0, 1.0, 0.5)])
    assert cited(draft) == ["图书馆应当维护秩序。", "读者不得有下列行为：", "占座。"]


@pytest.mark.parametrize("place", [1, 2, 3, 4])
def test_a_list_that_is_asked_for_is_given_whole(books: ParsedDocument, place: int) -> None:
    clause = books.clauses[place]
    scores = (0.5, 1.0) if len(clause.sentences) == 2 else ()
    draft = compose(books, "读者不得有哪些行为？", [hit(clause, 2.0, *scores)], Selection())
    assert draft.lead == "文件逐项列举如下："
    assert [quote for quote in cited(draft) if quote != "图书馆应当维护秩序。"] == [
        "读者不得有下列行为：",
        "污损书刊；",
        "大声喧哗；",
        "占座。",
    ]


def test_a_clause_that_answers_with_another_sentence_is_no_list(books: ParsedDocument) -> None:
    draft = compose(books, "图书馆有哪些责任？", [hit(books.clauses[1], 2.0, 1.0, 0.1)], Selection())
    assert cited(draft) == ["图书馆应当维护秩序。"]


def test_a_further_clause_must_seem_to_answer_as_well(water: ParsedDocument) -> None:
    best, second, third, unread = (
        hit(clause, score) for clause, score in zip(water.clauses, (2.0, 1.95, 1.9, 1.9), strict=True)
    )
    read = [replace(best, judged=0.6), replace(second, judged=0.1), replace(third, judged=0.4), unread]
    draft = compose(water, "水价补多少？", read, Selection())
    assert [group.clause for group in draft.groups] == [best.clause, third.clause]
    broad = compose(water, "供水有哪些措施？", read, Selection())
    assert [group.clause for group in broad.groups] == list(water.clauses)
