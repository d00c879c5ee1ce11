"""Taking the words that name a document out of a question: `国发〔2018〕42号农机意见中`, `双减意见里`."""

import re
from collections.abc import Iterator, Sequence

from assistant.naming import DOCUMENT_KINDS, DocumentNames
from corpus.clauses import ParsedDocument

_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?=年)")
_KIND = f"(?:{DOCUMENT_KINDS}|文件|举措|政策|行动|新规|[0-9]+条|号[令文]?|令)"
_ASK = "(?P<ask>(?:请问|请|帮我|麻烦|把|将|在|从|看看|查一下|逐条|全部|列出|列举|列一下|找出)*)"
_REFERENCE = re.compile(
    rf"{_ASK}(?P<name>《[^》]+》|.*{_KIND})(?:文件|这个文件|这份文件)?(?:里面?|之?中|内|上|当中|,|:)+"
)
_BEFORE = re.compile("(?:[在从按据]|按照|根据|依照|依据|请?检索|翻遍)?《?$")
_BEHIND = re.compile("^》?(?:这个文件|这份文件|全文|全篇|里头|里面|当中|之中|[里中内上的])*[,:]?(?:回答)?")


class DocumentReferences:
    """Reads which of some documents a question is limited to."""

    def __init__(self, documents: Sequence[ParsedDocument]) -> None:
        """Take the names of `documents`."""
        self._documents = tuple(documents)
        self._names = DocumentNames(documents)

    def take(self, asked: str) -> tuple[tuple[ParsedDocument, ...], str]:
        """The documents that a question means, and the question without the words that name one.

        `asked` is in search form and without white space. Where it names none, all are meant.
        """
        if (found := self._names.anywhere(asked)) and _speaks_of_years(found[0], found[1].of(asked)):
            named, span = found
            before, behind = asked[: span.start], asked[span.end :]
            return (named,), _BEFORE.sub("", before) + _BEHIND.sub("", behind)
        for match in _matches(asked):
            parsed = self._named(match["name"])
            if parsed is not None:
                return (parsed,), match["ask"] + asked[match.end() :]
        return self._documents, asked

    def _named(self, name: str) -> ParsedDocument | None:
        """The document that goes by the name; none if that holds a year of which the document does not speak."""
        one = self._documents[0] if len(self._documents) == 1 else None
        best = (one if self._names.names(one, name) else None) if one else self._names.alike(name)
        if best is None:
            return None
        return best if _speaks_of_years(best, name) else None


def _speaks_of_years(parsed: ParsedDocument, name: str) -> bool:
    """Whether a document speaks of every year that stands in a name."""
    text = f"{parsed.document.title}{parsed.document.name}{parsed.document.text}"
    return all(year in text for year in _YEAR.findall(name))


def _matches(asked: str) -> Iterator[re.Match[str]]:
    """The ways in which a question may begin with a name, the longest first."""
    end = len(asked)
    while match := _REFERENCE.match(asked, 0, end):
        yield match
        end = match.end() - 1
