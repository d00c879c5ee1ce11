"""Public question sets, read from files that the user has; none of them is part of this project.

A set's passages become documents: all that a question is searched in, without titles of their own unless the set
names them. The formats, as their publishers describe them:

    cmrc       CMRC 2018 (Cui et al., EMNLP 2019), in SQuAD's layout or in its own
    drcd       DRCD (Shao et al., 2018), SQuAD's layout, traditional characters
    rgb        RGB (Chen et al., AAAI 2024): `zh_refine`, `zh_int` or `zh_fact`, a JSON object a line
    crud       CRUD-RAG (Lyu et al., 2024): `split_merged.json`, the questions over one, two and three news
    statutes   STARD (Su et al., 2024): questions `{id, question, gold}`, articles `{id, text}`
    epidemic   policies of 2020: questions `{id, question, document, answer}`, documents `{id, text}`
"""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from corpus.errors import PolicyAssistantError

_CRUD_TASKS = ("questanswer_1doc", "questanswer_2docs", "questanswer_3docs")
_CRUD_NEWS = ("news1", "news2", "news3")


@dataclass(frozen=True, slots=True)
class PublicQuestion:
    """A question of a public set.

    Attributes:
        id: unique in its set.
        question: the words.
        gold: names of the documents that answer it; empty if none does.
        answers: every part that a complete answer holds, each with its accepted wordings; () if the set has none.
        distractors: names of documents that the set gives with the question and that do not answer it.
    """

    id: str
    question: str
    gold: frozenset[str]
    answers: tuple[tuple[str, ...], ...] = ()
    distractors: frozenset[str] = frozenset()

    @property
    def answerable(self) -> bool:
        """Whether a document answers it."""
        return bool(self.gold)


@dataclass(frozen=True, slots=True)
class PublicSet:
    """Documents, and questions about them.

    Attributes:
        name: unique among the sets of one file.
        documents: raw text by name.
        questions: in the file's order.
        titled: whether a document's name is its title (an article of a law); if not, it has none.
        alone: whether each question is asked about the documents that came with it, not about all together.
    """

    name: str
    documents: Mapping[str, str]
    questions: tuple[PublicQuestion, ...]
    titled: bool = False
    alone: bool = False

    def first(self, limit: int) -> "PublicSet":
        """The first `limit` questions, with only the documents that came with them."""
        return self._only(self.questions[:limit])

    def parts(self) -> tuple["PublicSet", ...]:
        """What is searched at a time: the whole, or each question with the documents that came with it."""
        return tuple(self._only((question,)) for question in self.questions) if self.alone else (self,)

    def _only(self, questions: tuple[PublicQuestion, ...]) -> "PublicSet":
        kept = {name for question in questions for name in question.gold | question.distractors}
        documents = {name: text for name, text in self.documents.items() if name in kept}
        return replace(self, documents=documents, questions=questions)


class _Passages:
    """Documents that are known by their text alone: identical texts are one document."""

    def __init__(self) -> None:
        self._names: dict[str, str] = {}

    def add(self, text: Any) -> str:  # noqa: ANN401 - as it stood in the file
        """The name of the document that holds this text."""
        return self._names.setdefault(_text(text), f"p{len(self._names) + 1}")

    def add_all(self, texts: Any) -> frozenset[str]:  # noqa: ANN401 - as it stood in the file
        """The names of the documents that hold the texts of a list, however deep; blank texts are left out."""
        return frozenset(self.add(text) for text in _flat(texts) if text.strip())

    def documents(self) -> dict[str, str]:
        """Text by name."""
        return {name: text for text, name in self._names.items()}


def load_reading(path: Path) -> tuple[PublicSet, ...]:
    """CMRC 2018 or DRCD: one set; a context is a document and answers the questions below it, blank ones left out."""
    with _reading(path):
        passages = _Passages()
        questions = [
            PublicQuestion(_text(id_), asked, frozenset({passages.add(context)}), _wordings(answers))
            for context, below in _contexts(json.loads(_content(path)))
            for id_, asked, answers in below
            if asked.strip()
        ]
        return (_set(path.stem, passages.documents(), questions),)


_Asked = tuple[str, str, list[str]]


def _contexts(data: Any) -> Iterator[tuple[str, list[_Asked]]]:  # noqa: ANN401 - as it stood in the file
    """Each context with its questions (id, question, answers), from SQuAD's layout or from CMRC's own."""
    if isinstance(data, list):
        for context in data:
            own = [(found["query_id"], found["query_text"], found["answers"]) for found in context["qas"]]
            yield context["context_text"], own
        return
    for paragraph in (paragraph for article in data["data"] for paragraph in article["paragraphs"]):
        asked = paragraph["qas"]
        squad = [(found["id"], found["question"], [answer["text"] for answer in found["answers"]]) for found in asked]
        yield paragraph["context"], squad


def _wordings(answers: Iterable[str]) -> tuple[tuple[str, ...], ...]:
    """What several annotators marked: one part, each wording once; () if nobody marked anything."""
    accepted = tuple(dict.fromkeys(map(_text, answers)))
    return (accepted,) if accepted else ()


def load_rgb(path: Path) -> tuple[PublicSet, ...]:
    """Two sets.

    `noise`: all passages of all questions; a question's positive ones are gold, of every sub-question where they are
    grouped. `rejection`: each question with its own negative passages alone, which do not answer it, where it has
    some; those of another question may.
    """
    with _reading(path):
        passages = _Passages()
        noise = [_noise_question(record, passages) for record in _lines(path)]
        rejection = [replace(question, gold=frozenset(), answers=()) for question in noise if question.distractors]
        negatives = {name for question in rejection for name in question.distractors}
        documents = {name: text for name, text in passages.documents().items() if name in negatives}
        return (
            _set("noise", passages.documents(), noise),
            replace(_set("rejection", documents, rejection), alone=True),
        )


