"""Generated questions: every clause of the bundled document under every spelling of its address, and of others."""

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest

from assistant.answer import RefusalReason
from assistant.structure import StructureReader
from corpus import ClauseKind, ParsedDocument
from corpus.clauses import Clause
from corpus.numbering import chinese_numeral
from eval.dataset import BUNDLED_SET, DATASETS, load_examples

Official = Callable[[str], ParsedDocument]
_FULL_WIDTH = str.maketrans("0123456789", "０１２３４５６７８９")
NUMBERED = [
    "第{}条",
    "第{}條",
    "第{}条措施",
    "第{}项措施",
    "第{}項措施",
    "第{}个措施",
    "第{}個措施",
    "第{}点",
    "第{}點",
    "第{}款",
    "第{}项",
    "第{}号措施",
    "{}号措施",
    "{}號措施",
    "措施{}",
    "条款{}",
    "條款{}",
    "措施（{}）",
    "第（{}）条",
    "第({})项",
    "第{}项任务",
    "第{}条内容",
    "第{}小点",
    "（{}）",
    "({})",
    "【{}】",
    "〔{}〕",
]
SPACED = ("第 {} 条", "（ {} ）", " 第{}条 ", "第{} 條")
FRAMES = [
    "{}",
    "{}？",
    "{}讲什么",
    "{}講什麼？",
    "{}讲什么？",
    "{}的内容",
    "{}的内容是什么？",
    "{}是关于什么的",
    "{}是關於什麼的？",
    "{}说了啥",
    "{}原文",
    "{}的全文是什么",
    "{}是什么",
    "请问{}是什么？",
    "請問{}說的是什麼",
    "帮我看一下{}",
    "{}具体怎么写的",
    "{}主要讲了哪些内容？",
    "{}规定了什么",
    "{}有哪些要求？",
    "给我看{}",
    "“{}”讲什么",
    "文件{}讲了什么",
    "《2023年经济工作要点》{}",
    "2023年经济工作要点{}讲什么",
    "把{}念一下",
    "{}都说了些什么啊",
    "我想知道{}的具体内容",
    "{}，讲什么",
    "{}。",
    "{}意思是什么",
]
TITLE_FRAMES = [
    "{}标题是什么",
    "{}的標題是什麼？",
    "{}叫什么",
    "{}的题目是什么",
    "{}标题叫什么？",
    "{}的名称",
    "請問{}的小標題是什麼",
]
PLACE_FRAMES = [
    "{}在哪一部分",
    "{}在哪个部分？",
    "{}屬於哪個部分？",
    "{}属于哪一部分",
    "{}归哪一章",
    "{}是哪一部分的",
    "{}在第几部分",
    "{}位于第几章？",
    "{}是第几部分的内容",
    "{}出自哪一部分？",
    "哪个部分包含{}",
    "{}在文件的哪一部分？",
    "{}属于第二部分吗",
]
PART_FRAMES = [
    "第{0}{1}",
    "第{0}{1}有哪些措施？",
    "第{0}{1}有几条",
    "第{0}{1}有幾條？",
    "第{0}{1}一共多少条",
    "第{0}{1}多少项措施",
    "第{0}{1}讲什么",
    "第{0}{1}的标题是什么",
    "第{0}{1}包含哪些内容",
    "第{0}{1}主要讲了哪些方面的内容？",
    "第 {0} {1} 有哪些",
    "第{0}{1}下面有哪些条款？",
    "请列出第{0}{1}的所有措施",
    "第{0}{1}的小標題",
]
IN_PART = [
    "第{}部分第{}条",
    "第{}部分的第{}条",
    "第{}章第{}条讲什么",
    "第{}部分里的第{}条",
    "第{}部分里面第{}项措施",
    "第{}部分中的第{}項",
    "第{}部分第{}个措施",
    "第{}部分，第{}条",
]
RANGES = [
    "第{}到第{}条",
    "第{}条到第{}条",
    "第{}至{}条讲什么",
    "第{}-{}条",
    "第{}条-第{}条",
    "第{}~{}条",
    "（{}）到（{}）",
    "从第{}条到第{}条的内容",
    "第{}條到第{}條",
]
PAIRS = [
    "第{}条和第{}条",
    "第{}条、第{}条",
    "第{}条与第{}条讲什么",
    "第{}、{}条",
    "第{}和第{}条",
    "（{}）和（{}）",
    "第{}和{}项措施",
    "第{}条和第{}条有什么不同",
]
OVERVIEWS = [
    "一共多少条",
    "总共多少条措施",
    "一共多少项措施",
    "共有多少条",
    "文件一共有几条？",
    "全文多少条",
    "几个部分",
    "分几个部分",
    "文件共分幾個部分？",
    "分为哪几个部分",
    "一共有几章",
    "各部分标题",
    "各部分的标题是什么",
    "各部分標題",
    "目录",
    "目錄",
    "结构",
    "文件结构是什么样的",
    "框架",
    "大纲",
    "提纲",
    "列出目录",
    "所有部分的标题",
    "文件由哪几部分组成",
    "主要分为几个部分？",
    "多少个措施",
    "《2023年经济工作要点》一共多少条",
    "经济工作要点共有几条",
    "文件框架结构",
]
COUNTS = [
    "每部分多少条",
    "每个部分有几条",
    "各部分分别有多少条",
    "每一部分有几条措施？",
    "每部分各有多少项措施",
    "各章有几条",
    "各部分条数",
    "每部分多少條",
]
OTHERS = {
    "12": (
        "第{}条",
        32,
        ("个税专项附加扣除办法", "《个人所得税专项附加扣除暂行办法》", "個稅專項附加扣除暫行辦法", "国发〔2018〕41号"),
    ),
    "18": ("{}", 54, ("国务院工作规则", "《國務院工作規則》")),
    "40": ("第{}条", 35, ("算法推荐管理规定", "算法规定")),
    "57": ("第{}条", 49, ("临港新片区管理办法", "临港办法", "沪府令第19号")),
    "63": ("第{}条", 45, ("重大税务案件审理办法",)),
    "46": ("{}", 31, ("资管新规", "資管新規")),
    "01": ("（{}）", 53, ("自由贸易试验区深化改革创新若干措施",)),
    "03": ("（{}）", 20, ("国家职业教育改革实施方案", "职教改革方案")),
    "65": ("（{}）", 30, ("浙江30条", "浙江稳企业稳经济30条")),
    "48": ("（{}）", 9, ("2022年政府工作报告",)),
}


