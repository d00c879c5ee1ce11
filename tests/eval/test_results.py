"""The files of a run hold what it takes to score it again with other tools, which come to the same figures."""

import json
import random
from collections.abc import Callable, Mapping
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from statistics import fmean
from typing import Any

import ir_measures
import pytest
from ir_measures import RR, P, R, Success, nDCG

from corpus import ParsedDocument, document_from_text, parse
from corpus.errors import PolicyAssistantError
from eval.dataset import UNANSWERABLE, Example
from eval.doors import Door
from eval.figures import CONTENT, Figures
from eval.measures import MEASURES, scores
from eval.outcome import Judge
from eval.response import CitedQuote, Response
from eval.results import write_results
from eval.run import Results, ask_all
from tests.command import is_one_sentence

NAMES = ("供水 办法 （试行）", "道路\u3000管理")
PARTS = "一二三四五六七八"
KINDS = ("direct", "figure", "list", "multi", "structure")
TREC = {"hit@1": Success @ 1, "hit@5": Success @ 5, "recall@5": R @ 5, "recall@10": R @ 10}
TREC |= {"MRR@10": RR @ 10, "nDCG@10": nDCG @ 10}


@pytest.fixture(scope="module")
def documents() -> dict[str, ParsedDocument]:
    """Two documents of eight clauses and an opening; their names hold white space."""
    lines = [f"{part}、事项{part}。第{part}件事要办{number}次。办完后报告。" for number, part in enumerate(PARTS, 11)]
    texts = {name: "\n".join([name, "为了办好各件事，制定本办法。", *lines]) for name in NAMES}
    return {name: parse(document_from_text(text, f"{name}.txt")) for name, text in texts.items()}


def examples(documents: Mapping[str, ParsedDocument]) -> list[Example]:
    """Sixty, some of which the documents do not answer; drawn by chance, from a fixed seed."""
    draw = random.Random(3)  # noqa: S311 - no secret

    def example(number: int) -> Example:
        parsed = documents[draw.choice(NAMES)]
        chosen = draw.sample(parsed.clauses, draw.randint(1, 4)) if draw.random() < 0.8 else []
        quotes = [one.sentences[-1].of(parsed.document.text) for one in chosen]
        return Example(
            id=f"题 {number}",
            question=f"第{number}个问题？",
            history=(),
            kind=draw.choice(KINDS) if chosen else UNANSWERABLE,
            split="dev",
            document=f"{parsed.document.name}.txt",
            gold=tuple("/".join(one.path) for one in chosen),
            quotes=tuple(quotes),
            answer="",
            reason="问题不明确" if draw.random() < (0.1 if chosen else 0.6) else "",
            flags=(),
        )

    return [example(number) for number in range(60)]


def haphazard(documents: Mapping[str, ParsedDocument], seed: int) -> Door:
    """Finds, cites, misquotes and refuses by chance."""
    draw, sure = random.Random(seed), random.Random(seed + 100)  # noqa: S311 - no secret
    clauses = [clause for parsed in documents.values() for clause in parsed.clauses]

    def citation() -> CitedQuote:
        cited = draw.choice(clauses)
        span = draw.choice(cited.sentences)
        quote = span.of(documents[cited.document].document.text)
        shift = draw.choice([0, 0, 0, 1])
        clause_id = draw.choice([cited.id, cited.id, cited.id, draw.choice(clauses).id])
        return CitedQuote(cited.document, clause_id, quote, span.start + shift, span.end + shift)

    def ask(example: Example) -> Response:
        found = tuple(clause.id for clause in draw.sample(clauses, draw.randint(0, 12)))
        probability = sure.choice([None, sure.random()])
        if draw.random() < 0.3:
            reason = sure.choice(["文件未涉及", "超出本文件范围", "问题不明确"])
            return Response(f"{reason}。", True, reason, (), found, draw.random() * 100, probability=probability)
        cited = tuple(citation() for _ in range(draw.randint(0, 4)))
        gold = (clause.id for clause in clauses if "/".join(clause.path) in example.gold)
        found = tuple(dict.fromkeys([*found[:1], *gold, *found])) if draw.random() < 0.5 else found
        text = "\n".join(one.quote for one in cited)
        return Response(text, False, None, cited, found, draw.random() * 100, probability=probability)

    return ask


@pytest.fixture(scope="module")
def results(documents: dict[str, ParsedDocument]) -> list[Results]:
    doors = [(label, haphazard(documents, seed)) for seed, label in enumerate(("甲", "乙"))]
    return ask_all(Judge(documents.values()), doors, examples(documents), dataset="杂题", split="dev")


