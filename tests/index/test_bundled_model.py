"""The bundled model against its float32 weights in PyTorch, and the promises of its encoder."""

import hashlib
import json
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from numpy.typing import NDArray
from tokenizers import Tokenizer

from corpus.errors import EmbeddingModelError
from index.embedder import BUNDLED_FOLDER, BundledEmbedder
from index.onnx_model import CONFIG_FILE, FILES, MODEL_FILE, TOKENIZER_FILE

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

HERE = Path(__file__).parent
DOCUMENTS = Path(__file__).parents[2] / "corpus" / "documents"
MEGABYTE = 1_000_000
KINDS = {"queries": "query", "passages": "passage"}

Texts = dict[str, list[str]]
Vectors = dict[str, NDArray[np.float32]]


@pytest.fixture(scope="module")
def texts() -> Texts:
    content: Texts = json.loads((HERE / "golden_texts.json").read_text(encoding="utf-8"))
    return content


@pytest.fixture(scope="module")
def golden() -> Vectors:
    with np.load(HERE / "golden_vectors.npz", allow_pickle=False) as file:
        return dict(file)


@pytest.fixture(scope="module")
def config() -> dict[str, Any]:
    content: dict[str, Any] = json.loads((BUNDLED_FOLDER / CONFIG_FILE).read_text(encoding="utf-8"))
    return content


@pytest.fixture(scope="module")
def tokenizer() -> Tokenizer:
    return Tokenizer.from_file(str(BUNDLED_FOLDER / TOKENIZER_FILE))


@pytest.fixture(scope="module")
def model(config: dict[str, Any]) -> "SentenceTransformer":
    return open_model(BUNDLED_FOLDER, config["prompts"])


def open_model(folder: Path, prompts: dict[str, str]) -> "SentenceTransformer":
    from sentence_transformers import SentenceTransformer  # noqa: PLC0415 - takes seconds

    from index.onnx_encoder import OnnxEncoder  # noqa: PLC0415

    return SentenceTransformer(modules=[OnnxEncoder(folder)], prompts=prompts, device="cpu")


def tokens_seen(model: "SentenceTransformer", text: str) -> int:
    encoder: Any = model[0]
    return int(encoder.preprocess([text], prompt="passage: ")["attention_mask"].sum())


def unknown_pieces(tokenizer: Tokenizer, text: str) -> int:
    unknown = tokenizer.token_to_id("<unk>")  # by id: an unknown piece keeps its own text as its token
    return sum(number == unknown for number in tokenizer.encode(text).ids)


def test_an_unknown_piece_is_counted(tokenizer: Tokenizer) -> None:
    assert unknown_pieces(tokenizer, "甲ᚠ乙") == 1


def encode(model: "SentenceTransformer", texts: list[str], kind: str, batch_size: int = 8) -> NDArray[np.float32]:
    vectors: NDArray[np.float32] = model.encode(texts, prompt_name=kind, batch_size=batch_size)
    return vectors


@pytest.mark.parametrize("kind", KINDS)
def test_every_text_has_the_vector_of_the_float_weights(
    model: "SentenceTransformer", texts: Texts, golden: Vectors, kind: str
) -> None:
    cosines = (encode(model, texts[kind], KINDS[kind]) * golden[kind]).sum(axis=1)
    assert len(cosines) == 24
    worst = int(cosines.argmin())
    assert cosines[worst] >= 0.985, f"{cosines[worst]:.4f}: {texts[kind][worst]}"


def test_rounding_keeps_the_order_of_passages(model: "SentenceTransformer", texts: Texts, golden: Vectors) -> None:
    exact = golden["queries"] @ golden["passages"].T
    found = encode(model, texts["queries"], "query") @ encode(model, texts["passages"], "passage").T
    for question, one, other in zip(texts["queries"], exact, found, strict=True):
        assert np.corrcoef(one, other)[0, 1] > 0.98, question
        assert other.argmax() in np.argsort(-one)[:2], question


@pytest.mark.parametrize("kind", KINDS)
def test_the_embedder_gives_what_sentence_transformers_gives(
    model: "SentenceTransformer", texts: Texts, kind: str
) -> None:
    embedder = BundledEmbedder()
    direct = embedder.embed_queries if kind == "queries" else embedder.embed_passages
    assert np.allclose(direct(texts[kind]), encode(model, texts[kind], KINDS[kind]), atol=1e-4)


def test_a_text_is_nearest_to_itself_among_the_golden_vectors(
    model: "SentenceTransformer", texts: Texts, golden: Vectors
) -> None:
    found = (encode(model, texts["passages"], "passage") @ golden["passages"].T).argmax(axis=1)
    assert found.tolist() == list(range(24))


def test_a_question_finds_the_passage_that_answers_it(model: "SentenceTransformer", texts: Texts) -> None:
    scores = encode(model, texts["queries"], "query") @ encode(model, texts["passages"], "passage").T
    best = dict(zip(texts["queries"], scores.argmax(axis=1).tolist(), strict=True))
    for question, beginning in {
        "农民工工资被拖欠了找谁": "第十五条 用人单位",
        "孩子上学能不能就近入学": "实施义务教育",
        "要建多少个5G基站？": "推动5G网络",
        "PPP项目和专项债券如何管理": "规范推进PPP项目",
    }.items():
        assert texts["passages"][best[question]].startswith(beginning)


