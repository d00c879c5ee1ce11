"""The PyTorch model and the packed tensors are the same weights under other names."""

import numpy as np

from index.models.packed_source import Dimensions
from index.training.torch_model import from_torch, parameter_names, to_torch

TINY = Dimensions(hidden=8, layers=2, heads=2, ffn=16, vocabulary=11, positions=5, token_types=2, epsilon=1e-12)


def shapes() -> dict[str, int]:
    sizes = {"q": 64, "k": 64, "v": 64, "ao": 64, "fi": 128, "fo": 128, "aln": 8, "oln": 8}
    biases = {"fi": 16}
    found = {"emb.word": 88, "emb.pos": 40, "emb.type": 16, "emb.ln.w": 8, "emb.ln.b": 8}
    for layer in range(TINY.layers):
        for name, size in sizes.items():
            found[f"l{layer}.{name}.w"] = size
            found[f"l{layer}.{name}.b"] = biases.get(name, 8)
    return found


def test_weights_come_back_as_they_went_in() -> None:
    generator = np.random.default_rng(7)
    tensors = {name: generator.normal(size=size).astype(np.float32) for name, size in shapes().items()}
    back = from_torch(to_torch(tensors, TINY))
    assert back.keys() == tensors.keys() == parameter_names(TINY.layers).keys()
    for name, values in tensors.items():
        assert np.array_equal(back[name], values), name
