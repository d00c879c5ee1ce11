"""The bundled encoder as a PyTorch model, from the packed weights and back to named tensors."""

from collections.abc import Mapping

import numpy as np
import torch
from numpy.typing import NDArray
from transformers import BertConfig, BertModel

from index.models.packed_source import Dimensions

FloatArray = NDArray[np.float32]

_LAYER = {
    "q": "attention.self.query",
    "k": "attention.self.key",
    "v": "attention.self.value",
    "ao": "attention.output.dense",
    "aln": "attention.output.LayerNorm",
    "fi": "intermediate.dense",
    "fo": "output.dense",
    "oln": "output.LayerNorm",
}
_EMBEDDINGS = {
    "emb.word": "embeddings.word_embeddings.weight",
    "emb.pos": "embeddings.position_embeddings.weight",
    "emb.type": "embeddings.token_type_embeddings.weight",
    "emb.ln.w": "embeddings.LayerNorm.weight",
    "emb.ln.b": "embeddings.LayerNorm.bias",
}


def parameter_names(layers: int) -> dict[str, str]:
    """Name in the packed file -> name in `BertModel`."""
    names = dict(_EMBEDDINGS)
    for layer in range(layers):
        for short, long in _LAYER.items():
            names[f"l{layer}.{short}.w"] = f"encoder.layer.{layer}.{long}.weight"
            names[f"l{layer}.{short}.b"] = f"encoder.layer.{layer}.{long}.bias"
    return names


def to_torch(tensors: Mapping[str, FloatArray], dims: Dimensions) -> BertModel:
    """A `BertModel` without pooler; the vocabulary has as many pieces as `emb.word` has rows."""
    config = BertConfig(
        vocab_size=tensors["emb.word"].size // dims.hidden,
        hidden_size=dims.hidden,
        num_hidden_layers=dims.layers,
        num_attention_heads=dims.heads,
        intermediate_size=dims.ffn,
        max_position_embeddings=dims.positions,
        type_vocab_size=dims.token_types,
        layer_norm_eps=dims.epsilon,
    )
    model = BertModel(config, add_pooling_layer=False)
    shapes = {name: parameter.shape for name, parameter in model.named_parameters()}
    state = {
        long: torch.from_numpy(np.array(tensors[short], dtype=np.float32)).reshape(shapes[long])
        for short, long in parameter_names(dims.layers).items()
    }
    model.load_state_dict(state, strict=True)
    return model


def from_torch(model: BertModel) -> dict[str, FloatArray]:
    """The tensors under their names in the packed file, flat."""
    parameters = dict(model.named_parameters())
    return {
        short: parameters[long].detach().numpy().astype(np.float32).reshape(-1)
        for short, long in parameter_names(model.config.num_hidden_layers).items()
    }
