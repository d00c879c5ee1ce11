"""Why a question is refused: unclear, out of scope, or not in the documents."""

import pytest

from assistant.answer import RefusalReason
from assistant.assistant import Assistant
from assistant.scope import is_elsewhere, is_not_policy, is_unclear, regions
from corpus import document_from_text, parse


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


@pytest.mark.parametrize(
    "question",
    [
        "现在的水利局局长是谁",
        "目前谁分管招商",
        "上一任书记调到哪去了",
        "县长姓什么",
        "邻居占了我家地，告他能赢吗",
        "我起诉公司有几成把握",
        "调解还是打官司划算",
        "法院会不会支持我退一赔三",
    ],
)
def test_persons_and_advice_on_one_s_own_case_are_none(question: str) -> None:
    assert is_not_policy(question)


@pytest.mark.parametrize(
    "question",
    [
        "重污染天气咋应对",
        "新闻出版怎么管",
        "诗意栖居的城市怎么建",
        "监督员起啥作用",
        "领导小组组长由谁担任",
        "校长有哪些职责",
        "不服处罚可以起诉吗",
        "向哪一级政府申请复议",
        "疫苗要存在几度",
        "种粮不划算怎么补",
        "打赢脱贫攻坚战有哪些措施",
    ],
)
def test_policy_on_such_things_is_a_policy_question(question: str) -> None:
    assert not is_not_policy(question)


OTHER_PLACES = (
    "徐州市垃圾分类办法\n第一条 徐州市的垃圾应当分类。",
    "无锡市公园条例\n第一条 无锡市的公园免费。",
    "国家公园办法\n第一条 分区。",
)


@pytest.mark.parametrize(
    ("question", "nearest", "elsewhere"),
    [
        ("无锡的公园收费吗", 1, False),
        ("公园收费吗", 1, False),
        ("成都的公园收费吗", 1, True),
        ("徐州的公园收费吗", 1, True),
        ("徐州的国家公园怎么分区", 2, False),
        ("2011年那版条例怎么收费", 1, True),
        ("旧版条例怎么收费", 1, True),
        ("去年公园收了多少费", 1, True),
        ("新版条例怎么收费", 1, False),
    ],
)
def test_another_place_or_version_is_told_by_the_nearest_document(question: str, nearest: int, elsewhere: bool) -> None:
    documents = tuple(parse(document_from_text(text, f"{place}.txt")) for place, text in enumerate(OTHER_PLACES))
    assert is_elsewhere(question, documents, documents[nearest]) is elsewhere


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
