"""What a sentence bears out, and what it does not; how much of either is kept is measured by `eval.claims`."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.support import Figure, agrees, checker, figures, weights
from eval.claims import load_claims
from index.embedder import BundledEmbedder

ROADS = "村道由沿线各村分段养护，每季度至少巡查一次，养护经费不超过30万元，2025年底前完成硬化。"


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("不超过30分钟", [Figure("30", "分钟", "≤")]),
        ("30分钟以内", [Figure("30", "分钟", "≤")]),
        ("最多30分钟", [Figure("30", "分钟", "≤")]),
        ("不少于三十分钟", [Figure("30", "分钟", "≥")]),
        ("超过5亿元", [Figure("5", "亿元", ">")]),
        ("5万", [Figure("5", "万", "")]),
        ("1,200户左右", [Figure("1200", "户", "约")]),
        ("12.5%以上", [Figure("12.5", "%", "≥")]),
        ("2025年6月底前", [Figure("2025", "年", ""), Figure("6", "月", "到")]),
        ("到2025年", [Figure("2025", "年", "到")]),
        ("从2025年起", [Figure("2025", "年", "从")]),
        ("*亿斤以上", [Figure("*", "亿斤", "≥")]),
        ("一条龙服务", [Figure("1", "条", "")]),
        ("进一步加强", []),
    ],
)
def test_figures_are_read_with_unit_and_bound(text: str, meant: list[Figure]) -> None:
    assert list(figures(text)) == meant


@pytest.mark.parametrize(
    "claim",
    [
        ROADS,
        "村道由沿线各村分段养护。",
        "每季度至少巡查一次，养护经费不超过30万元。",
        "养护经费最多30万元。",
        "2025年底之前完成硬化。",
        "由沿线各村分段养护村道。",
    ],
)
def test_what_the_sentence_says_is_borne_out(claim: str) -> None:
    assert agrees(claim, [ROADS])


@pytest.mark.parametrize(
    ("fault", "claim"),
    [
        ("bound turned", "养护经费不少于30万元。"),
        ("bound dropped", "养护经费30万元。"),
        ("unit", "养护经费不超过30亿元。"),
        ("deadline made a start", "2025年起完成硬化。"),
        ("duty added", "村道应当由沿线各村分段养护。"),
        ("permission added", "村道可以由沿线各村分段养护。"),
        ("made general", "所有村道都由沿线各村分段养护。"),
        ("denied", "村道不由沿线各村分段养护。"),
        ("other body", "村道由沿线乡镇分段养护。"),
        ("added", "村道由沿线各村分段养护，费用由县财政承担。"),
    ],
)
def test_what_it_does_not_say_is_not(fault: str, claim: str) -> None:
    assert not agrees(claim, [ROADS]), fault


@pytest.mark.parametrize(
    ("sentence", "claim"),
    [
        ("鼓励各村设立公益岗位。", "各村设立公益岗位。"),
        ("原则上每年修订一次目录。", "每年修订一次目录。"),
        ("力争新建水库12座。", "新建水库12座。"),
        ("符合条件的村可以申请补助。", "村可以申请补助。"),
        ("不得擅自改变村道用途。", "擅自改变村道用途。"),
        ("逾期不改正的，可以处一万元以下罚款。", "逾期不改正的，处一万元以下罚款。"),
    ],
)
def test_no_word_of_weight_may_be_dropped(sentence: str, claim: str) -> None:
    assert weights(sentence) != weights(claim)
    assert not agrees(claim, [sentence])
    assert agrees(sentence, [sentence])


def test_evidence_that_is_not_there_bears_out_nothing(embedder: BundledEmbedder) -> None:
    bears_out = checker(embedder)
    assert not bears_out("村道由沿线各村分段养护。", [])
    assert not bears_out("村道由沿线各村分段养护。", [""])
    assert bears_out(ROADS, [ROADS])


def test_every_sentence_bears_itself_out() -> None:
    for example in load_claims():
        for sentence in example.evidence:
            assert agrees(sentence, [sentence]), sentence


@given(st.text(max_size=60), st.lists(st.text(max_size=60), max_size=3))
def test_any_text_can_be_checked(claim: str, evidence: list[str]) -> None:
    assert agrees(claim, evidence) in (True, False)
