"""An example, what came of it, and what the documents say about both."""

from collections.abc import Iterable
from dataclasses import dataclass

from assistant.citation import Citation, is_verbatim
from corpus.clauses import Clause, ClauseKind, ParsedDocument
from corpus.errors import PolicyAssistantError
from corpus.numbering import chinese_numeral
from corpus.span import Span
from eval.dataset import Example
from eval.response import CitedQuote, Response


@dataclass(frozen=True, slots=True)
class Outcome:
    """All that the measures need.

    Clauses are named by `<document>:<path of labels joined by />`; the opening's path is empty, and a unit's own
    words count as the unit.

    Attributes:
        example, response: what was asked and what came back.
        gold: names of the gold clauses, in the example's order.
        ranking: names of the retrieved clauses, best first, each once.
        cited: names of the cited clauses, in reading order, each once.
        exact: for each citation, whether the quote stands in that clause at that place, character for character.
        evidence: texts whose numbers an answer may hold: exact quotes, the question, labels and headings, and the
            counts of what is cited and of what there is.
        masked: texts of the gold clauses.
    """

    example: Example
    response: Response
    gold: tuple[str, ...]
    ranking: tuple[str, ...]
    cited: tuple[str, ...]
    exact: tuple[bool, ...]
    evidence: tuple[str, ...]
    masked: tuple[str, ...]

    @property
    def relevant(self) -> list[bool]:
        """For each retrieved clause, whether it is gold."""
        return [name in self.gold for name in self.ranking]

    @property
    def quotes(self) -> list[str]:
        """The quotes that are exact."""
        return [citation.quote for citation, exact in zip(self.response.citations, self.exact, strict=True) if exact]


class Judge:
    """Holds responses against the documents; trusts none of them."""

    def __init__(self, documents: Iterable[ParsedDocument]) -> None:
        """`documents`: those that the assistant was asked about."""
        self._documents = {parsed.document.name: parsed for parsed in documents}
        self._clauses = {clause.id: clause for parsed in self._documents.values() for clause in parsed.clauses}

    def titles(self) -> dict[str, str]:
        """What an official reads for each clause's name, in the documents' order."""
        several = len(self._documents) > 1
        return {
            clause_name(clause): f"{clause.title}{f'（{clause.document}）' if several else ''}"
            for clause in self._clauses.values()
        }

    def outcome(self, example: Example, response: Response) -> Outcome:
        """Hold one response against the documents.

        Raises:
            PolicyAssistantError: if a gold clause does not exist.
        """
        gold = [clause for entry in example.gold for clause in self._gold_clauses(example, entry)]
        cited = tuple(dict.fromkeys(self._name(citation.clause_id) for citation in response.citations))
        exact = tuple(self._is_exact(citation) for citation in response.citations)
        proven = [citation.quote for citation, is_exact in zip(response.citations, exact, strict=True) if is_exact]
        return Outcome(
            example=example,
            response=response,
            gold=tuple(dict.fromkeys(clause_name(clause) for clause in gold)),
            ranking=tuple(dict.fromkeys(map(self._name, response.retrieved))),
            cited=cited,
            exact=exact,
            evidence=(*proven, example.question, *self._structure(example, response)),
            masked=tuple(clause.span.of(self._documents[clause.document].document.text) for clause in gold),
        )

    def _gold_clauses(self, example: Example, entry: str | int) -> list[Clause]:
        """The clause that a gold entry names; of a label that stands twice, both."""
        clauses = self._clauses_of(example)
        found = [clause for clause in clauses if entry in ("/".join(clause.path), clause.number)]
        if not found or (isinstance(entry, int) and len({clause.path for clause in found}) > 1):
            raise PolicyAssistantError(f"题目“{example.id}”的条款“{entry}”在文件中找不到或不唯一，请改正测试集后重试。")
        return found

    def _clauses_of(self, example: Example) -> tuple[Clause, ...]:
        name = example.document.removesuffix(".txt").removesuffix(".md")
        if not name and len(self._documents) == 1:
            name = next(iter(self._documents))
        if name not in self._documents:
            raise PolicyAssistantError(f"题目“{example.id}”所指的文件“{name}”不在文件夹中，请用 --documents 指定。")
        return self._documents[name].clauses

    def _name(self, clause_id: str) -> str:
        clause = self._clauses.get(clause_id)
        return clause_name(clause) if clause else clause_id

    def _is_exact(self, citation: CitedQuote) -> bool:
        clause = self._clauses.get(citation.clause_id)
        if clause is None or clause.document != citation.document or not 0 <= citation.start < citation.end:
            return False
        claimed = Citation(clause, Span(citation.start, citation.end), citation.quote)
        return is_verbatim(claimed, self._documents[clause.document])

    def _structure(self, example: Example, response: Response) -> list[str]:
        """Labels, headings and counts, as texts."""
        cited = [citation.clause_id for citation in response.citations]
        named = [self._clauses.get(clause_id) for clause_id in [*cited, *response.retrieved]]
        clauses = [clause for clause in named if clause is not None]
        titles = [self._documents[clause.document].document.title for clause in clauses]
        counts = {len(cited), len(set(cited)), len(self._clauses), len(self._documents)}
        counts.add(sum(clause.kind is not ClauseKind.OPENING for clause in self._clauses.values()))
        for parsed in self._documents.values():
            items = [clause for clause in parsed.clauses if clause.kind is ClauseKind.ITEM]
            numbered = [clause for clause in parsed.clauses if clause.kind is not ClauseKind.OPENING]
            counts |= {len(parsed.clauses), len(items), len(numbered)}
        if example.kind == "structure":
            counts |= set(range(max(len(one.clauses) + len(one.headings) for one in self._documents.values())))
        numbers = [
            *(["0"] if not cited else []),
            *(str(count) for count in counts if count > 0),
            *(f"{chinese_numeral(count)}个" for count in counts if 0 < count < 1000),
        ]
        return [*(f"{clause.section} {clause.title}" for clause in clauses), *titles, *numbers]


def clause_name(clause: Clause) -> str:
    """`<document>:<path>`."""
    return f"{clause.document}:{'/'.join(clause.path)}"