@pytest.fixture(scope="module")
def reader(bundled: ParsedDocument) -> StructureReader:
    return StructureReader([bundled])


@pytest.fixture(scope="module")
def clauses(bundled: ParsedDocument) -> list[Clause]:
    return [clause for clause in bundled.clauses if clause.kind == ClauseKind.ITEM]


@pytest.fixture(scope="module")
def parts(clauses: list[Clause]) -> list[list[Clause]]:
    names = dict.fromkeys(clause.path[0] for clause in clauses)
    return [[clause for clause in clauses if clause.path[0] == name] for name in names]


def spellings(number: int) -> list[str]:
    """The number in Chinese, Arabic and full-width Arabic numerals."""
    return [chinese_numeral(number), str(number), str(number).translate(_FULL_WIDTH)]


def addresses(number: int) -> Iterator[str]:
    return (form.format(value) for form in (*NUMBERED, *SPACED) for value in spellings(number))


def check(reader: StructureReader, question: str, expected: Sequence[Clause], *said: str) -> None:
    answer = reader.answer(question)
    assert answer is not None, question
    assert [group.clause.id for group in answer.groups] == [clause.id for clause in expected], question
    assert all(words in answer.lead for words in said), (question, answer.lead)


@pytest.mark.parametrize("frame", FRAMES)
def test_every_clause_is_found_under_every_spelling(reader: StructureReader, clauses: list[Clause], frame: str) -> None:
    for clause in clauses:
        for place, address in enumerate(addresses(clause.number)):
            if (place + clause.number) % 7 == 0:  # each spelling with each frame, for every seventh clause
                check(reader, frame.format(address), [clause])


@pytest.mark.parametrize("frame", TITLE_FRAMES)
def test_every_title_is_said(reader: StructureReader, clauses: list[Clause], frame: str) -> None:
    for clause in clauses:
        for address in list(addresses(clause.number))[::7]:
            check(reader, frame.format(address), [clause], clause.heading)


@pytest.mark.parametrize("frame", PLACE_FRAMES)
def test_part_of_every_clause_is_said(reader: StructureReader, parts: list[list[Clause]], frame: str) -> None:
    for number, part in enumerate(parts, 1):
        for clause in part:
            for address in list(addresses(clause.number))[::7]:
                check(reader, frame.format(address), [clause], f"在第{chinese_numeral(number)}部分", clause.section)


@pytest.mark.parametrize("frame", PART_FRAMES)
def test_every_part_is_listed_under_every_spelling(
    reader: StructureReader, parts: list[list[Clause]], frame: str
) -> None:
    for number, part in enumerate(parts, 1):
        for unit in ("部分", "章", "个部分", "大部分", "個部分"):
            for value in spellings(number):
                check(reader, frame.format(value, unit), part, part[0].section, f"共 {len(part)} 条")


@pytest.mark.parametrize("frame", IN_PART)
def test_every_place_inside_every_part_is_found(reader: StructureReader, parts: list[list[Clause]], frame: str) -> None:
    for number, part in enumerate(parts, 1):
        for place, clause in enumerate(part, 1):
            for values in zip(spellings(number), spellings(place), strict=True):
                check(reader, frame.format(*values), [clause])


def test_places_are_counted_from_the_ends_of_parts(reader: StructureReader, parts: list[list[Clause]]) -> None:
    for number, part in enumerate(parts, 1):
        for value in spellings(number):
            check(reader, f"第{value}部分最后一条", part[-1:])
            check(reader, f"第{value}章的最後一條講什麼", part[-1:])
            for count in range(2, len(part) + 1):
                written = chinese_numeral(count)
                check(reader, f"第{value}部分前{written}条", part[:count])
                check(reader, f"第{value}部分最后{written}条", part[-count:])
                check(reader, f"第{value}部分倒数第{written}条", part[-count : len(part) + 1 - count])


