"""A `*` hides something, unless it is the reference mark of a footnote."""

from collections.abc import Callable

import pytest

from assistant.masks import is_masked
from corpus import ParsedDocument, Span

Parsed = Callable[..., ParsedDocument]


@pytest.mark.parametrize(
    "sentence",
    [
        "新建水库*座。",
        "*县供水管网改造。",
        "达标率稳定在*.*%以上。",
        "推广“*”办学模式。",
        "税收*",
        "新增学位*万个，新建校舍*处。",
        "推进**工程。",
    ],
)
def test_hidden_figure_name_or_slogan_is_a_mask(parsed: Parsed, sentence: str) -> None:
    document = parsed("办法", f"一、总则。{sentence}").document
    start = document.text.index(sentence)
    assert is_masked(document, Span(start, start + len(sentence)))


def test_sentence_without_a_mark_hides_nothing(parsed: Parsed) -> None:
    document = parsed("办法", "一、供水。水价按成本核定。新建水库*座。").document
    start = document.text.index("水价")
    assert not is_masked(document, Span(start, start + len("水价按成本核定。")))


def test_range_ends_where_it_says(parsed: Parsed) -> None:
    document = parsed("办法", "一、供水。新建水库*座。").document
    position = document.text.index("*")
    assert not is_masked(document, Span(0, position))
    assert is_masked(document, Span(position, position + 1))
    assert not is_masked(document, Span(position + 1, len(document.text)))
    assert not is_masked(document, Span(position, position))


NOTED = ("办学办法", "一、减负。", "（一）课后服务。落实“双延时”*要求，减轻家长负担。", "*即延长托管和延长看护。")


def test_mark_of_a_footnote_is_no_mask(parsed: Parsed) -> None:
    document = parsed(*NOTED).document
    (note,) = document.footnotes
    assert document.text.count("*") == 2
    assert not is_masked(document, note.span)
    assert not is_masked(document, Span(0, len(document.text)))


def test_mask_beside_a_mark_of_a_footnote_is_seen(parsed: Parsed) -> None:
    lines = [line.replace("要求", "要求，覆盖*所学校").replace("看护", "*小时看护") for line in NOTED]
    document = parsed(*lines).document
    (note,) = document.footnotes
    assert is_masked(document, Span(0, note.mark.end + 8))
    assert is_masked(document, note.span)


def test_bundled_footnotes_are_told_from_masks(bundled: ParsedDocument) -> None:
    first, second = bundled.document.footnotes
    assert not is_masked(bundled.document, first.span)
    assert is_masked(bundled.document, second.span)
    assert not is_masked(bundled.document, first.mark)
