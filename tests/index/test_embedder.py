"""A model is loaded whole, from safe files, and known by its fingerprint; otherwise the error says what to do."""

import json
import re
import shutil
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from corpus.errors import EmbeddingModelError
from index.embedder import BUNDLED_FOLDER, BundledEmbedder, Embedder, SentenceTransformerEmbedder, load_embedder
from index.onnx_model import FILES
from tests.index.fakes import HashEmbedder

TEXTS = ["稳住农业发展基础", "", "加快释放消费潜力，推动消费市场提质扩容。" * 3, "5G"]


@pytest.fixture(scope="module")
def bundled_embedder() -> Embedder:
    return load_embedder()


@pytest.fixture
def model_copy(tmp_path: Path) -> Path:
    """A copy of the bundled model, to damage."""
    folder = tmp_path / "secret-place" / "模型"
    folder.mkdir(parents=True)
    for name in FILES:
        shutil.copy(BUNDLED_FOLDER / name, folder)
    return folder


def refused(load: Callable[[], object], folder: Path) -> EmbeddingModelError:
    """The error is Chinese, ends with a remedy, and does not say where on the server the model lies."""
    with pytest.raises(EmbeddingModelError) as caught:
        load()
    message = str(caught.value)
    assert re.search(r"(请|改用)[^。]*。$", message), message
    assert not set(folder.parts[:-1]) & set(re.split(r"[/\\“”]", message)), message
    assert not re.search(r"[/\\]|Error|Traceback", message), message
    return caught.value


@pytest.mark.parametrize("kind", ["queries", "passages"])
def test_vectors_are_unit_rows_in_the_order_of_the_texts(bundled_embedder: Embedder, kind: str) -> None:
    for embedder in (bundled_embedder, HashEmbedder()):
        embed = embedder.embed_queries if kind == "queries" else embedder.embed_passages
        vectors = embed(TEXTS)
        assert (vectors.shape, vectors.dtype) == ((len(TEXTS), embedder.dimension), np.float32)
        np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)
        alone = np.concatenate([embed([text]) for text in TEXTS])
        assert (np.einsum("nd,nd->n", vectors, alone) > 0.999).all()
        assert embed([]).shape == (0, embedder.dimension)


def test_questions_and_passages_are_embedded_in_different_ways(bundled_embedder: Embedder) -> None:
    assert not np.allclose(bundled_embedder.embed_queries(TEXTS[:1]), bundled_embedder.embed_passages(TEXTS[:1]))


def test_progress_ends_with_the_number_of_texts(bundled_embedder: Embedder) -> None:
    told: list[tuple[int, int]] = []
    bundled_embedder.embed_passages(["农业"] * 9, lambda done, total: told.append((done, total)))
    assert told == [(done, 9) for done in range(1, 10)]


def test_the_fingerprint_is_that_of_the_files_wherever_they_lie(bundled_embedder: Embedder, model_copy: Path) -> None:
    assert re.fullmatch("[0-9a-f]{64}", bundled_embedder.fingerprint)
    assert BundledEmbedder(model_copy).fingerprint == bundled_embedder.fingerprint


CHANGES: dict[str, tuple[bytes, bytes]] = {
    "config.json": (b'"query: "', b'"quezy: "'),
    "tokenizer.json": (b'[",",-3.4635427]', b'[",",-3.4635428]'),
}