def test_clauses_are_counted_from_both_ends(reader: StructureReader, clauses: list[Clause]) -> None:
    for clause in clauses:
        for value in spellings(len(clauses) + 1 - clause.number):
            for form in ("倒数第{}条", "倒數第 {} 條講什麼", "倒数第{}项措施"):
                check(reader, form.format(value), [clause])
    for count in range(2, 11):
        for value in spellings(count):
            for form in ("前{}条", "前{}條是什麼？", "头{}条", "文件前{}项措施"):
                check(reader, form.format(value), clauses[:count])
            for form in ("后{}条", "最后{}条讲什么", "末{}條", "倒数{}条"):
                check(reader, form.format(value), clauses[-count:])
    for question in [
        "最后一条",
        "最後一條",
        "最后一项措施",
        "末条",
        "最末一条",
        "最后那条讲什么",
        "最后一部分最后一条",
        "倒数第一条",
    ]:
        check(reader, question, clauses[-1:])


@pytest.mark.parametrize("form", RANGES)
def test_ranges_give_each_clause(reader: StructureReader, clauses: list[Clause], form: str) -> None:
    for first in range(1, len(clauses)):
        last = min(first + 1 + first % 8, len(clauses))
        for values in zip(spellings(first), spellings(last), strict=True):
            check(reader, form.format(*values), clauses[first - 1 : last])


@pytest.mark.parametrize("form", PAIRS)
def test_several_numbers_give_each_clause(reader: StructureReader, clauses: list[Clause], form: str) -> None:
    for one in range(1, len(clauses) + 1):
        other = (one * 5) % len(clauses) + 1
        if one != other:
            for values in zip(spellings(one), spellings(other), strict=True):
                check(reader, form.format(*values), [clauses[one - 1], clauses[other - 1]])


@pytest.mark.parametrize("question", OVERVIEWS)
def test_overview_is_given(reader: StructureReader, question: str) -> None:
    check(reader, question, [], "8 个部分、28 条")


@pytest.mark.parametrize("question", COUNTS)
def test_counts_are_given(reader: StructureReader, question: str) -> None:
    check(reader, question, [], "一、着力扩大有效需求（3 条）", "二、推动产业质效提升（5 条）")


def test_every_number_out_of_range_is_told_the_range(reader: StructureReader) -> None:
    for number in (0, 29, 30, 99, 100, 120, 999):
        for form in NUMBERED:
            value = chinese_numeral(number) if number else "零"
            for written in (value, str(number), str(number).translate(_FULL_WIDTH)):
                answer = reader.answer(form.format(written))
                assert answer is not None, form.format(written)
                assert answer.refusal is not None, form.format(written)
                assert "从 1 到 28" in answer.lead, answer.lead


@pytest.mark.parametrize("number", OTHERS)
def test_every_clause_of_other_documents_is_found_by_document_and_number(official: Official, number: str) -> None:
    label, last, names = OTHERS[number]
    documents = [official(other) for other in OTHERS]
    several, alone = StructureReader(documents), StructureReader([official(number)])
    for value in range(1, last + 1):
        written = label.format(chinese_numeral(value))
        clauses = [clause for clause in official(number).clauses if written in clause.path]
        clauses = [clause for clause in clauses if clause.path.index(written) == clauses[0].path.index(written)]
        for place, numeral in enumerate(spellings(value)):
            check(alone, f"第{numeral}条讲什么？", clauses)
            for name in (official(number).document.title, *names):
                frames = ("{}第{}条", "《{}》第{}条讲什么？", "{}的第{}条规定了什么", "请问{}中第{}條的内容")
                check(several, frames[(value + place) % 4].format(name, numeral), clauses)
    for name in names:
        check(several, f"{name}一共多少条", [], f"{last} 条")
        assert several.answer(f"{name}第{last + 1}条").refusal is not None  # type: ignore[union-attr]


@pytest.mark.parametrize("dataset", [BUNDLED_SET, DATASETS / "other_policies.jsonl"])
def test_questions_about_content_are_left_to_the_search(
    dataset_documents: Callable[[Path], list[ParsedDocument]], dataset: Path
) -> None:
    reader = StructureReader(dataset_documents(dataset))
    taken = {
        example.id
        for example in load_examples(dataset, "dev")
        if example.kind not in ("structure", "followup")
        and (answer := reader.answer(example.question)) is not None
        and answer.refusal is not RefusalReason.UNCLEAR
    }
    assert not taken


@pytest.fixture(scope="module")
def dataset_documents(bundled: ParsedDocument, official: Official) -> Callable[[Path], list[ParsedDocument]]:
    def find(dataset: Path) -> list[ParsedDocument]:
        if dataset == BUNDLED_SET:
            return [bundled]
        return [official(path.name.split("_")[0]) for path in sorted(dataset.with_suffix("").glob("*.txt"))]

    return find
