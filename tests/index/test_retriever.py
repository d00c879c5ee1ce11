"""What is found is complete, ordered and the same: for any process, any number of threads, either script."""

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from opencc import OpenCC

from corpus import Document
from index.build import build_index
from index.embedder import Embedder, load_embedder
from index.retriever import JUDGED_WEIGHT, WEIGHTS, Hit, HybridRetriever
from index.search_index import SearchIndex, open_index
from index.tokenizer import search_form
from tests.index.fakes import DIMENSION, HashEmbedder, WordReranker

ROOT = Path(__file__).parents[2]
QUESTIONS = ("农业方面有哪些目标", "什么是田长制", "5G基站建设", "今天天气怎么样")


@pytest.fixture(scope="module")
def bundled_embedder() -> Embedder:
    return load_embedder()


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory, bundled: Document, bundled_embedder: Embedder) -> Path:
    """The one index of this module that the bundled model made."""
    path = tmp_path_factory.mktemp("bundled")
    build_index([bundled], path, bundled_embedder)
    return path


@pytest.fixture(scope="module")
def index(folder: Path, bundled_embedder: Embedder) -> SearchIndex:
    return open_index(folder, bundled_embedder)


@pytest.fixture(scope="module")
def retriever(index: SearchIndex, bundled_embedder: Embedder) -> HybridRetriever:
    return HybridRetriever(index, bundled_embedder)


class DeafEmbedder(HashEmbedder):
    """Every text is the same to it."""

    def embed_queries(self, texts: Sequence[str]) -> NDArray[np.float32]:
        vectors = np.zeros((len(texts), DIMENSION), dtype=np.float32)
        vectors[:, 0] = 1
        return vectors


@pytest.fixture(scope="module")
def deaf(tmp_path_factory: pytest.TempPathFactory, roads: Document, water: Document) -> HybridRetriever:
    folder = tmp_path_factory.mktemp("deaf")
    build_index([water, roads], folder, DeafEmbedder())
    return HybridRetriever(open_index(folder, DeafEmbedder()), DeafEmbedder())


def test_asked_in_its_own_words_every_clause_comes_first(index: SearchIndex, retriever: HybridRetriever) -> None:
    text = index.documents[0].document.text
    assert len(index.clauses) == 29
    for clause in index.clauses:
        sentence = max((span.of(text) for span in clause.sentences), key=len)
        assert retriever.search(sentence, 1)[0].clause.id == clause.id, sentence


@pytest.mark.parametrize("question", QUESTIONS)
def test_all_clauses_are_ranked_best_first_and_once(
    index: SearchIndex, retriever: HybridRetriever, question: str
) -> None:
    hits = retriever.search(question, 29)
    assert {hit.clause.id for hit in hits} == {clause.id for clause in index.clauses}
    scores = [hit.score for hit in hits]
    assert scores == sorted(scores, reverse=True)
    assert np.mean(scores) == pytest.approx(0, abs=1e-4), "0 is the average clause"


@pytest.mark.parametrize(("k", "count"), [(-3, 0), (0, 0), (1, 1), (28, 28), (29, 29), (30, 29), (10**9, 29)])
def test_no_more_hits_than_asked_for_or_there_are(retriever: HybridRetriever, k: int, count: int) -> None:
    hits = retriever.search(QUESTIONS[0], k)
    assert len(hits) == count
    assert hits == retriever.search(QUESTIONS[0], 29)[:count]


def test_equal_scores_come_in_the_order_of_the_documents(deaf: HybridRetriever) -> None:
    hits = deaf.search("无关", 9)
    assert {hit.score for hit in hits} == {0.0}
    assert [hit.clause.id for hit in hits] == [
        *("村道:一/（一）", "村道:一/（二）", "村道:二/（三）"),
        *("水库:第一条", "水库:第二条", "水库:第三条"),
    ]


def test_keywords_alone_decide_where_vectors_say_nothing(deaf: HybridRetriever) -> None:
    assert deaf.search("网箱养鱼", 1)[0].clause.id == "水库:第一条"


@pytest.mark.parametrize("question", ["", " ", "？！", "\n", "a" * 5000, "\ud800", "*"])
def test_no_question_makes_the_search_fail(deaf: HybridRetriever, question: str) -> None:
    assert len(deaf.search(question, 6)) == 6


@pytest.mark.parametrize("signal", list(WEIGHTS))
def test_each_signal_alone_finds_wording_of_the_text(
    index: SearchIndex, bundled_embedder: Embedder, signal: str
) -> None:
    clause = index.clauses[6]
    question = clause.sentences[0].of(index.documents[0].document.text)
    assert HybridRetriever(index, bundled_embedder, {signal: 1.0}).search(question, 1)[0].clause == clause


def test_sentence_scores_are_those_of_the_clauses_sentences(index: SearchIndex, retriever: HybridRetriever) -> None:
    text = index.documents[0].document.text
    for clause in index.clauses[::7]:
        for place in {0, len(clause.sentences) - 1}:
            hits = retriever.search(clause.sentences[place].of(text), 29)
            assert all(len(hit.sentence_scores) == len(hit.clause.sentences) == len(hit.similarities) for hit in hits)
            own = next(hit for hit in hits if hit.clause == clause)
            assert int(np.argmax(own.sentence_scores)) == place
            assert int(np.argmax(own.similarities)) == place
            assert max(own.sentence_scores) == max(score for hit in hits for score in hit.sentence_scores)


