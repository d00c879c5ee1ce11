"""Asking all questions of a dataset, and adding up what came."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console
from rich.progress import track

from assistant.settings import Settings, load_settings
from eval.dataset import Example, documents_beside
from eval.doors import Door
from eval.figures import Figures
from eval.measures import scores
from eval.metrics import percentile
from eval.outcome import Judge, Outcome

OUTPUT = Path(".policy-eval")
"""Where indexes and results go by default."""


@dataclass(frozen=True, slots=True)
class Results:
    """The outcomes of one system and what they come to."""

    outcomes: Sequence[Outcome]
    figures: Figures


def dataset_settings(dataset: Path, documents: Path | None = None, index: Path | None = None) -> Settings:
    """Settings under which a dataset is asked; documents given, or beside it, get an index of their own."""
    documents = documents or documents_beside(dataset)
    if index is None and documents is not None:
        index = OUTPUT / f"{dataset.stem}-index"
    return load_settings(documents=documents, index=index)


def ask_all(
    judge: Judge, doors: Iterable[tuple[str, Door]], examples: Sequence[Example], *, dataset: str, split: str
) -> list[Results]:
    """Ask several systems, given by label, the same questions."""
    results: list[Results] = []
    for label, door in doors:
        outcomes = evaluate(door, judge, examples, label)
        results.append(Results(outcomes, summarise(outcomes, dataset=dataset, split=split, system=label)))
    return results


def evaluate(door: Door, judge: Judge, examples: Sequence[Example], title: str = "提问") -> list[Outcome]:
    """Ask every question, in order."""
    console = Console(stderr=True)
    asked = track(examples, description=title, console=console, transient=True, disable=not console.is_terminal)
    return [judge.outcome(example, door(example)) for example in asked]


def summarise(outcomes: Sequence[Outcome], *, dataset: str, split: str, system: str) -> Figures:
    """Score every outcome."""
    return Figures(
        dataset=dataset,
        split=split,
        system=system,
        latency=_quantiles([outcome.response.milliseconds for outcome in outcomes]),
        length=_quantiles([len(outcome.response.text) for outcome in outcomes]),
        scores={outcome.example.id: scores(outcome) for outcome in outcomes},
        kinds={outcome.example.id: outcome.example.kind for outcome in outcomes},
    )


def _quantiles(values: Sequence[float]) -> dict[str, float]:
    return {"p50": percentile(values, 0.5), "p95": percentile(values, 0.95)}
