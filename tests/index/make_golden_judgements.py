"""Writes into `golden_judgements.json` what the trained judge says in float32, run by PyTorch.

    python -m tests.index.make_golden_judgements --weights judge.npz

`judge.npz` is what `index.training.train_judge` wrote; the questions and texts stand in the file.
"""

import argparse
import json
from pathlib import Path

import numpy as np
import torch
from tokenizers import Tokenizer

from index.embedder import BUNDLED_FOLDER
from index.models.onnx_weights import read_weights
from index.onnx_model import TOKENIZER_FILE
from index.training.torch_model import to_torch
from index.training.train_judge import LAYERS, Judge, load_head

GOLDEN = Path(__file__).parent / "golden_judgements.json"


def main() -> None:
    """Run the command line."""
    parser = argparse.ArgumentParser(description="Write golden_judgements.json; see the docstring of this file.")
    parser.add_argument("--weights", type=Path, required=True, help="the file judge.npz")
    with np.load(parser.parse_args().weights, allow_pickle=False) as file:
        tensors = dict(file)
    _, sizes = read_weights(BUNDLED_FOLDER, LAYERS)
    judge = Judge(to_torch(tensors, sizes), Tokenizer.from_file(str(BUNDLED_FOLDER / TOKENIZER_FILE))).eval()
    load_head(judge, tensors)
    golden = json.loads(GOLDEN.read_text(encoding="utf-8"))
    for one in golden:
        with torch.no_grad():
            logits = judge([(one["question"], text) for text in one["texts"]])
        one["scores"] = [round(float(score), 4) for score in torch.sigmoid(logits)]
    lines = ",\n".join(json.dumps(one, ensure_ascii=False) for one in golden)
    GOLDEN.write_text(f"[\n{lines}\n]\n", encoding="utf-8")


if __name__ == "__main__":
    main()
