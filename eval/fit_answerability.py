"""Fit the decision whether the documents answer a question, on the `dev` splits of several datasets.

    python -m eval.fit_answerability --set DATASET=INDEX --set DATASET=INDEX

Writes `assistant/answerability.json`. Each dataset weighs the same, whatever its size, and answerable and
unanswerable questions weigh the same within it. The threshold lets at most `OVER_REFUSAL` of the answerable questions
of any dataset be refused.
"""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import numpy as np
import typer
from rich.console import Console
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score

from assistant.answerability import JUDGED, MODEL_FILE, AnswerabilityModel, signals
from assistant.assistant import RETRIEVED
from assistant.question import read_question
from assistant.scope import is_not_policy, is_unclear
from assistant.settings import Settings
from eval.dataset import Example, load_examples
from index.embedder import load_embedder
from index.reranker import BundledReranker
from index.retriever import HybridRetriever
from index.search_index import open_index

OVER_REFUSAL = 0.03
Collected = tuple[list[dict[str, float]], list[bool]]
"""The signals of the questions of a set, and whether the documents answer each."""

_ANSWERED_ELSEWHERE = {"structure", "list", "term"}


def collect(dataset: Path, index: Path) -> Collected:
    """Signals and truth of each `dev` question that this decision is left with."""
    settings = Settings(index=index)
    embedder = load_embedder(settings.embedding_model)
    retriever = HybridRetriever(open_index(settings.index, embedder), embedder, reranker=BundledReranker())
    examples = [example for example in load_examples(dataset, "dev") if _is_left(example)]
    return [_signals(retriever, example) for example in examples], [example.answerable for example in examples]


def _is_left(example: Example) -> bool:
    """Whether neither the outline nor a rule settles it before."""
    question = read_question(example.question, example.history).standalone
    return example.kind not in _ANSWERED_ELSEWHERE and not is_unclear(question) and not is_not_policy(question)


def _signals(retriever: HybridRetriever, example: Example) -> dict[str, float]:
    question = read_question(example.question, example.history).standalone
    hits = retriever.judge(question, retriever.search(question, RETRIEVED))
    return signals(question, hits, retriever.index)


def fit(sets: Sequence[Collected], names: Sequence[str]) -> AnswerabilityModel:
    """Logistic regression over the standardised signals `names`; the threshold from the strictest set."""
    rows = [np.array([[values[name] for name in names] for values in found]) for found, _ in sets]
    truths = [np.array(truth) for _, truth in sets]
    stacked = np.vstack(rows)
    mean, deviation = stacked.mean(axis=0), stacked.std(axis=0)
    weights = [np.where(truth, 1 / truth.mean(), 1 / (1 - truth.mean())) / len(truth) for truth in truths]
    model = LogisticRegression(C=1.0).fit(
        (stacked - mean) / deviation, np.concatenate(truths), sample_weight=np.concatenate(weights) * 100
    )
    parameters = {
        name: {"mean": float(mean[i]), "deviation": float(deviation[i]), "weight": float(model.coef_[0][i])}
        for i, name in enumerate(names)
    }
    fitted = AnswerabilityModel(parameters, float(model.intercept_[0]), 0.0)
    answerable = [[fitted.probability(values) for values, truth in zip(*found, strict=True) if truth] for found in sets]
    threshold = min(float(np.quantile(scores, OVER_REFUSAL)) for scores in answerable)
    return AnswerabilityModel(parameters, float(model.intercept_[0]), threshold)


def report(name: str, model: AnswerabilityModel, collected: Collected) -> str:
    """AUC, refusal recall and over-refusal of a model on a set, in a line."""
    scores = np.array([model.probability(values) for values in collected[0]])
    labels = np.array(collected[1])
    refused = scores < model.threshold
    return (
        f"{name}: AUC {roc_auc_score(labels, scores):.3f}, refusal recall {refused[~labels].mean():.3f}, "
        f"over-refusal {refused[labels].mean():.3f}"
    )


def main(
    sets: Annotated[list[str], typer.Option("--set", help="DATASET=INDEX, several times")],
    output: Annotated[Path, typer.Option()] = MODEL_FILE,
) -> None:
    """Fit with and without the reranker; report each set, also with a model fitted on the others; write."""
    paths = [(Path(pair.split("=")[0]), Path(pair.split("=")[1])) for pair in sets]
    collected = [collect(dataset, index) for dataset, index in paths]
    console = Console()
    record: dict[str, object] = {}
    every = list(collected[0][0][0])
    for kind, names in (("plain", [name for name in every if name != JUDGED]), ("judged", every)):
        model = fit(collected, names)
        record[kind] = {"parameters": model.parameters, "bias": model.bias, "threshold": model.threshold}
        for place, (dataset, _) in enumerate(paths):
            others = [*collected[:place], *collected[place + 1 :]]
            console.print(report(f"{kind}, {dataset.stem}", model, collected[place]))
            console.print(report("  fitted on the others", fit(others, names), collected[place]))
    for (dataset, _), (found, truth) in zip(paths, collected, strict=True):
        alone = ", ".join(f"{name} {roc_auc_score(truth, [one[name] for one in found]):.3f}" for name in every)
        console.print(f"{dataset.stem}, AUC of each signal alone: {alone}")
    output.write_text(json.dumps(record, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    typer.run(main)