def test_vectors_are_float32_of_unit_norm(model: "SentenceTransformer", texts: Texts, config: dict[str, Any]) -> None:
    vectors = encode(model, texts["queries"], "query")
    assert vectors.dtype == np.float32
    assert vectors.shape == (24, config["dimension"]) == (24, model.get_embedding_dimension())
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1.0, atol=1e-6)


@pytest.mark.parametrize("kind", KINDS)
def test_a_vector_does_not_depend_on_its_batch(model: "SentenceTransformer", texts: Texts, kind: str) -> None:
    alone = encode(model, texts[kind], KINDS[kind], batch_size=1)
    for batch_size in (3, 8, 24):
        together = encode(model, texts[kind], KINDS[kind], batch_size=batch_size)
        assert (alone * together).sum(axis=1).min() > 0.99999
    assert np.array_equal(alone, encode(model, texts[kind], KINDS[kind], batch_size=1))


def test_the_prompts_move_the_vectors(model: "SentenceTransformer", texts: Texts) -> None:
    question = texts["queries"][:1]
    assert not np.allclose(encode(model, question, "query"), encode(model, question, "passage"), atol=1e-2)


def test_the_prompts_are_pieces_of_the_vocabulary(tokenizer: Tokenizer, config: dict[str, Any]) -> None:
    assert config["prompts"] == {"query": "query: ", "passage": "passage: "}
    assert tokenizer.encode("query: 农业").tokens == ["<s>", "▁que", "ry", ":", "▁", "农业", "</s>"]
    assert tokenizer.encode("passage: 农业").tokens == ["<s>", "▁passage", ":", "▁", "农业", "</s>"]


def test_unknown_pieces_are_rare(tokenizer: Tokenizer, texts: Texts) -> None:
    for text in [*texts["queries"], *texts["passages"]]:
        assert unknown_pieces(tokenizer, text) == 0, text
    for path in DOCUMENTS.glob("*.txt"):
        text = path.read_text(encoding="utf-8")
        assert unknown_pieces(tokenizer, text) / len(text) < 0.001, path.name


@pytest.mark.parametrize("sign", list("*0123456789%.,:;!?()-+/\"'&=<>~“”‘’《》、。—…·×→①℃㎡～〇"))
def test_signs_and_digits_are_known(tokenizer: Tokenizer, sign: str) -> None:
    assert unknown_pieces(tokenizer, f"甲{sign}乙") == 0


@pytest.mark.parametrize(
    ("written", "same_as"),
    [
        ("ＧＤＰ增长５％（预期）", "GDP增长5%(预期)"),
        ("第一\u3000\u3000章", "第一 章"),
        ("粮\u200b食", "粮 食"),
        ("粮\x07食", "粮食"),
        ("第一行\n第二行", "第一行 第二行"),
    ],
)
def test_texts_are_normalised_as_by_sentencepiece(tokenizer: Tokenizer, written: str, same_as: str) -> None:
    assert tokenizer.encode(written).ids == tokenizer.encode(same_as).ids


def test_the_full_width_wave_dash_stays(tokenizer: Tokenizer) -> None:
    assert "～" in "".join(tokenizer.encode("2020～2025年").tokens)


def test_texts_are_cut_at_the_longest_length(model: "SentenceTransformer") -> None:
    assert model.max_seq_length == 512
    long = "促进农民增收。" * 400
    assert tokens_seen(model, long) == 512
    assert encode(model, [long], "passage").shape == (1, 384)


def test_the_longest_length_can_be_lowered_only(config: dict[str, Any]) -> None:
    model = open_model(BUNDLED_FOLDER, config["prompts"])
    model.max_seq_length = 16
    assert tokens_seen(model, "促进农民增收。" * 9) == 16
    with pytest.raises(ValueError, match="513"):
        model.max_seq_length = 513


def test_the_files_are_those_that_were_built(config: dict[str, Any]) -> None:
    for name, digest in config["files"].items():
        assert hashlib.sha256((BUNDLED_FOLDER / name).read_bytes()).hexdigest() == digest
    for path in BUNDLED_FOLDER.iterdir():
        assert path.stat().st_size < 40 * MEGABYTE


def test_a_saved_model_can_be_loaded_again(
    model: "SentenceTransformer", texts: Texts, config: dict[str, Any], tmp_path: Path
) -> None:
    encoder: Any = model[0]
    encoder.save(str(tmp_path))
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(FILES)
    again = open_model(tmp_path, config["prompts"])
    question = texts["queries"][:1]
    assert np.array_equal(encode(again, question, "query"), encode(model, question, "query"))


@pytest.mark.parametrize("name", FILES)
def test_a_missing_file_is_an_error(tmp_path: Path, name: str) -> None:
    from index.onnx_encoder import OnnxEncoder  # noqa: PLC0415

    for other in FILES:
        if other != name:
            shutil.copyfile(BUNDLED_FOLDER / other, tmp_path / other)
    with pytest.raises(EmbeddingModelError):
        OnnxEncoder(tmp_path)


def test_a_damaged_model_is_an_error(tmp_path: Path) -> None:
    from index.onnx_encoder import OnnxEncoder  # noqa: PLC0415

    shutil.copytree(BUNDLED_FOLDER, tmp_path, dirs_exist_ok=True)
    (tmp_path / MODEL_FILE).write_bytes((BUNDLED_FOLDER / MODEL_FILE).read_bytes()[:MEGABYTE])
    with pytest.raises(EmbeddingModelError):
        OnnxEncoder(tmp_path)
