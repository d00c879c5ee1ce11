"""The table of wordings is well formed, and its names mean what they are used for."""

import json
import re

import pytest

from assistant.wordings import WORDINGS_FILE, Wordings, wordings
from index.tokenizer import search_form

DATA = json.loads(WORDINGS_FILE.read_text(encoding="utf-8"))


def test_every_word_is_in_search_form_and_stands_once_in_its_line() -> None:
    lines = [*DATA["same"], *DATA["lookalikes"], DATA["actions"], DATA["generic"], DATA["agents"]]
    lines += [side for line in DATA["topics"] for side in line.split(":")]
    for line in lines:
        assert line == search_form(line)
        words = line.split()
        assert len(words) == len(set(words)), line


def test_lines_have_the_shape_that_is_read() -> None:
    assert all(len(line.split()) > 1 for line in DATA["same"])
    assert all(re.fullmatch(r"[^:]+: [^:]+", line) for line in DATA["topics"])
    assert all(
        re.fullmatch(r".: [^:]+", line) and all(line[0] in word for word in line[3:].split()) for line in DATA["fixed"]
    )
    assert all(re.compile(pattern) for pattern in DATA["patterns"].values())


def test_names_of_one_thing_stand_for_each_other() -> None:
    assert "非物质文化遗产" in wordings().same("非遗")
    assert "非遗" in wordings().same("非物质文化遗产")


def test_departments_are_known_by_their_branch() -> None:
    assert {"民政部", "民政局", "民政厅"} <= set(wordings().same("民政部门"))
    assert wordings().same("部门") == []


@pytest.mark.parametrize(
    ("asked", "written"),
    [("看病", "诊疗"), ("打鱼", "禁渔"), ("治霾", "大气污染"), ("老人", "养老"), ("讨薪", "欠薪"), ("防火", "消防")],
)
def test_what_people_say_leads_to_what_documents_write(asked: str, written: str) -> None:
    assert written in wordings().related(asked)
    assert wordings().knows(asked)


def test_wide_word_is_not_taken_for_a_narrow_one() -> None:
    assert "民政" not in wordings().related("医院")
    assert "税" not in wordings().related("税收")


def test_description_finds_its_pattern() -> None:
    pattern = wordings().pattern("具体截止时间")
    assert pattern
    assert pattern.search("2019年12月底前完成")
    assert wordings().pattern("医院") is None


def test_phrase_is_cut_at_names() -> None:
    assert wordings().split(["政府", "发", "债"]) == ["政府发债"]
    assert wordings().split(["推进", "老", "建筑", "保护"]) == ["推进", "老建筑", "保护"]


def test_lookalikes_give_the_right_spelling() -> None:
    assert "合作社" in wordings().respelled("合做社")
    assert "柑橘" in wordings().respelled("柑桔")
    assert "合做社" not in wordings().respelled("合做社")


def test_small_table_can_be_given() -> None:
    table = Wordings(
        same=["甲 乙"], topics=["丙: 丁"], patterns={}, lookalikes=[], fixed=[], agents="", actions="", generic=""
    )
    assert (table.same("甲"), table.related("丙"), table.knows("丁")) == (["乙"], ["丁"], False)
