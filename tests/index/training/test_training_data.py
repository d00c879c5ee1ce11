"""The training questions are what their datasheet says, and share nothing with what is used for evaluation."""

import json
import random
import re
from pathlib import Path
from typing import Any

import pytest

from assistant.settings import BUNDLED_DOCUMENTS
from eval.dataset import ALL, OWN_SETS, load_examples
from index.tokenizer import search_form
from index.training.pairs import NEAR_MISSES_FILE, POLICIES_FILE, QUESTIONS_FILE, batches, own_pairs

STOCK_PHRASE = 32
"""Characters; shorter phrases recur in all official documents (`构成犯罪的，依法追究刑事责任`)."""


@pytest.fixture(scope="module")
def records() -> list[dict[str, Any]]:
    return [json.loads(line) for line in QUESTIONS_FILE.read_text("utf-8").splitlines()]


@pytest.fixture(scope="module")
def near_misses() -> dict[str, list[str]]:
    lines = NEAR_MISSES_FILE.read_text("utf-8").splitlines()
    return {record["id"]: record["near_misses"] for record in map(json.loads, lines)}


@pytest.fixture(scope="module")
def policies() -> list[dict[str, Any]]:
    return [json.loads(line) for line in POLICIES_FILE.read_text("utf-8").splitlines()]


@pytest.fixture(scope="module")
def evaluated() -> set[str]:
    return {bare(example.question) for path in OWN_SETS for example in load_examples(path, ALL)}


@pytest.fixture(scope="module")
def evaluated_texts() -> str:
    folders = (BUNDLED_DOCUMENTS, *(path.with_suffix("") for path in list(OWN_SETS)[1:]))
    return "|".join(bare(path.read_text("utf-8")) for folder in folders for path in sorted(Path(folder).iterdir()))


def bare(text: str) -> str:
    return re.sub(r"[\W_]", "", search_form(text))


def test_there_are_as_many_as_the_datasheet_says(
    records: list[dict[str, Any]], near_misses: dict[str, list[str]]
) -> None:
    questions = sum(len(record["questions"]) for record in records)
    stated = QUESTIONS_FILE.with_name("README.md").read_text("utf-8")
    assert f"{len(records):,} articles" in stated
    assert f"{questions:,} questions, {len(records):,} near misses" in stated
    assert f"{sum(map(len, near_misses.values())):,} further near misses" in stated
    assert questions >= 4000


def test_articles_and_questions_stand_once(records: list[dict[str, Any]], near_misses: dict[str, list[str]]) -> None:
    questions = [bare(asked["q"]) for record in records for asked in record["questions"]]
    questions += [bare(record["near_miss"]) for record in records]
    questions += [bare(question) for asked in near_misses.values() for question in asked]
    assert near_misses.keys() <= {record["id"] for record in records}
    assert len({record["id"] for record in records}) == len(records)
    assert len(set(questions)) == len(questions)


def test_every_answer_stands_in_its_article(records: list[dict[str, Any]]) -> None:
    for record in records:
        for asked in record["questions"]:
            assert asked["sentence"] in record["text"], record["id"]


def test_no_question_and_no_article_is_used_for_evaluation(
    records: list[dict[str, Any]], near_misses: dict[str, list[str]], evaluated: set[str], evaluated_texts: str
) -> None:
    assert not {bare(question) for asked in near_misses.values() for question in asked} & evaluated
    for record in records:
        assert not {bare(asked["q"]) for asked in record["questions"]} & evaluated
        assert bare(record["text"]) not in evaluated_texts


def test_invented_policies_are_as_many_as_the_datasheet_says(policies: list[dict[str, Any]]) -> None:
    stated = POLICIES_FILE.with_name("README.md").read_text("utf-8")
    questions = sum(len(record["questions"]) for record in policies)
    missed = sum(len(record["near_misses"]) for record in policies)
    documents = len({record["group"] for record in policies})
    assert f"{documents} documents, {len(policies)} clauses, {questions:,} questions, {missed:,} near misses" in stated
    assert len({record["id"] for record in policies}) == len(policies)


def test_every_answer_to_a_question_about_invented_policies_stands_in_its_clause(
    policies: list[dict[str, Any]],
) -> None:
    for record in policies:
        for asked in record["questions"]:
            assert asked["sentence"] in record["text"], record["id"]
            assert asked["answer"] in asked["sentence"], record["id"]


def test_invented_policies_share_no_question_and_no_more_than_stock_phrases_with_what_is_evaluated(
    policies: list[dict[str, Any]], evaluated: set[str], evaluated_texts: str
) -> None:
    asked = [bare(one["q"]) for record in policies for one in record["questions"]]
    asked += [bare(question) for record in policies for question in record["near_misses"]]
    assert len(set(asked)) == len(asked)
    assert not set(asked) & evaluated
    for record in policies:
        text = bare(record["text"])
        assert not any(
            text[start : start + STOCK_PHRASE] in evaluated_texts for start in range(len(text) - STOCK_PHRASE)
        )


def test_batches_hold_every_pair_once_and_no_source_twice() -> None:
    pairs = own_pairs()[:500]
    found = list(batches(pairs, 32, random.Random(1)))  # noqa: S311
    assert sorted(id(pair) for batch in found for pair in batch) == sorted(map(id, pairs))
    for batch in found:
        assert len(batch) <= 32
        assert len({pair.source for pair in batch}) == len(batch)
