"""Several questions in one message are each answered."""

import pytest

from assistant.answer import RefusalReason
from assistant.assistant import Assistant
from assistant.question import split_at_commas, split_questions


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("充电桩建不建？公交通不通到镇上？", ["充电桩建不建", "公交通不通到镇上"]),
        ("1、粮食目标是多少；2、生猪目标是多少", ["粮食目标是多少", "生猪目标是多少"]),
    ],
)
def test_questions_are_told_apart(text: str, parts: list[str]) -> None:
    assert split_questions(text) == parts


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("机场建到哪一步，失业率要控制在多少", ["机场建到哪一步", "失业率要控制在多少"]),
        ("旅行社怎么扶持 楼市怎么办", ["旅行社怎么扶持", "楼市怎么办"]),
    ],
)
def test_parts_of_a_question_are_told_apart_at_commas(text: str, parts: list[str]) -> None:
    assert split_at_commas(text) == parts


@pytest.mark.parametrize(
    "text",
    [
        "农业方面有哪些目标？",
        "粮食、生猪、柑橘各有什么目标？",
        "企业占地多，用什么办法来考核",
        "怎样扩大消费，有哪些措施？",
        "好的？粮食呢？",
        "增长5.5个百分点怎么做到",
        "How many are planned, and by when?",
        "会议要到多少人才能开？过半数还是三分之二？",
        "多少户以上必须配一所幼儿园？国办2019年治理通知怎么定的",
        "平台最晚几天要给答复，规定里写死了吗",
        "从几年缩到几年？管理办法有写吧",
        "要深化与哪些地方的合作，能把地名列给我吗？",
        "哪些条款用到“工作人员”这个称呼？请全部指出。",
        "车主在哪些情形下可以退车？涉及的条项全列",
    ],
)
def test_one_question_stays_one(text: str) -> None:
    assert split_questions(text) == [text]
    assert split_at_commas(text) == [text]


def test_each_is_answered_and_no_clause_stands_twice(assistant: Assistant) -> None:
    answer = assistant.ask("今年粮食产量要稳在多少？城镇调查失业率控制在多少？")
    quotes = "".join(citation.quote for citation in answer.citations)
    assert "粮食产量稳定在*亿斤以上" in quotes
    assert "失业率控制在*.*%以内" in quotes
    clauses = [group.clause.id for group in answer.groups]
    assert len(clauses) == len(set(clauses))
    assert [item.clause.id for item in answer.retrieved[:1]] == clauses[:1]


def test_what_is_refused_is_named_beside_what_is_answered(assistant: Assistant) -> None:
    answer = assistant.ask("今年粮食产量要稳在多少？明天会不会下雨？")
    assert answer.refusal is None
    assert answer.groups
    assert any("明天会不会下雨" in notice for notice in answer.notices)


def test_if_all_are_refused_the_answer_is_a_refusal(assistant: Assistant) -> None:
    answer = assistant.ask("明天会不会下雨？你叫什么名字？")
    assert answer.refusal is RefusalReason.OUT_OF_SCOPE
    assert not answer.groups


def test_parts_are_not_answered_if_the_document_does_not_answer_the_whole(assistant: Assistant) -> None:
    answer = assistant.ask("政府投放的冻猪肉多少钱一斤，在哪些超市卖？")
    assert answer.refusal is RefusalReason.NOT_IN_DOCUMENT