@pytest.mark.parametrize("question", [*QUESTIONS, "大力提振市场信心", ""])
def test_similarities_are_cosines(retriever: HybridRetriever, question: str) -> None:
    found = [value for hit in retriever.search(question, 29) for value in hit.similarities]
    assert len(found) > 100
    assert all(isinstance(value, float) and -1 <= value <= 1 for value in found)


def test_traditional_characters_give_the_same_result(retriever: HybridRetriever) -> None:
    to_traditional = OpenCC("s2t")
    for question in QUESTIONS[:3]:
        traditional = to_traditional.convert(question)
        assert traditional != question
        assert retriever.search(traditional, 29) == retriever.search(question, 29)


def test_full_width_and_case_do_not_matter(retriever: HybridRetriever) -> None:
    assert retriever.search("５ｇ基站建設", 29) == retriever.search("5G基站建设", 29)


def ranking(hits: Sequence[Hit]) -> list[list[object]]:
    return [[hit.clause.id, hit.score, list(hit.sentence_scores), list(hit.similarities)] for hit in hits]


SEARCH = """
import json, sys
from pathlib import Path
from index.embedder import load_embedder
from index.retriever import HybridRetriever
from index.search_index import open_index
from tests.index.test_retriever import QUESTIONS, ranking
embedder = load_embedder()
retriever = HybridRetriever(open_index(Path(sys.argv[1]), embedder), embedder)
print(json.dumps([ranking(retriever.search(question, 29)) for question in QUESTIONS]))
"""


def test_every_process_gives_the_same_answer(folder: Path, retriever: HybridRetriever) -> None:
    here = [ranking(retriever.search(question, 29)) for question in QUESTIONS]
    for seed in ("1", "2"):
        environment = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONHASHSEED": seed}
        found = subprocess.run(  # noqa: S603 - our own code
            [sys.executable, "-c", SEARCH, str(folder)], env=environment, capture_output=True, check=True, cwd=folder
        )
        assert json.loads(found.stdout) == here


def test_an_index_built_in_another_process_gives_the_same_answer(
    tmp_path: Path, roads: Document, water: Document, embedder: HashEmbedder
) -> None:
    """The order of sets differs there; no file and no score may depend on it."""
    script = """
import sys
from pathlib import Path
from index.build import build_index
from tests.index.conftest import ROADS, WATER
from tests.index.fakes import HashEmbedder
from corpus import document_from_text
documents = [document_from_text(ROADS, "村道.txt"), document_from_text(WATER, "水库.txt")]
build_index(documents, Path(sys.argv[1]), HashEmbedder())
"""
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONHASHSEED": "3"}
    subprocess.run([sys.executable, "-c", script, str(tmp_path / "there")], env=environment, check=True)  # noqa: S603
    build_index([roads, water], tmp_path / "here", embedder)
    found = [
        HybridRetriever(open_index(tmp_path / name, embedder), embedder).search("村道的养护经费", 6)
        for name in ("here", "there")
    ]
    assert found[0] == found[1]


def test_eight_threads_get_the_answers_of_one(retriever: HybridRetriever) -> None:
    questions = [f"{question}{'？' * number}" for question in QUESTIONS for number in range(6)]
    serial = [ranking(retriever.search(question, 29)) for question in questions]
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda question: ranking(retriever.search(question, 29)), questions))
    assert found == serial


def test_without_a_reranker_hits_stay_as_they_are(retriever: HybridRetriever) -> None:
    hits = retriever.search(QUESTIONS[0], 6)
    assert retriever.judge(QUESTIONS[0], hits) == hits


def test_a_reranker_reads_the_best_sentences_of_the_first_clauses(
    index: SearchIndex, bundled_embedder: Embedder
) -> None:
    reranker = WordReranker()
    judging = HybridRetriever(index, bundled_embedder, reranker=reranker)
    hits = judging.search("怎样扩大消费", 6)
    judged = judging.judge("怎样扩大消费", hits)
    assert {hit.clause.id for hit in judged} == {hit.clause.id for hit in hits}
    assert [hit.judged is None for hit in judged] == [False, False, False, True, True, True]
    for hit, text in zip(hits, reranker.read, strict=False):
        place = int(np.argmax(hit.sentence_scores))
        words = hit.clause.sentences[place].of(index.document_of(hit.clause).document.text)
        assert text == search_form(f"{hit.clause.heading} {words}")
    assert len(reranker.read) == 3


def test_what_a_reranker_likes_moves_up_and_the_rest_stays(index: SearchIndex, bundled_embedder: Embedder) -> None:
    class Likes(WordReranker):
        def score(self, question: str, texts: Sequence[str]) -> NDArray[np.float32]:
            return np.array([1e-6] * (len(texts) - 1) + [1 - 1e-6], dtype=np.float32)

    judging = HybridRetriever(index, bundled_embedder, reranker=Likes())
    hits = judging.search("怎样扩大消费", 6)
    judged = judging.judge("怎样扩大消费", hits)
    moved = {hit.clause.id: hit.score for hit in judged}
    rises = [moved[hit.clause.id] - hit.score for hit in hits[:3]]
    assert rises == pytest.approx([-8 * JUDGED_WEIGHT, -8 * JUDGED_WEIGHT, 16 * JUDGED_WEIGHT], abs=0.01)
    assert judged[3:] == hits[3:]
    assert sum(hit.score for hit in judged[:3]) == pytest.approx(sum(hit.score for hit in hits[:3]), abs=1e-3)
    assert [hit.score for hit in judged[:3]] == sorted((hit.score for hit in judged[:3]), reverse=True)