@pytest.fixture(scope="module")
def folder(
    tmp_path_factory: pytest.TempPathFactory, results: list[Results], documents: dict[str, ParsedDocument]
) -> Path:
    folder = tmp_path_factory.mktemp("run") / "新 文件夹"
    write_results(folder, results[:1], Judge(documents.values()).titles())
    return folder


def means(folder: Path, group: str) -> dict[str, float]:
    """What `figures.json` says, as any reader of JSON sees it."""
    found = json.loads((folder / "figures.json").read_text(encoding="utf-8"))["estimates"]
    return {name: groups[group]["mean"] for name, groups in found.items() if group in groups}


def test_a_run_leaves_five_files(folder: Path) -> None:
    names = sorted(path.name for path in folder.iterdir())
    assert names == ["figures.json", "qrels.trec", "questions.jsonl", "report.html", "run.trec"]


def test_trec_files_give_the_same_means_as_the_figures(folder: Path) -> None:
    qrels = list(ir_measures.read_trec_qrels(str(folder / "qrels.trec")))
    run = list(ir_measures.read_trec_run(str(folder / "run.trec")))
    expected = ir_measures.calc_aggregate(list(TREC.values()), qrels, run)
    found = means(folder, "all")
    assert {name: found[name] for name in TREC} == pytest.approx(
        {name: expected[measure] for name, measure in TREC.items()}, abs=1e-6
    )
    assert found["hit@1"] == pytest.approx(ir_measures.calc_aggregate([P @ 1], qrels, run)[P @ 1], abs=1e-6)
    assert 0.1 < found["hit@5"] < 0.9  # neither all right nor all wrong: agreement says something


def test_trec_files_have_one_word_for_each_column(folder: Path) -> None:
    run = [line.split() for line in (folder / "run.trec").read_text(encoding="utf-8").splitlines()]
    qrels = [line.split() for line in (folder / "qrels.trec").read_text(encoding="utf-8").splitlines()]
    assert {len(row) for row in run} == {6}
    assert {len(row) for row in qrels} == {4}
    assert {row[2].split(":")[0] for row in run} == {"供水_办法_（试行）", "道路_管理"}
    assert all(float(before[4]) > float(row[4]) for before, row in pairwise(run) if row[0] == before[0])


def rescored(record: dict[str, Any], clauses: Mapping[str, tuple[str, int, int]]) -> dict[str, float]:
    """Scores of a line of `questions.jsonl`, written without a look at `eval.metrics`.

    `clauses`: by id the document's text, and where the clause begins and ends.
    """
    gold = set(record["gold"])
    cited = {one["clause_id"].removesuffix("开篇") for one in record["citations"]}
    proven = []
    for one in record["citations"]:
        text, start, end = clauses[one["clause_id"]]
        stands = start <= one["start"] < one["end"] <= end and text[one["start"] : one["end"]] == one["quote"]
        if stands and one["clause_id"].startswith(one["document"] + ":"):
            proven.append(one["quote"])
    found: dict[str, float] = {}
    if record["citations"]:
        found["exact quotes"] = len(proven) / len(record["citations"])
    is_unanswerable = record["kind"] == "unanswerable" or record["reason"] != ""
    if is_unanswerable:
        found["refusal recall"] = 1.0 if record["refused"] else 0.0
    else:
        right = len(cited & gold)
        found["citation precision"] = right / len(cited) if cited else 0.0
        found["citation recall"] = right / len(gold)
        share = found["citation precision"] + found["citation recall"]
        found["citation F1"] = 2 * found["citation precision"] * found["citation recall"] / share if share else 0.0
        found["over-refusal"] = 1.0 if record["refused"] else 0.0
        covered = [any(quote in words for words in proven) for quote in record["gold_quotes"]]
        found["evidence"] = covered.count(True) / len(covered)
    if record["kind"] == "list":
        found["exact set"] = 1.0 if cited == gold else 0.0
    if record["refused"]:
        found["refusal precision"] = 1.0 if is_unanswerable else 0.0
        if record["reason"]:
            found["refusal type"] = 1.0 if record["refusal_reason"] == record["reason"] else 0.0
    if record["probability"] is not None:
        found["Brier score"] = (record["probability"] - (0 if is_unanswerable else 1)) ** 2
    return found


