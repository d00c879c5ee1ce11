"""Train the judge, which tells whether a text answers a question, on the trunk of the shipped encoder.

    python -m index.training.train_judge --shared FOLDER --output FOLDER

`--shared`: a folder with the public sets, which are not part of the repository. The lowest `LAYERS` layers of the
encoder read the question and the text together; a linear layer over their mean gives a logit. Binary cross entropy
(Nogueira and Cho, 2019, monoBERT, with a mean in place of the first piece), first on reading comprehension, then in
two rounds on the questions and near misses written over statutes, each with other wrong texts, and last on those over
invented policy documents with a part of the others. Where the words that answer are known, it also learns to point at
them, and at the first piece where nothing answers (Devlin et al., 2019, SQuAD 2.0); the shipped judge does not point.
Writes `judge.npz` (tensors named as in `packed_source`, the head as `head.w` and `head.b`) and a log for each stage
into `--output`.
"""

import argparse
import json
import random
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import torch
from tokenizers import Encoding, Tokenizer
from torch.nn import functional
from torch.optim.lr_scheduler import LambdaLR
from transformers import BertModel

from index.embedder import BUNDLED_FOLDER, BundledEmbedder
from index.models.build_judge import MAX_TOKENS
from index.models.onnx_weights import read_weights
from index.onnx_model import TOKENIZER_FILE
from index.training.judged import Judged, judged_questions, own_sources, policy_sources, reading_sources
from index.training.torch_model import FloatArray, from_torch, to_torch

SEED = 2023
LAYERS = 6
BATCH = 8
RATES = {"reading": 5e-5, "own": 5e-5, "own_again": 3e-5, "policies": 4e-5}
"""The highest learning rate of the trunk, by stage."""
HEAD_SPEED = 20
"""How much faster the head learns than the trunk."""
READING, AGAIN = 3000, 4000
"""Questions of the reading sets, and of those over statutes that are asked once more beside those over policies."""
POINTING = 0.3
"""Weight of the loss of pointing."""
TENSORS_FILE = "judge.npz"
_LOG_EVERY = 10
_SAVE_EVERY = 100


class Judge(torch.nn.Module):
    """Logits, float32 `(n,)`: higher means that the text answers the question."""

    def __init__(self, trunk: BertModel, tokenizer: Tokenizer) -> None:
        """A judge on this trunk, its heads untrained."""
        super().__init__()
        self.trunk = trunk
        self.head = torch.nn.Linear(trunk.config.hidden_size, 1)
        self.pointer = torch.nn.Linear(trunk.config.hidden_size, 1)
        self._tokenizer = tokenizer
        tokenizer.enable_truncation(max_length=MAX_TOKENS)
        tokenizer.enable_padding()

    def forward(self, pairs: Sequence[tuple[str, str]]) -> torch.Tensor:
        """Judge pairs of question and text."""
        return self.read(self._tokenizer.encode_batch(list(pairs)))[0]

    def losses(self, batch: Sequence[Judged]) -> tuple[torch.Tensor, torch.Tensor]:
        """Cross entropy of judging and of pointing, each a sum over the batch."""
        found = self._tokenizer.encode_batch([(one.question, one.text) for one in batch])
        logits, pointers = self.read(found)
        truth = torch.tensor([float(one.is_answer) for one in batch])
        judging = functional.binary_cross_entropy_with_logits(logits, truth, reduction="sum")
        places = [answer_pieces(one, encoding) for one, encoding in zip(batch, found, strict=True)]
        shares = pointers.log_softmax(1)
        pointing = [-shares[row, pieces].logsumexp(0) for row, pieces in enumerate(places) if pieces]
        return judging, torch.stack(pointing).sum() if pointing else torch.zeros(())

    def read(self, encodings: Sequence[Encoding]) -> tuple[torch.Tensor, torch.Tensor]:
        """The logits, and a score `(n, pieces)` of each piece as the place of the answer."""
        ids = torch.tensor([one.ids for one in encodings])
        mask = torch.tensor([one.attention_mask for one in encodings])
        hidden = self.trunk(input_ids=ids, attention_mask=mask).last_hidden_state
        mean = (hidden * mask.unsqueeze(-1)).sum(1) / mask.sum(1, keepdim=True)
        pointers = self.pointer(hidden).squeeze(-1).masked_fill(mask == 0, -torch.inf)
        return self.head(mean).squeeze(-1), pointers


def answer_pieces(judged: Judged, encoding: Encoding) -> list[int]:
    """The pieces that hold the answer, the first of all if the text has none; empty if that is not known."""
    if not judged.is_answer:
        return [0]
    start = judged.text.find(judged.answer) if judged.answer else -1
    end = start + len(judged.answer)
    places = zip(encoding.sequence_ids, encoding.offsets, strict=True)
    return [
        row
        for row, (side, (left, right)) in enumerate(places)
        if side == 1 and start >= 0 and left < end and start < right
    ]


