"""A prompt takes exactly its variables, and what is put in is never read as a template again."""

import re
from pathlib import Path

import pytest

import prompts
from corpus.errors import PromptError
from prompts import render

SHIPPED = sorted(path.stem for path in Path(prompts.__file__).parent.glob("*.txt"))


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Prompts of the test's own."""
    monkeypatch.setattr(prompts, "_FOLDER", tmp_path)
    (tmp_path / "two.txt").write_text("甲：{{first}}\n乙：{{second}} {{first}}\n", encoding="utf-8")
    return tmp_path


@pytest.mark.usefixtures("folder")
def test_each_place_of_a_variable_is_filled() -> None:
    assert render("two", first="1", second="2") == "甲：1\n乙：2 1"


@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize("given", [{}, {"first": "1"}, {"first": "1", "second": "2", "third": "3"}, {"First": "1"}])
def test_missing_and_unknown_variables_are_errors(given: dict[str, str]) -> None:
    with pytest.raises(PromptError, match="two") as caught:
        render("two", **given)
    assert all(name in str(caught.value) for name in {"first", "second"} ^ given.keys())


@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize(
    "value", ["{{second}}", "{{first}}", "{first}", "{x.__class__}", r"\1 \g<0>", "$x", '{"lc": 1}']
)
def test_value_is_put_in_as_it_is(value: str) -> None:
    assert render("two", first=value, second="S") == f"甲：{value}\n乙：S {value}"


@pytest.mark.usefixtures("folder")
def test_prompt_that_is_not_there_is_named() -> None:
    with pytest.raises(PromptError, match="three"):
        render("three")


def test_some_prompt_is_shipped() -> None:
    assert "answer" in SHIPPED


@pytest.mark.parametrize("name", SHIPPED)
def test_every_shipped_prompt_renders(name: str) -> None:
    template = (Path(prompts.__file__).parent / f"{name}.txt").read_text(encoding="utf-8")
    variables = set(re.findall(r"\{\{(\w+)\}\}", template))
    values = {variable: f"<{number}>" for number, variable in enumerate(sorted(variables))}
    rendered = render(name, **values)
    assert all(value in rendered for value in values.values())
    assert "{{" not in rendered
    assert "}}" not in rendered


def test_answer_prompt_encloses_the_evidence_and_nothing_else() -> None:
    rendered = render("answer", delimiter="==标记==", evidence="[1] 证据", question="问题？")
    before, mark, evidence, end, after = re.split("(^==标记==$)", rendered, flags=re.MULTILINE)
    assert (mark, evidence.strip(), end) == ("==标记==", "[1] 证据", "==标记==")
    assert "证据" not in before + after
    assert after.strip() == "问题：问题？"
