"""Scoring the target ledger: `python -m eval.targets` compares it with targets that readers marked by hand.

A row found matches a row marked when they stand in the same clause, their spans overlap, and both are quantities of
the same figure, or neither is a quantity. Each row is matched once. Rows marked as doubtful are neither required nor
held against the ledger. `--topics` scores what `policy-assistant targets --topic` selects, by the topics marked.
"""

import json
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console

from assistant.ledger import all_rows, targets_about
from assistant.settings import BUNDLED_DOCUMENTS, load_settings
from corpus.clauses import ParsedDocument, parse
from corpus.errors import PolicyAssistantError
from corpus.readers import read_document
from corpus.span import Span
from corpus.target_words import MODALS
from corpus.targets import Target, find_targets
from eval.dataset import DATASETS
from eval.metrics import mean, precision, recall
from index.embedder import load_embedder
from index.retriever import HybridRetriever
from index.search_index import open_index

GOLD = DATASETS / "targets.jsonl"
NEAR_MISSES = DATASETS / "not_targets.jsonl"
FOLDERS = (BUNDLED_DOCUMENTS, DATASETS / "other_policies")
HELD_OUT = ("03_", "33_", "65_")
"""The rules were not made with these documents in view; their names begin so."""
_DOUBT = "存疑"
_DISTRIBUTIVE = re.compile("…|均|分别")


@dataclass(frozen=True, slots=True)
class Marked:
    """A target marked by hand; the same fields as `Target`, with its clause's path joined by `/`."""

    clause: str
    span: Span
    indicator: str
    direction: str
    value: str
    unit: str
    time: str
    is_quantity: bool
    is_doubtful: bool
    topics: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Comparison:
    """A ledger beside the targets marked in one document.

    Attributes:
        pairs: rows that match firm marks.
        missed: firm marks without a row.
        wrong: rows without a mark, doubtful ones included.
    """

    document: str
    pairs: tuple[tuple[Target, Marked], ...]
    missed: tuple[Marked, ...]
    wrong: tuple[Target, ...]

    @property
    def precision(self) -> float:
        """The share of the rows that are targets; 1 for no rows."""
        return _share(len(self.pairs), len(self.wrong))

    @property
    def recall(self) -> float:
        """The share of the firm targets that have a row."""
        return _share(len(self.pairs), len(self.missed))

    @property
    def f1(self) -> float:
        """Harmonic mean of the two."""
        total = self.precision + self.recall
        return 2 * self.precision * self.recall / total if total else 0.0

    def agreement(self) -> dict[str, float]:
        """By field the share of the pairs that agree; `indicator`: mean Dice coefficient of the characters."""
        quantities = [pair for pair in self.pairs if pair[1].is_quantity]
        return {
            "modality": mean(
                [float(_modality(row.direction) == _modality(mark.direction)) for row, mark in self.pairs]
            ),
            "direction": mean([float(_words(row.direction) == _words(mark.direction)) for row, mark in self.pairs]),
            "value": mean([float(row.value == mark.value) for row, mark in quantities]),
            "unit": mean([float(row.unit == mark.unit) for row, mark in quantities]),
            "time": mean([float(row.time == mark.time) for row, mark in self.pairs]),
            "indicator": mean([_dice(row.indicator, mark.indicator) for row, mark in self.pairs]),
        }


def compare(parsed: ParsedDocument, marked: Sequence[Marked]) -> Comparison:
    """Hold the ledger of a document against its marks."""
    rows = find_targets(parsed)
    pairs = match(rows, marked)
    firm = [number for number, mark in enumerate(marked) if not mark.is_doubtful]
    return Comparison(
        document=parsed.document.source_name,
        pairs=tuple((rows[place], marked[number]) for place, number in sorted(pairs.items()) if number in firm),
        missed=tuple(marked[number] for number in firm if number not in pairs.values()),
        wrong=tuple(row for place, row in enumerate(rows) if place not in pairs and not _touches_doubt(row, marked)),
    )


def match(rows: Sequence[Target], marked: Sequence[Marked]) -> dict[int, int]:
    """Places of rows -> numbers of marks, greedily: firm marks first, then those whose fields and spans agree most."""
    candidates = [
        (mark.is_doubtful, -_likeness(row, mark), place, number)
        for place, row in enumerate(rows)
        for number, mark in enumerate(marked)
        if _match(row, mark)
    ]
    pairs: dict[int, int] = {}
    for _, _, place, number in sorted(candidates):
        if place not in pairs and number not in pairs.values():
            pairs[place] = number
    return pairs


def load_marked(parsed: ParsedDocument, records: Sequence[dict[str, Any]]) -> list[Marked]:
    """The marks of one document, in the file's order.

    Raises:
        PolicyAssistantError: if a quote does not stand in its clause.
    """
    return [_marked(parsed, record) for record in records]


def load_records(path: Path = GOLD) -> dict[str, list[dict[str, Any]]]:
    """The lines of a file of marks, by document."""
    found: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for line in path.read_text(encoding="utf-8").splitlines():
        record = json.loads(line)
        found[record["document"]].append(record)
    return dict(found)


