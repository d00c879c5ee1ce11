"""How fast it is: `make bench`. Reports, asserts nothing.

index build: a process that builds the index of the bundled document in an empty folder, start-up included.
cold answer: a process that opens the index and answers its first question, start-up included; median of three.
later answers: in one process, over the `dev` questions of the bundled set.
encoder: the bundled model beside Sentence Transformers running the same file, same texts, one run.
judge: the bundled reranker on 20 sentences beside PyTorch running the same weights in float32 on all of them at once.
"""

import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from rich.console import Console
from rich.table import Table

from assistant.factory import create_assistant
from assistant.settings import BUNDLED_DOCUMENTS, Settings
from corpus import parse, read_document
from eval.dataset import BUNDLED_SET, load_examples
from index.embedder import BUNDLED_FOLDER, BundledEmbedder
from index.onnx_model import TOKENIZER_FILE
from index.reranker import JUDGE_FOLDER, BundledReranker

_COMMAND = [sys.executable, "-m", "assistant.cli"]
_QUESTION = "农业方面有哪些目标"
_COLD_STARTS = 3
_CANDIDATES = 20
_DOCUMENT = BUNDLED_DOCUMENTS / "2023年经济工作要点.txt"


def measure() -> dict[str, float]:
    """All measures in seconds, by name."""
    with tempfile.TemporaryDirectory() as folder:
        index = Path(folder) / "index"
        seconds = {"index build, from nothing": _run("index", "build", "--index", str(index))}
        cold = sorted(_run("ask", _QUESTION, "--index", str(index)) for _ in range(_COLD_STARTS))
        seconds["first answer, cold start"] = cold[_COLD_STARTS // 2]
        times = _answer_times(index)
        seconds["later answers, p50"] = times[len(times) // 2]
        seconds["later answers, p95"] = times[int(len(times) * 0.95)]
        return {**seconds, **_encoders(), **_judges()}


def main() -> None:
    """Measure and print."""
    table = Table("measure", "seconds")
    for name, seconds in measure().items():
        table.add_row(name, f"{seconds:.4f}")
    Console().print(table)


def _run(*arguments: str) -> float:
    start = time.perf_counter()
    subprocess.run([*_COMMAND, *arguments], check=True, capture_output=True)  # noqa: S603 - our own command
    return time.perf_counter() - start


def _answer_times(index: Path) -> list[float]:
    assistant = create_assistant(Settings(index=index))
    assistant.ask(_QUESTION)
    times: list[float] = []
    for example in load_examples(BUNDLED_SET, "dev"):
        start = time.perf_counter()
        assistant.ask(example.question, example.history)
        times.append(time.perf_counter() - start)
    return sorted(times)


def _encoders() -> dict[str, float]:
    """Seconds per query of both ways to run the bundled model, and what importing Sentence Transformers costs."""
    questions = [example.question for example in load_examples(BUNDLED_SET, "dev")][:50]
    own = _per_query(BundledEmbedder().embed_queries, questions)
    start = time.perf_counter()
    from sentence_transformers import SentenceTransformer  # noqa: PLC0415 - its cost is what is measured

    from index.onnx_encoder import OnnxEncoder  # noqa: PLC0415

    imported = time.perf_counter() - start
    model = SentenceTransformer(modules=[OnnxEncoder(BUNDLED_FOLDER)], device="cpu")
    theirs = _per_query(lambda texts: model.encode([f"query: {text}" for text in texts]), questions)
    return {
        "bundled model, per query": own,
        "the same through Sentence Transformers": theirs,
        "importing Sentence Transformers": imported,
    }


def _judges() -> dict[str, float]:
    """Seconds to judge 20 sentences, and to load the model."""
    import torch  # noqa: PLC0415 - slow to import
    from tokenizers import Tokenizer  # noqa: PLC0415

    from index.models.onnx_weights import read_weights  # noqa: PLC0415
    from index.training.torch_model import to_torch  # noqa: PLC0415
    from index.training.train_judge import LAYERS, Judge  # noqa: PLC0415

    sentences = [span for clause in parse(read_document(_DOCUMENT)).clauses for span in clause.sentences]
    text = read_document(_DOCUMENT).text
    texts = [span.of(text) for span in sentences[:_CANDIDATES]]
    start = time.perf_counter()
    judge = BundledReranker()
    loaded = time.perf_counter() - start
    trunk = to_torch(*read_weights(JUDGE_FOLDER, LAYERS)).train(False)
    theirs = Judge(trunk, Tokenizer.from_file(str(JUDGE_FOLDER / TOKENIZER_FILE)))

    def run_torch() -> None:
        with torch.no_grad():
            theirs([(_QUESTION, text) for text in texts])

    return {
        "loading the judge": loaded,
        f"judge, {_CANDIDATES} sentences": _median(lambda: judge.score(_QUESTION, texts)),
        "the same weights in PyTorch, float32": _median(run_torch),
    }


def _median(act: Callable[[], object]) -> float:
    act()
    times: list[float] = []
    for _ in range(9):
        start = time.perf_counter()
        act()
        times.append(time.perf_counter() - start)
    return sorted(times)[4]


def _per_query(embed: Callable[[list[str]], object], questions: list[str]) -> float:
    embed(questions[:1])
    start = time.perf_counter()
    for question in questions:
        embed([question])
    return (time.perf_counter() - start) / len(questions)


if __name__ == "__main__":
    main()
