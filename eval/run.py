"""Score the assistant on a dataset: `python -m eval.run [--dataset FILE] [--documents FOLDER] [--split dev|test]`."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import track
from rich.table import Table

from assistant.answer import Answer
from assistant.assistant import Assistant
from assistant.citation import is_verbatim
from assistant.factory import create_assistant
from assistant.settings import load_settings
from eval.dataset import BUNDLED_SET, Example, load_examples
from eval.metrics import (
    bootstrap_interval,
    evidence_coverage,
    hit_at,
    mean,
    precision,
    recall,
    reciprocal_rank,
)

CONTENT_KINDS = ("direct", "paraphrase", "figure", "multi", "followup")


@dataclass(frozen=True, slots=True)
class Outcome:
    """An example and what came of it."""

    example: Example
    answer: Answer
    verbatim: bool
    milliseconds: float

    @property
    def relevant(self) -> list[bool]:
        """Whether each retrieved clause is gold, best first; a gold clause counts once."""
        return [self.example.is_gold(item.clause) for item in self.answer.retrieved]

    def cited(self) -> set[str]:
        """Paths of the cited clauses, each with its document."""
        return {f"{group.clause.document}:{'/'.join(group.clause.path)}" for group in self.answer.groups}

    def gold(self) -> set[str]:
        """Paths of the gold clauses, each with its document."""
        return {f"{Path(self.example.document).stem}:{path}" for path in self.example.gold}


Measure = Callable[[Outcome], float]
MEASURES: dict[str, Measure] = {
    "hit@1": lambda outcome: hit_at(outcome.relevant, 1),
    "hit@5": lambda outcome: hit_at(outcome.relevant, 5),
    "MRR": lambda outcome: reciprocal_rank(outcome.relevant),
    "citation P": lambda outcome: precision(outcome.cited(), outcome.gold()),
    "citation R": lambda outcome: recall(outcome.cited(), outcome.gold()),
    "evidence": lambda outcome: evidence_coverage(
        outcome.example.quotes, [citation.quote for citation in outcome.answer.citations]
    ),
    "refused": lambda outcome: float(outcome.answer.refusal is not None),
}


def evaluate(assistant: Assistant, examples: Sequence[Example]) -> list[Outcome]:
    """Ask every question."""
    by_name = {parsed.document.name: parsed for parsed in assistant.documents}
    outcomes: list[Outcome] = []
    for example in track(examples, description="提问", console=Console(stderr=True), transient=True):
        start = time.perf_counter()
        answer = assistant.ask(example.question, example.history)
        elapsed = (time.perf_counter() - start) * 1000
        verbatim = all(is_verbatim(citation, by_name[citation.clause.document]) for citation in answer.citations)
        outcomes.append(Outcome(example, answer, verbatim, elapsed))
    return outcomes


def report(outcomes: Sequence[Outcome], console: Console) -> None:
    """Print a row per kind, and all content questions together with 95 % intervals."""
    table = Table("kind", "n", *MEASURES)
    for kind in CONTENT_KINDS:
        table.add_row(kind, *_cells([outcome for outcome in outcomes if outcome.example.kind == kind]))
    content = [outcome for outcome in outcomes if outcome.example.kind in CONTENT_KINDS]
    table.add_row("all content", *_cells(content), end_section=True)
    table.add_row("95 %", "", *[_interval([measure(outcome) for outcome in content]) for measure in MEASURES.values()])
    console.print(table)
    unanswerable = [outcome for outcome in outcomes if not outcome.example.answerable]
    refused = [float(outcome.answer.refusal is not None) for outcome in unanswerable]
    console.print(f"unanswerable: {len(refused)}, refused {mean(refused):.3f} {_interval(refused)}")
    console.print(f"verbatim: {mean([float(outcome.verbatim) for outcome in outcomes]):.3f}")
    times = sorted(outcome.milliseconds for outcome in outcomes)
    console.print(f"p50 {times[len(times) // 2]:.0f} ms, p95 {times[int(len(times) * 0.95)]:.0f} ms")


def _cells(outcomes: Sequence[Outcome]) -> list[str]:
    scored = [outcome for outcome in outcomes if outcome.example.gold]
    cells = [f"{mean([measure(outcome) for outcome in scored]):.3f}" for measure in MEASURES.values()]
    return [str(len(scored)), *cells]


def _interval(values: Sequence[float]) -> str:
    low, high = bootstrap_interval(values)
    return f"{low:.3f}-{high:.3f}"


def main(
    dataset: Annotated[Path, typer.Option()] = BUNDLED_SET,
    documents: Annotated[Path | None, typer.Option()] = None,
    index: Annotated[Path | None, typer.Option()] = None,
    split: Annotated[str, typer.Option()] = "dev",
) -> None:
    """Score the assistant on one split of a dataset."""
    assistant = create_assistant(load_settings(documents=documents, index=index))
    report(evaluate(assistant, load_examples(dataset, split)), Console())


if __name__ == "__main__":
    typer.run(main)
