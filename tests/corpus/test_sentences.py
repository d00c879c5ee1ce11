"""Sentences are slices of the text: they end at 。！？； outside brackets and quotation marks, or with the line."""

import pytest

from corpus.sentences import sentence_spans
from corpus.span import Span


def sentences(text: str) -> list[str]:
    return [span.of(text) for span in sentence_spans(text, Span(0, len(text)))]


def test_a_sentence_keeps_its_own_mark() -> None:
    assert sentences("甲。乙！丙？丁；戊") == ["甲。", "乙！", "丙？", "丁；", "戊"]


def test_marks_in_a_row_stay_together() -> None:
    assert sentences("甲？！乙。。") == ["甲？！", "乙。。"]


@pytest.mark.parametrize(
    "sentence",
    ["坚持“稳中求进。量质并举。”方针。", "甲（乙。丙；丁）戊。", "甲《乙！丙》丁。", "甲『乙；「丙。」』丁。"],
)
def test_brackets_and_quotation_marks_hold_a_sentence_together(sentence: str) -> None:
    assert sentences(f"{sentence}后。") == [sentence, "后。"]


def test_brackets_that_do_not_pair_do_not_swallow_the_line() -> None:
    assert sentences("甲（乙。丙。丁") == ["甲（乙。", "丙。", "丁"]
    assert sentences("1）甲。2）乙。") == ["1）甲。", "2）乙。"]


def test_brackets_that_do_not_pair_harm_only_their_line() -> None:
    assert sentences("甲（乙。丙。\n丁（戊。己）庚。") == ["甲（乙。", "丙。", "丁（戊。己）庚。"]


def test_a_line_ends_a_sentence() -> None:
    assert sentences("甲\n乙。\n\n  丙") == ["甲", "乙。", "丙"]


def test_white_space_at_the_ends_is_left_out() -> None:
    assert sentences("\u3000\u3000甲。 乙。\u3000") == ["甲。", "乙。"]


def test_hidden_figures_decimals_and_western_stops_end_nothing() -> None:
    assert sentences("控制在*.*%以内，增长3.5%，参见a.b.c。") == ["控制在*.*%以内，增长3.5%，参见a.b.c。"]


def test_only_the_span_is_cut() -> None:
    text = "甲。乙。丙。"
    assert [span.of(text) for span in sentence_spans(text, Span(2, 4))] == ["乙。"]


@pytest.mark.parametrize("text", ["", " ", "\n\n", "\u3000\n"])
def test_white_space_holds_no_sentence(text: str) -> None:
    assert sentences(text) == []
