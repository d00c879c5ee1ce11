"""Builds the bundled judge from what `index.training.train_judge` wrote.

    python -m index.models.build_judge --trained judge.npz

It reads text with the tokenizer of the bundled encoder, on whose trunk it was trained. Needs the packages onnx and
numpy. The same tensors give the same bytes.
"""

import argparse
import json
import shutil
import sys
from pathlib import Path

import numpy as np

from index.embedder import BUNDLED_FOLDER
from index.models.build_model import sha256_of
from index.models.onnx_graph import build_judge
from index.models.onnx_weights import read_weights
from index.onnx_model import CONFIG_FILE, MODEL_FILE, TOKENIZER_FILE
from index.reranker import JUDGE_FOLDER

MAX_TOKENS = 128


def build(trained: Path, output: Path, encoder: Path = BUNDLED_FOLDER) -> None:
    """Writes the model, the tokenizer and the configuration into `output`, which is made when absent."""
    with np.load(trained, allow_pickle=False) as file:
        tensors = dict(file)
    layers = sum(name.endswith(".q.w") for name in tensors)
    _, dimensions = read_weights(encoder, layers)
    output.mkdir(parents=True, exist_ok=True)
    model = build_judge(tensors, dimensions)
    (output / MODEL_FILE).write_bytes(model.SerializeToString(deterministic=True))
    shutil.copyfile(encoder / TOKENIZER_FILE, output / TOKENIZER_FILE)
    config = {
        "name": "judge-zh",
        "trunk": encoder.name,
        "layers": layers,
        "licence": "MIT",
        "max_length": MAX_TOKENS,
        "pad_token": json.loads((encoder / CONFIG_FILE).read_text(encoding="utf-8"))["pad_token"],
        "sources": {trained.name: sha256_of(trained)},
        "files": {name: sha256_of(output / name) for name in (MODEL_FILE, TOKENIZER_FILE)},
    }
    text = json.dumps(config, ensure_ascii=False, indent=2)
    (output / CONFIG_FILE).write_text(f"{text}\n", encoding="utf-8")


def main(arguments: list[str] | None = None) -> None:
    """Runs the command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--trained", type=Path, required=True, help="the file judge.npz of index.training.train_judge")
    parser.add_argument("--output", type=Path, default=JUDGE_FOLDER, help="folder to write to")
    options = parser.parse_args(arguments)
    build(options.trained, options.output)
    for path in sorted(options.output.iterdir()):
        sys.stdout.write(f"{path}: {path.stat().st_size:,} bytes\n")


if __name__ == "__main__":
    main()
