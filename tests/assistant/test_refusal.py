"""Why a question is refused: unclear, out of scope, or not in the documents."""

import pytest

from assistant.answer import RefusalReason
from assistant.assistant import Assistant
from assistant.scope import is_not_policy, is_unclear, regions


@pytest.mark.parametrize(
    "question", ["这个怎么办理？", "要几天？", "什么条件才行", "那笔钱怎么领", "還有別的嗎", "我们要做啥", "有名单没有"]
)
def test_a_question_without_a_subject_is_unclear(question: str) -> None:
    assert is_unclear(question)


@pytest.mark.parametrize(
    "question", ["粮食多少？", "旅游怎么搞", "GDP目标", "医保要几天报销", "第三条讲什么", "补课班能开吗", "人才政策"]
)
def test_a_subject_makes_it_clear(question: str) -> None:
    assert not is_unclear(question)


@pytest.mark.parametrize("question", ["明天会不会下雨", "给领导写一篇致辞", "讲个笑话", "Can you tell me a joke?"])
def test_small_talk_is_no_policy_question(question: str) -> None:
    assert is_not_policy(question)


@pytest.mark.parametrize("question", ["重污染天气咋应对", "新闻出版怎么管", "诗意栖居的城市怎么建", "监督员起啥作用"])
def test_policy_on_such_things_is_a_policy_question(question: str) -> None:
    assert not is_not_policy(question)


def test_regions_are_found_by_name() -> None:
    assert regions("重庆和德国的双元制") == ["重庆", "德国"]
    assert regions("全市和各县区") == []


@pytest.mark.parametrize(
    ("question", "reason"),
    [
        ("2031年的粮食目标是多少？", RefusalReason.OUT_OF_SCOPE),
        ("明天会不会下雨", RefusalReason.OUT_OF_SCOPE),
        ("什么条件才行", RefusalReason.UNCLEAR),
        ("量子通信卫星由谁发射？", RefusalReason.NOT_IN_DOCUMENT),
    ],
)
def test_a_refusal_says_why(assistant: Assistant, question: str, reason: RefusalReason) -> None:
    answer = assistant.ask(question)
    assert answer.refusal is reason
    assert answer.lead
    assert not answer.groups


def test_a_short_follow_up_with_a_topic_before_it_is_not_unclear(assistant: Assistant) -> None:
    history = [{"role": "user", "content": "粮食产量要稳在多少？"}, {"role": "assistant", "content": "*亿斤以上"}]
    assert assistant.ask("这个怎么办？", history).refusal is not RefusalReason.UNCLEAR
