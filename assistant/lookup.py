"""Finding the units of a document that an address names."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from assistant.addresses import Path, Step, Unit
from assistant.sections import Sections, number_of
from corpus.numbering import chinese_numeral
from corpus.outline import Section
from corpus.span import Span


@dataclass(frozen=True, slots=True)
class Place:
    """A unit that was found, or why none was.

    Attributes:
        section: the unit; the document's root if nothing was found.
        name: what it is called in the answer, such as `第三部分的第二条`.
        number: the number that was asked for.
        owners: how many units bear that number, all of which are given.
        note: how an address was read that could be read in two ways.
        paragraph: the one paragraph of the unit that is meant.
        is_part: whether it stands for its clauses.
        missing: the sentence that says that there is no such place; "" if there is.
    """

    section: Section
    name: str
    number: int = 0
    owners: int = 1
    note: str = ""
    paragraph: Span | None = None
    is_part: bool = False
    missing: str = ""


class PlaceFinder:
    """Follows addresses through one document's outline."""

    def __init__(self, sections: Sections) -> None:
        """Look places up in `sections`."""
        self._sections = sections
        self._root = Place(sections.parsed.outline.root, "")
        self._below: dict[Unit, Callable[[Place, Step], Iterator[Place]]] = {
            Unit.PART: self._parts,
            Unit.SECTION: self._chapter_sections,
            Unit.CLAUSE: self._clauses,
            Unit.ITEM: self._items,
            Unit.PARAGRAPH: self._paragraphs,
        }

    def find(self, path: Path, spoken: Section | None) -> list[Place]:
        """The places of an address, in order, and what is missing; at least one.

        `spoken` is the unit that was spoken of before; it must be given if a step of the path is a `neighbour`.
        """
        places = [self._root]
        for step in path:
            if step.neighbour and spoken is not None:
                places = [self._beside(step, spoken)]
            else:
                places = [one for place in places for one in self._one_down(place, step)]
        return places

    def _one_down(self, place: Place, step: Step) -> Iterable[Place]:
        return [place] if place.missing else self._below[step.unit](place, step)

    def place(self, section: Section) -> Place:
        """A unit under the name that it goes by."""
        is_part = any(section is part for part in self._sections.parts)
        is_entry = any(section is entry for entry in self._sections.entries)
        if is_part and not is_entry:
            return Place(section, part_name(self._sections, section), number_of(section), is_part=True)
        return Place(section, called(self._sections, section), number_of(section))

    def _beside(self, step: Step, spoken: Section) -> Place:
        """The unit so many places behind the one that was spoken of."""
        units = self._sections.parts if step.unit is Unit.PART else self._sections.entries
        home = self._sections.part_of(spoken) if step.unit is Unit.PART else spoken
        at = next((place for place, unit in enumerate(units) if unit is home), len(units)) + step.first
        if 0 <= at < len(units):
            return self.place(units[at])
        counted = f"{len(units)} {'个部分' if step.unit is Unit.PART else '条'}"
        return _nothing(f"文件共有 {counted}，{'前' if step.first < 0 else '后'}面没有了。")

    def _parts(self, _: Place, step: Step) -> Iterator[Place]:
        parts = self._sections.parts
        if not step.from_end and all(part in self._sections.entries for part in parts):
            yield from self._clauses(self._root, step)
            return
        highest = len(parts) if step.from_end else max(len(parts), *map(number_of, parts), 0)
        yield from _missing(step, highest, lambda numbers: f"文件共有 {len(parts)} 个部分，{numbers} 个部分。")
        for number in _present(step, highest):
            by_number = self._sections.parts_of_number(number, exact=step.exact)
            found = parts[number - 1 : number] if step.from_end else by_number
            if not found:
                labels = "、".join(part.label.text for part in parts if part.label)
                yield _nothing(f"文件的各章是{labels}，没有第 {number} 章。")
            for part in found[:1]:
                place = self.place(part)
                others = "、".join(f"“{self._sections.title(other)}”" for other in found[1:])
                note = f"（同样编号的还有{others}。）" if others else ""
                name = f"第{_numeral(number)}部分" if place.is_part else place.name
                yield replace(place, name=name, note=note)

    def _chapter_sections(self, above: Place, step: Step) -> Iterator[Place]:
        """Units labelled `第N节`; without any in the document, parts."""
        named = [unit for unit in above.section.walk() if unit.label and unit.label.text.endswith("节")]
        if not any(unit.label and unit.label.text.endswith("节") for unit in self._root.section.walk()):
            yield from self._parts(above, step)
            return
        top = max((number_of(unit) for unit in named), default=0)
        yield from _missing(step, top, lambda numbers: f"{above.name or '文件'}的节编号到 {top} 为止，{numbers} 节。")
        for number in _present(step, top):
            for unit in named:
                if number_of(unit) == number:
                    part = self._sections.part_of(unit)
                    yield Place(unit, f"{part_name(self._sections, part)}第{_numeral(number)}节", number, is_part=True)

    def _clauses(self, above: Place, step: Step) -> Iterator[Place]:
        if above.section is not self._root.section:
            yield from self._clauses_inside(above, step)
        elif step.from_end:
            yield from self._from_end(self._sections.entries or self._sections.leaves, step, "文件", "")
        else:
            low, high = self._sections.numbers()
            told = f"文件的条款编号从 {low} 到 {high}，"
            yield from _missing(step, high, lambda numbers: f"{told}{numbers} 条。")
            for number in _present(step, high):
                owners = self._sections.of_number(number, bracketed=step.bracketed)
                if not owners:
                    yield _nothing(f"{told}没有第 {number} 条。")
                for owner in owners:
                    name = f"第{_numeral(number)}条" if len(owners) == 1 else called(self._sections, owner)
                    yield Place(owner, name, number, owners=len(owners))

    def _clauses_inside(self, above: Place, step: Step) -> Iterator[Place]:
        """By their places in the part; articles, and labels in brackets, by their numbers first."""
        entries = self._sections.entries_of(above.section)
        is_part = above.section in self._sections.parts
        whose = part_name(self._sections, above.section) if is_part else above.name
        if step.from_end:
            yield from self._from_end(entries, step, whose, f"{whose}的")
            return
        by_number = {number_of(entry): entry for entry in reversed(entries)}
        highest = max(len(entries), *by_number, 0)
        told = f"{whose}共有 {len(entries)} 条，"
        yield from _missing(step, highest, lambda numbers: f"{told}{numbers} 条。")
        goes_by_number = step.bracketed or any(entry.label and entry.label.text.endswith("条") for entry in entries)
        for number in _present(step, highest):
            numbered, placed = by_number.get(number), entries[number - 1 : number]
            chosen = numbered if numbered and (goes_by_number or not placed) else next(iter(placed), None)
            if chosen is None:
                yield _nothing(f"{told}没有第 {number} 条。")
                continue
            name = f"{whose}的第{_numeral(number)}条"
            if not placed and not goes_by_number:
                yield Place(chosen, name, number, note=f"（{told}此处按编号查找。）")
            else:
                yield Place(chosen, name, number, note=self._note(chosen, [*placed, *([numbered] if numbered else [])]))

    def _note(self, chosen: Section, readings: Sequence[Section]) -> str:
        """How a number was read that is the place of one clause and the number of another."""
        others = [self._sections.title(other) for other in readings if other is not chosen]
        this = self._sections.title(chosen)
        return f"（这里是“{this}”；若指“{others[0]}”，请直接写它的编号。）" if others else ""

    def _from_end(self, entries: Sequence[Section], step: Step, whose: str, prefix: str) -> Iterator[Place]:
        if step.last > len(entries) or step.last < 1:
            last = "倒数第" if step.first == step.last else "最后"
            yield _nothing(f"{whose}共有 {len(entries)} 条，没有{last} {step.last} 条。")
        for back in range(min(step.last, len(entries)), max(step.first, 1) - 1, -1):
            name = f"{prefix}{'最后一' if back == 1 else f'倒数第{_numeral(back)}'}条"
            yield Place(entries[-back], name, number_of(entries[-back]))

    def _items(self, above: Place, step: Step) -> Iterator[Place]:
        children = above.section.children
        top = max(map(number_of, children), default=0)
        told = f"{above.name}分 {len(children)} 项，" if children else f"{above.name}没有分项，"
        yield from _missing(step, top, lambda numbers: f"{told}{numbers} 项。")
        for number in _present(step, top):
            for child in children[number - 1 : number] if step.from_end else children:
                if step.from_end or number_of(child) == number:
                    yield Place(child, f"{above.name}第{_numeral(number_of(child))}项", number_of(child))

    def _paragraphs(self, above: Place, step: Step) -> Iterator[Place]:
        paragraphs = [*above.section.paragraphs, *above.section.tail]
        count = len(paragraphs)
        yield from _missing(step, count, lambda numbers: f"{above.name}共有 {count} 款，{numbers} 款。")
        for number in _present(step, count):
            name = f"{above.name}第{_numeral(number)}款"
            yield Place(above.section, name, number, paragraph=paragraphs[number - 1])


