"""Comparing two runs names what changed, which way, and whether chance explains it."""

import io
import json
import re
from collections.abc import Mapping
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.console import Console

from corpus.errors import PolicyAssistantError
from eval.compare import LEVEL, Difference, compare, print_differences
from eval.figures import Figures
from eval.measures import MEASURES
from tests.command import Call, is_one_sentence

Scores = Mapping[str, Mapping[str, float]]


def figures(scores: Scores) -> Figures:
    """Of questions that all are about content."""
    times = {"p50": 1.0, "p95": 2.0}
    return Figures("题", "dev", "某", times, times, scores, dict.fromkeys(scores, "direct"))


def run(**values: list[float]) -> Figures:
    """The questions q0, q1, … with these values of measures, `_` in place of blanks and `at` in place of `@`."""
    names = {name: name.replace("_at_", "@").replace("_", " ") for name in values}
    count = len(next(iter(values.values())))
    return figures({f"q{row}": {names[name]: found[row] for name, found in values.items()} for row in range(count)})


def only(before: Figures, after: Figures) -> Difference:
    (found,) = compare(before, after)
    return found


def test_changes_are_named_with_their_questions_means_and_chance() -> None:
    found = only(run(evidence=[0.0, 0.5, 1.0, 1.0]), run(evidence=[1.0, 0.5, 0.25, 1.0]))
    assert (found.measure.name, found.n) == ("evidence", 4)
    assert (found.before, found.after) == (2.5 / 4, 2.75 / 4)
    assert (found.better, found.worse) == (("q0",), ("q2",))
    assert found.low <= found.after - found.before <= found.high
    assert found.p > LEVEL
    assert not found.is_loss


def test_a_loss_of_all_of_six_is_significant_and_of_five_is_not() -> None:
    assert [only(run(hit_at_1=[1.0] * size), run(hit_at_1=[0.0] * size)).is_loss for size in (5, 6)] == [False, True]
    assert only(run(hit_at_1=[1.0] * 6), run(hit_at_1=[0.0] * 6)).p == 2 / 64


@pytest.mark.parametrize(("measure", "is_loss"), [("hit@1", False), ("over-refusal", True)])
def test_more_is_a_loss_only_where_less_is_better(measure: str, is_loss: bool) -> None:
    ids = [f"q{row}" for row in range(10)]
    low, high = (figures({id_: {measure: value} for id_ in ids}) for value in (0.0, 1.0))
    risen, fallen = only(low, high), only(high, low)
    assert (risen.is_loss, fallen.is_loss) == (is_loss, not is_loss)
    assert (risen.worse, risen.better) == ((tuple(ids), ()) if is_loss else ((), tuple(ids)))
    assert (fallen.worse, fallen.better) == (risen.better, risen.worse)
    assert (risen.low, risen.high, fallen.low, fallen.high) == (1, 1, -1, -1)


def test_graded_measures_lose_by_randomization() -> None:
    before = [0.5 + row / 100 for row in range(12)]
    found = only(run(nDCG_at_10=before), run(nDCG_at_10=[value - 0.2 for value in before]))
    assert found.is_loss
    assert found.p == pytest.approx(2 / 2**12, abs=1e-3)
    assert (found.low, found.high) == pytest.approx((-0.2, -0.2))


def test_a_measure_is_compared_over_the_questions_that_it_applies_to_in_both() -> None:
    before = figures({"a": {"evidence": 1.0}, "b": {"evidence": 0.0}, "c": {"refusal precision": 1.0}, "d": {}})
    after = figures({"d": {"evidence": 1.0}, "c": {}, "b": {"evidence": 1.0}, "a": {"hit@1": 1.0}})
    found = only(before, after)
    assert (found.measure.name, found.n, found.before, found.after) == ("evidence", 1, 0.0, 1.0)


@pytest.mark.parametrize("ids", [[], ["a"], ["a", "b", "c"], ["a", "c"]])
def test_runs_over_other_questions_are_not_compared(ids: list[str]) -> None:
    before = figures({"a": {"hit@1": 1.0}, "b": {"hit@1": 1.0}})
    with pytest.raises(PolicyAssistantError, match="--split") as error:
        compare(before, figures({id_: {"hit@1": 1.0} for id_ in ids}))
    assert is_one_sentence(error.value)


values = st.lists(
    st.tuples(st.sampled_from([0.0, 0.3, 1.0]), st.sampled_from([0.0, 0.3, 1.0])), min_size=1, max_size=20
)