def compare_all() -> Iterator[Comparison]:
    """Every document that has marks, in the file's order."""
    for name, records in load_records().items():
        parsed = open_document(name)
        yield compare(parsed, load_marked(parsed, records))


def open_document(name: str) -> ParsedDocument:
    """A bundled document, or one of the second collection."""
    return parse(read_document(next(folder / name for folder in FOLDERS if (folder / name).exists())))


def _marked(parsed: ParsedDocument, record: dict[str, Any]) -> Marked:
    text = parsed.document.text
    for clause in parsed.clauses:
        start = text.find(record["quote"], clause.span.start, clause.span.end)
        if "/".join(clause.path) == record["clause"] and start >= 0:
            return Marked(
                clause=record["clause"],
                span=Span(start, start + len(record["quote"])),
                indicator=record["indicator"],
                direction=record["direction"],
                value=record["value"],
                unit=record["unit"],
                time=record["time"],
                is_quantity=record["kind"] == "quantity",
                is_doubtful=record["note"].startswith(_DOUBT),
                topics=tuple(record["topics"]),
            )
    raise PolicyAssistantError(f"标注的“{record['quote']}”不在所标的条款里，请改正 {GOLD.name}。")


def _match(row: Target, mark: Marked) -> bool:
    return (
        "/".join(row.clause.path) == mark.clause
        and row.span.overlaps(mark.span)
        and row.is_quantity == mark.is_quantity
        and row.value == mark.value
    )


def _touches_doubt(row: Target, marked: Sequence[Marked]) -> bool:
    return any(mark.is_doubtful and row.span.overlaps(mark.span) for mark in marked)


def _likeness(row: Target, mark: Marked) -> float:
    overlap = min(row.span.end, mark.span.end) - max(row.span.start, mark.span.start)
    same = sum((row.unit == mark.unit, _words(row.direction) == _words(mark.direction)))
    return same + _dice(row.indicator, mark.indicator) + overlap / max(len(row.span), len(mark.span))


def _words(direction: str) -> str:
    """The words of a direction, but for those that share it out, whether or not something stood between them."""
    return _DISTRIBUTIVE.sub("", direction)


def _modality(direction: str) -> list[str]:
    return [modal for modal in MODALS if modal in direction]


def _dice(one: str, other: str) -> float:
    """Twice the shared characters over all characters, in [0, 1]."""
    shared = len(set(one) & set(other))
    return 2 * shared / (len(set(one)) + len(set(other))) if one or other else 1.0


def _share(part: int, rest: int) -> float:
    return part / (part + rest) if part + rest else 1.0


def score_topics() -> dict[str, tuple[float, float]]:
    """Precision and recall of the rows selected for each topic marked in the bundled document."""
    settings = load_settings()
    embedder = load_embedder(settings.embedding_model, settings.threads)
    retriever = HybridRetriever(open_index(settings.index, embedder), embedder)
    (parsed,) = retriever.index.documents
    rows = [row.target for row in all_rows(retriever.index)]
    marked = load_marked(parsed, load_records()[parsed.document.source_name])
    topics = {place: marked[number].topics for place, number in match(rows, marked).items()}
    found: dict[str, tuple[float, float]] = {}
    for topic in sorted(set().union(*topics.values())):
        wanted = {str(place) for place, own in topics.items() if topic in own}
        selected = {str(rows.index(row.target)) for row in targets_about(topic, retriever).rows}
        found[topic] = precision(selected, wanted), recall(selected, wanted)
    return found


def _lines(comparisons: Iterable[Comparison], *, details: bool) -> Iterator[str]:
    for one in comparisons:
        counts = f"found {len(one.pairs)}, missed {len(one.missed)}, wrong {len(one.wrong)}"
        is_held_out = one.document.startswith(HELD_OUT)
        split = "held out" if is_held_out else "dev"
        yield f"{one.document} ({split}): P {one.precision:.3f}  R {one.recall:.3f}  F1 {one.f1:.3f}  ({counts})"
        yield "    " + "  ".join(f"{name} {share:.3f}" for name, share in one.agreement().items())
        if details and not is_held_out:
            yield from (f"    missed {mark.clause}: {mark.direction} {mark.indicator}" for mark in one.missed)
            yield from (f"    wrong {'/'.join(row.clause.path)}: {row.direction} {row.indicator}" for row in one.wrong)


def main(
    details: Annotated[bool, typer.Option(help="List what is missed or wrong in the documents of dev.")] = False,
    topics: Annotated[bool, typer.Option(help="Score the selection by topic, over the bundled index.")] = False,
) -> None:
    """Print the figures."""
    console = Console(highlight=False, markup=False, soft_wrap=True)
    if topics:
        for topic, (share, found) in score_topics().items():
            console.print(f"{topic}: P {share:.3f}  R {found:.3f}")
        return
    for line in _lines(compare_all(), details=details):
        console.print(line)


if __name__ == "__main__":
    typer.run(main)
