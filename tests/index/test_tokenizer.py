"""Words and bigrams are the same for whatever way a text is written, and on whatever machine it is cut."""

import marshal
import os
import subprocess
import sys
import tempfile
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from corpus import Document
from index.tokenizer import WordTokenizer, character_bigrams, quoted_terms, search_form, word_classes

ROOT = Path(__file__).parents[2]
TEXT = "全面推行“田长制”，实施“五改三提”工程，稳住农业发展基础。"
ANY_TEXT = st.text(st.characters(exclude_categories=()), max_size=60)


@pytest.fixture(scope="module")
def tokenizer(bundled: Document) -> WordTokenizer:
    return WordTokenizer(quoted_terms(bundled.text))


@pytest.mark.parametrize(
    ("written", "searched"),
    [
        ("農業發展", "农业发展"),
        ("鄉村振興戰略", "乡村振兴战略"),
        ("５Ｇ基站", "5g基站"),
        ("GDP", "gdp"),
        ("（一）ＡＢＣ", "(一)abc"),
        ("㎡", "m2"),
        ("", ""),
    ],
)
def test_search_form_is_simplified_half_width_lower_case(written: str, searched: str) -> None:
    assert search_form(written) == searched


@given(st.text(st.characters(min_codepoint=0x4E00, max_codepoint=0x9FA5), max_size=20))
def test_search_form_of_chinese_is_stable(text: str) -> None:
    assert search_form(search_form(text)) == search_form(text)


def test_quoted_terms_are_found_and_masked_ones_left_out() -> None:
    text = "推行“田長制”和「５Ｇ改造」，“*工程”“三带、六品”“一”“十四五”规划"
    assert quoted_terms(text) == {"田长制", "5g改造", "十四五"}


@pytest.mark.parametrize("term", ["田长制", "五改三提", "十百千", "两个毫不动摇"])
def test_quoted_terms_of_the_document_are_kept_whole(tokenizer: WordTokenizer, term: str) -> None:
    assert term in tokenizer(f"什么是{term}")
    assert term in tokenizer(f"“{term}”")


def test_without_the_documents_terms_they_are_not_words() -> None:
    assert "五改三提" not in WordTokenizer()(TEXT)


def test_long_words_are_cut_into_their_parts_too(tokenizer: WordTokenizer) -> None:
    words = tokenizer("乡村振兴战略")
    assert {"乡村", "振兴", "战略"} <= set(words)


def test_words_hold_no_punctuation(tokenizer: WordTokenizer) -> None:
    assert tokenizer("，。！“”（）*—— ___ \n\t…") == []


def test_traditional_characters_give_the_same_words(tokenizer: WordTokenizer) -> None:
    assert tokenizer("穩住農業發展基礎") == tokenizer("稳住农业发展基础")


def test_terms_of_one_tokenizer_are_unknown_to_another() -> None:
    WordTokenizer(["稳住农业"])
    assert "稳住农业" not in WordTokenizer()("稳住农业")


def test_the_order_of_terms_does_not_matter() -> None:
    terms = ["五改三提", "五改", "改三提", "三提"]
    assert WordTokenizer(terms)(TEXT) == WordTokenizer(reversed(terms))(TEXT)


@settings(deadline=None, max_examples=200)
@given(ANY_TEXT)
@example("\ud800")
@example("农\x00业")
@example("İ\u0307ﷺ𠮷")
def test_no_text_makes_the_tokenizers_fail(tokenizer: WordTokenizer, text: str) -> None:
    form = search_form(text)
    form.encode()
    assert all(token and token in form for token in [*tokenizer(text), *character_bigrams(text)])
    quoted_terms(text)


@settings(deadline=None)
@given(st.lists(st.text("农业水库5g", min_size=1, max_size=5), min_size=1, max_size=5))
def test_bigrams_do_not_cross_punctuation(runs: list[str]) -> None:
    expected = ["".join(pair) for run in runs for pair in (pairwise(run) if len(run) > 1 else [run])]
    for mark in ("，", "。\n", " ", "*", "_", "“”"):
        assert character_bigrams(mark.join(runs)) == expected


def test_a_lone_character_is_its_own_bigram() -> None:
    assert character_bigrams("农，业务") == ["农", "业务"]


SEGMENT = """
import sys, jieba
from index.tokenizer import WordTokenizer
print("/".join(WordTokenizer()(sys.argv[1])))
print("/".join(jieba.cut(sys.argv[1])))
"""


def test_a_poisoned_cache_in_the_temp_folder_changes_nothing(tmp_path: Path) -> None:
    """Jieba by itself reads a marshalled dictionary from there, whoever wrote it."""
    text = "稳住农业发展基础"
    poison = marshal.dumps(({text[:end]: 10**9 if end == len(text) else 0 for end in range(1, len(text) + 1)}, 10**9))
    (tmp_path / "jieba.cache").write_bytes(poison)
    environment = {**os.environ, "TMPDIR": str(tmp_path), "PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "utf-8"}
    found = subprocess.run(  # noqa: S603 - our own code
        [sys.executable, "-c", SEGMENT, text], env=environment, capture_output=True, check=True, encoding="utf-8"
    )
    ours, jieba_alone = found.stdout.split()
    assert ours == "/".join(WordTokenizer()(text))
    assert jieba_alone == text, "the poison is one"


def test_no_cache_is_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    WordTokenizer(["五改三提"])(TEXT)
    assert list(tmp_path.iterdir()) == []


@given(ANY_TEXT)
def test_words_that_were_cut_are_the_text(tokenizer: WordTokenizer, text: str) -> None:
    assert "".join(tokenizer.cut(text)) == text


def test_commoner_words_cost_less_and_strangers_have_no_cost(tokenizer: WordTokenizer) -> None:
    common, rare = tokenizer.cost("发展"), tokenizer.cost("省外")
    assert common is not None
    assert rare is not None
    assert 0 < common < rare < tokenizer.unknown_cost
    assert tokenizer.cost("元宇宙币") is None


def test_words_have_their_class() -> None:
    assert (word_classes()["五通桥"], word_classes()["医院"], word_classes()["推进"]) == ("ns", "n", "v")