@settings(max_examples=30, deadline=None)
@given(values, st.sampled_from([measure.name for measure in MEASURES]))
def test_turning_the_comparison_round_turns_every_part_of_it(found: list[tuple[float, float]], name: str) -> None:
    before, after = (figures({f"q{row}": {name: pair[side]} for row, pair in enumerate(found)}) for side in (0, 1))
    there, back = only(before, after), only(after, before)
    assert (there.before, there.after, there.p) == (back.after, back.before, back.p)
    assert (there.better, there.worse) == (back.worse, back.better)
    assert (there.low, there.high) == pytest.approx((-back.high, -back.low), abs=1e-9)
    assert not (there.is_loss and back.is_loss)
    assert len(there.better) + len(there.worse) <= there.n == len(found)


def printed(before: Figures, after: Figures) -> str:
    out = io.StringIO()
    print_differences(compare(before, after), Console(file=out, width=130, highlight=False, markup=False))
    return out.getvalue()


def test_the_table_tells_the_four_verdicts_apart() -> None:
    ten, mixed = [0.0] * 10, [0.0, 1.0] * 5
    before = run(hit_at_1=ten, hit_at_5=[1.0] * 10, evidence=mixed, citation_recall=mixed)
    after = run(hit_at_1=[1.0] * 10, hit_at_5=ten, evidence=mixed[::-1], citation_recall=mixed)
    rows = [re.split(r"\s*│\s*", line.strip("│ ")) for line in printed(before, after).splitlines() if "│" in line]
    assert {row[0]: row[-1] for row in rows} == {
        "第一条就对": "显著变好",
        "前五条里有对的": "显著变差",
        "引用召回率": "相同",
        "应引原文的覆盖率": "没有显著变化",
    }


def test_changed_questions_are_listed_but_not_without_end() -> None:
    text = printed(run(hit_at_1=[0.0] * 30 + [1.0]), run(hit_at_1=[1.0] * 30 + [0.0]))
    (better,) = [line for line in text.splitlines() if line.startswith("第一条就对变好：")]
    assert better.endswith("q11 等 30 题")
    assert "第一条就对变差：q30\n" in text


def saved(folder: Path, found: Figures) -> Path:
    folder.mkdir()
    found.save(folder / "figures.json")
    return folder


def test_the_command_ends_with_1_on_a_significant_loss_alone(call: Call, tmp_path: Path) -> None:
    good = saved(tmp_path / "甲", run(hit_at_1=[1.0] * 12, over_refusal=[0.0] * 12))
    bad = saved(tmp_path / "乙", run(hit_at_1=[0.0] * 12, over_refusal=[0.0] * 12))
    noisy = saved(tmp_path / "丙", run(hit_at_1=[1.0] * 9 + [0.0] * 3, over_refusal=[0.0] * 12))
    lost = call("eval", "compare", "甲", "乙")
    assert (lost.code, lost.err) == (1, "")
    assert "显著变差" in lost.out
    assert f"第一条就对变差：{'、'.join(f'q{row}' for row in range(12))}" in lost.out
    for before, after, verdict in [(bad, good, "显著变好"), (good, noisy, "没有显著变化"), (good, good, "相同")]:
        done = call("eval", "compare", before, after / "figures.json")
        assert (done.code, done.err) == (0, "")
        assert verdict in done.out
        assert "显著变差" not in done.out


def test_a_loss_where_less_is_better_ends_with_1_too(call: Call, tmp_path: Path) -> None:
    calm, strict = ({f"q{row}": {"over-refusal": value} for row in range(12)} for value in (0.0, 1.0))
    saved(tmp_path / "甲", figures(calm))
    saved(tmp_path / "乙", figures(strict))
    assert call("eval", "compare", "甲", "乙").code == 1
    assert call("eval", "compare", "乙", "甲").code == 0


def test_what_cannot_be_compared_is_one_sentence(call: Call, tmp_path: Path) -> None:
    saved(tmp_path / "甲", run(hit_at_1=[1.0] * 3))
    saved(tmp_path / "乙", run(hit_at_1=[1.0] * 4))
    (tmp_path / "空").mkdir()
    (tmp_path / "文字.json").write_text(json.dumps("x"), encoding="utf-8")
    assert call("eval", "compare", "甲", "乙").is_one_error("题目不同")
    for other in ("空", "文字.json", "没有"):
        assert call("eval", "compare", "甲", other).is_one_error(other, "figures.json")
    assert call("eval", "compare", "甲").is_one_error("policy-assistant eval compare --help")
