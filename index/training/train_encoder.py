"""Train the bundled encoder further on questions and the clauses that answer them.

    python -m index.training.train_encoder --source e5-small-q4.bin --shared FOLDER --output FOLDER

`--source`: the packed weights (see `index.models.build_model`). `--shared`: a folder with the public sets, which are
not part of the repository. Writes `model.npz` and `log.jsonl` (a line per five steps) into `--output`;
the tensors have the names of the packed file.

In-batch negatives, cosine over a temperature, cross entropy (van den Oord et al., 2018, InfoNCE; Henderson et al.,
2017). The embeddings of pieces stay as they are, so that words without training data keep their meaning.
"""

import argparse
import json
import random
import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch
from tokenizers import Tokenizer
from torch.nn import functional
from torch.optim.lr_scheduler import LambdaLR
from transformers import BertModel

from index.models.build_model import DEFAULT_OUTPUT, TOKENIZER_FILE
from index.models.packed_source import read_packed_model
from index.models.tokenizer_builder import PASSAGE_PROMPT, QUERY_PROMPT, kept_ids
from index.training.pairs import Pair, batches, own_pairs, reading_pairs, statute_pairs
from index.training.torch_model import from_torch, to_torch

SEED = 2023
BATCH = 32
EPOCHS = 1
RATE = 4e-5
TEMPERATURE = 0.02
QUERY_TOKENS, PASSAGE_TOKENS = 32, 96
TENSORS_FILE = "model.npz"
_LOG_EVERY = 5
_SAVE_EVERY = 50


def training_pairs(shared: Path) -> list[Pair]:
    """Our own questions, the public ones that the licences allow, and a part of the reading sets."""
    reading = [*reading_pairs(shared / "cmrc2018_trial.json"), *reading_pairs(shared / "drcd_dev.json")]
    random.Random(SEED).shuffle(reading)  # noqa: S311 - no secret
    return [*own_pairs(), *statute_pairs(shared), *reading[:800]]


def encode(model: BertModel, tokenizer: Tokenizer, texts: Sequence[str], length: int) -> torch.Tensor:
    """Mean-pooled vectors of unit norm, float32 `(n, dimension)`."""
    tokenizer.enable_truncation(max_length=length)
    tokenizer.enable_padding()
    found = tokenizer.encode_batch(list(texts))
    ids = torch.tensor([one.ids for one in found])
    mask = torch.tensor([one.attention_mask for one in found])
    hidden = model(input_ids=ids, attention_mask=mask).last_hidden_state
    return functional.normalize((hidden * mask.unsqueeze(-1)).sum(1), dim=1)


def train(model: BertModel, tokenizer: Tokenizer, pairs: Sequence[Pair], output: Path) -> None:
    """Train in place; writes the log and checkpoints."""
    generator = random.Random(SEED)  # noqa: S311 - no secret
    torch.manual_seed(SEED)
    for parameter in model.embeddings.parameters():
        parameter.requires_grad_(False)
    trained = [parameter for parameter in model.parameters() if parameter.requires_grad]
    optimizer = torch.optim.AdamW(trained, lr=RATE, weight_decay=0.01)
    planned = [batch for _ in range(EPOCHS) for batch in batches(pairs, BATCH, generator) if len(batch) > BATCH // 2]
    warmup = max(1, len(planned) // 10)
    schedule = LambdaLR(optimizer, lambda step: min(step / warmup, (len(planned) - step) / (len(planned) - warmup)))
    model.train()
    start, losses = time.perf_counter(), []
    with (output / "log.jsonl").open("w", encoding="utf-8") as log:
        for step, batch in enumerate(planned, 1):
            loss = _loss(model, tokenizer, batch, generator)
            loss.backward()  # type: ignore[no-untyped-call]
            torch.nn.utils.clip_grad_norm_(trained, 1.0)
            optimizer.step()
            schedule.step()
            optimizer.zero_grad()
            losses.append(loss.item())
            if step % _LOG_EVERY == 0 or step == len(planned):
                seconds = time.perf_counter() - start
                record = {"step": step, "of": len(planned), "loss": float(np.mean(losses)), "seconds": round(seconds)}
                log.write(json.dumps(record) + "\n")
                log.flush()
                losses = []
            if step % _SAVE_EVERY == 0:
                _save(model, output)
    _save(model, output)


def _save(model: BertModel, output: Path) -> None:
    np.savez(output / TENSORS_FILE, **from_torch(model))  # type: ignore[arg-type]


def _loss(model: BertModel, tokenizer: Tokenizer, batch: Sequence[Pair], generator: random.Random) -> torch.Tensor:
    queries = encode(model, tokenizer, [QUERY_PROMPT + pair.question for pair in batch], QUERY_TOKENS)
    drawn = [PASSAGE_PROMPT + generator.choice(pair.positives) for pair in batch]
    passages = encode(model, tokenizer, drawn, PASSAGE_TOKENS)
    scores = queries @ passages.T / TEMPERATURE
    truth = torch.arange(len(batch))
    return (functional.cross_entropy(scores, truth) + functional.cross_entropy(scores.T, truth)) / 2


def main() -> None:
    """Run the command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--source", type=Path, required=True)
    parser.add_argument("--shared", type=Path, required=True)
    parser.add_argument("--output", type=Path, required=True)
    options = parser.parse_args()
    options.output.mkdir(parents=True, exist_ok=True)
    packed = read_packed_model(options.source)
    weights = dict(packed.tensors)
    kept = kept_ids(packed.vocabulary)
    weights["emb.word"] = weights["emb.word"].reshape(-1, packed.dimensions.hidden)[kept].reshape(-1)
    model = to_torch(weights, packed.dimensions)
    tokenizer = Tokenizer.from_file(str(DEFAULT_OUTPUT / TOKENIZER_FILE))
    train(model, tokenizer, training_pairs(options.shared), options.output)


if __name__ == "__main__":
    main()
