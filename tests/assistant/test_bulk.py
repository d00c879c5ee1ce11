"""The bulk door answers every good line in order, in the promised format, and names each bad one by its number."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from assistant.answer import Answer
from assistant.assistant import Assistant
from assistant.bulk import SCHEMA_FILE, BadLine, answer_lines, read_lines
from assistant.question import read_question
from corpus.errors import ChatModelError, PolicyAssistantError

SCHEMA = json.loads(SCHEMA_FILE.read_text(encoding="utf-8"))
ANSWERS = Draft202012Validator(SCHEMA)
QUESTIONS = Draft202012Validator({**SCHEMA, "$ref": "#/$defs/question"})
GOOD = b'{"id": "good", "question": "\xe7\xac\xac\xe5\x8d\x81\xe4\xba\x8c\xe6\x9d\xa1"}'


class Echo:
    """Answers any question that can be read; keeps what it was asked."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, Any]] = []

    def ask(self, question: str, history: Any = None) -> Answer:  # noqa: ANN401 - as the door itself
        read = read_question(question, history)
        self.asked.append((question, history))
        return Answer(read.text, read.standalone, "好。")


def line(**values: object) -> bytes:
    return json.dumps(values, ensure_ascii=False).encode()


def run(assistant: Any, *lines: bytes) -> list[dict[str, Any] | BadLine]:  # noqa: ANN401 - Assistant or a double
    results = list(answer_lines(assistant, list(lines)))
    for result in results:
        if isinstance(result, dict):
            ANSWERS.validate(json.loads(json.dumps(result, ensure_ascii=False).encode()))
        else:
            assert result.reason.endswith("。")
            assert "\n" not in result.reason
    return results


