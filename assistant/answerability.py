"""Whether the documents answer a question at all."""

import json
import math
import re
from collections.abc import Mapping, Sequence
from pathlib import Path

from assistant.question import asks_figure
from assistant.targets import has_figure
from index.retriever import Hit
from index.search_index import SearchIndex
from index.tokenizer import latin_words, search_form

MODEL_FILE = Path(__file__).with_name("answerability.json")
_HAN = re.compile("[\u4e00-\u9fff]")
_FILLER = re.compile(
    "请问|请|问|告诉|我|我们|想|知道|了解|一下|哪些|哪个|哪|什么|啥|怎么样|怎样|怎么|咋|如何|多少|几|吗|呢|吧|啊|么|不|没有|没|有|"
    "是|的|了|要|会|能|可以|可|该|应该|将|把|被|对|在|和|与|或|及|到|为|为什么|今年|全市|文件|文中|要点|规定|方面|具体|情况|做|搞|"
    "说|讲|提|关于|上|中|里|个|这|那|它|还|都|也|就|去|来|给|让|用"
)


def signals(question: str, hits: Sequence[Hit], index: SearchIndex) -> dict[str, float]:
    """What the decision rests on.

    similarity: cosine of the best sentence or fragment among the hits, in [-1, 1].
    figure: 1 if a figure is asked for and the best sentence has none (not even a masked one), else 0.
    foreign: 1 if a Chinese question holds a number or Latin word that no document holds (another year, GDP), else 0.
    coverage: the share of the question's content words that stand in the best clause (with its headings), in
    [0, 1]. known: the share that stand in any clause.
    """
    best = hits[0]
    words = content_words(question, index)
    text = search_form(index.document_of(best.clause).document.text[best.clause.span.start : best.clause.span.end])
    text += search_form(best.clause.section)
    known = [word for word in words if float(index.words.scores([word]).max(initial=0.0)) > 0]
    return {
        "similarity": max(max(hit.similarities) for hit in hits),
        "coverage": sum(word in text for word in words) / len(words) if words else 0.0,
        "figure": float(asks_figure(question) and not has_figure(_best_sentence(best, index))),
        "foreign": float(_has_foreign(question, index)),
        "known": len(known) / len(words) if words else 0.0,
    }


def _has_foreign(question: str, index: SearchIndex) -> bool:
    words = latin_words(question)
    return bool(_HAN.search(question)) and not words <= index.latin_words


def _best_sentence(hit: Hit, index: SearchIndex) -> str:
    row = max(range(len(hit.sentence_scores)), key=lambda row: hit.sentence_scores[row])
    return hit.clause.sentences[row].of(index.document_of(hit.clause).document.text)


def content_words(question: str, index: SearchIndex) -> list[str]:
    """The question's words without those that any question may hold, each once, in order."""
    words = [word for word in index.tokenizer(question) if not _FILLER.fullmatch(word)]
    return list(dict.fromkeys(words))


class AnswerabilityModel:
    """Logistic regression over `signals`: standardise, weigh, add up, squash."""

    def __init__(self, parameters: Mapping[str, Mapping[str, float]], bias: float, threshold: float) -> None:
        """`parameters`: signal -> its `mean`, `deviation` and `weight`."""
        self.parameters = parameters
        self.bias = bias
        self.threshold = threshold

    @classmethod
    def load(cls, path: Path = MODEL_FILE) -> "AnswerabilityModel":
        """Read what `python -m eval.fit_answerability` wrote."""
        data = json.loads(path.read_text(encoding="utf-8"))
        return cls(data["parameters"], float(data["bias"]), float(data["threshold"]))

    def probability(self, values: Mapping[str, float]) -> float:
        """That the documents answer, in [0, 1]."""
        total = self.bias
        for name, parameter in self.parameters.items():
            total += parameter["weight"] * (values[name] - parameter["mean"]) / parameter["deviation"]
        return 1 / (1 + math.exp(-total))