@pytest.mark.parametrize("name", FILES)
def test_one_changed_byte_of_any_file_changes_the_fingerprint(
    bundled_embedder: Embedder, model_copy: Path, name: str
) -> None:
    path = model_copy / name
    data = bytearray(path.read_bytes())
    if name in CHANGES:
        before, after = CHANGES[name]
        assert data.count(before) == 1
        data = data.replace(before, after)
    else:
        data[len(data) // 2] ^= 1
    path.write_bytes(data)
    assert BundledEmbedder(model_copy).fingerprint != bundled_embedder.fingerprint


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize("content", [None, b"", b"junk", b"[]", b"{}"])
def test_a_missing_or_damaged_file_is_a_clear_error(model_copy: Path, name: str, content: bytes | None) -> None:
    (model_copy / name).unlink()
    if content is not None:
        (model_copy / name).write_bytes(content)
    refused(lambda: BundledEmbedder(model_copy), model_copy)


@pytest.mark.parametrize("key", ["dimension", "max_length", "prompts", "pad_token"])
def test_a_configuration_without_a_key_is_a_clear_error(model_copy: Path, key: str) -> None:
    path = model_copy / "config.json"
    config = json.loads(path.read_text(encoding="utf-8"))
    del config[key]
    path.write_text(json.dumps(config), encoding="utf-8")
    refused(lambda: BundledEmbedder(model_copy), model_copy)


# From here on Sentence Transformers itself is met: importing it and PyTorch takes some ten seconds, once.


@pytest.fixture(scope="module")
def tiny_model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A Sentence Transformers model of one small layer with random weights."""
    from transformers import BertConfig, BertModel, BertTokenizerFast  # noqa: PLC0415

    folder = tmp_path_factory.mktemp("tiny")
    words = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *"农业工水库发展经费"]
    (folder / "vocab.txt").write_text("\n".join(words), encoding="utf-8")
    BertTokenizerFast(vocab=str(folder / "vocab.txt")).save_pretrained(folder)
    config = BertConfig(
        vocab_size=len(words), hidden_size=16, num_hidden_layers=1, num_attention_heads=2, intermediate_size=16
    )
    BertModel(config).save_pretrained(folder)
    return folder


@pytest.fixture
def tiny_copy(tiny_model: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(tiny_model, tmp_path / "secret-place" / "模型"))


def test_a_folder_of_safetensors_is_loaded(tiny_copy: Path) -> None:
    embedder = load_embedder(str(tiny_copy))
    assert isinstance(embedder, SentenceTransformerEmbedder)
    assert embedder.dimension == 16
    vectors = embedder.embed_queries(["农业", "水库经费"])
    assert (vectors.shape, vectors.dtype) == ((2, 16), np.float32)
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)
    told: list[tuple[int, int]] = []
    assert embedder.embed_passages([], lambda done, total: told.append((done, total))).shape == (0, 16)
    assert told == [(0, 0)]
    assert embedder.fingerprint == load_embedder(str(tiny_copy)).fingerprint


def test_one_changed_weight_changes_the_fingerprint(tiny_copy: Path) -> None:
    before = load_embedder(str(tiny_copy)).fingerprint
    path = tiny_copy / "model.safetensors"
    data = bytearray(path.read_bytes())
    data[-2] ^= 1
    path.write_bytes(data)
    assert load_embedder(str(tiny_copy)).fingerprint != before


def test_a_changed_vocabulary_changes_the_fingerprint(tiny_copy: Path) -> None:
    before = load_embedder(str(tiny_copy)).fingerprint
    path = tiny_copy / "tokenizer.json"
    path.write_text(path.read_text(encoding="utf-8").replace("库", "车"), encoding="utf-8")
    assert load_embedder(str(tiny_copy)).fingerprint != before


class Canary:
    """Unpickled, it makes a file."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self) -> tuple[object, tuple[Path]]:
        """What unpickling calls."""
        return Path.touch, (self.path,)


@pytest.mark.parametrize("evil", [True, False], ids=["canary", "true weights"])
def test_a_folder_with_only_pickled_weights_is_refused(tiny_copy: Path, tmp_path: Path, evil: bool) -> None:
    import torch  # noqa: PLC0415
    from safetensors.torch import load_file  # noqa: PLC0415

    weights = load_file(tiny_copy / "model.safetensors")
    torch.save({"x": Canary(tmp_path / "canary")} if evil else weights, tiny_copy / "pytorch_model.bin")
    (tiny_copy / "model.safetensors").unlink()
    error = refused(lambda: load_embedder(str(tiny_copy)), tiny_copy)
    assert "safetensors" in str(error)
    assert not (tmp_path / "canary").exists()


EVIL = "from pathlib import Path\nPath({canary!r}).touch()\nclass Evil:\n    def __init__(*a, **k): pass\n"


@pytest.mark.parametrize("kind", ["evil.Evil", "evil--evil.Evil"])
def test_a_folder_whose_modules_name_its_own_code_is_refused(tiny_copy: Path, tmp_path: Path, kind: str) -> None:
    canary = tmp_path / "canary"
    (tiny_copy / "evil.py").write_text(EVIL.format(canary=str(canary)), encoding="utf-8")
    modules = [{"idx": 0, "name": "0", "path": "", "type": kind}]
    (tiny_copy / "modules.json").write_text(json.dumps(modules), encoding="utf-8")
    refused(lambda: load_embedder(str(tiny_copy)), tiny_copy)
    assert not canary.exists()
    assert "evil" not in sys.modules


def test_a_folder_whose_configuration_names_its_own_code_does_not_run_it(tiny_copy: Path, tmp_path: Path) -> None:
    canary = tmp_path / "canary"
    (tiny_copy / "evil.py").write_text(EVIL.format(canary=str(canary)), encoding="utf-8")
    path = tiny_copy / "config.json"
    config = json.loads(path.read_text(encoding="utf-8"))
    config |= {"model_type": "evil", "auto_map": {"AutoConfig": "evil.Evil", "AutoModel": "evil.Evil"}}
    path.write_text(json.dumps(config), encoding="utf-8")
    refused(lambda: load_embedder(str(tiny_copy)), tiny_copy)
    assert not canary.exists()


@pytest.mark.parametrize("present", [True, False], ids=["empty folder", "no folder"])
def test_a_folder_without_a_model_is_a_clear_error(tmp_path: Path, present: bool) -> None:
    folder = tmp_path / "secret-place" / "模型"
    if present:
        folder.mkdir(parents=True)
    error = refused(lambda: load_embedder(str(folder)), folder)
    assert "“模型”" in str(error)
    assert "内置模型" in str(error)


def test_a_model_of_ours_can_be_named_by_its_folder(model_copy: Path) -> None:
    assert load_embedder(str(model_copy)).fingerprint == load_embedder().fingerprint
