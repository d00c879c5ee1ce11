"""An assistant with one fault loses on exactly the measures that the fault concerns; the right one loses on none."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.masks import MASK_NOTICE
from eval.compare import compare
from eval.dataset import Example
from eval.doors import Door
from eval.faults import faults
from eval.figures import Figures
from eval.measures import MEASURES
from eval.response import CitedQuote, Response
from tests.eval.scripted import (
    EXAMPLES,
    FIGURE,
    NAME,
    NOTHING,
    REFUSAL,
    bundled,
    clause,
    figures_of,
    outcomes_of,
    quoted,
    right,
    saying,
)

COPIES = 8
"""How often the examples are asked where chance is to be ruled out; 8 of 8 lost gives p = 2 / 2**8."""
NONE_CITED = {"citation precision": 0.0, "citation recall": 0.0, "citation F1": 0.0, "exact set": 0.0, "evidence": 0.0}
TYPES = ("文件未涉及", "超出本文件范围", "问题不明确")
DISCOUNT_9, DISCOUNT_10 = 1 / math.log2(10), 1 / math.log2(11)

Fault = Callable[[Response], Response]


def each_citation(change: Callable[[CitedQuote], CitedQuote]) -> Fault:
    return lambda given: replace(given, citations=tuple(map(change, given.citations)))


def cites_another_clause(given: Response) -> Response:
    return saying(given, [quoted(24, 1)])


def alters_a_quote(given: Response) -> Response:
    return saying(given, [replace(one, quote=one.quote[:-1] + "！") for one in given.citations])


def cites_another_sentence(given: Response) -> Response:
    rows = {clause(number).id: number for number in (6, 10)}
    return saying(given, [quoted(rows[one.clause_id], 1) for one in given.citations])


def says_fifty(words: str) -> Fault:
    return lambda given: replace(given, text=given.text.replace("*亿斤", f"{words}亿斤"))


def quotes_fifty(given: Response) -> Response:
    return saying(given, [replace(one, quote=one.quote.replace("*亿斤", "50亿斤")) for one in given.citations])


def hides_the_mask(given: Response) -> Response:
    return replace(given, text=given.text.replace(f"注：{MASK_NOTICE}", ""))


def adds_a_number(given: Response) -> Response:
    return replace(given, text=f"{given.text}\n为此安排资金37亿元。")


def refuses(given: Response) -> Response:
    return replace(given, text=REFUSAL, refused=True, refusal_reason="文件未涉及", citations=(), claims=0)


def gives_one_type(type_: str) -> Fault:
    return lambda given: replace(given, refusal_reason=type_) if given.refused else given


def cites_everything(given: Response) -> Response:
    everything = bundled().clauses
    return saying(given, [quoted(one.number, row) for one in everything for row in range(len(one.sentences))])


def lists_one_less(given: Response) -> Response:
    return saying(given, given.citations[:1])


def ranks_backwards(given: Response) -> Response:
    return replace(given, retrieved=given.retrieved[::-1])


def answers_nothing(given: Response) -> Response:
    return replace(given, text="", citations=())


@dataclass(frozen=True)
class Broken:
    """A fault, the figures that differ from those of the right assistant, and how the fault is called in Chinese.

    `gone`: the measures that no longer apply to any question. `is_for_all`: whether it shows in the unanswerable
    question too.
    """

    fault: Fault
    lost: dict[str, float]
    labels: set[str]
    gone: frozenset[str] = frozenset()
    is_for_all: bool = False

    def ask(self, example: Example) -> Response:
        given = right(example)
        return given if given.refused and not self.is_for_all else self.fault(given)


NO_PROOF = {"exact quotes": 0.0, "evidence": 0.0}
NOT_VERBATIM, NOT_CITED = "引文与原文不符", "应引条款一条也没有引到"
NO_EVIDENCE, NO_SOURCE, FILLED = "条款引对了，漏了应引的原文", "有数字没有出处", "没有如实说明隐去"

BROKEN = {
    "cites the wrong clause": Broken(cites_another_clause, NONE_CITED, {NOT_CITED}),
    "alters a quote by one character": Broken(alters_a_quote, NO_PROOF, {NOT_VERBATIM, NO_EVIDENCE}),
    "shifts the offsets": Broken(
        each_citation(lambda one: replace(one, start=one.start + 1, end=one.end + 1)),
        NO_PROOF,
        {NOT_VERBATIM, NO_EVIDENCE},
    ),
    "names another document": Broken(
        each_citation(lambda one: replace(one, document="另一份文件")), NO_PROOF, {NOT_VERBATIM, NO_EVIDENCE}
    ),
    "names another clause for the right words": Broken(
        each_citation(lambda one: replace(one, clause_id=clause(13).id)),
        {**NONE_CITED, **NO_PROOF},
        {NOT_VERBATIM, NOT_CITED},
    ),
    "names a clause that there is not": Broken(
        each_citation(lambda one: replace(one, clause_id=f"{NAME}:九/（二十九）")),
        {**NONE_CITED, **NO_PROOF},
        {NOT_VERBATIM, NOT_CITED},
    ),
    "quotes another sentence of the right clause": Broken(cites_another_sentence, {"evidence": 0.0}, {NO_EVIDENCE}),
    "says a digit in place of the mask": Broken(
        says_fifty("50"), {"mask fidelity": 0.0, "number closure": 0.75}, {FILLED, NO_SOURCE}
    ),
    "says a digit with spaces in place of the mask": Broken(
        says_fifty(" 50 "), {"mask fidelity": 0.0, "number closure": 0.75}, {FILLED, NO_SOURCE}
    ),
    "says a Chinese number in place of the mask": Broken(
        says_fifty("五十"), {"mask fidelity": 0.0, "number closure": 0.75}, {FILLED, NO_SOURCE}
    ),
    "quotes a digit in place of the mask": Broken(
        quotes_fifty,
        {"mask fidelity": 0.0, "number closure": 0.75, "exact quotes": 2 / 3, "evidence": 2 / 3},
        {FILLED, NO_SOURCE, NOT_VERBATIM, NO_EVIDENCE},
    ),
    "hides that a figure is masked": Broken(hides_the_mask, {"mask fidelity": 0.0}, {FILLED}),
    "writes as much without support as with it": Broken(
        lambda given: replace(given, withheld=given.claims), {"claim support": 0.5}, set()
    ),
    "adds a number that is nowhere": Broken(adds_a_number, {"number closure": 0.25}, {NO_SOURCE}),
    "refuses all": Broken(
        refuses,
        {**NONE_CITED, "over-refusal": 1.0, "refusal precision": 0.25, "mask fidelity": 0.0},
        {"文件有答案，却拒答了"},
        frozenset({"exact quotes", "claim support"}),
    ),
    "answers all": Broken(
        lambda given: saying(given, [quoted(24, 1)]) if given.refused else given,
        {"refusal recall": 0.0},
        {"文件未涉及，却作了回答"},
        frozenset({"refusal precision", "refusal type"}),
        is_for_all=True,
    ),
    "gives every refusal another type": Broken(
        gives_one_type("问题不明确"), {"refusal type": 0.0}, {"拒答类型不对"}, is_for_all=True
    ),
    "gives no refusal a type": Broken(
        lambda given: replace(given, refusal_reason=None), {"refusal type": 0.0}, {"拒答类型不对"}, is_for_all=True
    ),
    "tosses a coin whether there is an answer": Broken(
        lambda given: replace(given, probability=0.5), {"Brier score": 0.25}, set(), is_for_all=True
    ),
    "is sure of the opposite": Broken(
        lambda given: replace(given, probability=float(given.refused)), {"Brier score": 1.0}, set(), is_for_all=True
    ),
    "does not say how likely an answer is": Broken(
        lambda given: replace(given, probability=None), {}, set(), frozenset({"Brier score"}), is_for_all=True
    ),
    "answers with nothing": Broken(
        answers_nothing,
        {**NONE_CITED, "mask fidelity": 0.0},
        {NOT_CITED, FILLED},
        frozenset({"exact quotes"}),
    ),
    "cites everything": Broken(
        cites_everything,
        {"citation precision": 4 / 87, "citation F1": (2 / 30 + 2 / 30 + 4 / 31) / 3, "exact set": 0.0},
        {"多引了条款"},
    ),
    "lists one too few": Broken(
        lists_one_less,
        {"citation recall": 5 / 6, "citation F1": 8 / 9, "evidence": 5 / 6, "exact set": 0.0},
        {"漏引条款"},
    ),
    "ranks the best last": Broken(
        ranks_backwards,
        {
            "hit@1": 0.0,
            "hit@5": 0.0,
            "recall@5": 0.0,
            "MRR@10": (1 / 10 + 1 / 10 + 1 / 9) / 3,
            "nDCG@10": (2 * DISCOUNT_10 + (DISCOUNT_9 + DISCOUNT_10) / (1 + 1 / math.log2(3))) / 3,
        },
        set(),
    ),
}


def means(figures: Figures) -> dict[str, float]:
    """Over all questions, of the measures that apply to any."""
    found = {measure.name: figures.estimate(measure.name) for measure in MEASURES}
    return {name: one.mean for name, one in found.items() if one.n}


def copies() -> list[Example]:
    return [replace(one, id=f"{one.id}-{number}") for number in range(COPIES) for one in EXAMPLES]


@pytest.fixture(scope="module")
def many() -> Figures:
    """The right assistant's figures over the copies."""
    return figures_of(outcomes_of(right, copies()))


