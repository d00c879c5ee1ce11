"""A document's outline as questions address it: its parts, its clauses and the numbers they go by."""

from collections.abc import Iterable

from corpus.clauses import Clause, ParsedDocument, written_heading
from corpus.numbering import ATTACHMENT_RANK
from corpus.outline import Section

_FIRST_WORDS = 24


class Sections:
    """The units of one document.

    Attributes:
        parsed: the document.
        parts: the units at the top, in order; attachments only where there is nothing else.
        leaves: the smallest units.
        entries: what `条` counts, in order: the clauses of the longest numbering that runs through the document,
            or, where each part numbers its own, the parts' units.
        restarts: whether the entries' numbers start anew in each part, so that one number has several owners.
    """

    def __init__(self, parsed: ParsedDocument) -> None:
        """Walk the outline of `parsed` once."""
        self.parsed = parsed
        self._all = [section for section in parsed.outline.root.walk() if section.label is not None]
        tops = parsed.outline.root.children
        self.parts: list[Section] = [part for part in tops if part.rank != ATTACHMENT_RANK] or tops
        self.leaves = [section for section in self._all if not section.children]
        units = self._running_units()
        with_own = sum(bool(part.children) for part in self.parts)
        self.restarts = not units or (units == self.parts and 2 * with_own > len(units))
        self.entries: list[Section] = [entry for part in self.parts for entry in part.children or [part]]
        if not self.restarts:
            self.entries = units

    def of_number(self, number: int, *, bracketed: bool = False) -> list[Section]:
        """The units that `第N条` may mean, in order; with `bracketed`, those labelled `（N）` if there are any."""
        bearing = [section for section in self._all if number_of(section) == number and section.rank != ATTACHMENT_RANK]
        inside = {id(unit) for entry in self.entries for unit in entry.walk() if unit is not entry}
        owners = [section for section in bearing if id(section) not in inside] or bearing
        among = [section for section in self.entries if number_of(section) == number]
        if bracketed:
            labelled = [section for section in bearing if section.label and section.label.text[0] == "（"]
            return [section for section in labelled if section in among] or labelled or among or owners
        return owners if self.restarts else among or owners

    def numbers(self) -> tuple[int, int]:
        """The lowest and the highest number of a clause; zeros if there is none."""
        numbers = [number_of(section) for section in (self._all if self.restarts else self.entries)] or [0]
        return min(numbers), max(numbers)

    def parts_of_number(self, number: int, *, exact: bool = False) -> list[Section]:
        """The parts whose label has that number; where none has, the one at that place, from 1, if there is one.

        With `exact`, a place does not count among chapters.
        """
        labelled = [part for part in self.parts if number_of(part) == number]
        are_chapters = any(part.label and part.label.text[-1] in "章编篇" for part in self.parts)
        return labelled or ([] if exact and are_chapters else self.parts[number - 1 : number])

    def part_of(self, section: Section) -> Section:
        """The part that a unit stands in, or is."""
        return [*section.ancestors(), section][0]

    def entries_of(self, unit: Section) -> list[Section]:
        """The entries inside a unit; where it is an entry or holds none, the units below it that hold text."""
        inside = [entry for entry in unit.walk() if entry is not unit and any(entry is known for known in self.entries)]
        entries = inside or unit.children or [unit]
        return [entry for entry in entries if self.clauses_of(entry)]

    def clauses_of(self, section: Section) -> list[Clause]:
        """The clauses of a unit and of the units inside it, in order."""
        own = {id(unit) for unit in section.walk()}
        behind = [unit.start for unit in self._all if unit.start > section.start and id(unit) not in own]
        end = min(behind, default=len(self.parsed.document.text))
        path = tuple(unit.label.text for unit in [*section.ancestors(), section] if unit.label)
        among = [clause for clause in self.parsed.clauses if clause.path[: len(path)] == path]
        return [clause for clause in among if section.start <= clause.span.start < end]

    def own_clauses(self, sections: Iterable[Section]) -> list[Clause]:
        """For each unit, the clause of its own text, if it has any."""
        found = [(len(section.ancestors()) + 1, self.clauses_of(section)) for section in sections]
        return [clause for depth, clauses in found for clause in clauses[:1] if len(clause.path) == depth]

    def heading(self, section: Section) -> str:
        """The heading on one line; "" if there is none."""
        return " ".join(section.heading.of(self.parsed.document.text).split()) if section.heading else ""

    def title(self, section: Section) -> str:
        """Label and heading; without a heading, its first words."""
        title = written_heading(self.parsed.document, section)
        if section.heading is None and section.paragraphs:
            title += section.paragraphs[0].of(self.parsed.document.text)[:_FIRST_WORDS] + "…"
        return title

    def _running_units(self) -> list[Section]:
        """Of the numberings that run from 1 to n through the document, the longest.

        It must hold three quarters of the smallest units; empty if there is none.
        """
        runs: list[list[Section]] = [[]]
        for rank in sorted({section.rank for section in self._all} - {ATTACHMENT_RANK}):
            run = [section for section in self._all if section.rank == rank]
            leaves = sum(not unit.children for section in run for unit in section.walk())
            is_whole = 4 * leaves >= 3 * len(self.leaves)
            if is_whole and [number_of(section) for section in run] == list(range(1, len(run) + 1)):
                runs.append(run)
        return max(runs, key=len)


def number_of(section: Section) -> int:
    """The value of a unit's label; 0 for the root."""
    return section.label.number if section.label else 0
