"""Which document a question means by a short name, wherever that stands, and what is left of the question."""

from collections.abc import Callable

import pytest

from assistant.document_reference import DocumentReferences
from assistant.list_question import normal_form
from corpus import ParsedDocument, document_from_text, parse

TITLES = (
    "河湖市城市公园条例",
    "河湖市古树名木保护条例",
    "快递包装回收管理办法",
    "社区食堂监督检查管理办法",
    "2021年政府工作报告",
    "关于加快推进冷链物流发展的实施意见",
    "小区充电桩建设三年行动方案",
)


@pytest.fixture(scope="module")
def references() -> DocumentReferences:
    return DocumentReferences(
        [parse(document_from_text(f"{title}\n\n第一条 总则。", f"{title}.txt")) for title in TITLES]
    )


def take(references: DocumentReferences, question: str) -> tuple[str | None, str]:
    documents, rest = references.take(normal_form(question))
    return documents[0].document.title if len(documents) == 1 else None, rest


@pytest.mark.parametrize(
    ("question", "title", "rest"),
    [
        ("城市公园条例里哪几条提到收费", TITLES[0], "哪几条提到收费"),
        ("公园那个条例，哪几条提到收费", TITLES[0], "哪几条提到收费"),
        ("把古树保护条例中跟砍伐有关的条款找出来", TITLES[1], "把跟砍伐有关的条款找出来"),
        ("“砍伐”一词在河湖市古树名木条例的哪几条里出现", TITLES[1], "“砍伐”一词哪几条里出现"),
        ("快递包装办法哪些条款提到押金", TITLES[2], "哪些条款提到押金"),
        ("押金在《快递包装回收管理办法》中一共有几条写到？", TITLES[2], "押金一共有几条写到?"),
        ("社区食堂检查办法有没有条款说到消毒", TITLES[3], "有没有条款说到消毒"),
        ("2021年政府工作报告哪些部分提到养老", TITLES[4], "哪些部分提到养老"),
        ("冷链物流意见里，凡提到补贴的请列出", TITLES[5], "凡提到补贴的请列出"),
        ("小区充电桩方案的哪几条讲到电价", TITLES[6], "哪几条讲到电价"),
        ("河湖发〔2020〕3号社区食堂管理办法哪几条提到老人", TITLES[3], "哪几条提到老人"),
    ],
)
def test_a_short_name_is_taken_out(references: DocumentReferences, question: str, title: str, rest: str) -> None:
    assert take(references, question) == (title, rest)


@pytest.mark.parametrize(
    "question",
    [
        "哪几条提到收费",
        "有关规定在哪几条",
        "管理办法哪几条提到收费",
        "河湖市条例哪几条提到收费",
        "消费者权益保护法哪几条提到退货",
        "2035年政府工作报告哪些部分提到养老",
        "有什么好办法保护古树",
    ],
)
def test_what_names_none_or_several_leaves_the_question_whole(references: DocumentReferences, question: str) -> None:
    assert take(references, question) == (None, normal_form(question))


def test_the_rest_of_the_question_tells_which_of_two_is_meant(references: DocumentReferences) -> None:
    assert take(references, "想砍一棵古树名木，河湖市条例里哪几条管这个")[0] == TITLES[1]


def test_of_one_document_the_name_is_taken_out_too(parsed: Callable[..., ParsedDocument]) -> None:
    references = DocumentReferences([parsed("城市公园条例", "第一条 公园免费开放。")])
    assert references.take("公园条例里哪几条提到收费")[1] == "哪几条提到收费"
