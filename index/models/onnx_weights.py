"""The weights of the shipped models, as float32 tensors to train on and to compare with."""

from pathlib import Path

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import numpy_helper

from index.models.onnx_graph import ENCODER_NAME, JUDGE_NAME
from index.models.packed_source import Dimensions, FloatArray
from index.onnx_model import MODEL_FILE


def read_weights(folder: Path, layers: int) -> tuple[dict[str, FloatArray], Dimensions]:
    """The embeddings and the lowest `layers` layers, flat and under their names in `packed_source`, and the sizes.

    What `index.models.onnx_graph` folded is unfolded: codes times scales, the shrinking of the queries; the token type
    stays added to the positions.

    Raises:
        ValueError: if the folder's model is not one that `onnx_graph` built, or has fewer layers.
    """
    graph = onnx.load(folder / MODEL_FILE).graph
    found = {constant.name: numpy_helper.to_array(constant) for constant in graph.initializer}
    if graph.name not in (ENCODER_NAME, JUDGE_NAME) or f"l{layers - 1}.qkv.codes" not in found:
        msg = f"{folder.name}: no model of index.models.onnx_graph with {layers} layers"
        raise ValueError(msg)
    hidden = found["word.codes"].shape[1]
    heads = int(found["head_shape"][2])
    epsilon = next(node.attribute for node in graph.node if node.op_type == "LayerNormalization")
    tensors: dict[str, FloatArray] = {
        "emb.word": (found["word.codes"] * found["word.scale"]).astype(np.float32).reshape(-1),
        "emb.pos": found["positions"].reshape(-1),
        "emb.type": np.zeros(2 * hidden, dtype=np.float32),
        "emb.ln.w": found["emb.ln.w"],
        "emb.ln.b": found["emb.ln.b"],
    }
    for layer in (f"l{number}" for number in range(layers)):
        tensors.update(_layer(found, layer, (hidden // heads) ** 0.5))
    sizes = Dimensions(
        hidden=hidden,
        layers=layers,
        heads=heads,
        ffn=found["l0.fi.scale"].size,
        vocabulary=found["word.codes"].shape[0],
        positions=found["positions"].shape[0],
        token_types=2,
        epsilon=next(float(attribute.f) for attribute in epsilon if attribute.name == "epsilon"),
    )
    return tensors, sizes


def _layer(found: dict[str, NDArray[np.generic]], layer: str, shrunk: float) -> dict[str, FloatArray]:
    tensors: dict[str, FloatArray] = {}
    joint = zip(
        "qkv", np.split(_matrix(found, f"{layer}.qkv"), 3), np.split(found[f"{layer}.qkv.bias"], 3), strict=True
    )
    for part, weight, bias in joint:
        grow = shrunk if part == "q" else 1.0
        tensors[f"{layer}.{part}.w"] = (weight * grow).reshape(-1)
        tensors[f"{layer}.{part}.b"] = (bias * grow).astype(np.float32)
    for part in ("ao", "fi", "fo"):
        tensors[f"{layer}.{part}.w"] = _matrix(found, f"{layer}.{part}").reshape(-1)
        tensors[f"{layer}.{part}.b"] = found[f"{layer}.{part}.bias"].astype(np.float32)
    for part in ("aln", "oln"):
        for short in "wb":
            tensors[f"{layer}.{part}.{short}"] = found[f"{layer}.{part}.{short}"].astype(np.float32)
    return tensors


def _matrix(found: dict[str, NDArray[np.generic]], name: str) -> FloatArray:
    """Outputs by inputs."""
    codes, scale = found[f"{name}.codes"].astype(np.float32), found[f"{name}.scale"].astype(np.float32)
    return np.asarray(codes.T * scale[:, None], dtype=np.float32)
