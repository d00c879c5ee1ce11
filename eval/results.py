"""What a run leaves on disk."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from corpus.errors import PolicyAssistantError
from eval.figures import FIGURES_FILE
from eval.measures import scores
from eval.outcome import Outcome
from eval.report import REPORT_FILE, write_report
from eval.run import Results

RUN_FILE = "run.trec"
QRELS_FILE = "qrels.trec"
QUESTIONS_FILE = "questions.jsonl"
SYSTEMS_FOLDER = "systems"


def write_results(folder: Path, results: Sequence[Results], titles: Mapping[str, str]) -> None:
    """Write the first system's run, and the figures of all of them if there are several.

    Files: `run.trec` and `qrels.trec` (for trec_eval and its kin), `questions.jsonl`, `figures.json`, `report.html`,
    and `systems/<place>.json`. `titles`: of all clauses, by name.

    Raises:
        PolicyAssistantError: if they cannot be written.
    """
    outcomes, figures = results[0].outcomes, results[0].figures
    others = [(one.figures.system, one.figures) for one in results] if len(results) > 1 else []
    try:
        folder.mkdir(parents=True, exist_ok=True)
        _write_lines(folder / RUN_FILE, trec_run(outcomes))
        _write_lines(folder / QRELS_FILE, trec_qrels(outcomes))
        records = question_records(outcomes)
        _write_lines(folder / QUESTIONS_FILE, (json.dumps(record, ensure_ascii=False) for record in records))
        figures.save(folder / FIGURES_FILE)
        write_report(folder / REPORT_FILE, outcomes, figures, titles, others)
        for place, (_, other) in enumerate(others):
            (folder / SYSTEMS_FOLDER).mkdir(exist_ok=True)
            other.save(folder / SYSTEMS_FOLDER / f"{place:02}.json")
    except OSError as error:
        raise PolicyAssistantError(f"评测结果无法写入“{folder.name}”，请用 --output 另指一个文件夹。") from error


def _write_lines(path: Path, lines: Iterator[str]) -> None:
    path.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8", errors="backslashreplace")


def trec_run(outcomes: Sequence[Outcome]) -> Iterator[str]:
    """Lines `question Q0 clause rank score tag`; white space in a name becomes `_`.

    Scoring tools sort by score, so the score is the rank counted from the end.
    """
    for outcome in outcomes:
        size = len(outcome.ranking)
        for rank, name in enumerate(outcome.ranking, 1):
            yield f"{_word(outcome.example.id)} Q0 {_word(name)} {rank} {size - rank + 1} policy-assistant"


def trec_qrels(outcomes: Sequence[Outcome]) -> Iterator[str]:
    """Lines `question 0 clause 1` for the gold clauses of answerable questions."""
    for outcome in outcomes:
        if outcome.example.answerable:
            yield from (f"{_word(outcome.example.id)} 0 {_word(name)} 1" for name in outcome.gold)


def question_records(outcomes: Sequence[Outcome]) -> Iterator[dict[str, Any]]:
    """What was asked, expected and answered, with all scores."""
    for outcome in outcomes:
        example, response = outcome.example, outcome.response
        yield {
            "id": example.id,
            "kind": example.kind,
            "question": example.question,
            "history": list(example.history),
            "gold": list(outcome.gold),
            "gold_quotes": list(example.quotes),
            "reason": example.reason,
            "flags": list(example.flags),
            "ranking": list(outcome.ranking),
            "cited": list(outcome.cited),
            "citations": [asdict(citation) for citation in response.citations],
            "refused": response.refused,
            "refusal_reason": response.refusal_reason,
            "probability": response.probability,
            "answer": response.text,
            "elapsed_ms": round(response.milliseconds, 3),
            "scores": scores(outcome),
        }


def _word(text: str) -> str:
    return "_".join(text.split())
