"""Train the judge, which tells whether a text answers a question, on the trunk of the trained encoder.

    python -m index.training.train_judge --source e5-small-q4.bin --encoder model.npz --output FOLDER

The lowest `LAYERS` layers of the encoder read the question and the text together; a linear layer over their mean gives
a logit. Binary cross entropy (Nogueira and Cho, 2019, monoBERT, with a mean in place of the first piece). Writes
`model.npz` (the head as `head.w` and `head.b`) and `log.jsonl` into `--output`.
"""

import argparse
import json
import random
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import torch
from tokenizers import Tokenizer
from torch.nn import functional
from torch.optim.lr_scheduler import LambdaLR
from transformers import BertModel

from index.embedder import BundledEmbedder
from index.models.build_model import DEFAULT_OUTPUT, TOKENIZER_FILE
from index.models.packed_source import read_packed_model
from index.training.judged import Judged, judged_questions
from index.training.torch_model import FloatArray, from_torch, to_torch
from index.training.train_encoder import TENSORS_FILE

SEED = 2023
LAYERS = 6
BATCH = 12
EPOCHS = 1
RATE = 6e-5
HEAD_RATE = 1e-3
MAX_TOKENS = 128
_LOG_EVERY = 10
_SAVE_EVERY = 100


class Judge(torch.nn.Module):
    """Logits, float32 `(n,)`: higher means that the text answers the question."""

    def __init__(self, trunk: BertModel, tokenizer: Tokenizer) -> None:
        """A judge on this trunk, its head untrained."""
        super().__init__()
        self.trunk = trunk
        self.head = torch.nn.Linear(trunk.config.hidden_size, 1)
        self._tokenizer = tokenizer
        tokenizer.enable_truncation(max_length=MAX_TOKENS)
        tokenizer.enable_padding()

    def forward(self, pairs: Sequence[tuple[str, str]]) -> torch.Tensor:
        """Judge pairs of question and text."""
        found = self._tokenizer.encode_batch(list(pairs))
        ids = torch.tensor([one.ids for one in found])
        mask = torch.tensor([one.attention_mask for one in found])
        hidden = self.trunk(input_ids=ids, attention_mask=mask).last_hidden_state
        mean = (hidden * mask.unsqueeze(-1)).sum(1) / mask.sum(1, keepdim=True)
        return self.head(mean).squeeze(-1)  # type: ignore[no-any-return]


def train(judge: Judge, questions: Sequence[Sequence[Judged]], output: Path) -> None:
    """Train in place; writes the log and checkpoints. A batch holds all texts of `BATCH` questions."""
    generator = random.Random(SEED)  # noqa: S311 - no secret
    for parameter in judge.trunk.embeddings.parameters():
        parameter.requires_grad_(False)
    trunk = [parameter for parameter in judge.trunk.parameters() if parameter.requires_grad]
    groups = [{"params": trunk, "lr": RATE}, {"params": judge.head.parameters(), "lr": HEAD_RATE}]
    optimizer = torch.optim.AdamW(groups, weight_decay=0.01)
    planned = [batch for _ in range(EPOCHS) for batch in _batches(questions, generator)]
    warmup = max(1, len(planned) // 10)
    schedule = LambdaLR(optimizer, lambda step: min(step / warmup, (len(planned) - step) / (len(planned) - warmup)))
    judge.train()
    start, losses = time.perf_counter(), []
    with (output / "log.jsonl").open("w", encoding="utf-8") as log:
        for step, batch in enumerate(planned, 1):
            logits = judge([(one.question, one.text) for one in batch])
            loss = functional.binary_cross_entropy_with_logits(
                logits, torch.tensor([float(one.is_answer) for one in batch])
            )
            loss.backward()  # type: ignore[no-untyped-call]
            torch.nn.utils.clip_grad_norm_(trunk, 1.0)
            optimizer.step()
            schedule.step()
            optimizer.zero_grad()
            losses.append(loss.item())
            if step % _LOG_EVERY == 0 or step == len(planned):
                seconds = round(time.perf_counter() - start)
                record = {"step": step, "of": len(planned), "loss": float(np.mean(losses)), "seconds": seconds}
                log.write(json.dumps(record) + "\n")
                log.flush()
                losses = []
            if step % _SAVE_EVERY == 0 or step == len(planned):
                np.savez(output / TENSORS_FILE, **tensors_of(judge))  # type: ignore[arg-type]


def _batches(questions: Sequence[Sequence[Judged]], generator: random.Random) -> list[list[Judged]]:
    mixed = generator.sample(questions, len(questions))
    return [[one for group in mixed[start : start + BATCH] for one in group] for start in range(0, len(mixed), BATCH)]


def tensors_of(judge: Judge) -> dict[str, FloatArray]:
    """The trunk's tensors under their names in the packed file, and the head's."""
    weight, bias = judge.head.weight.detach().numpy(), judge.head.bias.detach().numpy()
    return {**from_torch(judge.trunk), "head.w": weight.reshape(-1), "head.b": bias}


def main() -> None:
    """Run the command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--source", type=Path, required=True)
    parser.add_argument("--encoder", type=Path, required=True)
    parser.add_argument("--output", type=Path, required=True)
    options = parser.parse_args()
    options.output.mkdir(parents=True, exist_ok=True)
    with np.load(options.encoder, allow_pickle=False) as file:
        tensors = dict(file)
    trunk = to_torch(tensors, replace(read_packed_model(options.source).dimensions, layers=LAYERS))
    tokenizer = Tokenizer.from_file(str(DEFAULT_OUTPUT / TOKENIZER_FILE))
    questions = judged_questions(BundledEmbedder(DEFAULT_OUTPUT), random.Random(SEED))  # noqa: S311 - no secret
    torch.manual_seed(SEED)
    train(Judge(trunk, tokenizer), questions, options.output)


if __name__ == "__main__":
    main()
