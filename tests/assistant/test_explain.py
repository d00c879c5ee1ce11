"""The explanation tells what was understood, found, cited and left out, and holds to the answer."""

import re

import pytest

from assistant.answer import Route
from assistant.assistant import Assistant
from assistant.explain import explain


def test_every_candidate_is_named_and_said_to_be_cited_or_not(assistant: Assistant) -> None:
    answer = assistant.ask("怎样扩大消费？")
    lines = explain(answer)
    start = next(place for place, line in enumerate(lines) if line.endswith("："))
    candidates = lines[start + 1 :]
    cited = [line for line in candidates if "，已引用：" in line]
    assert len(candidates) == len(answer.retrieved)
    assert len(cited) == len({group.clause.id for group in answer.groups})
    assert re.match(r"1\. 100%，读后认为答了所问的可能 \d+%，已引用：", candidates[0])
    assert sum("读后认为" in line for line in candidates) == 3


def test_a_refusal_says_how_likely_an_answer_was(assistant: Assistant) -> None:
    answer = assistant.ask("全市GDP增长目标是多少？")
    assert answer.refusal is not None
    assert answer.probability is not None
    assert f"文件对此有答案的可能性：{answer.probability:.0%}，不作答" in explain(answer)
    assert not any("已引用" in line for line in explain(answer))


@pytest.mark.parametrize(
    ("question", "route"),
    [
        ("第十二条讲什么？", Route.OUTLINE),
        ("哪些条款提到合作社？", Route.LIST),
        ("农业方面有哪些目标？", Route.LEDGER),
        ("怎样扩大消费？", Route.SEARCH),
        ("怎样扩大消费？第十二条讲什么？", Route.SEVERAL),
    ],
)
def test_the_way_is_said(assistant: Assistant, question: str, route: Route) -> None:
    answer = assistant.ask(question)
    assert answer.route is route
    assert f"查找方式：{route.value}" in explain(answer)


def test_only_a_search_has_candidates(assistant: Assistant) -> None:
    assert explain(assistant.ask("第十二条讲什么？")) == [f"查找方式：{Route.OUTLINE.value}"]


def test_a_follow_up_shows_how_it_was_understood(assistant: Assistant) -> None:
    history = [{"role": "user", "content": "农业方面有哪些目标？"}, {"role": "assistant", "content": "……"}]
    answer = assistant.ask("那工业呢？", history)
    assert explain(answer)[0] == f"理解为：{answer.standalone}"
