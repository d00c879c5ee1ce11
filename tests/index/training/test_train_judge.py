"""The judge learns, and its ONNX graph says what PyTorch says."""

import json
import random
from pathlib import Path

import numpy as np
import pytest
import torch
from tokenizers import Tokenizer

from index.embedder import BUNDLED_FOLDER
from index.models.build_judge import build
from index.models.onnx_weights import read_weights
from index.onnx_model import TOKENIZER_FILE
from index.reranker import BundledReranker
from index.training.judged import Judged
from index.training.torch_model import to_torch
from index.training.train_judge import TENSORS_FILE, Judge, load_head, train

QUESTIONS = [
    [
        Judged(f"第{number}所学校谁来管", f"第{number}所学校由教育部门管理。", True),
        Judged(f"第{number}所学校谁来管", "每年修路。", False),
    ]
    for number in range(24)
]


@pytest.fixture(scope="module")
def judge() -> Judge:
    torch.manual_seed(1)
    tokenizer = Tokenizer.from_file(str(BUNDLED_FOLDER / TOKENIZER_FILE))
    return Judge(to_torch(*read_weights(BUNDLED_FOLDER, 1)), tokenizer)


def test_the_loss_falls_and_the_shipped_form_says_the_same(judge: Judge, tmp_path: Path) -> None:
    train(judge, QUESTIONS * 24, tmp_path, "own")
    losses = [json.loads(line)["loss"] for line in (tmp_path / "judge_own.jsonl").read_text("utf-8").splitlines()]
    assert losses[-1] < 0.6 * losses[0]

    with np.load(tmp_path / TENSORS_FILE, allow_pickle=False) as file:
        tensors = dict(file)
    build(tmp_path / TENSORS_FILE, tmp_path / "judge")
    pairs = [(one.question, one.text) for group in random.Random(2).sample(QUESTIONS, 4) for one in group]  # noqa: S311
    load_head(judge, tensors)
    with torch.no_grad():
        exact = torch.sigmoid(judge.eval()(pairs)).numpy()
    shipped = BundledReranker(tmp_path / "judge")
    found = [float(shipped.score(question, [text])[0]) for question, text in pairs]
    assert np.allclose(found, exact, atol=0.05)
