"""What is wrong with an answer, in words."""

from collections.abc import Iterator
from dataclasses import dataclass

from eval.measures import scores
from eval.outcome import Outcome


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong; the heavier, the more it matters to whoever signs the answer."""

    label: str
    weight: int


def faults(outcome: Outcome) -> tuple[Fault, ...]:
    """All that is wrong, the heaviest first."""
    return tuple(sorted(_faults(outcome), key=lambda fault: -fault.weight))


def _faults(outcome: Outcome) -> Iterator[Fault]:
    found = scores(outcome)
    if found.get("exact quotes", 1.0) < 1:
        yield Fault("引文与原文不符", 9)
    if found.get("number closure", 1.0) < 1:
        yield Fault("有数字没有出处", 8)
    if found.get("mask fidelity", 1.0) < 1 and not outcome.response.refused:
        yield Fault("没有如实说明隐去", 7)
    if found.get("refusal recall", 1.0) < 1:
        yield Fault("文件未涉及，却作了回答", 6)
    if found.get("refusal type", 1.0) < 1:
        yield Fault("拒答类型不对", 1)
    if found.get("over-refusal", 0.0) > 0:
        yield Fault("文件有答案，却拒答了", 5)
        return
    yield from _citation_faults(outcome, found)


def _citation_faults(outcome: Outcome, found: dict[str, float]) -> Iterator[Fault]:
    if found.get("citation recall", 1.0) == 0:
        yield Fault("应引条款一条也没有引到", 4)
    elif found.get("citation recall", 1.0) < 1:
        yield Fault("漏引条款", 3)
    elif found.get("evidence", 1.0) < 1:
        yield Fault("条款引对了，漏了应引的原文", 3)
    if found.get("citation precision", 1.0) < 1 and found.get("citation recall", 0.0) > 0:
        yield Fault("多引了条款", 2)
    if not outcome.gold and found.get("exact set", 1.0) < 1:
        yield Fault("文件里没有，却列出了条款", 4)
