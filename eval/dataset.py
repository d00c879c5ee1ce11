"""Questions with gold answers."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from corpus.errors import PolicyAssistantError

DATASETS = Path(__file__).parent / "datasets"
BUNDLED_SET = DATASETS / "economic_work_2023.jsonl"
OWN_SETS = {
    BUNDLED_SET: "自带文件",
    DATASETS / "other_policies.jsonl": "24 份其他文件",
    DATASETS / "regulations.jsonl": "16 份法规",
}
"""The datasets that come with the product, and what an official calls their documents."""

ALL = "all"
"""The name of all splits together."""

UNANSWERABLE = "unanswerable"
CONTENT_KINDS = ("direct", "paraphrase", "figure", "multi", "list", "term", "followup")
KINDS = (*CONTENT_KINDS, "structure", UNANSWERABLE)


@dataclass(frozen=True, slots=True)
class Example:
    """A question and what a right answer holds.

    Attributes:
        id: unique in its file.
        question, history: what is asked, and the turns before it.
        kind: direct, paraphrase, figure, multi, list, term, followup, structure or unanswerable.
        split: `dev` to choose by, `test` only to report.
        document: the source file of the gold clauses; "" if there are none, or only one document.
        gold: all clauses that a reader would cite, most important first: each a path of labels joined by "/"
            ("" is the opening), or the clause's own number where that is unique in the document (0 is the opening).
        quotes: words that complete evidence holds.
        answer: a model answer, for people to compare with.
        reason: why the documents do not answer it; "" if they do, or if it is not said.
        flags: such as `masked`, `typo`, `traditional`.
    """

    id: str
    question: str
    history: tuple[dict[str, str], ...]
    kind: str
    split: str
    document: str
    gold: tuple[str | int, ...]
    quotes: tuple[str, ...]
    answer: str
    reason: str
    flags: tuple[str, ...]

    @property
    def answerable(self) -> bool:
        """Whether the documents answer it."""
        return self.kind != UNANSWERABLE and not self.reason


def load_examples(path: Path, split: str) -> list[Example]:
    """The examples of one split (`all`: of every split), in the file's order.

    Only `id` and `question` must be there. Without a `kind`, a question with gold clauses is `direct`, one without
    is `unanswerable`.

    Raises:
        PolicyAssistantError: if the file cannot be read as a dataset, an id stands twice, a kind is unknown, or no
            question is of that split.
    """
    try:
        lines = path.read_text(encoding="utf-8-sig").split("\n")  # other line separators may stand in a question
        examples = [_example(json.loads(line)) for line in lines if line.strip()]
    except (OSError, ValueError, LookupError, TypeError, AttributeError, RecursionError) as error:
        raise PolicyAssistantError(f"测试集“{path.name}”无法读取，请检查文件后重试。") from error
    if len({example.id for example in examples}) < len(examples):
        raise PolicyAssistantError(f"测试集“{path.name}”里有题号（id）重复，请改正后重试。")
    if unknown := next((example for example in examples if example.kind not in KINDS), None):
        raise PolicyAssistantError(f"题目“{unknown.id}”的类别“{unknown.kind}”不认识，请改为 {'、'.join(KINDS)} 之一。")
    chosen = [example for example in examples if split in (ALL, example.split)]
    if not chosen:
        raise PolicyAssistantError(f"测试集“{path.name}”里没有“{split}”题，请用 --split 另选 dev、test 或 all。")
    return chosen


def documents_beside(dataset: Path) -> Path | None:
    """The folder of the documents that a dataset is about: the one beside it that bears its name, if there is one."""
    folder = dataset.with_suffix("")
    return folder if folder.is_dir() else None


def _example(record: dict[str, Any]) -> Example:
    gold = tuple(record.get("gold", ()))
    return Example(
        id=str(record["id"]),
        question=record["question"],
        history=tuple(record.get("history") or ()),
        kind=record.get("kind", "direct" if gold else UNANSWERABLE),
        split=record.get("split", ""),
        document=record.get("document", ""),
        gold=gold,
        quotes=tuple(record.get("quotes", ())),
        answer=record.get("answer", ""),
        reason=record.get("reason", ""),
        flags=tuple(record.get("flags", ())),
    )
