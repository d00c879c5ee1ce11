"""Reading the shipped encoder's weights undoes writing them."""

from pathlib import Path

import numpy as np
import onnx
import pytest
from onnx import numpy_helper

from index.embedder import BUNDLED_FOLDER
from index.models.onnx_graph import build_encoder
from index.models.onnx_weights import read_weights
from index.onnx_model import MODEL_FILE
from index.reranker import JUDGE_FOLDER


def test_the_shipped_encoder_can_be_written_again() -> None:
    shipped = onnx.load(BUNDLED_FOLDER / MODEL_FILE)
    written = build_encoder(*read_weights(BUNDLED_FOLDER, 12))
    assert [node.name for node in written.graph.node] == [node.name for node in shipped.graph.node]
    found = {constant.name: numpy_helper.to_array(constant) for constant in written.graph.initializer}
    for constant in shipped.graph.initializer:
        assert np.allclose(found.pop(constant.name), numpy_helper.to_array(constant), rtol=1e-5), constant.name
    assert not found


@pytest.mark.parametrize(("folder", "layers"), [(BUNDLED_FOLDER, 13), (JUDGE_FOLDER, 7)])
def test_layers_that_are_not_there_are_refused(folder: Path, layers: int) -> None:
    with pytest.raises(ValueError, match="layers"):
        read_weights(folder, layers)
