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
from index.training.train_judge import TENSORS_FILE, Judge, answer_pieces, load_head, train

QUESTIONS = [
    [
        Judged(f"第{number}所学校谁来管", f"第{number}所学校由教育部门管理。", True, "教育部门"),
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


def test_the_pieces_of_an_answer_are_those_of_the_text_and_not_of_the_question() -> None:
    tokenizer = Tokenizer.from_file(str(BUNDLED_FOLDER / TOKENIZER_FILE))
    judged = Judged("教育部门管学校吗", "第3所学校由教育部门管理。", True, "教育部门")
    encoding = tokenizer.encode(judged.question, judged.text)
    pieces = answer_pieces(judged, encoding)
    assert "".join(encoding.tokens[piece] for piece in pieces) == "教育部门"
    assert min(pieces) > encoding.sequence_ids.index(1)


@pytest.mark.parametrize(
    ("judged", "pieces"),
    [
        (Judged("谁管", "由教育部门管理。", False), [0]),
        (Judged("谁管", "由教育部门管理。", True), []),
    ],
)
def test_a_wrong_text_points_at_the_first_piece_and_an_unknown_answer_nowhere(
    judged: Judged, pieces: list[int]
) -> None:
    encoding = Tokenizer.from_file(str(BUNDLED_FOLDER / TOKENIZER_FILE)).encode(judged.question, judged.text)
    assert answer_pieces(judged, encoding) == pieces
