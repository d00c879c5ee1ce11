"""The measures are the textbook's: by hand, against `ir_measures`, and within their bounds on any case."""

import math
from collections.abc import Callable, Sequence

import ir_measures
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ir_measures import RR, R, Success, nDCG
from sklearn.metrics import brier_score_loss

from corpus import Clause
from eval.metrics import (
    brier,
    evidence_coverage,
    f1,
    fills_mask,
    hit_at,
    mask_fidelity,
    mean,
    ndcg_at,
    number_closure,
    numbers,
    percentile,
    precision,
    recall,
    recall_at,
    reciprocal_rank,
)
from tests.eval.scripted import bundled

GRAIN = "确保粮食产量稳定在*亿斤以上。"
PARKS = "力争工业园区建成区面积达*.*平方公里，实现营业收入*亿元。"
PLAN = "实施“百园千亿”工程和“*”园区培育计划，力争新创建省级现代农业(林业)园区*个以上。"


def test_hit_counts_only_the_first_k() -> None:
    assert hit_at([False, True], 1) == 0
    assert hit_at([False, True], 2) == 1
    assert hit_at([], 5) == 0


def test_recall_at_k_is_the_share_of_all_gold() -> None:
    assert recall_at([True, False, True, True], 3, gold=4) == 2 / 4
    assert recall_at([], 5, gold=1) == 0


def test_reciprocal_rank_is_that_of_the_first_relevant_result() -> None:
    assert reciprocal_rank([False, False, True, True]) == 1 / 3
    assert reciprocal_rank([False]) == reciprocal_rank([]) == 0


def test_ndcg_by_hand() -> None:
    second, third = 1 / math.log2(3), 1 / math.log2(4)
    assert ndcg_at([False, True, True], 10, gold=2) == pytest.approx((second + third) / (1 + second))
    assert ndcg_at([True, True, False], 10, gold=2) == 1
    assert ndcg_at([False, True], 1, gold=1) == 0
    assert ndcg_at([True, True], 2, gold=30) == 1  # more gold than places


def test_precision_recall_and_f1_by_hand() -> None:
    found, gold = {"a", "b", "c"}, {"a", "d"}
    assert (precision(found, gold), recall(found, gold), f1(found, gold)) == (1 / 3, 1 / 2, 2 / 5)
    assert (precision(set(), gold), recall(set(), gold), f1(set(), gold)) == (0, 0, 0)


def test_evidence_is_covered_only_by_a_quote_that_holds_all_of_it() -> None:
    assert evidence_coverage(["确保粮食", "生猪"], ["力争，确保粮食产量", "生"]) == 1 / 2
    assert evidence_coverage(["确保粮食"], ["确保", "粮食"]) == 0
    assert evidence_coverage(["确保粮食"], []) == 0


@given(st.lists(st.tuples(st.floats(0, 1), st.booleans()), min_size=1))
def test_the_mean_of_brier_is_the_brier_score(forecasts: list[tuple[float, bool]]) -> None:
    values = [brier(probability, truth) for probability, truth in forecasts]
    probabilities, truths = zip(*forecasts, strict=True)
    assert all(0 <= value <= 1 for value in values)
    assert mean(values) == pytest.approx(brier_score_loss(truths, probabilities, pos_label=True), abs=1e-12)


def test_brier_by_hand() -> None:
    assert [brier(1.0, True), brier(0.0, False), brier(0.0, True), brier(1.0, False)] == [0, 0, 1, 1]
    assert brier(0.5, True) == brier(0.5, False) == 0.25
    assert brier(0.8, True) == pytest.approx(0.04)


def test_percentile_is_the_nearest_rank() -> None:
    assert [percentile([15, 20, 35, 40, 50], share) for share in (0.05, 0.3, 0.4, 0.5, 1)] == [15, 20, 20, 35, 50]
    assert percentile([7, 3, 5], 0.5) == 5


def test_mean_and_percentile_of_nothing_are_no_number() -> None:
    assert math.isnan(mean([]))
    assert math.isnan(percentile([], 0.5))


rankings = st.permutations([f"c{number}" for number in range(14)]).flatmap(
    lambda order: st.integers(0, 14).map(lambda size: order[:size])
)
golds = st.sets(st.sampled_from([f"c{number}" for number in range(20)]), min_size=1, max_size=14)


@settings(deadline=None)
@given(rankings, golds)
def test_ranking_measures_agree_with_ir_measures(ranking: Sequence[str], gold: set[str]) -> None:
    scored = {name: float(len(ranking) - place) for place, name in enumerate(ranking)}
    wanted = [Success @ 1, Success @ 5, R @ 5, R @ 10, RR @ 10, nDCG @ 10]
    qrels = {"q": dict.fromkeys(gold, 1)}
    expected = ir_measures.calc_aggregate(wanted, qrels, {"q": scored})
    relevant = [name in gold for name in ranking]
    ours = [
        hit_at(relevant, 1),
        hit_at(relevant, 5),
        recall_at(relevant, 5, len(gold)),
        recall_at(relevant, 10, len(gold)),
        reciprocal_rank(relevant[:10]),
        ndcg_at(relevant, 10, len(gold)),
    ]
    assert ours == pytest.approx([expected[measure] for measure in wanted], abs=1e-9)


