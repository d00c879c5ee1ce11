"""What a run came to: means with intervals, and the score of every question."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from corpus.errors import PolicyAssistantError
from eval.dataset import CONTENT_KINDS, KINDS
from eval.measures import MEASURES, Measure
from eval.metrics import mean
from eval.significance import bootstrap_interval

FIGURES_FILE = "figures.json"
CONTENT = "content"
"""The group of all questions about content, whatever their kind."""


@dataclass(frozen=True, slots=True)
class Estimate:
    """A mean over `n` questions with its 95 % bootstrap interval."""

    mean: float
    low: float
    high: float
    n: int


@dataclass(frozen=True, slots=True)
class Figures:
    """What a run came to, and what comparing it with another needs.

    Attributes:
        dataset, split, system: what was asked of whom.
        latency: milliseconds by `p50` and `p95`.
        length: characters of an answer by `p50` and `p95`.
        scores: by question and measure; a measure that does not apply is left out.
        kinds: by question.
    """

    dataset: str
    split: str
    system: str
    latency: Mapping[str, float]
    length: Mapping[str, float]
    scores: Mapping[str, Mapping[str, float]]
    kinds: Mapping[str, str]

    def groups(self) -> list[str]:
        """The kinds that occur, in their order, and `content` before them."""
        return [CONTENT, *(kind for kind in KINDS if kind in self.kinds.values())]

    def values(self, measure: str, group: str | None = None) -> list[float]:
        """The measure's values over the questions of a group that it applies to; over all without a group."""
        kinds = CONTENT_KINDS if group == CONTENT else KINDS if group is None else (group,)
        return [found[measure] for id_, found in self.scores.items() if measure in found and self.kinds[id_] in kinds]

    def estimate(self, measure: str, group: str | None = None) -> Estimate:
        """Mean and interval of `values`."""
        values = self.values(measure, group)
        return Estimate(mean(values), *bootstrap_interval(values), len(values))

    def overall(self, measure: Measure) -> Estimate:
        """The headline figure of a measure."""
        return self.estimate(measure.name, CONTENT if measure.of_content else None)

    def save(self, path: Path) -> None:
        """Write as JSON, a question a line, so that two files can be compared by eye."""
        head = {
            "dataset": self.dataset,
            "split": self.split,
            "system": self.system,
            "questions": len(self.scores),
            "latency_ms": dict(self.latency),
            "answer_characters": dict(self.length),
            "estimates": {measure.name: self._estimates(measure.name) for measure in MEASURES},
            "scores": {},
        }
        rows = [
            f"{json.dumps(id_, ensure_ascii=False)}: {json.dumps({'kind': self.kinds[id_], **found})}"
            for id_, found in self.scores.items()
        ]
        text = json.dumps(head, ensure_ascii=False, indent=1).removesuffix("{}\n}")
        path.write_text(text + "{\n" + ",\n".join(rows) + "\n}\n}\n", encoding="utf-8")

    def _estimates(self, measure: str) -> dict[str, dict[str, float]]:
        found = {group: self.estimate(measure, group) for group in self.groups()}
        found["all"] = self.estimate(measure)
        return {
            group: {"mean": one.mean, "low": one.low, "high": one.high, "n": one.n}
            for group, one in found.items()
            if one.n
        }

    @classmethod
    def load(cls, path: Path) -> "Figures":
        """Read what `save` wrote, from the file or from the folder of a run.

        Raises:
            PolicyAssistantError: if it is not such a file.
        """
        file = path / FIGURES_FILE if path.is_dir() else path
        try:
            data: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
            kinds = {id_: found["kind"] for id_, found in data["scores"].items()}
            values = {
                id_: {name: float(value) for name, value in found.items() if name != "kind"}
                for id_, found in data["scores"].items()
            }
            return cls(
                data["dataset"],
                data["split"],
                data["system"],
                data["latency_ms"],
                data["answer_characters"],
                values,
                kinds,
            )
        except (OSError, ValueError, LookupError, TypeError, AttributeError) as error:
            raise PolicyAssistantError(
                f"“{path.name}”不是评测结果，请指定评测输出的文件夹或其中的 {FIGURES_FILE}。"
            ) from error
