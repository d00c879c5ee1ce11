"""How well claims are checked: `python -m eval.claims`. Reports, asserts nothing.

`datasets/claims.jsonl`: sentences of documents, and what a chat model might write of them, half of it wrong in a way
that is easily overlooked. The rules of `assistant.support` were written on `dev`; `test` is other documents and another
author.
"""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from operator import attrgetter
from pathlib import Path

import numpy as np
from rich.console import Console
from rich.table import Table

from assistant.support import LEVEL, agrees, similarity
from eval.calibration import auc
from eval.metrics import mean
from eval.significance import bootstrap_interval
from index.embedder import BundledEmbedder, Embedder
from index.reranker import BundledReranker, Reranker

FILE = Path(__file__).parent / "datasets" / "claims.jsonl"
WRONG = 0.05
"""The share of the wrong claims on `dev` that may be kept."""
_LEVELS = tuple(float(level) for level in np.arange(0.80, 0.99, 0.02).round(2))


@dataclass(frozen=True, slots=True)
class Example:
    """A claim and the sentences that it names; `supported`: whether a careful reader says that they bear it out."""

    id: str
    split: str
    document: str
    evidence: tuple[str, ...]
    claim: str
    supported: bool
    kind: str


@dataclass(frozen=True, slots=True)
class Checked:
    """An example, what the rules say of it, how similar it is to its evidence, and what the bundled judge says."""

    example: Example
    agrees: bool
    similarity: float
    judged: float

    def is_kept(self, level: float = LEVEL) -> bool:
        """Whether the claim is kept."""
        return self.agrees and self.similarity >= level


def load_claims(file: Path = FILE) -> list[Example]:
    """The examples, in order."""
    rows = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]
    return [Example(**{**row, "evidence": tuple(row["evidence"])}) for row in rows]


def check(examples: Iterable[Example], embedder: Embedder, judge: Reranker) -> list[Checked]:
    """Check every claim; `judge` is asked whether a sentence of the evidence answers the claim."""
    return [
        Checked(
            one,
            agrees(one.claim, one.evidence),
            similarity(one.claim, one.evidence, embedder),
            float(np.max(judge.score(one.claim, list(one.evidence)))),
        )
        for one in examples
    ]


def share_kept(checked: Sequence[Checked], *, supported: bool, level: float = LEVEL) -> float:
    """The share of the right claims that are kept, or of the wrong ones."""
    return mean([float(one.is_kept(level)) for one in checked if one.example.supported == supported])


def fitted_level(dev: Sequence[Checked]) -> float:
    """The least level that keeps no more than `WRONG` of what is wrong.

    Raises:
        ValueError: if there is none.
    """
    return min(level for level in _LEVELS if share_kept(dev, supported=False, level=level) <= WRONG)


def main() -> None:
    """Check all, and print what is kept, by level on `dev`, and by kind."""
    console = Console(highlight=False)
    checked = check(load_claims(), BundledEmbedder(), BundledReranker())
    dev = [one for one in checked if one.example.split == "dev"]
    console.print(_by_level(dev))
    console.print(f"level fitted on dev: {fitted_level(dev):.2f}; in use: {LEVEL:.2f}")
    for split in ("dev", "test"):
        part = [one for one in checked if one.example.split == split]
        for supported, name in ((True, "right"), (False, "wrong")):
            kept = [float(one.is_kept()) for one in part if one.example.supported == supported]
            low, high = bootstrap_interval(kept)
            console.print(f"{split}, {name}: kept {mean(kept):.3f} ({low:.3f}-{high:.3f}) of {len(kept)}")
    console.print(_by_kind(checked))
    right = [one for one in checked if one.example.supported]
    wrong = [one for one in checked if not one.example.supported]
    for name, value in (("similarity", attrgetter("similarity")), ("judge, which is not used", attrgetter("judged"))):
        console.print(f"AUC of the {name}: {auc([*map(value, right)], [*map(value, wrong)]):.3f}")


def _by_level(checked: Sequence[Checked]) -> Table:
    table = Table("level (dev)", "right kept", "wrong kept")
    for level in _LEVELS:
        shares = [share_kept(checked, supported=supported, level=level) for supported in (True, False)]
        table.add_row(f"{level:.2f}", *(f"{share:.3f}" for share in shares))
    return table


def _by_kind(checked: Sequence[Checked]) -> Table:
    table = Table("kind", "kept on dev", "kept on test")
    for supported, kind in sorted({(one.example.supported, one.example.kind) for one in checked}, reverse=True):
        cells = []
        for split in ("dev", "test"):
            own = [one for one in checked if (one.example.split, one.example.kind) == (split, kind)]
            cells.append(f"{sum(one.is_kept() for one in own)} of {len(own)}")
        table.add_row(f"{'right' if supported else 'wrong'}: {kind}", *cells)
    return table


if __name__ == "__main__":
    main()