def test_the_right_assistant_has_full_marks_on_every_measure_and_no_fault() -> None:
    outcomes = outcomes_of(right)
    assert means(figures_of(outcomes)) == {measure.name: float(measure.higher_is_better) for measure in MEASURES}
    assert [faults(outcome) for outcome in outcomes] == [()] * len(EXAMPLES)


@pytest.mark.parametrize("broken", BROKEN.values(), ids=BROKEN)
def test_a_broken_assistant_loses_on_the_measures_of_its_fault_and_keeps_the_others(broken: Broken) -> None:
    outcomes = outcomes_of(broken.ask)
    found, full = means(figures_of(outcomes)), means(figures_of(outcomes_of(right)))
    differing = {name: value for name, value in found.items() if value != pytest.approx(full[name])}
    assert differing == pytest.approx(broken.lost)
    assert full.keys() - found.keys() == broken.gone
    assert {fault.label for outcome in outcomes for fault in faults(outcome)} == broken.labels


@pytest.mark.parametrize("broken", BROKEN.values(), ids=BROKEN)
def test_comparing_a_broken_assistant_with_the_right_one_reports_the_loss(broken: Broken, many: Figures) -> None:
    after = figures_of(outcomes_of(broken.ask, copies()))
    losses = {one.measure.name for one in compare(many, after) if one.is_loss}
    assert losses == broken.lost.keys() - {"refusal precision"}  # of which no question is refused in both and wrong
    assert not any(one.is_loss for one in compare(after, many))