def called(sections: Sections, section: Section) -> str:
    """What a clause goes by: `第十条`; where numbers start anew in each part, `第二部分第三条`."""
    number = f"第{_numeral(number_of(section))}条"
    part = sections.part_of(section)
    return number if not sections.restarts or part is section else f"{part_name(sections, part)}{number}"


def part_name(sections: Sections, part: Section) -> str:
    """`第三章` where that is its label; else `第三部分`, by its label's number or, without one, by its place."""
    if part.label and part.label.text[-1] in "章编篇":
        return part.label.text
    place = next((place for place, one in enumerate(sections.parts, 1) if one is part), 0)
    return f"第{_numeral(number_of(part) or place)}部分"


def _numeral(number: int) -> str:
    return chinese_numeral(number) if 0 < number < 1000 else str(number)


def _present(step: Step, highest: int) -> range:
    """The numbers of a step that may exist, in the order of the text; those that count from the end, turned round."""
    numbers = range(max(step.first, 1), min(step.last, highest) + 1)
    return range(highest + 2 - numbers.stop, highest + 2 - numbers.start) if step.from_end else numbers


def _missing(step: Step, highest: int, told: Callable[[str], str]) -> Iterator[Place]:
    """The sentence on the numbers of a step below 1 or above the highest, if there are any."""
    back = "倒数" if step.from_end else ""
    for first, last in ((step.first, min(step.last, 0)), (max(step.first, highest + 1), step.last)):
        if first <= last:
            numbers = f"{first}" if first == last else f"{first} 至 {last}"
            yield _nothing(told(f"没有{back}第 {numbers}"))


def _nothing(told: str) -> Place:
    return Place(Section(label=None, start=0), "", missing=told)
