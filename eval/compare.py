"""Two runs over the same questions: what got better, what got worse, and whether that may be chance."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from rich.console import Console
from rich.table import Table

from corpus.errors import PolicyAssistantError
from eval.figures import Figures
from eval.measures import MEASURES, Measure
from eval.metrics import mean
from eval.significance import bootstrap_interval, paired_p_value

LEVEL = 0.05
"""A difference with a p-value below it is called significant; measures are not corrected for one another."""

_SHOWN = 12


@dataclass(frozen=True, slots=True)
class Difference:
    """One measure over the questions that it applies to in both runs.

    Attributes:
        measure: what is compared.
        before, after: the two means.
        low, high: 95 % paired bootstrap interval of `after - before`.
        p: two-sided p-value that there is no difference.
        better, worse: ids of the questions that changed.
        n: number of questions.
    """

    measure: Measure
    before: float
    after: float
    low: float
    high: float
    p: float
    better: tuple[str, ...]
    worse: tuple[str, ...]
    n: int

    @property
    def is_loss(self) -> bool:
        """Whether it got worse by more than chance explains."""
        is_worse = self.after < self.before if self.measure.higher_is_better else self.after > self.before
        return is_worse and self.p < LEVEL


def compare(before: Figures, after: Figures) -> list[Difference]:
    """A difference per measure that both runs have, in the measures' order.

    Raises:
        PolicyAssistantError: if the runs do not share their questions.
    """
    if before.scores.keys() != after.scores.keys():
        raise PolicyAssistantError("两次评测的题目不同，无法比较，请用同一测试集、同一部分（--split）重新评测。")
    found = [_difference(measure, before, after) for measure in MEASURES]
    return [difference for difference in found if difference.n]


def _difference(measure: Measure, before: Figures, after: Figures) -> Difference:
    name, sign = measure.name, 1 if measure.higher_is_better else -1
    shared = [id_ for id_, found in before.scores.items() if name in found and name in after.scores[id_]]
    first = [before.scores[id_][name] for id_ in shared]
    second = [after.scores[id_][name] for id_ in shared]
    changes = np.subtract(second, first)
    low, high = bootstrap_interval(list(changes))
    return Difference(
        measure=measure,
        before=mean(first),
        after=mean(second),
        low=low,
        high=high,
        p=paired_p_value(first, second),
        better=tuple(id_ for id_, change in zip(shared, changes, strict=True) if change * sign > 0),
        worse=tuple(id_ for id_, change in zip(shared, changes, strict=True) if change * sign < 0),
        n=len(shared),
    )


def print_differences(differences: Sequence[Difference], console: Console) -> None:
    """A row per measure, then the questions that changed."""
    table = Table("指标", "题数", "甲", "乙", "差（95% 区间）", "变好", "变差", "p", "结论")
    for one in differences:
        table.add_row(
            one.measure.label,
            str(one.n),
            f"{one.before:.3f}",
            f"{one.after:.3f}",
            f"{one.after - one.before:+.3f}（{one.low:+.3f} 至 {one.high:+.3f}）",
            str(len(one.better)),
            str(len(one.worse)),
            f"{one.p:.3f}",
            _verdict(one),
        )
    console.print(table)
    for one in differences:
        for words, ids in (("变好", one.better), ("变差", one.worse)):
            if ids:
                more = f" 等 {len(ids)} 题" if len(ids) > _SHOWN else ""
                console.print(f"{one.measure.label}{words}：{'、'.join(ids[:_SHOWN])}{more}", soft_wrap=True)


def _verdict(difference: Difference) -> str:
    if difference.is_loss:
        return "显著变差"
    if difference.p < LEVEL:
        return "显著变好"
    return "没有显著变化" if difference.better or difference.worse else "相同"
