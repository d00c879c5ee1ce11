"""An item of a list is read with the words that introduce it, and a list that is asked for is given whole."""

from collections.abc import Callable

import pytest

from assistant.enumerations import asks_for_list, introduction, items
from corpus import Clause, ParsedDocument

Parsed = Callable[..., ParsedDocument]
LIBRARY = (
    "图书馆规定",
    "第一条 图书馆向公众开放。闭馆须公告。",
    "第二条 读者不得有下列行为：",
    "（一）污损书刊；",
    "（二）大声喧哗；",
    "（三）占座。",
    "第三条 下列工作由馆长负责。",
    "（一）采购。",
    "（二）编目。",
)


@pytest.fixture(scope="module")
def library(parsed: Parsed) -> ParsedDocument:
    return parsed(*LIBRARY)


def clause(library: ParsedDocument, *path: str) -> Clause:
    return next(clause for clause in library.clauses if clause.path == path)


def test_words_with_a_colon_introduce_the_items_below(library: ParsedDocument) -> None:
    found = introduction(library, clause(library, "第二条", "（二）"))
    assert found is not None
    above, span = found
    assert above.path == ("第二条",)
    assert span.of(library.document.text).endswith("不得有下列行为：")
    assert [item.label for item in items(library, above)] == ["（一）", "（二）", "（三）"]


def test_without_a_colon_nothing_is_introduced(library: ParsedDocument) -> None:
    assert introduction(library, clause(library, "第三条", "（一）")) is None
    assert items(library, clause(library, "第三条")) == ()


def test_a_clause_of_its_own_is_no_item(library: ParsedDocument) -> None:
    assert introduction(library, clause(library, "第一条")) is None
    assert items(library, clause(library, "第一条")) == ()


@pytest.mark.parametrize(
    "question", ["读者不得有哪些行为", "欺骗性销售包括哪几种情形？", "申请要交什么材料", "哪幾類人可以報名"]
)
def test_a_question_for_all_items(question: str) -> None:
    assert asks_for_list(question)


@pytest.mark.parametrize("question", ["在馆里占座行不行", "这算什么行为？", "罚多少钱", "谁负责编目"])
def test_a_question_for_one_thing(question: str) -> None:
    assert not asks_for_list(question)
