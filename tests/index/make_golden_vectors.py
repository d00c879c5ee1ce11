"""Makes `golden_vectors.npz`: what the trained weights say in float32, run by PyTorch.

    python -m tests.index.make_golden_vectors --weights model.npz

`model.npz` is what `index.training.train_encoder` wrote. The model of `transformers` shares no code with the graph that
`index.models` writes, so agreement with it checks the graph, its quantisation to int8 and the pooling.
"""

import argparse
import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import torch
from tokenizers import Tokenizer

from index.embedder import BUNDLED_FOLDER
from index.models.packed_source import Dimensions
from index.models.tokenizer_builder import PASSAGE_PROMPT, QUERY_PROMPT
from index.onnx_model import TOKENIZER_FILE
from index.training.torch_model import to_torch
from index.training.train_encoder import encode

HERE = Path(__file__).parent
TEXTS = HERE / "golden_texts.json"
VECTORS = HERE / "golden_vectors.npz"
SIZES = Dimensions(hidden=384, layers=12, heads=12, ffn=1536, vocabulary=0, positions=512, token_types=2, epsilon=1e-12)


def main() -> None:
    """Run the command line."""
    parser = argparse.ArgumentParser(description="Make golden_vectors.npz; see the docstring of this file.")
    parser.add_argument("--weights", type=Path, required=True, help="the file model.npz")
    with np.load(parser.parse_args().weights, allow_pickle=False) as file:
        tensors = dict(file)
    sizes = replace(SIZES, positions=tensors["emb.pos"].size // SIZES.hidden)
    model = to_torch(tensors, replace(sizes, token_types=tensors["emb.type"].size // SIZES.hidden)).eval()
    tokenizer = Tokenizer.from_file(str(BUNDLED_FOLDER / TOKENIZER_FILE))
    texts = json.loads(TEXTS.read_text(encoding="utf-8"))
    prompts = {"queries": QUERY_PROMPT, "passages": PASSAGE_PROMPT}
    with torch.no_grad():
        found = {
            kind: encode(model, tokenizer, [prompt + text for text in texts[kind]], 512).numpy()
            for kind, prompt in prompts.items()
        }
    np.savez_compressed(VECTORS, **found)  # type: ignore[arg-type]


if __name__ == "__main__":
    main()
