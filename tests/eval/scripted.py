"""Questions about the bundled document whose right answers are known, and an assistant that gives them."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import cache

from assistant.answer import describe
from assistant.masks import MASK_NOTICE
from assistant.settings import BUNDLED_DOCUMENTS
from corpus import Clause, ParsedDocument, parse, read_folder
from eval.dataset import UNANSWERABLE, Example
from eval.doors import Door
from eval.figures import Figures
from eval.outcome import Judge, Outcome
from eval.response import CitedQuote, Response
from eval.run import evaluate, summarise

NAME = "2023年经济工作要点"
REFUSAL = "文件未涉及这一问题，无法据此作答。"


def example(id_: str, question: str, kind: str, gold: Sequence[str | int], quotes: Sequence[str] = ()) -> Example:
    """An example of the split `dev`."""
    reason = "" if gold else "文件未涉及"
    return Example(id_, question, (), kind, "dev", f"{NAME}.txt", tuple(gold), tuple(quotes), "", reason, ())


CONTENT = example("content", "农产品怎样做强？", "direct", ["二/（六）"], ["加强冷链物流、仓储保鲜等服务配套"])
FIGURE = example("figure", "粮食产量要达到多少？", "figure", ["二/（六）"], ["确保粮食产量稳定在*亿斤以上"])
FIGURE = replace(FIGURE, flags=("masked",))
LIST = example("list", "哪些条款提到冷链？", "list", ["二/（六）", "三/（十）"], ["加强冷链物流", "新改建一批冷链"])
NOTHING = example("nothing", "办护照要带什么材料？", UNANSWERABLE, [])
EXAMPLES = (CONTENT, FIGURE, LIST, NOTHING)

_SENTENCES = {"content": [(6, 3)], "figure": [(6, 0)], "list": [(6, 3), (10, 4)], "nothing": []}
"""By question: the clauses to cite, and which sentence of each."""


@cache
def bundled() -> ParsedDocument:
    """The bundled document."""
    return parse(read_folder(BUNDLED_DOCUMENTS)[0])


def clause(number: int) -> Clause:
    """A clause of the bundled document."""
    return next(clause for clause in bundled().clauses if clause.number == number)


def quoted(number: int, sentence: int) -> CitedQuote:
    """A citation of one sentence of a clause."""
    cited = clause(number)
    span = cited.sentences[sentence]
    return CitedQuote(cited.document, cited.id, span.of(bundled().document.text), span.start, span.end)


def saying(response: Response, citations: Iterable[CitedQuote]) -> Response:
    """The same found clauses, and an answer made of these citations."""
    cited = tuple(citations)
    clauses = {clause.id: clause for clause in bundled().clauses}
    lines = [f"文件中有 {len({citation.clause_id for citation in cited})} 条与此有关："]
    for number, citation in enumerate(cited, 1):
        lines += [f"· {citation.quote}〔{number}〕", f"  ——{describe(clauses[citation.clause_id])}"]
    if any("*" in citation.quote for citation in cited):
        lines.append(f"注：{MASK_NOTICE}")
    return replace(response, text="\n".join(lines), refused=False, refusal_reason=None, citations=cited)


def right(asked: Example) -> Response:
    """The right answer to an example, or to a copy of it with `-` and more behind its id.

    The gold is ranked first, the probability is 1 where there is an answer, else 0, and each answer holds a sentence
    of a chat model that the document supports.
    """
    sentences = _SENTENCES[asked.id.split("-")[0]]
    first = [clause(number).id for number, _ in sentences]
    ranked = tuple(dict.fromkeys([*first, *(clause.id for clause in bundled().clauses)]))[:10]
    refusal = Response(REFUSAL, True, "文件未涉及", (), ranked, 10.0, probability=float(bool(sentences)))
    answer = replace(refusal, claims=1)
    return saying(answer, [quoted(*sentence) for sentence in sentences]) if sentences else refusal


def outcomes_of(door: Door, examples: Sequence[Example] = EXAMPLES) -> list[Outcome]:
    """What comes of asking, held against the bundled document."""
    return evaluate(door, Judge([bundled()]), examples)


def figures_of(outcomes: Sequence[Outcome]) -> Figures:
    """What they come to."""
    return summarise(outcomes, dataset="手写", split="dev", system="照本宣科")
