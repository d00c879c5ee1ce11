"""Whether the documents answer a question at all."""

import json
import math
import re
from collections.abc import Mapping, Sequence
from pathlib import Path

from assistant.details import asked_details, lacks_detail
from assistant.scope import is_elsewhere
from index.fusion import log_odds
from index.retriever import Hit
from index.search_index import SearchIndex
from index.tokenizer import latin_words, search_form

MODEL_FILE = Path(__file__).with_name("answerability.json")
JUDGED = "judged"
_NEAR = 3
_ACRONYM = 4
_HAN = re.compile("[\u4e00-\u9fff]")
_FILLER = re.compile(
    "请问|请|问|告诉|我|我们|想|知道|了解|一下|哪些|哪个|哪|什么|啥|怎么样|怎样|怎么|咋|如何|多少|几|吗|呢|吧|啊|么|不|没有|没|有|"
    "是|的|了|要|会|能|可以|可|该|应该|将|把|被|对|在|和|与|或|及|到|为|为什么|今年|全市|文件|文中|要点|规定|方面|具体|情况|做|搞|"
    "说|讲|提|关于|上|中|里|个|这|那|它|还|都|也|就|去|来|给|让|用"
)


def signals(question: str, hits: Sequence[Hit], index: SearchIndex) -> dict[str, float]:
    """What the decision rests on; 0 or 1 but for the first four.

    judged: log-odds that the sentence which the reranker likes best answers, in [-12, 12]; 0 without a reranker.
    similarity: cosine of the best sentence or fragment among the hits, in [-1, 1].
    coverage: the share of the question's content words that stand in the best clause (with its headings), in [0, 1].
    known: the share that stand in any clause, in [0, 1].
    latin: it has no Chinese characters.
    foreign: a Chinese question holds a number or short Latin word that no document holds (another year, GDP).
    elsewhere: it speaks of another time or version, or of a place that the documents are not about.
    detail: it asks for a certain detail: an amount, a date, an office (see `assistant.details`).
    missing: the best sentence gives no such detail.
    absent: none of the best three sentences gives it.
    """
    best = hits[0]
    words = content_words(question, index)
    text = search_form(index.document_of(best.clause).document.text[best.clause.span.start : best.clause.span.end])
    text += search_form(best.clause.section)
    known = [word for word in words if float(index.words.scores([word]).max(initial=0.0)) > 0]
    details = asked_details(question)
    sentences = best_sentences(hits, index, _NEAR)
    return {
        JUDGED: log_odds(max((hit.judged for hit in hits if hit.judged is not None), default=0.5)),
        "similarity": max(max(hit.similarities) for hit in hits),
        "coverage": sum(word in text for word in words) / len(words) if words else 0.0,
        "known": len(known) / len(words) if words else 0.0,
        "latin": float(not _HAN.search(question)),
        "foreign": float(_has_foreign(question, index)),
        "elsewhere": float(is_elsewhere(question, index.documents, index.document_of(best.clause))),
        "detail": float(bool(details)),
        "missing": float(lacks_detail(details, sentences[:1])),
        "absent": float(lacks_detail(details, sentences)),
    }


def best_sentences(hits: Sequence[Hit], index: SearchIndex, count: int) -> list[str]:
    """The best sentences of all hits, best first."""
    ranked = sorted(
        ((score, hit, row) for hit in hits for row, score in enumerate(hit.sentence_scores)), key=lambda each: -each[0]
    )
    return [hit.clause.sentences[row].of(index.document_of(hit.clause).document.text) for _, hit, row in ranked[:count]]


def _has_foreign(question: str, index: SearchIndex) -> bool:
    """Long Latin words among Chinese ones are mostly Chinese words typed as they sound."""
    words = {word for word in latin_words(question) if len(word) <= _ACRONYM}
    return bool(_HAN.search(question)) and not words <= index.latin_words


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
    def load(cls, *, judged: bool, path: Path = MODEL_FILE) -> "AnswerabilityModel":
        """Read what `python -m eval.fit_answerability` wrote; `judged`: for hits that a reranker has read."""
        data = json.loads(path.read_text(encoding="utf-8"))["judged" if judged else "plain"]
        return cls(data["parameters"], float(data["bias"]), float(data["threshold"]))

    def probability(self, values: Mapping[str, float]) -> float:
        """That the documents answer, in [0, 1]."""
        total = self.bias
        for name, parameter in self.parameters.items():
            total += parameter["weight"] * (values[name] - parameter["mean"]) / parameter["deviation"]
        return 1 / (1 + math.exp(-total))
