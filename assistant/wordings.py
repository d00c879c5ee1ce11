"""What else a thing is called: a reviewed table of the vocabulary of policy, read from `wordings.json`.

`same` holds names of one thing, so that each stands for the others. `topics` holds, before the colon, what people say,
and behind it what documents write of that topic. `patterns` finds what has no name of its own, such as a date;
`lookalikes` are characters that are written for one another; `fixed`, words in which a character has lost its meaning;
`agents`, who may do something; `actions`, verbs that say what is done about a topic; `generic`, other words that name
none.
"""

import itertools
import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path

WORDINGS_FILE = Path(__file__).with_name("wordings.json")
_BRANCHES = ("部", "厅", "局", "委")
_DEPARTMENT = "部门"


class Wordings:
    """The table; all words in search form."""

    def __init__(  # noqa: PLR0913 - one for each part of the file
        self,
        *,
        same: Iterable[str],
        topics: Iterable[str],
        patterns: Mapping[str, str],
        lookalikes: Iterable[str],
        fixed: Iterable[str],
        agents: str,
        actions: str,
        generic: str,
    ) -> None:
        """See the module."""
        self._same: dict[str, list[str]] = {}
        for line in same:
            for name in line.split():
                self._same.setdefault(name, []).extend(other for other in line.split() if other != name)
        self._topics: dict[str, list[str]] = {}
        for line in topics:
            asked, written = (side.split() for side in line.split(":"))
            for name in asked:
                self._topics.setdefault(name, []).extend([*(other for other in asked if len(other) > 1), *written])
        self._patterns = {name: re.compile(pattern) for names, pattern in patterns.items() for name in names.split()}
        self._lookalikes = [frozenset(group) for group in lookalikes]
        self.fixed = {line[0]: frozenset(line[2:].split()) for line in fixed}
        self.agents = frozenset(agents.split())
        self.generic = frozenset(actions.split()) | frozenset(generic.split())

    def same(self, name: str) -> list[str]:
        """The other names of the thing; of `民政部门` also `民政部`, `民政局` and the like."""
        branches = [name.removesuffix(_DEPARTMENT) + branch for branch in _BRANCHES if len(name) > len(_DEPARTMENT)]
        return [*self._same.get(name, ()), *(branches if name.endswith(_DEPARTMENT) else ())]

    def related(self, name: str) -> list[str]:
        """What documents write where people say `name`, without its other names."""
        return [word for word in dict.fromkeys(self._topics.get(name, ())) if word != name]

    def knows(self, name: str) -> bool:
        """Whether the table says under which words the thing would be found."""
        return name in self._same or name in self._topics

    def pattern(self, name: str) -> re.Pattern[str] | None:
        """The pattern for what `name` describes, if that is no word that documents hold (`具体金额`, `截止时间`)."""
        keys = (key for key in self._patterns if key in name and len(name) <= len(key) + 2)
        return next((self._patterns[key] for key in keys), None)

    def split(self, words: Sequence[str]) -> list[str]:
        """The words of a phrase, joined where they make a name of the table, the longest names first."""
        for length in range(len(words), 0, -1):
            for start in range(len(words) - length + 1):
                name = "".join(words[start : start + length])
                if self.knows(name):
                    return [*self.split(words[:start]), name, *self.split(words[start + length :])]
        return list(words)

    def respelled(self, word: str) -> Iterator[str]:
        """The word with one character exchanged for one that is written for it."""
        for place, char in enumerate(word):
            others = itertools.chain.from_iterable(sorted(group) for group in self._lookalikes if char in group)
            for other in dict.fromkeys(others):
                if other != char:
                    yield word[:place] + other + word[place + 1 :]


@cache
def wordings() -> Wordings:
    """The table of the product."""
    return Wordings(**json.loads(WORDINGS_FILE.read_text(encoding="utf-8")))