def _noise_question(record: Mapping[str, Any], passages: _Passages) -> PublicQuestion:
    gold = passages.add_all(record["positive"])
    if not gold:
        raise ValueError("a question without a positive passage")
    return PublicQuestion(
        id=str(record["id"]),
        question=_text(record["query"]),
        gold=gold,
        answers=_parts(record["answer"]),
        distractors=passages.add_all(record["negative"]) - gold,
    )


def _parts(answer: Any) -> tuple[tuple[str, ...], ...]:  # noqa: ANN401 - as it stood in the file
    """A list holds parts, a list in it the wordings of one part, as RGB's own evaluation reads them."""
    parts = answer if isinstance(answer, list) else [answer]
    return tuple(tuple(map(_text, part if isinstance(part, list) else [part])) for part in parts)


def load_crud(path: Path) -> tuple[PublicSet, ...]:
    """A set a task, each over the news of all three tasks.

    Its reference answers are prose that does not stand in the news, so there are no `answers` to look for in quotes.
    The publisher's 80,000 further news are not read.
    """
    with _reading(path):
        data = json.loads(_content(path))
        passages = _Passages()
        tasks = {task: [_crud_question(record, passages) for record in data[task]] for task in _CRUD_TASKS}
        return tuple(_set(task, passages.documents(), questions) for task, questions in tasks.items())


def _crud_question(record: Mapping[str, Any], passages: _Passages) -> PublicQuestion:
    gold = passages.add_all([record["news1"], *(record.get(field) or "" for field in _CRUD_NEWS[1:])])
    if not gold:
        raise ValueError("a question without news")
    return PublicQuestion(_text(record["ID"]), _text(record["questions"]), gold)


def load_statutes(path: Path) -> tuple[PublicSet, ...]:
    """One set: questions from `path`, articles from the corpus beside it; an article's id is its title.

    Where an id stands twice with different texts, both are kept, the second under a name of its own.
    """
    with _reading(path):
        articles: dict[str, str] = {}
        for record in _lines(_corpus(path)):
            name, text = _text(record["id"]), _text(record["text"])
            articles[name if articles.get(name, text) == text else f"{name}〔{len(articles) + 1}〕"] = text
        questions = [
            PublicQuestion(_text(record["id"]), _text(record["question"]), _known(record["gold"], articles))
            for record in _lines(path)
        ]
        return (_set(path.stem, articles, questions, titled=True),)


def _known(gold: Iterable[str], articles: Mapping[str, str]) -> frozenset[str]:
    names = frozenset(gold)
    if not names or not names <= articles.keys():
        raise LookupError("gold articles are none, or not in the corpus")
    return names


def load_epidemic(path: Path) -> tuple[PublicSet, ...]:
    """One set: questions from `path`, policies from the corpus beside it."""
    with _reading(path):
        passages = _Passages()
        names = {record["id"]: passages.add(record["text"]) for record in _lines(_corpus(path))}
        questions = [
            PublicQuestion(
                id=_text(record["id"]),
                question=_text(record["question"]),
                gold=frozenset({names[record["document"]]}),
                answers=_wordings([record["answer"]]),
            )
            for record in _lines(path)
        ]
        return (_set(path.stem, passages.documents(), questions),)


LOADERS: Mapping[str, Callable[[Path], tuple[PublicSet, ...]]] = {
    "cmrc": load_reading,
    "drcd": load_reading,
    "rgb": load_rgb,
    "crud": load_crud,
    "statutes": load_statutes,
    "epidemic": load_epidemic,
}
"""Name of a set -> reader of its file.

Each raises PolicyAssistantError if the file, or the corpus beside it, cannot be read as such a set.
"""


@contextmanager
def _reading(path: Path) -> Iterator[None]:
    try:
        yield
    except (OSError, ValueError, LookupError, TypeError, AttributeError, RecursionError) as error:
        raise PolicyAssistantError(
            f"题库文件“{path.name}”无法读取，请检查文件是否完整、与 --set 所指的题库是否相符后重试。"
        ) from error


def _corpus(path: Path) -> Path:
    """`statutes.corpus.jsonl` beside `statutes.dev.jsonl`."""
    corpus = path.with_name(f"{path.name.split('.')[0]}.corpus.jsonl")
    if path.is_file() and not corpus.is_file():
        raise PolicyAssistantError(f"“{path.name}”旁边没有“{corpus.name}”，请把它放进同一个文件夹后重试。")
    return corpus


def _content(path: Path) -> str:
    return path.read_text(encoding="utf-8-sig")


def _lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in _content(path).split("\n") if line.strip()]


def _flat(texts: Any) -> Iterator[str]:  # noqa: ANN401 - as it stood in the file
    if isinstance(texts, list):
        for inner in texts:
            yield from _flat(inner)
    elif isinstance(texts, str):
        yield texts
    else:
        raise TypeError("neither a text nor a list of texts")


def _text(value: Any) -> str:  # noqa: ANN401 - as it stood in the file
    if not isinstance(value, str) or not value.strip():
        raise TypeError("not a text, or a blank one")
    return value


def _set(
    name: str, documents: Mapping[str, str], questions: Iterable[PublicQuestion], *, titled: bool = False
) -> PublicSet:
    """A set of at least one document and one question, the questions' ids all different."""
    asked = tuple(questions)
    if not documents or not asked or len({question.id for question in asked}) < len(asked):
        raise ValueError("no document, no question, or two questions of one id")
    return PublicSet(name, documents, asked, titled)
