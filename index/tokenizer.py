"""The form in which text is searched, and its tokens. What is shown and cited never passes through here."""

import math
import re
import unicodedata
from collections.abc import Iterable, Mapping
from functools import cache

import jieba
from jieba.posseg import POSTokenizer
from opencc import OpenCC

_WORD = re.compile(r"[^\W_]")
_LATIN = re.compile(r"[0-9]+|[a-z]+")
_SEPARATOR = re.compile(r"[\W_]+")
_QUOTED = re.compile(r"[“「]([^“”「」]{2,12})[”」]")


@cache
def _to_simplified() -> OpenCC:
    return OpenCC("t2s")


def search_form(text: str) -> str:
    """Simplified characters, NFKC, lower case: `農業５Ｇ` as `农业5g`; a lone surrogate becomes `?`."""
    encodable = text.encode(errors="replace").decode()
    simplified: str = _to_simplified().convert(unicodedata.normalize("NFKC", encodable))
    return simplified.lower()


def quoted_terms(text: str) -> set[str]:
    """The terms that a document sets in quotation marks, in search form, masked ones left out."""
    return {term for quote in _QUOTED.findall(text) if _SEPARATOR.search(term := search_form(quote)) is None}


def latin_words(text: str) -> set[str]:
    """The numbers and Latin words of `text`, in search form: `{"2023", "gdp"}`."""
    return set(_LATIN.findall(search_form(text)))


def tagged_words(text: str) -> list[tuple[str, str]]:
    """The words of a text with jieba's tags: `[("粮食", "n"), ("产量", "n")]`; joined, the words are the text."""
    return [(pair.word, pair.flag) for pair in _tagger().cut(text)]


@cache
def _tagger() -> POSTokenizer:
    return POSTokenizer(_jieba())


@cache
def _dictionary() -> tuple[dict[str, int], int]:
    """The counts of the usual dictionary's words and their sum, read once, without a cache on disk."""
    found: tuple[dict[str, int], int] = jieba.Tokenizer.gen_pfdict(jieba.Tokenizer().get_dict_file())
    return found


def _jieba() -> jieba.Tokenizer:
    """A tokenizer with the usual dictionary, to which words can be added."""
    tokenizer = jieba.Tokenizer()
    counts, tokenizer.total = _dictionary()
    tokenizer.FREQ = counts.copy()
    tokenizer.initialized = True
    return tokenizer


class WordTokenizer:
    """jieba's search mode with the documents' own terms. Uses no cache on disk."""

    def __init__(self, terms: Iterable[str] = ()) -> None:
        """`terms`, in search form, are kept whole."""
        self._jieba = _jieba()
        for term in sorted(terms):
            self._jieba.add_word(term)

    def __call__(self, text: str) -> list[str]:
        """The words of `text` in order; long words also in their parts, punctuation left out."""
        return [token for token in self._jieba.cut_for_search(search_form(text)) if _WORD.search(token)]

    def cut(self, text: str) -> list[str]:
        """The words of a text in search form; joined they are the text. Unknown words are not guessed."""
        return list(self._jieba.cut(text, HMM=False))

    def cost(self, word: str) -> float | None:
        """-log of the share of the word among all words of jieba's corpus, > 0; None if the dictionary lacks it."""
        count = self._jieba.FREQ.get(word, 0)
        return math.log(self._jieba.total / count) if count else None

    @property
    def unknown_cost(self) -> float:
        """The cost of a character that the dictionary lacks: that of the rarest word."""
        return math.log(self._jieba.total)


@cache
def word_classes() -> Mapping[str, str]:
    """The class of each word of jieba's dictionary: `n…` nouns, `v…` verbs, `ns` places, `nr…` persons."""
    with jieba.Tokenizer().get_dict_file() as file:
        rows = (line.decode().split() for line in file)
        return {word: kind for word, _, kind in rows}


def character_bigrams(text: str) -> list[str]:
    """Overlapping pairs of characters, not across punctuation; a lone character is kept as it is."""
    runs = [run for run in _SEPARATOR.split(search_form(text)) if run]
    return [run[start : start + 2] for run in runs for start in range(max(1, len(run) - 1))]
