"""The report: one HTML file that needs no other file and no network."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from eval.calibration import calibrate
from eval.dataset import CONTENT_KINDS
from eval.faults import Fault, faults
from eval.figures import CONTENT, Figures
from eval.measures import KIND_LABELS, MEASURES
from eval.outcome import Outcome

REPORT_FILE = "report.html"
_BY_KIND = ("hit@1", "hit@5", "citation precision", "citation recall", "citation F1", "evidence", "over-refusal")
_SIDE_BY_SIDE = ("hit@1", "hit@5", "recall@10", "nDCG@10", "citation F1", "evidence", "refusal recall", "over-refusal")
_MAX_MAP = 60
_MAX_CONFUSIONS = 8


@dataclass(frozen=True, slots=True)
class Confusions:
    """Which clause came first in place of which.

    Attributes:
        names: of rows (expected) and columns (came first), in the documents' order.
        labels: what is written beside them.
        counts: questions by (expected, came).
        by_document: whether names are documents, because there are too many clauses.
    """

    names: tuple[str, ...]
    labels: Mapping[str, str]
    counts: Mapping[tuple[str, str], int]
    by_document: bool

    @property
    def worst(self) -> list[tuple[str, str, int]]:
        """The most frequent confusions: expected, came, how often."""
        wrong = Counter({pair: count for pair, count in self.counts.items() if pair[0] != pair[1]})
        return [(expected, came, count) for (expected, came), count in wrong.most_common(_MAX_CONFUSIONS)]


def confusions(outcomes: Sequence[Outcome], titles: Mapping[str, str]) -> Confusions:
    """Compare the first gold clause with the first clause found, over content questions.

    A clause counts as found if the first one is any of the gold clauses. `titles`: of all clauses, by name, in order.
    """
    asked = [one for one in outcomes if one.example.kind in CONTENT_KINDS and one.gold and one.ranking]
    pairs = [(one.gold[0], one.gold[0] if one.relevant[0] else one.ranking[0]) for one in asked]
    by_document = len({name for pair in pairs for name in pair}) > _MAX_MAP
    if by_document:
        pairs = [(_document(expected), _document(came)) for expected, came in pairs]
    seen = {name for pair in pairs for name in pair}
    order = dict.fromkeys(_document(name) for name in titles) if by_document else titles
    names = tuple(name for name in [*order, *sorted(seen - set(order))] if name in seen)
    labels = {name: name if by_document else titles.get(name, name) for name in names}
    return Confusions(names, labels, Counter(pairs), by_document)


def _document(name: str) -> str:
    return name.rsplit(":", 1)[0]


@dataclass(frozen=True, slots=True)
class _Look:
    """A question that an expert should look at."""

    outcome: Outcome
    faults: tuple[Fault, ...]


def write_report(
    path: Path,
    outcomes: Sequence[Outcome],
    figures: Figures,
    titles: Mapping[str, str],
    side_by_side: Sequence[tuple[str, Figures]] = (),
) -> None:
    """Write the report of one run.

    `titles`: of all clauses, by name. `side_by_side`: other systems that were asked the same questions, by label, the
    one that this report is about among them.
    """
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent), autoescape=True, undefined=StrictUndefined, trim_blocks=True
    )
    looks = [_Look(one, found) for one in outcomes if (found := faults(one))]
    html = environment.get_template("report.html.jinja").render(
        figures=figures,
        overall=[(measure, figures.overall(measure)) for measure in MEASURES],
        groups=[(group, KIND_LABELS.get(group, "全部内容题")) for group in figures.groups()],
        kind_measures=[measure for measure in MEASURES if measure.name in _BY_KIND],
        measures=MEASURES,
        kinds=[(kind, KIND_LABELS[kind]) for kind in figures.groups() if kind != CONTENT],
        side_by_side=side_by_side,
        side_measures=[measure for measure in MEASURES if measure.name in _SIDE_BY_SIDE],
        confusions=confusions(outcomes, titles),
        calibration=calibrate(outcomes),
        curve=_curve([one.response.milliseconds for one in outcomes]),
        looks=sorted(looks, key=lambda look: -max(fault.weight for fault in look.faults)),
        titles=titles,
        total=len(outcomes),
    )
    path.write_text(html, encoding="utf-8", errors="backslashreplace")


def _curve(milliseconds: Sequence[float]) -> list[tuple[float, float]]:
    """Share of the answers (in percent) that took at most so many milliseconds, rising."""
    ordered = sorted(milliseconds)
    return [((rank + 1) * 100 / len(ordered), value) for rank, value in enumerate(ordered)]
