"""What counts as a question, and what is read from it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.question import MAX_HISTORY, MAX_LENGTH, read_question
from corpus.errors import QuestionError


@pytest.mark.parametrize("text", ["农业方面有哪些目标？", "1", "a", "½", "甲" * MAX_LENGTH, "a\u0301"])
def test_text_with_a_letter_or_digit_is_a_question(text: str) -> None:
    assert read_question(text).text


@pytest.mark.parametrize("text", ["", " \n\t　", "？！。", "*", "\x00", "\u200b\ufeff", "\ud800", "_", "——"])
def test_text_without_letter_or_digit_is_empty(text: str) -> None:
    with pytest.raises(QuestionError, match="空"):
        read_question(text)


@pytest.mark.parametrize("value", [None, 7, True, 1.5, b"bytes", ["甲"], {"text": "甲"}, object()])
def test_what_is_no_text_is_named(value: object) -> None:
    with pytest.raises(QuestionError, match="文字"):
        read_question(value)


@pytest.mark.parametrize("length", [MAX_LENGTH + 1, 10_000])
def test_too_long_a_question_is_told_its_length_and_the_limit(length: int) -> None:
    with pytest.raises(QuestionError, match=f"{length} 字.*{MAX_LENGTH} 字"):
        read_question("甲" * length)


def test_control_and_bidi_characters_and_lone_surrogates_are_dropped() -> None:
    assert read_question(" 农\x00业\u202e目\u200b标\ud800\x1b[31m ").text == "农业目标[31m"


def test_composed_and_decomposed_characters_are_one() -> None:
    assert read_question("cafe\u0301 在哪").text == "caf\u00e9 在哪"


def test_question_is_not_otherwise_altered() -> None:
    text = "<b>第１２條</b> {{question}} 农業＊目标？"
    assert read_question(text).text == text


@pytest.mark.parametrize(
    "question",
    [
        "农业有哪些目标",
        "粮食要达到什么水平？",
        "新增多少学位",
        "新培育几家企业",
        "農業有哪些目標",
        "how many schools",
        "CPI控制在百分之几",
    ],
)
def test_question_for_a_target_or_figure_is_known(question: str) -> None:
    assert read_question(question).asks_target


@pytest.mark.parametrize(
    "question", ["怎样扩大消费？", "谁负责安全生产？", "什么是“五进”？", "稳就业是第几条？", "在第几项里"]
)
def test_other_questions_ask_for_no_target(question: str) -> None:
    assert not read_question(question).asks_target


def test_place_in_the_document_is_no_figure() -> None:
    assert read_question("新建几处").asks_target
    assert not read_question("写在第几处").asks_target


def test_follow_up_is_read_with_what_was_asked_before() -> None:
    history = [{"role": "user", "content": "农业方面有哪些目标"}, {"role": "assistant", "content": "确保……"}]
    question = read_question("那工业呢？", history)
    assert (question.text, question.standalone, question.asks_target) == ("那工业呢？", "工业方面有哪些目标", True)


@pytest.mark.parametrize(
    "history", [None, [], (), [{"role": "assistant", "content": "您好"}], [{"role": "user", "content": " "}]]
)
def test_without_an_earlier_question_it_stands_alone(history: list[dict[str, str]] | None) -> None:
    assert read_question("那工业呢？", history).standalone == "那工业呢？"


@pytest.mark.parametrize(
    "history",
    [
        5,
        True,
        "农业",
        b"x",
        {"role": "user", "content": "农业"},
        {1, 2},
        [5],
        [None],
        ["农业"],
        [[]],
        [{}],
        [{"role": "user"}],
        [{"content": "农业"}],
        [{"role": "system", "content": "农业"}],
        [{"role": 1, "content": "农业"}],
        [{"role": ["user"], "content": "农业"}],
        [{"role": "user", "content": None}],
        [{"role": "user", "content": ["农业"]}],
        [{"role": "assistant", "content": 5}],
        [{"role": "user", "content": "农业有哪些目标"}, 5],
    ],
)
def test_history_of_another_shape_is_named(history: object) -> None:
    with pytest.raises(QuestionError, match=r"role.*content"):
        read_question("那工业呢？", history)  # type: ignore[arg-type]


def test_only_the_last_turns_of_a_long_history_count() -> None:
    turns = [{"role": "user", "content": f"第{number}次问农业有哪些目标"} for number in range(MAX_HISTORY * 20)]
    assert read_question("那工业呢？", turns).standalone == "工业有哪些目标"


def test_long_earlier_turn_is_cut() -> None:
    question = read_question("为什么？", [{"role": "user", "content": "甲" * 100_000}])
    assert len(question.standalone) <= 2 * MAX_LENGTH


@given(
    st.text(), st.lists(st.fixed_dictionaries({"role": st.sampled_from(["user", "assistant"]), "content": st.text()}))
)
def test_any_text_is_read_or_named(text: str, history: list[dict[str, str]]) -> None:
    try:
        question = read_question(text, history)
    except QuestionError:
        return
    assert question.text in question.standalone or "呢" in question.text
    question.standalone.encode()


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(),
        lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    )
)
def test_any_json_as_history_is_taken_or_named(history: object) -> None:
    try:
        read_question("农业有哪些目标", history)  # type: ignore[arg-type]
    except QuestionError as error:
        assert "对话记录" in str(error)
