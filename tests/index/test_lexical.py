"""`BM25Index` computes the variant that it names, and is the same after a round trip through its files."""

import json
import pickle
from collections.abc import Sequence
from io import BytesIO
from math import log
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus.errors import IndexDamagedError
from index.lexical import BM25Index

K1, B = 1.2, 0.75
WORDS = ("农业", "工业", "水库", "5g", "a")
words = st.lists(st.sampled_from(WORDS), max_size=12)
collections = st.lists(words, min_size=1, max_size=6).filter(any)


def lucene_bm25(passages: Sequence[Sequence[str]], query: Sequence[str]) -> list[float]:
    """Lucene's BM25 as Kamphuis et al. (ECIR 2020) write it, without its rounding of lengths."""
    average = sum(map(len, passages)) / len(passages)

    def part(passage: Sequence[str], word: str) -> float:
        with_word = sum(word in other for other in passages)
        frequency = passage.count(word)
        idf = log(1 + (len(passages) - with_word + 0.5) / (with_word + 0.5))
        return idf * frequency / (frequency + K1 * (1 - B + B * len(passage) / average))

    return [sum(part(passage, word) for word in set(query)) for passage in passages]


@settings(deadline=None)
@given(collections, words)
def test_scores_are_those_of_the_formula(passages: list[list[str]], query: list[str]) -> None:
    index = BM25Index.build(passages)
    scores = index.scores(query)
    assert (scores.dtype, scores.shape, len(index)) == (np.float32, (len(passages),), len(passages))
    np.testing.assert_allclose(scores, lucene_bm25(passages, query), atol=1e-5)
    assert (scores >= 0).all()


@pytest.mark.parametrize("query", [[], ["未见"], ["", "未见", "另一个"]])
def test_unknown_words_score_nothing(query: list[str]) -> None:
    assert BM25Index.build([["农业"], []]).scores(query).tolist() == [0, 0]


def test_an_unknown_word_does_not_change_the_score_of_a_known_one() -> None:
    index = BM25Index.build([["农业", "水库"], ["水库"]])
    assert index.scores(["农业", "未见", ""]).tolist() == index.scores(["农业"]).tolist()


def test_a_word_asked_twice_counts_once() -> None:
    index = BM25Index.build([["农业", "水库"], ["水库"]])
    assert index.scores(["农业", "农业"]).tolist() == index.scores(["农业"]).tolist()


@pytest.fixture
def saved(tmp_path: Path) -> Path:
    folder = tmp_path / "words"
    folder.mkdir()
    BM25Index.build([["农业", "水库"], [], ["水库", "水库", "5g"]]).save(folder)
    return folder


def test_a_loaded_index_gives_the_same_scores(saved: Path) -> None:
    built = BM25Index.build([["农业", "水库"], [], ["水库", "水库", "5g"]])
    loaded = BM25Index.load(saved)
    assert len(loaded) == len(built) == 3
    for query in (["农业"], ["水库", "5g"], ["", "未见"], []):
        assert loaded.scores(query).tolist() == built.scores(query).tolist()


def test_the_files_are_plain_arrays_and_json(saved: Path) -> None:
    for path in saved.iterdir():
        if path.suffix == ".npy":
            assert np.load(path, allow_pickle=False).dtype.kind in "if"
        else:
            assert path.suffix == ".json"
            json.loads(path.read_text(encoding="utf-8"))


class Canary:
    """Unpickled, it makes a file."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self) -> tuple[object, tuple[Path]]:
        """What unpickling calls."""
        return Path.touch, (self.path,)


def pickled_array(canary: Canary) -> bytes:
    buffer = BytesIO()
    np.save(buffer, np.array([canary], dtype=object), allow_pickle=True)
    return buffer.getvalue()


def test_no_file_is_unpickled(saved: Path, tmp_path: Path) -> None:
    canary = Canary(tmp_path / "canary")
    for path in sorted(saved.iterdir()):
        whole = path.read_bytes()
        for evil in (pickle.dumps(canary), pickled_array(canary)):
            path.write_bytes(evil)
            with pytest.raises(IndexDamagedError):
                BM25Index.load(saved)
        path.write_bytes(whole)
    assert not canary.path.exists()
    assert len(BM25Index.load(saved)) == 3


@pytest.mark.parametrize("junk", [b"", b"junk", b"\xff\xfe", b"null", b'"x"', b"[]", b"[" * 100_000])
def test_a_file_that_cannot_be_read_is_a_damaged_index(saved: Path, junk: bytes) -> None:
    for path in sorted(saved.iterdir()):
        whole = path.read_bytes()
        path.write_bytes(junk)
        with pytest.raises(IndexDamagedError, match="policy-assistant index build"):
            BM25Index.load(saved)
        path.unlink()
        with pytest.raises(IndexDamagedError, match="policy-assistant index build"):
            BM25Index.load(saved)
        path.write_bytes(whole)
