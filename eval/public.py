"""Score the assistant on a public question set: `policy-assistant eval public`.

Documents are ranked by the clauses that an answer has retrieved, each document at its best clause. The assistant
retrieves ten clauses, so a document beyond them counts as not found, and a document with several clauses among them
leaves room for fewer others.
"""

import hashlib
import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

from assistant.answer import Answer
from assistant.assistant import RETRIEVED, Assistant
from assistant.bulk import Answerer
from assistant.factory import create_assistant
from assistant.settings import Settings, load_settings
from corpus.document import Document
from corpus.errors import IndexDamagedError, IndexMissingError, PolicyAssistantError
from corpus.readers import document_from_text
from eval.figures import Estimate
from eval.metrics import hit_at, mean, ndcg_at, recall_at, reciprocal_rank
from eval.public_sets import LOADERS, PublicQuestion, PublicSet
from eval.significance import bootstrap_interval
from index.build import build_index
from index.embedder import load_embedder
from index.generations import current_generation
from index.tokenizer import search_form

_FOLDER = Path(".policy-eval")
_DEPTH_NOTE = f"排名只看检索到的 {RETRIEVED} 条条款所属的文件，此外的文件按没有找到计。"
_SAMPLE_NOTE = "这是前 {} 题的小样，只检索这些题附带的文件，比全量容易得多，不能与公开发表的成绩相比。"


@dataclass(frozen=True, slots=True)
class PublicOutcome:
    """A question and what came of it.

    `ranking` names the documents of the retrieved clauses, best first, each once; `quotes` stand in reading order.
    """

    question: PublicQuestion
    ranking: tuple[str, ...]
    quotes: tuple[str, ...]
    refused: bool

    @property
    def relevant(self) -> list[bool]:
        """For each ranked document, whether it is gold."""
        return [name in self.question.gold for name in self.ranking]


@dataclass(frozen=True, slots=True)
class PublicMeasure:
    """A measure of an outcome, in [0, 1]: its key in files, what a reader sees, of which outcomes, and its value."""

    name: str
    label: str
    applies: Callable[[PublicOutcome], bool]
    score: Callable[[PublicOutcome], float]


def _answerable(outcome: PublicOutcome) -> bool:
    return outcome.question.answerable


MEASURES = (
    PublicMeasure("hit@1", "第一份就对 hit@1", _answerable, lambda outcome: hit_at(outcome.relevant, 1)),
    PublicMeasure(
        "recall@10",
        "召回率 recall@10",
        _answerable,
        lambda outcome: recall_at(outcome.relevant, 10, len(outcome.question.gold)),
    ),
    PublicMeasure("MRR@10", "名次倒数 MRR@10", _answerable, lambda outcome: reciprocal_rank(outcome.relevant[:10])),
    PublicMeasure(
        "nDCG@10",
        "排序质量 nDCG@10",
        _answerable,
        lambda outcome: ndcg_at(outcome.relevant, 10, len(outcome.question.gold)),
    ),
    PublicMeasure(
        "answer coverage",
        "引文覆盖答案",
        lambda outcome: bool(outcome.question.answers),
        lambda outcome: answer_coverage(outcome.question.answers, outcome.quotes),
    ),
    PublicMeasure("over-refusal", "误拒率（越低越好）", _answerable, lambda outcome: float(outcome.refused)),
    PublicMeasure(
        "refusal recall",
        "该拒答的拒答了",
        lambda outcome: not outcome.question.answerable,
        lambda outcome: float(outcome.refused),
    ),
)


@dataclass(frozen=True, slots=True)
class PublicResult:
    """What a set came to.

    Attributes:
        name: of the set.
        documents: how many the set has.
        outcomes: a question each, in the set's order.
    """

    name: str
    documents: int
    outcomes: tuple[PublicOutcome, ...]

    def estimates(self) -> dict[str, Estimate]:
        """Means with intervals by measure; a measure that applies to no question is left out."""
        values = {
            measure.name: [measure.score(outcome) for outcome in self.outcomes if measure.applies(outcome)]
            for measure in MEASURES
        }
        return {
            name: Estimate(mean(found), *bootstrap_interval(found), len(found))
            for name, found in values.items()
            if found
        }

    def record(self) -> dict[str, Any]:
        """As JSON, without the set's texts."""
        return {
            "name": self.name,
            "documents": self.documents,
            "questions": len(self.outcomes),
            "estimates": {name: asdict(estimate) for name, estimate in self.estimates().items()},
            "outcomes": [
                {
                    "id": outcome.question.id,
                    "ranking": list(outcome.ranking),
                    "refused": outcome.refused,
                    "scores": {one.name: one.score(outcome) for one in MEASURES if one.applies(outcome)},
                }
                for outcome in self.outcomes
            ],
        }


def answer_coverage(answers: Sequence[Sequence[str]], quotes: Sequence[str]) -> float:
    """The share of the answer's parts of which an accepted wording stands in the quotes, read one after the other.

    Compared in search form without white space, so that script, width and case do not count. `answers` must not be
    empty. The containment is that of RGB's own evaluation (Chen et al., AAAI 2024), as a share instead of all or none.
    """
    cited = _plain("".join(quotes))
    return mean([float(any(_plain(wording) in cited for wording in part)) for part in answers])


