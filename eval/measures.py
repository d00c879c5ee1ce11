"""What is measured, of which questions, and which way is better."""

from collections.abc import Callable
from dataclasses import dataclass

from eval.dataset import UNANSWERABLE
from eval.metrics import (
    brier,
    evidence_coverage,
    f1,
    hit_at,
    mask_fidelity,
    mean,
    ndcg_at,
    number_closure,
    precision,
    recall,
    recall_at,
    reciprocal_rank,
)
from eval.outcome import Outcome

KIND_LABELS = {
    "direct": "贴近原文",
    "paraphrase": "换种说法",
    "figure": "问数值",
    "multi": "涉及多条",
    "list": "列出全部",
    "term": "名词解释",
    "followup": "追问",
    "structure": "文件结构",
    UNANSWERABLE: "文件未涉及",
}


@dataclass(frozen=True, slots=True)
class Measure:
    """One measure of an outcome, in [0, 1].

    Attributes:
        name: its key in files.
        label, meaning: what an official reads.
        applies: of which outcomes it is taken.
        score: the value.
        higher_is_better: which way is better.
        of_content: whether its overall figure is that of content questions alone.
    """

    name: str
    label: str
    meaning: str
    applies: Callable[[Outcome], bool]
    score: Callable[[Outcome], float]
    higher_is_better: bool = True
    of_content: bool = True


def _has_gold(outcome: Outcome) -> bool:
    return outcome.example.answerable and bool(outcome.gold)


def _is_composed(outcome: Outcome) -> bool:
    return outcome.response.composed


def _should_cite(outcome: Outcome) -> bool:
    return _has_gold(outcome) and _is_composed(outcome)


def _should_quote(outcome: Outcome) -> bool:
    return _should_cite(outcome) and bool(outcome.example.quotes)


def _cites(outcome: Outcome) -> bool:
    return bool(outcome.response.citations)


def _is_refused(outcome: Outcome) -> float:
    return float(outcome.response.refused)


def _is_unanswerable(outcome: Outcome) -> bool:
    return not outcome.example.answerable


def _should_refuse(outcome: Outcome) -> bool:
    return _is_unanswerable(outcome) and _is_composed(outcome)


MEASURES = (
    Measure(
        "hit@1", "第一条就对", "检索结果的第一条是应引条款之一", _has_gold, lambda outcome: hit_at(outcome.relevant, 1)
    ),
    Measure(
        "hit@5", "前五条里有对的", "检索结果前五条里有应引条款", _has_gold, lambda outcome: hit_at(outcome.relevant, 5)
    ),
    Measure(
        "recall@5",
        "前五条的召回率",
        "应引条款有多少在检索结果前五条里",
        _has_gold,
        lambda outcome: recall_at(outcome.relevant, 5, len(outcome.gold)),
    ),
    Measure(
        "recall@10",
        "前十条的召回率",
        "应引条款有多少在检索结果前十条里",
        _has_gold,
        lambda outcome: recall_at(outcome.relevant, 10, len(outcome.gold)),
    ),
    Measure(
        "MRR@10",
        "首个命中的名次",
        "第一条应引条款名次的倒数",
        _has_gold,
        lambda outcome: reciprocal_rank(outcome.relevant[:10]),
    ),
    Measure(
        "nDCG@10",
        "排序质量",
        "按名次折算的得分，应引条款全排在最前为 1",
        _has_gold,
        lambda outcome: ndcg_at(outcome.relevant, 10, len(outcome.gold)),
    ),
    Measure(
        "citation precision",
        "引用准确率",
        "所引条款里应引的占多少",
        _should_cite,
        lambda outcome: precision(set(outcome.cited), set(outcome.gold)),
    ),
    Measure(
        "citation recall",
        "引用召回率",
        "应引条款里引到的占多少",
        _should_cite,
        lambda outcome: recall(set(outcome.cited), set(outcome.gold)),
    ),
    Measure(
        "citation F1",
        "引用 F1",
        "准确率与召回率的调和平均",
        _should_cite,
        lambda outcome: f1(set(outcome.cited), set(outcome.gold)),
    ),
    Measure(
        "evidence",
        "应引原文的覆盖率",
        "应引的原文有多少完整地出现在引文里",
        _should_quote,
        lambda outcome: evidence_coverage(outcome.example.quotes, outcome.quotes),
    ),
    Measure(
        "exact set",
        "列全且不多列",
        "“列出全部”类：所引条款与应引条款完全相同",
        lambda outcome: outcome.example.kind == "list" and _is_composed(outcome),
        lambda outcome: float(set(outcome.cited) == set(outcome.gold)),
    ),
    Measure(
        "exact quotes",
        "引文逐字一致",
        "引文与原文所标位置逐字相同的占多少",
        _cites,
        lambda outcome: mean([float(exact) for exact in outcome.exact]),
        of_content=False,
    ),
    Measure(
        "number closure",
        "数字都有出处",
        "回答里的每个数字都出现在引文、条款标题、问题或条数里",
        _is_composed,
        lambda outcome: number_closure(outcome.response.text, outcome.evidence),
        of_content=False,
    ),
    Measure(
        "mask fidelity",
        "如实说明隐去",
        "原文以 * 隐去的：说明了隐去，且没有补上数字",
        lambda outcome: "masked" in outcome.example.flags and _should_cite(outcome),
        lambda outcome: mask_fidelity(outcome.response.text, outcome.masked),
    ),
    Measure(
        "claim support",
        "大模型的句子得到支持",
        "大模型所写、注明依据的句子里，得到原文支持而留下的占多少",
        lambda outcome: outcome.response.claims + outcome.response.withheld > 0,
        lambda outcome: outcome.response.claims / (outcome.response.claims + outcome.response.withheld),
        of_content=False,
    ),
    Measure(
        "refusal recall",
        "该拒答的拒答了",
        "文件未涉及的问题，被拒答的占多少",
        _should_refuse,
        _is_refused,
        of_content=False,
    ),
    Measure(
        "refusal precision",
        "拒答的确该拒答",
        "被拒答的问题里，文件确未涉及的占多少",
        lambda outcome: outcome.response.refused and (_has_gold(outcome) or _is_unanswerable(outcome)),
        lambda outcome: float(_is_unanswerable(outcome)),
        of_content=False,
    ),
    Measure(
        "refusal type",
        "拒答类型",
        "文件未涉及、被拒答且标注了类型的问题里，所说的拒答类型与标注相同的占多少",
        lambda outcome: _is_unanswerable(outcome) and outcome.response.refused and bool(outcome.example.reason),
        lambda outcome: float(outcome.response.refusal_reason == outcome.example.reason),
        of_content=False,
    ),
    Measure(
        "over-refusal", "误拒率", "文件有答案，却被拒答的占多少", _should_cite, _is_refused, higher_is_better=False
    ),
    Measure(
        "Brier score",
        "可能性的误差",
        "所估计的有答案的可能性与实际（有答案为 1，没有为 0）之差的平方",
        lambda outcome: outcome.response.probability is not None,
        lambda outcome: brier(outcome.response.probability or 0.0, outcome.example.answerable),
        higher_is_better=False,
        of_content=False,
    ),
)


def scores(outcome: Outcome) -> dict[str, float]:
    """The measures that apply, by name."""
    return {measure.name: measure.score(outcome) for measure in MEASURES if measure.applies(outcome)}