def test_schema_is_a_valid_schema_of_2020_12() -> None:
    assert SCHEMA["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    Draft202012Validator.check_schema(SCHEMA)


def test_answers_of_every_kind_keep_the_format(assistant: Assistant) -> None:
    questions = [
        line(id="目标", question="农业方面有哪些目标？"),
        line(id=2, question="第十二条"),
        line(id="", question="第三十条"),
        line(id=-4, question="一共多少条"),
        line(id="😀", question="asdfghjkl"),
        line(
            id="follow-up",
            question="那工业呢？",
            history=[{"role": "user", "content": "农业方面有哪些目标？"}, {"role": "assistant", "content": "……"}],
        ),
        line(id=10**30, question="怎样扩大消费？", history=None),
    ]
    for question in questions:
        QUESTIONS.validate(json.loads(question))
    results = run(assistant, *questions)
    assert [result["id"] for result in results] == [json.loads(question)["id"] for question in questions]
    text = assistant.documents[0].document.text
    for result in results:
        for citation in result["citations"]:
            assert text[citation["start"] : citation["end"]] == citation["quote"]
            assert citation["quote"] in result["answer"]
        assert result["refused"] == (result["refusal_reason"] is not None)
    assert results[2]["refusal_reason"] == "没有这一条款"
    assert results[1]["citations"][0]["clause_id"] == "2023年经济工作要点:四/（十二）"


BAD: dict[str, bytes] = {
    "not JSON": b"nonsense",
    "half an object": b'{"id": 1, "question": "a"',
    "two objects": b'{"id": 1, "question": "a"} {"id": 2, "question": "b"}',
    "a list": b'["id", "question"]',
    "a string": b'"question"',
    "null": b"null",
    "a number": b"7",
    "no id": b'{"question": "a"}',
    "no question": b'{"id": 1}',
    "empty object": b"{}",
    "id null": b'{"id": null, "question": "a"}',
    "id bool": b'{"id": true, "question": "a"}',
    "id fraction": b'{"id": 1.5, "question": "a"}',
    "id NaN": b'{"id": NaN, "question": "a"}',
    "id list": b'{"id": [1], "question": "a"}',
    "id lone surrogate": b'{"id": "\\ud800", "question": "a"}',
    "question null": b'{"id": 1, "question": null}',
    "question number": b'{"id": 1, "question": 5}',
    "question list": b'{"id": 1, "question": ["a"]}',
    "question empty": b'{"id": 1, "question": ""}',
    "question blank": b'{"id": 1, "question": " \\n\\u3000"}',
    "question NUL only": b'{"id": 1, "question": "\\u0000"}',
    "question too long": line(id=1, question="甲" * 10_000),
    "invalid UTF-8": b'{"id": 1, "question": "\xff\xfe"}',
    "UTF-16": '{"id": 1, "question": "a"}'.encode("utf-16-le"),
    "raw NUL": b'{"id": 1, "question": "a\x00"}',
    "deep nesting": b'{"id": 1, "question": ' + b"[" * 100_000 + b"]" * 100_000 + b"}",
    "huge integer": b'{"id": ' + b"9" * 10_000 + b', "question": "a"}',
    "history string": b'{"id": 1, "question": "a", "history": "b"}',
    "history empty string": b'{"id": 1, "question": "a", "history": ""}',
    "history zero": b'{"id": 1, "question": "a", "history": 0}',
    "history false": b'{"id": 1, "question": "a", "history": false}',
    "history object": b'{"id": 1, "question": "a", "history": {}}',
    "history of numbers": b'{"id": 1, "question": "a", "history": [1]}',
    "history of nulls": b'{"id": 1, "question": "a", "history": [null]}',
    "history without content": b'{"id": 1, "question": "a", "history": [{"role": "user"}]}',
    "history without role": b'{"id": 1, "question": "a", "history": [{"content": "b"}]}',
    "history of another role": b'{"id": 1, "question": "a", "history": [{"role": "x", "content": "b"}]}',
    "history with content list": b'{"id": 1, "question": "a", "history": [{"role": "assistant", "content": []}]}',
}


@pytest.mark.parametrize("kind", BAD)
def test_bad_line_is_named_and_its_neighbours_are_answered(kind: str) -> None:
    results = run(Echo(), GOOD, b"", BAD[kind], GOOD)
    assert [type(result) for result in results] == [dict, BadLine, dict]
    assert isinstance(results[1], BadLine)
    assert results[1].number == 3


@pytest.mark.parametrize("kind", [kind for kind in BAD if "NaN" not in kind])
def test_schema_refuses_the_bad_lines_too(kind: str) -> None:
    try:
        value = json.loads(BAD[kind].decode())
    except (ValueError, RecursionError):
        return
    if kind not in {"question blank", "question NUL only", "id lone surrogate"}:  # beyond a schema's reach
        assert not QUESTIONS.is_valid(value)


def test_error_of_the_model_spoils_one_line_only() -> None:
    class Moody(Echo):
        def ask(self, question: str, history: Any = None) -> Answer:  # noqa: ANN401
            if "故障" in question:
                raise ChatModelError("大模型没有应答，请稍后重试。")
            return super().ask(question, history)

    results = run(Moody(), GOOD, line(id=1, question="故障"), GOOD)
    assert results[1] == BadLine(2, "大模型没有应答，请稍后重试。")


@pytest.mark.parametrize("blank", [b"", b"  ", b"\t", b"\x0b\x0c"])
def test_blank_line_is_skipped_but_counted(blank: bytes) -> None:
    results = run(Echo(), blank, GOOD, blank, b"x")
    assert [result.number for result in results if isinstance(result, BadLine)] == [4]
    assert len(results) == 2


def test_extra_keys_are_ignored() -> None:
    echo = Echo()
    (result,) = run(echo, line(id=1, question="农业", elapsed_ms=-1, refused="?", model={"a": 1}))
    assert isinstance(result, dict)
    assert set(result) == set(SCHEMA["$defs"]["answer"]["required"])
    assert echo.asked == [("农业", None)]


def test_last_of_doubled_keys_counts_and_ids_may_repeat() -> None:
    results = run(Echo(), b'{"id": 1, "id": 2, "question": "a"}', b'{"id": 2, "question": "b"}')
    assert [result["id"] for result in results if isinstance(result, dict)] == [2, 2]


@pytest.mark.parametrize("ending", [b"\n", b"\r\n", b"\r"])
@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
@pytest.mark.parametrize("last", [True, False])
def test_line_endings_and_byte_order_mark_do_not_matter(tmp_path: Path, ending: bytes, mark: bytes, last: bool) -> None:
    path = tmp_path / "questions.jsonl"
    path.write_bytes(mark + GOOD + ending + GOOD + ending * last)
    assert read_lines(path) == [GOOD, GOOD]


@pytest.mark.parametrize("separator", ["\u2028", "\u2029", "\x85", "\x0b", "\x0c", "\x1c", "\x1e"])
def test_unicode_separator_inside_a_string_ends_no_line(tmp_path: Path, separator: str) -> None:
    path = tmp_path / "questions.jsonl"
    path.write_bytes(f'{{"id": "a{json.dumps(separator)[1:-1]}", "question": "农业"}}\n'.encode())
    assert len(read_lines(path)) == 1
    path.write_bytes(f'{{"id": 1, "question": "农{separator}业"}}\n'.encode())
    assert len(read_lines(path)) == 1


@pytest.mark.parametrize("make", [lambda path: None, lambda path: path.mkdir()])
def test_file_that_cannot_be_read_is_named_without_its_folder(tmp_path: Path, make: Any) -> None:  # noqa: ANN401
    path = tmp_path / "questions.jsonl"
    make(path)
    with pytest.raises(PolicyAssistantError, match=r"questions\.jsonl") as caught:
        read_lines(path)
    assert str(tmp_path) not in str(caught.value)


@settings(max_examples=200, deadline=None)
@given(st.lists(st.binary(max_size=80) | st.builds(line, id=st.text(), question=st.text()), max_size=4))
def test_any_bytes_give_a_result_for_each_line_that_is_not_blank(lines: list[bytes]) -> None:
    assert len(run(Echo(), *lines)) == sum(bool(each.strip()) for each in lines)