def _plain(text: str) -> str:
    return "".join(search_form(text).split())


def score_public(public: PublicSet, index: Path, settings: Settings) -> PublicResult:
    """Ask every question of the set.

    An index is built in a folder of `index` that its documents' texts name, or used again if it is there: sets that
    share their documents share an index, and a sample does not displace the whole.

    Raises:
        PolicyAssistantError: if a document, the model, the index or a setting cannot be used.
    """
    parts = public.parts()
    outcomes: list[PublicOutcome] = []
    for place, part in enumerate(parts, 1):
        documents = _documents(part)
        count = f"（{place}/{len(parts)}）" if public.alone else ""
        assistant = _open_assistant(documents, index / _digest(documents), settings, count)
        outcomes += ask_all(assistant, part.questions)
    return PublicResult(public.name, len(public.documents), tuple(outcomes))


def ask_all(assistant: Answerer, questions: Sequence[PublicQuestion]) -> tuple[PublicOutcome, ...]:
    """Ask each question on its own, in order."""
    outcomes: list[PublicOutcome] = []
    with _progress("提问") as report:
        for done, question in enumerate(questions, 1):
            outcomes.append(_outcome(question, assistant.ask(question.question)))
            report(done, len(questions))
    return tuple(outcomes)


def _outcome(question: PublicQuestion, answer: Answer) -> PublicOutcome:
    return PublicOutcome(
        question=question,
        ranking=tuple(dict.fromkeys(item.clause.document for item in answer.retrieved)),
        quotes=tuple(citation.quote for citation in answer.citations),
        refused=answer.refusal is not None,
    )


def _documents(public: PublicSet) -> list[Document]:
    """The set's texts as documents, with its names and titles: no line of a short passage is taken for a title."""
    return [
        replace(document_from_text(text, f"{name}.txt"), name=name, title=name if public.titled else "")
        for name, text in public.documents.items()
    ]


def _digest(documents: Sequence[Document]) -> str:
    """The first 8 hex digits of the SHA-256 of all names, titles and texts."""
    digest = hashlib.sha256()
    for document in documents:
        digest.update("\0".join((document.name, document.title, document.text, "")).encode())
    return digest.hexdigest()[:8]


def _open_assistant(documents: Sequence[Document], folder: Path, settings: Settings, count: str) -> Assistant:
    """The assistant of `settings` over an index in `folder`; built if missing, damaged, of another model or parser."""
    own = settings.model_copy(update={"index": folder})
    try:
        current_generation(folder)
        return create_assistant(own)
    except (IndexMissingError, IndexDamagedError):
        with _progress(f"建立索引{count}") as report:
            build_index(documents, folder, load_embedder(settings.embedding_model, settings.threads), report)
        return create_assistant(own)


@contextmanager
def _progress(title: str) -> Iterator[Callable[[int, int], None]]:
    """A progress bar on stderr, if that is a terminal, which appears with the first report."""
    console = Console(stderr=True)
    columns = (TextColumn(title), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as bar:
        task = bar.add_task(title, total=None, visible=False)
        yield lambda done, total: bar.update(task, completed=done, total=total, visible=True)


def run_public(set_name: str, path: Path, index: Path | None, limit: int | None, output: Path | None) -> None:
    """Score the assistant on a public set, print the figures, and write them into `output` if asked.

    Raises:
        PolicyAssistantError: if there is no such set, or a file cannot be used.
    """
    if set_name not in LOADERS:
        raise PolicyAssistantError(f"没有名为“{set_name}”的题库，请用 --set 指定 {'、'.join(LOADERS)} 之一。")
    settings, folder = load_settings(), index or _FOLDER / f"public-{set_name}"
    sets = [one.first(limit) if limit else one for one in LOADERS[set_name](path)]
    if output:
        _write(output, "")  # a path that cannot be written is found out now, not after an hour
    results = [score_public(one, folder, settings) for one in sets]
    notes = [_DEPTH_NOTE, *([_SAMPLE_NOTE.format(limit)] if limit else [])]
    _print(results, notes)
    if output:
        head = {"set": set_name, "file": path.name, "model": settings.embedding_model, "limit": limit, "notes": notes}
        record = {**head, "results": [result.record() for result in results]}
        _write(output, json.dumps(record, ensure_ascii=False, indent=1) + "\n")


def _print(results: Sequence[PublicResult], notes: Sequence[str]) -> None:
    table = Table("指标（括号内为 95% 区间）", *(result.name for result in results))
    table.add_row("题数", *(str(len(result.outcomes)) for result in results))
    table.add_row("文件数", *(str(result.documents) for result in results), end_section=True)
    estimates = [result.estimates() for result in results]
    for measure in MEASURES:
        table.add_row(measure.label, *(_cell(found.get(measure.name)) for found in estimates))
    console = Console(highlight=False, markup=False)
    console.print(table)
    for note in notes:
        console.print(note, soft_wrap=True)


def _cell(estimate: Estimate | None) -> str:
    return f"{estimate.mean:.3f}（{estimate.low:.3f}–{estimate.high:.3f}）" if estimate else "—"


def _write(path: Path, text: str) -> None:
    try:
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise PolicyAssistantError(f"结果文件“{path.name}”无法写入，请检查路径和权限后重试。") from error
