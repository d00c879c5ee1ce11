"""What every reranker promises, and what the bundled one has learnt."""

import json
import shutil
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from corpus.errors import EmbeddingModelError
from index.onnx_model import FILES, MODEL_FILE
from index.reranker import JUDGE_FOLDER, BundledReranker, Reranker
from tests.index.fakes import WordReranker

GOLDEN = json.loads((Path(__file__).parent / "golden_judgements.json").read_text(encoding="utf-8"))
MEGABYTE = 1_000_000
TEXTS = (
    "水库 汛期每日观测水位，及时上报防汛指挥机构。",
    "县级财政每年安排养护经费30万元；不足部分由乡镇筹集。",
    "检查结果在村务公开栏公示，接受群众监督。",
)


@pytest.fixture(scope="module")
def bundled() -> BundledReranker:
    return BundledReranker()


@pytest.fixture(scope="module", params=["words", "bundled"])
def reranker(request: pytest.FixtureRequest, bundled: BundledReranker) -> Reranker:
    return bundled if request.param == "bundled" else WordReranker()


def test_scores_are_shares_in_the_order_of_the_texts(reranker: Reranker) -> None:
    scores = reranker.score("村道养护的钱谁出", TEXTS)
    assert scores.dtype == np.float32
    assert scores.shape == (3,)
    assert ((scores >= 0) & (scores <= 1)).all()
    assert reranker.score("村道养护的钱谁出", TEXTS[::-1]).tolist() == scores[::-1].tolist()


def test_a_text_is_scored_alone(reranker: Reranker) -> None:
    together = reranker.score("汛期多久看一次水位", TEXTS)
    assert [float(reranker.score("汛期多久看一次水位", [text])[0]) for text in TEXTS] == together.tolist()


def test_no_texts_have_no_scores(reranker: Reranker) -> None:
    assert reranker.score("汛期多久看一次水位", []).shape == (0,)


@pytest.mark.parametrize("question", ["", "？", "a" * 3000, "养护" * 500, "<script>", "\n\x00"])
def test_any_text_can_be_read(reranker: Reranker, question: str) -> None:
    scores = reranker.score(question, ["", "经费" * 2000, question])
    assert np.isfinite(scores).all()


def test_threads_do_not_disturb_each_other(reranker: Reranker) -> None:
    alone = reranker.score("汛期多久看一次水位", TEXTS).tolist()
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(lambda _: reranker.score("汛期多久看一次水位", TEXTS).tolist(), range(8)))
    assert found == [alone] * 8


def test_the_fingerprint_is_the_model_s(reranker: Reranker) -> None:
    assert len(reranker.fingerprint) == 64
    assert type(reranker)().fingerprint == reranker.fingerprint


def test_the_shipped_weights_are_those_that_were_trained(bundled: BundledReranker) -> None:
    """`golden_judgements.json` holds what PyTorch makes of the float32 weights (`make_golden_judgements.py`)."""
    for golden in GOLDEN:
        scores = bundled.score(golden["question"], golden["texts"])
        assert np.allclose(scores, golden["scores"], atol=0.08), golden["question"]


def test_a_text_that_answers_stands_before_one_on_the_same_topic(bundled: BundledReranker) -> None:
    """The first text of each golden question answers it; the others do not."""
    best = [int(bundled.score(golden["question"], golden["texts"]).argmax()) for golden in GOLDEN]
    assert best.count(0) >= 0.8 * len(GOLDEN)


def test_a_damaged_model_is_named(tmp_path: Path) -> None:
    for name in FILES:
        shutil.copyfile(JUDGE_FOLDER / name, tmp_path / name)
    (tmp_path / MODEL_FILE).write_bytes(b"no model")
    with pytest.raises(EmbeddingModelError, match="判断模型"):
        BundledReranker(tmp_path)


def test_the_model_is_small() -> None:
    assert (JUDGE_FOLDER / MODEL_FILE).stat().st_size < 35 * MEGABYTE