def test_questions_alone_are_enough_to_score_the_run_again(folder: Path, documents: dict[str, ParsedDocument]) -> None:
    clauses = {
        clause.id: (parsed.document.text, clause.span.start, clause.span.end)
        for parsed in documents.values()
        for clause in parsed.clauses
    }
    lines = (folder / "questions.jsonl").read_text(encoding="utf-8").split("\n")
    records = [json.loads(line) for line in lines if line]
    assert [record["id"] for record in records] == [f"题 {number}" for number in range(60)]
    again = [rescored(record, clauses) for record in records]
    for record, found in zip(records, again, strict=True):
        assert {name: record["scores"][name] for name in found} == pytest.approx(found, abs=1e-9)
        assert found.keys() >= {
            name for name in record["scores"] if name.startswith(("citation", "refusal", "evid", "Brier"))
        }
    for group, is_in in _groups().items():
        stated = means(folder, group)
        for name in {name for found in again for name in found} & stated.keys():
            values = [
                found[name] for record, found in zip(records, again, strict=True) if is_in(record) and name in found
            ]
            assert stated[name] == pytest.approx(fmean(values), abs=1e-9), (group, name)


def _groups() -> dict[str, Callable[[dict[str, Any]], bool]]:
    return {
        "all": lambda record: True,
        CONTENT: lambda record: record["kind"] in ("direct", "figure", "list", "multi"),
        "structure": lambda record: record["kind"] == "structure",
        "list": lambda record: record["kind"] == "list",
        UNANSWERABLE: lambda record: record["kind"] == UNANSWERABLE,
    }


def test_times_and_lengths_are_those_of_the_answers(folder: Path, results: list[Results]) -> None:
    records = [
        json.loads(line) for line in (folder / "questions.jsonl").read_text(encoding="utf-8").split("\n") if line
    ]
    for stated, values in (
        (results[0].figures.latency, sorted(record["elapsed_ms"] for record in records)),
        (results[0].figures.length, sorted(len(record["answer"]) for record in records)),
    ):
        assert stated == pytest.approx({"p50": values[29], "p95": values[56]}, abs=1e-3)  # ranks 30 and 57 of 60


def test_headline_figures_leave_out_structure_unless_they_are_of_every_answer(
    folder: Path, results: list[Results]
) -> None:
    of_all = {"exact quotes", "number closure", "refusal recall", "refusal precision", "refusal type", "Brier score"}
    content, every = means(folder, CONTENT), means(folder, "all")
    headline = {one.name: results[0].figures.overall(one).mean for one in MEASURES if one.name in every}
    assert headline == {name: every[name] if name in of_all else content[name] for name in every}
    assert {name for name in every if every[name] != content.get(name)} > of_all


def test_figures_come_back_as_they_were(folder: Path, results: list[Results]) -> None:
    assert Figures.load(folder) == Figures.load(folder / "figures.json") == results[0].figures
    measured = {one.example.id: scores(one) for one in results[0].outcomes}
    assert Figures.load(folder).scores == measured
    names = {name for found in measured.values() for name in found}
    assert names == {one.name for one in MEASURES} - {"mask fidelity", "claim support"}


@pytest.mark.parametrize("content", [None, b"", b"[]", b"{}", b'{"scores": {"a": 1}}', b"\xff"])
def test_what_is_no_run_is_one_sentence(tmp_path: Path, content: bytes | None) -> None:
    if content is not None:
        (tmp_path / "figures.json").write_bytes(content)
    with pytest.raises(PolicyAssistantError, match=r"figures\.json") as error:
        Figures.load(tmp_path)
    assert is_one_sentence(error.value)


def test_several_systems_are_kept_side_by_side_the_first_in_full(
    tmp_path: Path, results: list[Results], folder: Path
) -> None:
    write_results(tmp_path, results, {})
    saved = [Figures.load(tmp_path / "systems" / f"{place:02}.json") for place in range(2)]
    assert saved == [one.figures for one in results]
    assert (tmp_path / "figures.json").read_bytes() == (folder / "figures.json").read_bytes()


def test_half_a_character_in_an_answer_does_not_cost_the_run(tmp_path: Path, results: list[Results]) -> None:
    first = results[0].outcomes[0]
    cut = replace(first, response=replace(first.response, text="好\ud83d"))
    write_results(tmp_path, [replace(results[0], outcomes=[cut])], {})
    assert json.loads((tmp_path / "questions.jsonl").read_text(encoding="utf-8"))["answer"] == "好\ud83d"


def test_a_folder_that_cannot_be_written_is_one_sentence(tmp_path: Path, results: list[Results]) -> None:
    (tmp_path / "文件").write_text("", encoding="utf-8")
    with pytest.raises(PolicyAssistantError, match="--output") as error:
        write_results(tmp_path / "文件", results, {})
    assert is_one_sentence(error.value)
