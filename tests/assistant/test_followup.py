"""A follow-up takes its topic or its frame from what was asked before; a question that stands alone is left alone."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.followup import neighbour, stand_alone

FARMING = "农业方面有哪些目标"


@pytest.mark.parametrize(
    ("question", "whole"),
    [
        ("那工业呢？", "工业方面有哪些目标"),
        ("工业呢", "工业方面有哪些目标"),
        ("那么服务业方面呢？", "服务业方面有哪些目标"),
        ("还有文旅领域呢?", "文旅方面有哪些目标"),
        ("换成“专精特新”企业呢？", "“专精特新”企业方面有哪些目标"),
    ],
)
def test_new_topic_is_put_into_the_old_question(question: str, whole: str) -> None:
    assert stand_alone(question, [FARMING]) == whole


@pytest.mark.parametrize(
    ("before", "whole"),
    [
        ("水利工程怎么建？", "校舍怎么建"),
        ("供水有什么要求？", "校舍有什么要求"),
        ("请问税收优惠是什么？", "校舍是什么"),
        ("农药用量的目标是多少", "校舍的目标是多少"),
    ],
)
def test_frame_may_be_of_any_kind(before: str, whole: str) -> None:
    assert stand_alone("那校舍呢？", [before]) == whole


@pytest.mark.parametrize(
    "question",
    [
        "具体怎么做？",
        "它由谁负责？",
        "这项工作什么时候完成？",
        "其中投资有多大？",
        "为什么呢？",
        "怎么做呢？",
        "目标是多少？",
        "有哪些措施？",
        "谁负责？",
        "上述任务由哪个部门牵头落实并汇报？",
    ],
)
def test_question_that_leans_is_joined_to_the_one_before(question: str) -> None:
    assert stand_alone(question, ["水库怎么除险加固？"]) == f"水库怎么除险加固，{question}"


@pytest.mark.parametrize(
    "question",
    [
        "工业方面有哪些目标？",
        "工业方面有哪些目标呢？",
        "怎样扩大消费？",
        "怎么保障粮食安全？",
        "如何推进乡村振兴",
        "服务业有什么支持？",
        "第十二条讲什么？",
        "第三部分有哪些措施？",
        "尤其困难的群众由谁来帮扶解决？",
        "其他领域的固体废物怎样收集贮存处置？",
        "2020年全国农作物综合机械化率要达到多少？",
    ],
)
def test_question_that_stands_alone_is_left_alone(question: str) -> None:
    assert stand_alone(question, [FARMING]) == question


@pytest.mark.parametrize("question", ["那工业呢？", "具体怎么做？", "它是什么", "呢", ""])
def test_without_history_nothing_is_put_in(question: str) -> None:
    assert stand_alone(question, []) == question


def test_chain_of_follow_ups_keeps_the_first_frame() -> None:
    assert stand_alone("那旅游呢？", [FARMING, "那工业呢？", "服务业呢"]) == "旅游方面有哪些目标"


def test_chain_leans_on_the_question_as_it_was_understood() -> None:
    assert stand_alone("具体怎么做？", [FARMING, "那工业呢？"]) == "工业方面有哪些目标，具体怎么做？"


def test_question_that_stands_alone_ends_the_chain() -> None:
    assert stand_alone("那校舍呢？", [FARMING, "水利工程怎么建？"]) == "校舍怎么建"


def test_what_cannot_be_put_in_is_joined() -> None:
    assert stand_alone("农村的呢？", ["城里的电网要改造吗？"]) == "城里的电网要改造吗，农村的呢？"


@given(st.text(max_size=40), st.lists(st.text(min_size=1, max_size=40), max_size=8))
def test_nothing_asked_is_lost(question: str, earlier: list[str]) -> None:
    whole = stand_alone(question, earlier)
    assert question in whole or "呢" in question


@pytest.mark.parametrize(
    ("earlier", "question", "expected"),
    [
        ("第十四条主要写什么？", "上一条呢？", "第13条讲什么"),
        ("第二十条是讲生态修复的吧？", "它后面紧挨着那条讲什么", "第21条讲什么"),
        ("临港新片区管理办法第三十四条讲什么？", "下一条呢？", "临港新片区管理办法第35条讲什么"),
    ],
)
def test_the_neighbour_of_a_named_clause_is_named(earlier: str, question: str, expected: str) -> None:
    assert neighbour(question, [earlier]) == expected


@pytest.mark.parametrize(
    ("earlier", "question"),
    [("粮食目标是多少", "下一条呢"), ("第一条讲什么", "上一条呢"), ("第十条讲什么", "工业呢"), ("第百条", "下步呢")],
)
def test_without_a_clause_or_a_direction_there_is_no_neighbour(earlier: str, question: str) -> None:
    assert neighbour(question, [earlier]) is None
