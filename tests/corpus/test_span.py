"""A span is a half-open range that can be asked for its text, its length and its neighbours."""

import pytest

from corpus.span import Span, trimmed


def test_span_is_half_open() -> None:
    assert Span(1, 3).of("甲乙丙丁") == "乙丙"
    assert len(Span(1, 3)) == 2


def test_offsets_count_code_points_not_bytes_or_utf16_units() -> None:
    assert Span(1, 2).of("𠮷甲") == "甲"


@pytest.mark.parametrize(("start", "end"), [(3, 2), (-1, 2), (-2, -1)])
def test_a_range_that_runs_backwards_or_begins_before_the_text_is_rejected(start: int, end: int) -> None:
    with pytest.raises(ValueError, match="not a span"):
        Span(start, end)


def test_a_span_contains_itself_and_what_lies_inside() -> None:
    assert Span(2, 5).contains(Span(2, 5))
    assert Span(2, 5).contains(Span(3, 4))
    assert not Span(2, 5).contains(Span(1, 4))
    assert not Span(2, 5).contains(Span(4, 6))


def test_neighbours_do_not_overlap() -> None:
    assert not Span(0, 2).overlaps(Span(2, 4))
    assert not Span(2, 4).overlaps(Span(0, 2))
    assert Span(0, 3).overlaps(Span(2, 4))


def test_spans_sort_by_start_then_end() -> None:
    assert sorted([Span(2, 3), Span(0, 9), Span(0, 1)]) == [Span(0, 1), Span(0, 9), Span(2, 3)]


def test_a_span_cannot_be_altered() -> None:
    with pytest.raises(AttributeError):
        Span(0, 1).start = 5  # type: ignore[misc]


def test_trimmed_leaves_out_ascii_and_ideographic_space() -> None:
    text = " \u3000\t甲 乙\u3000\n"
    assert trimmed(text, 0, len(text)).of(text) == "甲 乙"


def test_trimmed_white_space_is_empty() -> None:
    assert len(trimmed(" \u3000 ", 0, 3)) == 0
