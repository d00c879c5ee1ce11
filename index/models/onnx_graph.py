"""The BERT encoder, and the judge on its lower layers, as ONNX graphs with int8 weights.

Only operators of the ONNX standard are used. The encoder's linear layers are quantised
dynamically and run as `MatMulInteger`: weights to int8 with one scale per output
feature, activations to uint8 with one scale per token when the model runs. The word
embeddings are int8 with one scale per piece. Layer norms, attention scores, biases and
sums stay float32.

Why a scale per token: `DynamicQuantizeLinear`, which ONNX Runtime's own quantiser puts
in, takes one scale for a whole batch, so that a text's vector depends on the texts that
happen to share its batch (cosine down to 0.994 between batch sizes 8 and 1).

Why weights of 7 bits: on x86-64 processors without VNNI, ONNX Runtime multiplies with
`VPMADDUBSW`, which saturates at 32,767. 2 * 255 * 63 = 32,130 never does.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from onnx import ModelProto, NodeProto, TensorProto, checker, helper, numpy_helper

from index.models.packed_source import Dimensions, FloatArray

ENCODER_NAME = "e5-small-zh"
JUDGE_NAME = "judge-zh"
OPSET = 20
IR_VERSION = 9
WEIGHT_LEVELS = 63
EMBEDDING_LEVELS = 127
ACTIVATION_LEVELS = 127
ACTIVATION_ZERO = 128
MASKED = -1e4
"""Added to the attention scores of padding, as exp(-1e4) is 0 in float32."""


def quantise_rows(matrix: FloatArray, levels: int) -> tuple[NDArray[np.int8], FloatArray]:
    """Quantises each row to int8 symmetrically: row ~ codes * scale.

    Args:
        matrix: Shape (rows, columns).
        levels: The largest code.

    Returns:
        Codes of shape (rows, columns) in [-levels, levels], scales of shape (rows,).
    """
    peak = np.abs(matrix).max(axis=1)
    scale = np.where(peak > 0, peak / levels, 1.0).astype(np.float32)
    codes = np.rint(matrix / scale[:, None]).clip(-levels, levels).astype(np.int8)
    return codes, scale


class _Graph:
    """Collects nodes and constants; every node has one named output.

    With `rounds_activations`, linear layers run in integers; without, only their weights are rounded, and are turned
    back into floats when the model is loaded.
    """

    def __init__(self, *, rounds_activations: bool) -> None:
        self._rounds_activations = rounds_activations
        self.nodes: list[NodeProto] = []
        self.constants: dict[str, NDArray[np.generic]] = {}

    def constant(self, name: str, value: NDArray[np.generic]) -> str:
        self.constants.setdefault(name, value)
        return name

    def node(self, operator: str, inputs: Sequence[str], name: str, **attributes: Any) -> str:  # noqa: ANN401
        self.nodes.append(helper.make_node(operator, list(inputs), [name], name, **attributes))
        return name

    def quantised(self, x: str) -> tuple[str, str, str]:
        """Quantises each token of (batch, length, width): names of codes, scale, zero point."""
        size = self.node("Abs", [x], f"{x}_abs")
        peak = self.node("ReduceMax", [size, self.constant("last_axis", _ints(-1))], f"{x}_peak")
        unit = self.constant("activation_unit", np.array(1 / ACTIVATION_LEVELS, np.float32))
        scale = self.node("Mul", [peak, unit], f"{x}_scale")
        scaled = self.node("Div", [x, scale], f"{x}_scaled")
        zero = self.constant("activation_zero", np.array(ACTIVATION_ZERO, np.uint8))
        one = self.constant("one", np.array(1.0, np.float32))
        codes = self.node("QuantizeLinear", [scaled, one, zero], f"{x}_codes")
        return codes, scale, zero

    def linear(self, x: str, name: str, weight: FloatArray, bias: FloatArray) -> str:
        """Adds x @ weight.T + bias; weight has shape (outputs, inputs)."""
        if not self._rounds_activations:
            product = self.node("MatMul", [x, self._floats(name, weight)], f"{name}_product")
            return self.node("Add", [product, self.constant(f"{name}.bias", bias)], f"{name}_out")
        codes, scale = quantise_rows(weight, WEIGHT_LEVELS)
        x_codes, x_scale, x_zero = self.quantised(x)
        product = self.node(
            "MatMulInteger",
            [x_codes, self.constant(f"{name}.codes", np.ascontiguousarray(codes.T)), x_zero],
            f"{name}_product",
        )
        floats = self.node("Cast", [product], f"{name}_float", to=TensorProto.FLOAT)
        by_output = self.node("Mul", [floats, self.constant(f"{name}.scale", scale)], f"{name}_half")
        scaled = self.node("Mul", [by_output, x_scale], f"{name}_scaled")
        return self.node("Add", [scaled, self.constant(f"{name}.bias", bias)], f"{name}_out")

    def _floats(self, name: str, weight: FloatArray) -> str:
        """The weights, transposed, as floats again; ONNX Runtime computes this once."""
        codes, scale = quantise_rows(weight, EMBEDDING_LEVELS)
        stored = self.constant(f"{name}.codes", np.ascontiguousarray(codes.T))
        floats = self.node("Cast", [stored], f"{name}_codes", to=TensorProto.FLOAT)
        return self.node("Mul", [floats, self.constant(f"{name}.scale", scale)], f"{name}_weight")

    def layer_norm(self, x: str, name: str, weights: Mapping[str, FloatArray], eps: float) -> str:
        scale = self.constant(f"{name}.w", weights[f"{name}.w"])
        bias = self.constant(f"{name}.b", weights[f"{name}.b"])
        return self.node("LayerNormalization", [x, scale, bias], f"{name}_out", axis=-1, epsilon=eps)


def _embeddings(graph: _Graph, weights: Mapping[str, FloatArray], dims: Dimensions) -> str:
    """Word (int8) + position + type embeddings, normalised: (batch, length, hidden)."""
    codes, scale = quantise_rows(weights["emb.word"].reshape(-1, dims.hidden), EMBEDDING_LEVELS)
    positions = weights["emb.pos"].reshape(-1, dims.hidden)
    positions = positions + weights["emb.type"].reshape(-1, dims.hidden)[0]
    rows = graph.node("Gather", [graph.constant("word.codes", codes), "input_ids"], "word_codes")
    floats = graph.node("Cast", [rows], "word_float", to=TensorProto.FLOAT)
    scales = graph.constant("word.scale", scale[:, None])
    row_scales = graph.node("Gather", [scales, "input_ids"], "word_scales")
    words = graph.node("Mul", [floats, row_scales], "words")
    length = graph.node("Shape", ["input_ids"], "length", start=1, end=2)
    places = graph.node(
        "Slice",
        [graph.constant("positions", positions), graph.constant("zero", _ints(0)), length],
        "places",
    )
    summed = graph.node("Add", [words, places], "embedded")
    return graph.layer_norm(summed, "emb.ln", weights, dims.epsilon)


def _mask_bias(graph: _Graph) -> str:
    """0 for tokens and MASKED for padding: (batch, 1, 1, length)."""
    mask = graph.node("Cast", ["attention_mask"], "mask_float", to=TensorProto.FLOAT)
    one = graph.constant("one", np.array(1.0, np.float32))
    absent = graph.node("Sub", [one, mask], "mask_absent")
    bias = graph.constant("masked", np.array(MASKED, np.float32))
    flat = graph.node("Mul", [absent, bias], "mask_flat")
    return graph.node("Unsqueeze", [flat, graph.constant("mask_axes", _ints(1, 2))], "mask_bias")


def _heads(graph: _Graph, x: str, name: str, dims: Dimensions, perm: Sequence[int]) -> str:
    shape = graph.constant("head_shape", _ints(0, 0, dims.heads, dims.hidden // dims.heads))
    split = graph.node("Reshape", [x, shape], f"{name}_split")
    return graph.node("Transpose", [split], f"{name}_heads", perm=list(perm))


def _attention(graph: _Graph, x: str, layer: str, weights: Mapping[str, FloatArray], dims: Dimensions) -> str:
    """Self-attention before its output projection: (batch, length, hidden)."""
    names = [f"{layer}.{part}" for part in "qkv"]
    matrices = [weights[f"{name}.w"].reshape(dims.hidden, dims.hidden) for name in names]
    biases = [weights[f"{name}.b"] for name in names]
    shrink = np.float32((dims.hidden // dims.heads) ** -0.5)
    matrices[0], biases[0] = matrices[0] * shrink, biases[0] * shrink
    joint = graph.linear(x, f"{layer}.qkv", np.concatenate(matrices), np.concatenate(biases))
    parts = [f"{layer}.{part}_part" for part in "qkv"]
    graph.nodes.append(helper.make_node("Split", [joint], parts, f"{layer}.parts", axis=-1, num_outputs=3))
    query = _heads(graph, parts[0], names[0], dims, (0, 2, 1, 3))
    key = _heads(graph, parts[1], names[1], dims, (0, 2, 3, 1))
    value = _heads(graph, parts[2], names[2], dims, (0, 2, 1, 3))
    scores = graph.node("MatMul", [query, key], f"{layer}.scores")
    biased = graph.node("Add", [scores, "mask_bias"], f"{layer}.biased")
    shares = graph.node("Softmax", [biased], f"{layer}.shares", axis=-1)
    mixed = graph.node("MatMul", [shares, value], f"{layer}.mixed")
    merged = graph.node("Transpose", [mixed], f"{layer}.merged", perm=[0, 2, 1, 3])
    shape = graph.constant("hidden_shape", _ints(0, 0, dims.hidden))
    return graph.node("Reshape", [merged, shape], f"{layer}.context")


def _layer(graph: _Graph, x: str, layer: str, weights: Mapping[str, FloatArray], dims: Dimensions) -> str:
    """One post-norm transformer layer."""

    def project(source: str, part: str, outputs: int) -> str:
        matrix = weights[f"{layer}.{part}.w"].reshape(outputs, -1)
        return graph.linear(source, f"{layer}.{part}", matrix, weights[f"{layer}.{part}.b"])

    context = _attention(graph, x, layer, weights, dims)
    attended = graph.node("Add", [project(context, "ao", dims.hidden), x], f"{layer}.attended")
    normed = graph.layer_norm(attended, f"{layer}.aln", weights, dims.epsilon)
    activated = graph.node("Gelu", [project(normed, "fi", dims.ffn)], f"{layer}.gelu")
    mixed = graph.node("Add", [project(activated, "fo", dims.hidden), normed], f"{layer}.ffn")
    return graph.layer_norm(mixed, f"{layer}.oln", weights, dims.epsilon)


def _ints(*values: int) -> NDArray[np.int64]:
    return np.array(values, np.int64)


def build_encoder(weights: Mapping[str, FloatArray], dims: Dimensions) -> ModelProto:
    """Builds the quantised encoder.

    Args:
        weights: Flat float32 arrays named as in `packed_source`; `emb.word` may have
            fewer rows than `dims.vocabulary`.
        dims: Sizes of the encoder.

    Returns:
        A checked model: `input_ids` and `attention_mask`, int64 (batch, length), to
        `last_hidden_state`, float32 (batch, length, hidden).
    """
    graph = _Graph(rounds_activations=True)
    graph.node("Identity", [_trunk(graph, weights, dims)], "last_hidden_state")
    return _model(graph, ENCODER_NAME, "last_hidden_state", ["batch", "length", dims.hidden])


def build_judge(weights: Mapping[str, FloatArray], dims: Dimensions) -> ModelProto:
    """Builds the judge: the trunk, the mean over a text's tokens and a linear layer.

    Its weights are rounded, its activations are not: see the README of `judge-zh`.

    Args:
        weights: As for `build_encoder`, and `head.w` (hidden,) and `head.b` (1,).
        dims: Sizes of the trunk.

    Returns:
        A checked model: `input_ids` and `attention_mask`, int64 (batch, length), to
        `logits`, float32 (batch,).
    """
    graph = _Graph(rounds_activations=False)
    hidden = _trunk(graph, weights, dims)
    mask = graph.node("Unsqueeze", ["mask_float", graph.constant("last_axis", _ints(-1))], "mask_column")
    kept = graph.node("Mul", [hidden, mask], "kept")
    middle = graph.constant("token_axis", _ints(1))
    total = graph.node("ReduceSum", [kept, middle], "total", keepdims=0)
    count = graph.node("ReduceSum", [mask, middle], "count", keepdims=0)
    mean = graph.node("Div", [total, count], "mean")
    score = graph.node("MatMul", [mean, graph.constant("head.w", weights["head.w"])], "head_product")
    graph.node("Add", [score, graph.constant("head.b", weights["head.b"])], "logits")
    return _model(graph, JUDGE_NAME, "logits", ["batch"])


def _trunk(graph: _Graph, weights: Mapping[str, FloatArray], dims: Dimensions) -> str:
    """Embeddings and all layers: (batch, length, hidden)."""
    x = _embeddings(graph, weights, dims)
    _mask_bias(graph)
    for index in range(dims.layers):
        x = _layer(graph, x, f"l{index}", weights, dims)
    return x


def _model(graph: _Graph, name: str, output: str, shape: Sequence[str | int]) -> ModelProto:
    inputs = [
        helper.make_tensor_value_info(each, TensorProto.INT64, ["batch", "length"])
        for each in ("input_ids", "attention_mask")
    ]
    outputs = [helper.make_tensor_value_info(output, TensorProto.FLOAT, list(shape))]
    constants = [numpy_helper.from_array(v, each) for each, v in graph.constants.items()]
    proto = helper.make_graph(graph.nodes, name, inputs, outputs, constants)
    opset = [helper.make_opsetid("", OPSET)]
    model = helper.make_model(proto, opset_imports=opset, ir_version=IR_VERSION)
    checker.check_model(model)
    return model