def train(judge: Judge, questions: Sequence[Sequence[Judged]], output: Path, stage: str) -> None:
    """Train in place, each text once; writes the log and checkpoints. A batch holds all texts of `BATCH` questions.

    `stage`: one of `RATES`.
    """
    for parameter in judge.trunk.embeddings.parameters():
        parameter.requires_grad_(False)
    trunk = [parameter for parameter in judge.trunk.parameters() if parameter.requires_grad]
    heads = [*judge.head.parameters(), *judge.pointer.parameters()]
    head = {"params": heads, "lr": HEAD_SPEED * RATES[stage]}
    optimizer = torch.optim.AdamW([{"params": trunk, "lr": RATES[stage]}, head], weight_decay=0.01)
    planned = _batches(questions, random.Random(SEED))  # noqa: S311 - no secret
    warmup = max(1, len(planned) // 10)
    schedule = LambdaLR(optimizer, lambda step: min(step / warmup, (len(planned) - step) / (len(planned) - warmup)))
    judge.train()
    start, losses = time.perf_counter(), []
    with (output / f"judge_{stage}.jsonl").open("w", encoding="utf-8") as log:
        for step, batch in enumerate(planned, 1):
            losses.append(_learn(judge, batch))
            torch.nn.utils.clip_grad_norm_(trunk, 1.0)
            optimizer.step()
            schedule.step()
            optimizer.zero_grad()
            if step % _LOG_EVERY == 0 or step == len(planned):
                seconds = round(time.perf_counter() - start)
                record = {"step": step, "of": len(planned), "loss": float(np.mean(losses)), "seconds": seconds}
                log.write(json.dumps(record) + "\n")
                log.flush()
                losses = []
            if step % _SAVE_EVERY == 0 or step == len(planned):
                np.savez(output / TENSORS_FILE, **tensors_of(judge))  # type: ignore[arg-type]


def _learn(judge: Judge, batch: Sequence[Judged]) -> float:
    """Add the gradients of a batch, its short texts apart from its long ones to save padding.

    Returns the loss of judging.
    """
    ordered = sorted(batch, key=lambda one: len(one.question) + len(one.text))
    middle, total = len(ordered) // 2, 0.0
    for part in filter(None, (ordered[:middle], ordered[middle:])):
        judging, pointing = judge.losses(part)
        ((judging + POINTING * pointing) / len(batch)).backward()  # type: ignore[no-untyped-call]
        total += judging.item() / len(batch)
    return total


def _batches(questions: Sequence[Sequence[Judged]], generator: random.Random) -> list[list[Judged]]:
    mixed = generator.sample(questions, len(questions))
    return [[one for group in mixed[start : start + BATCH] for one in group] for start in range(0, len(mixed), BATCH)]


def tensors_of(judge: Judge) -> dict[str, FloatArray]:
    """The trunk's tensors under their names in the packed file, and the head's."""
    weight, bias = judge.head.weight.detach().numpy(), judge.head.bias.detach().numpy()
    return {**from_torch(judge.trunk), "head.w": weight.reshape(-1), "head.b": bias}


def load_head(judge: Judge, tensors: Mapping[str, FloatArray]) -> None:
    """Give the judge the head that `tensors_of` took from one."""
    with torch.no_grad():
        judge.head.weight.copy_(torch.from_numpy(tensors["head.w"]).reshape(1, -1))
        judge.head.bias.copy_(torch.from_numpy(tensors["head.b"]))


def main() -> None:
    """Run the command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--shared", type=Path, required=True)
    parser.add_argument("--output", type=Path, required=True)
    options = parser.parse_args()
    options.output.mkdir(parents=True, exist_ok=True)
    torch.manual_seed(SEED)
    generator = random.Random(SEED)  # noqa: S311 - no secret
    embedder = BundledEmbedder()
    tokenizer = Tokenizer.from_file(str(BUNDLED_FOLDER / TOKENIZER_FILE))
    judge = Judge(to_torch(*read_weights(BUNDLED_FOLDER, LAYERS)), tokenizer)
    files = [options.shared / f"{name}.json" for name in ("cmrc2018_trial", "drcd_dev")]
    passages = [source for file in files for source in reading_sources(file)]
    reading = judged_questions(passages, embedder, generator)
    train(judge, generator.sample(reading, READING), options.output, "reading")
    for stage in ("own", "own_again"):
        train(judge, judged_questions(own_sources(), embedder, generator), options.output, stage)
    again = generator.sample(judged_questions(own_sources(), embedder, generator), AGAIN)
    train(judge, [*judged_questions(policy_sources(), embedder, generator), *again], options.output, "policies")


if __name__ == "__main__":
    main()