@pytest.mark.parametrize("type_", TYPES)
def test_one_type_for_all_refusals_is_right_only_for_the_questions_of_that_type(type_: str) -> None:
    asked = [replace(NOTHING, id=f"nothing-{reason}", reason=reason) for reason in [*TYPES, ""]]
    found = figures_of(outcomes_of(lambda one: replace(right(one), refusal_reason=type_), asked))
    assert (found.estimate("refusal type").mean, found.estimate("refusal type").n) == (1 / 3, 3)
    assert found.estimate("refusal recall").n == 4


@pytest.mark.parametrize(("example", "door"), [(FIGURE, right), (NOTHING, BROKEN["answers all"].ask)])
def test_heavier_faults_come_first(example: Example, door: Door) -> None:
    def spoiled(asked: Example) -> Response:
        given = door(asked)
        return replace(
            given,
            text=f"{given.text}\n共37亿元。".replace("*亿斤", "50亿斤"),
            citations=tuple(replace(one, quote="假的") for one in given.citations),
        )

    (outcome,) = outcomes_of(spoiled, [example])
    weights = [fault.weight for fault in faults(outcome)]
    assert len(weights) >= 3
    assert weights == sorted(weights, reverse=True)


claims = st.builds(
    CitedQuote,
    document=st.sampled_from([NAME, "", "别的"]),
    clause_id=st.sampled_from([clause(6).id, clause(0).id, "", "无"]),
    quote=st.sampled_from([quoted(6, 0).quote, "", "\n", "*"]) | st.text(max_size=5),
    start=st.integers(-5, 20_000) | st.just(quoted(6, 0).start),
    end=st.integers(-5, 20_000) | st.just(quoted(6, 0).end),
)


@settings(deadline=None)
@given(st.lists(claims, max_size=4))
def test_a_claimed_citation_counts_only_if_it_stands_there_word_for_word(citations: Sequence[CitedQuote]) -> None:
    given = replace(right(FIGURE), citations=tuple(citations))
    (outcome,) = outcomes_of(lambda _: given, [FIGURE])
    text = bundled().document.text
    for claimed, exact in zip(citations, outcome.exact, strict=True):
        stands = 0 <= claimed.start < claimed.end and text[claimed.start : claimed.end] == claimed.quote
        assert exact <= (stands and claimed.document == NAME)
        if exact:
            own = next(one for one in bundled().clauses if one.id == claimed.clause_id)
            assert own.span.start <= claimed.start < claimed.end <= own.span.end
