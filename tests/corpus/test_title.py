"""The title is found in the first lines, whatever stands around it."""

from pathlib import Path

import pytest

from corpus import document_from_text, read_document
from corpus.title import find_title

TITLES = {
    "01": "国务院关于支持自由贸易试验区深化改革创新若干措施的通知",
    "08": "国务院办公厅关于推广第二批支持创新相关改革举措的通知",
    "12": "国务院关于印发个人所得税专项附加扣除暂行办法的通知",
    "14": "国务院办公厅关于2019年部分节假日安排的通知",
    "18": "国务院关于印发《国务院工作规则》的通知",
    "19": "国务院办公厅转发民政部关于清理整顿社会团体意见的通知",
    "46": "人民银行 银保监会 证监会外汇局关于规范金融机构资产管理业务的指导意见",
    "52": "安徽省推进“三地一区”建设领导小组改革开放新高地执行小组办公室关于印发安徽省关于加快对接区域全面"
    "经济伙伴关系协定(RCEP)经贸新规则扎实推进高水平开放实施意见的通知",
    "57": "中国(上海)自由贸易试验区临港新片区管理办法",
}


@pytest.mark.parametrize("number", TITLES)
def test_titles_of_official_texts(number: str, documents_folder: Path) -> None:
    (path,) = documents_folder.glob(f"{number}_*.txt")
    assert read_document(path).title == TITLES[number]


def test_the_title_of_the_bundled_document(bundled_path: Path) -> None:
    assert read_document(bundled_path).title == "2023年经济工作要点"


@pytest.mark.parametrize(
    "behind",
    [
        "市政发〔2023〕5号",
        "（2023）5号",
        "各县（市、区）人民政府：",
        "2023年1月5日",
        "来源：新华社",
        "为了推进工作，制定本方案。",
        "一、总体要求",
        "",
    ],
)
def test_the_title_ends_before(behind: str) -> None:
    assert find_title(f"关于推进工作的\n实施安排\n{behind}\n正文。") == "关于推进工作的实施安排"


def test_markdown_and_space_are_no_part_of_the_title() -> None:
    assert find_title("\n\n#　 工作要点\u3000\n\n## 一、要求") == "工作要点"


def test_a_second_title_behind_the_first_is_left_out() -> None:
    assert find_title("关于印发要点的通知\n工作要点\n一、要求") == "关于印发要点的通知"


@pytest.mark.parametrize("text", ["一、总体要求\n内容。", "为了推进工作，制定本方案。", "", "\n \n"])
def test_a_text_without_title_has_none(text: str) -> None:
    assert find_title(text) == ""


def test_the_file_name_stands_in_for_a_missing_title() -> None:
    assert document_from_text("一、总体要求\n内容。", "工作要点.md").title == "工作要点"