@settings(deadline=None)
@given(rankings, golds, st.integers(1, 14))
def test_ranking_measures_stay_between_0_and_1_and_grow_with_k(ranking: list[str], gold: set[str], k: int) -> None:
    relevant = [name in gold for name in ranking]
    size = len(gold)
    for measure in (hit_at, lambda seen, depth: recall_at(seen, depth, size)):
        assert 0 <= measure(relevant, k) <= measure(relevant, k + 1) <= 1
    assert 0 <= ndcg_at(relevant, k, size) <= 1 + 1e-12
    assert reciprocal_rank(relevant[:k]) <= reciprocal_rank(relevant) <= 1
    best = sorted(relevant, reverse=True)
    assert ndcg_at(best, k, size) >= ndcg_at(relevant, k, size)


@settings(deadline=None)
@given(golds, golds)
def test_f1_lies_between_precision_and_recall_which_change_places(found: set[str], gold: set[str]) -> None:
    one, other = precision(found, gold), recall(found, gold)
    assert (one, other) == (recall(gold, found), precision(gold, found))
    assert min(one, other) - 1e-12 <= f1(found, gold) == f1(gold, found) <= max(one, other) + 1e-12
    assert f1(found, gold) == pytest.approx(2 * one * other / (one + other) if one + other else 0.0)


@settings(deadline=None)
@given(st.lists(st.floats(0, 1e6), min_size=1), st.floats(0.01, 1))
def test_a_percentile_is_a_value_that_the_share_does_not_exceed(values: list[float], share: float) -> None:
    found = percentile(values, share)
    assert found in values
    assert sum(value <= found for value in values) >= share * len(values) - 1e-9
    assert sum(value < found for value in values) < share * len(values) + 1e-9


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("确保粮食产量稳定在50亿斤以上", {"50"}),
        ("粮食产量稳定在五十亿斤以上", {"五十亿"}),
        ("建成区面积达3.5平方公里", {"3.5"}),
        ("投资1,200亿元，增长６%", {"1200", "6"}),
        ("三十八个项目、百分之五左右、二十万人", {"三十八", "百分之五", "二十万"}),
        ("推进“三区三线”“一刻钟便民生活服务圈”，一二三产融合", set()),
        ("第十二条 大力实施乡村振兴战略", set()),
        ("（六）稳住农业发展基础（二、推动产业质效提升）", set()),
        ("(二十八)守住安全发展底线红线", set()),
        ("节俭务实办好第十届*旅博会", set()),
    ],
)
def test_numbers_are_those_that_count_or_measure(text: str, found: set[str]) -> None:
    assert numbers(text) == found


@pytest.mark.parametrize(
    ("text", "closed"),
    [
        ("· 持续推动5G规模化部署。〔1〕\n· 新增*家。〔2〕[3]【4】\n  ——（八）推动信息化赋能增效", 1),
        ("第十二条和（六）都提到", 1),
        ("持续推动6G规模化部署", 0),
        ("新增５家", 1),
        ("新增五家", 0),
        ("没有数字", 1),
        ("注〔1〕另有1家", 0),
    ],
)
def test_every_number_but_a_citation_mark_must_stand_in_the_evidence(text: str, closed: float) -> None:
    assert number_closure(text, ["持续推动5G规模化部署", "新增*家"]) == closed


@settings(deadline=None)
@given(st.text("1290*.,五百亿斤个家〇第", max_size=20), st.text("12五百个", max_size=8))
def test_a_text_is_its_own_evidence_and_more_evidence_never_harms(text: str, more: str) -> None:
    assert number_closure(text, [text]) == number_closure(text, [more, text]) == 1
    assert number_closure(text, [more]) >= number_closure(text, [])


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("粮食产量稳定在50亿斤以上。", GRAIN),
        ("粮食产量稳定在五十亿斤以上。", GRAIN),
        ("粮食产量稳定在 50 亿斤以上。", GRAIN),
        ("粮食产量稳定在５０亿斤以上。", GRAIN),
        ("建成区面积达3.5平方公里", PARKS),
        ("建成区面积达三平方公里", PARKS),
        ("实现营业收入1,000亿元。", PARKS),
    ],
)
def test_a_number_in_place_of_a_mask_is_a_fill(text: str, masked: str) -> None:
    assert fills_mask(text, masked)
    assert mask_fidelity(f"{text}原文以“*”隐去了部分数值。", [masked]) == 0


@pytest.mark.parametrize(
    ("text", "masked"),
    [(GRAIN, GRAIN), (PARKS, PARKS), ("粮食产量没有写明。共找到 50 亿个字。", GRAIN), ("", GRAIN), ("50", "没有星号")],
)
def test_the_masked_words_themselves_are_no_fill(text: str, masked: str) -> None:
    assert not fills_mask(text, masked)


def test_no_clause_of_the_bundled_document_fills_its_own_masks() -> None:
    text = bundled().document.text

    def words(clause: Clause) -> str:
        return clause.span.of(text)

    masked = [clause for clause in bundled().clauses if "*" in words(clause)]
    assert len(masked) > 20
    assert not [clause.id for clause in masked if fills_mask(text, words(clause))]


@pytest.mark.parametrize(
    ("text", "fidelity"),
    [
        (f"{GRAIN}注：原文以“*”隐去了部分数值或名称，此处照录，不作推测。", 1),
        ("文件没有写出数值，用“*”代替。", 1),
        (GRAIN, 0),
        (PLAN, 0),  # the document's own “*” says nothing of what is hidden
        ("聚焦“*”工作思路", 0),
    ],
)
def test_only_saying_so_discloses_that_something_is_hidden(text: str, fidelity: float) -> None:
    assert mask_fidelity(text, [GRAIN, PLAN]) == fidelity


@pytest.mark.parametrize("measure", [recall, f1])
def test_measures_of_sets_are_full_for_the_gold_itself(measure: Callable[[set[str], set[str]], float]) -> None:
    assert measure({"a", "b"}, {"a", "b"}) == 1
