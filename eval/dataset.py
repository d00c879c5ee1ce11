"""Questions with gold answers."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from corpus.clauses import Clause
from corpus.errors import PolicyAssistantError

DATASETS = Path(__file__).parent / "datasets"
BUNDLED_SET = DATASETS / "economic_work_2023.jsonl"


@dataclass(frozen=True, slots=True)
class Example:
    """A question and what a right answer holds.

    Attributes:
        id: unique in its file.
        question, history: what is asked, and the turns before it.
        kind: direct, paraphrase, figure, multi, structure, unanswerable or followup.
        split: `dev` to choose by, `test` only to report.
        document: the source file of the gold clauses; "" if there are none.
        gold: paths of labels of all clauses that a reader would cite, most important first; "" is the opening.
        quotes: words that complete evidence holds.
        flags: such as `masked`, `typo`, `traditional`.
    """

    id: str
    question: str
    history: tuple[dict[str, str], ...]
    kind: str
    split: str
    document: str
    gold: tuple[str, ...]
    quotes: tuple[str, ...]
    flags: tuple[str, ...]

    @property
    def answerable(self) -> bool:
        """Whether the documents answer it."""
        return self.kind != "unanswerable"

    def is_gold(self, clause: Clause) -> bool:
        """Whether the clause is one of the gold clauses; a unit's own words count as the unit."""
        return clause.document == Path(self.document).stem and "/".join(clause.path) in self.gold


def load_examples(path: Path, split: str) -> list[Example]:
    """The examples of one split, in the file's order.

    Raises:
        PolicyAssistantError: if the file cannot be read as a dataset.
    """
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
        examples = [_example(json.loads(line)) for line in lines]
    except (OSError, ValueError, KeyError) as error:
        raise PolicyAssistantError(f"测试集“{path.name}”无法读取，请检查文件后重试。") from error
    return [example for example in examples if example.split == split]


def _example(record: dict[str, Any]) -> Example:
    return Example(
        id=record["id"],
        question=record["question"],
        history=tuple(record.get("history", ())),
        kind=record["kind"],
        split=record["split"],
        document=record["document"],
        gold=tuple(record["gold"]),
        quotes=tuple(record["quotes"]),
        flags=tuple(record["flags"]),
    )
