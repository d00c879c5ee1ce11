"""A broken assistant scores badly on the measure that its fault concerns."""

from dataclasses import replace

import pytest

from assistant.answer import Answer, Group, RefusalReason, RetrievedClause
from assistant.citation import cite
from assistant.settings import BUNDLED_DOCUMENTS
from corpus import ParsedDocument, parse, read_folder
from eval.dataset import Example
from eval.run import MEASURES, Outcome

QUOTE = "确保粮食产量稳定在*亿斤以上"


@pytest.fixture(scope="module")
def parsed() -> ParsedDocument:
    return parse(read_folder(BUNDLED_DOCUMENTS)[0])


@pytest.fixture(scope="module")
def right(parsed: ParsedDocument) -> Outcome:
    clause = next(clause for clause in parsed.clauses if clause.number == 6)
    citation = cite(parsed, clause, clause.sentences[0])
    example = Example("1", "粮食？", (), "direct", "dev", "2023年经济工作要点.txt", ("二/（六）",), (QUOTE,), ())
    retrieved = tuple(RetrievedClause(item, 0.0) for item in (clause, *parsed.clauses[:4]))
    return Outcome(
        example, Answer("粮食？", "粮食？", "", (Group(clause, (citation,)),), retrieved=retrieved), True, 1.0
    )


def scores(outcome: Outcome) -> dict[str, float]:
    return {name: measure(outcome) for name, measure in MEASURES.items()}


def test_right_answer_scores_full_marks(right: Outcome) -> None:
    assert scores(right) == dict.fromkeys(MEASURES, 1.0) | {"refused": 0.0}


def test_wrong_clause_first_loses_hit_and_rank(right: Outcome) -> None:
    answer = replace(right.answer, retrieved=right.answer.retrieved[::-1])
    found = scores(replace(right, answer=answer))
    assert (found["hit@1"], found["hit@5"], found["MRR"]) == (0.0, 1.0, pytest.approx(0.2))


def test_citing_everything_loses_precision_alone(right: Outcome, parsed: ParsedDocument) -> None:
    groups = tuple(
        Group(clause, tuple(cite(parsed, clause, span) for span in clause.sentences)) for clause in parsed.clauses
    )
    found = scores(replace(right, answer=replace(right.answer, groups=groups)))
    assert found["citation P"] == pytest.approx(1 / 29)
    assert found["citation R"] == found["evidence"] == 1.0


def test_another_sentence_of_the_right_clause_loses_the_evidence(right: Outcome, parsed: ParsedDocument) -> None:
    clause = right.answer.groups[0].clause
    groups = (Group(clause, (cite(parsed, clause, clause.sentences[-1]),)),)
    found = scores(replace(right, answer=replace(right.answer, groups=groups)))
    assert (found["evidence"], found["citation R"]) == (0.0, 1.0)


def test_refusing_loses_citations_and_is_counted(right: Outcome) -> None:
    answer = replace(right.answer, groups=(), refusal=RefusalReason.NOT_IN_DOCUMENT)
    found = scores(replace(right, answer=answer))
    assert (found["citation R"], found["evidence"], found["refused"]) == (0.0, 0.0, 1.0)
