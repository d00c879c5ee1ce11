"""Baselines, and the assistant with one part switched off, all through the same door."""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from assistant.answerability import AnswerabilityModel
from assistant.assistant import RETRIEVED, Assistant
from assistant.extractive import ExtractiveComposer
from assistant.factory import create_assistant
from assistant.question import read_question
from assistant.settings import Settings
from corpus.clauses import Clause
from eval.dataset import Example
from eval.doors import Door, python_door
from eval.plain_pipeline import PlainPipeline
from eval.response import Response
from index.embedder import Embedder, load_embedder
from index.passages import PassageKind
from index.reranker import BundledReranker
from index.retriever import WEIGHTS, HybridRetriever
from index.search_index import SearchIndex, open_index

Search = Callable[[str], Sequence[Clause]]


@dataclass(frozen=True, slots=True)
class System:
    """Something that answers.

    Attributes:
        name: its key in files.
        label: what an official reads.
        door: how it is asked.
    """

    name: str
    label: str
    door: Door


def systems(settings: Settings) -> list[System]:
    """The assistant first, then its baselines, then the assistant without one part each.

    Raises:
        PolicyAssistantError: if the model or the index cannot be used.
    """
    embedder = load_embedder(settings.embedding_model, settings.threads)
    index = open_index(settings.index, embedder)
    reranker = BundledReranker(threads=settings.threads) if settings.reranker else None
    decision = AnswerabilityModel.load(judged=settings.reranker)

    def retriever(weights: Mapping[str, float]) -> HybridRetriever:
        return HybridRetriever(index, embedder, weights, reranker)

    def ranking(weights: Mapping[str, float]) -> Door:
        searcher = retriever(weights)
        return ranking_door(lambda question: [hit.clause for hit in searcher.search(question, RETRIEVED)])

    def assistant(weights: Mapping[str, float], decision: AnswerabilityModel = decision) -> Door:
        return python_door(Assistant(retriever(weights), ExtractiveComposer(index), decision))

    plain = PlainPipeline(index.documents, embedder)
    never_refuse = AnswerabilityModel(decision.parameters, decision.bias, threshold=0.0)
    whole = assistant(WEIGHTS)
    return [
        System("assistant", "本程序", whole),
        System("plain-langchain", "普通 LangChain 流程（500 字窗口，前 4 段）", ranking_door(plain.search)),
        System("bm25", "只用关键词（BM25，jieba 分词）", ranking({"words": 1.0})),
        System("model", "只用向量模型（整条比较）", ranking({PassageKind.CLAUSE: 1.0})),
        *(
            System(f"without-{'-'.join(parts)}", f"去掉{label}", assistant(_without(*parts)))
            for label, parts in _PARTS.items()
        ),
        *([System("without-reranker", "去掉判断模型", _unjudged(index, embedder))] if reranker else []),
        System("without-history", "去掉追问的理解", lambda example: whole(_without_history(example))),
        System("without-refusal", "去掉拒答判断", assistant(WEIGHTS, never_refuse)),
    ]


def model_systems(settings: Settings) -> list[System]:
    """The assistant with and without the chat model of the settings, and with the model's sentences unchecked.

    Raises:
        PolicyAssistantError: if the model or the index cannot be used.
    """
    checked = create_assistant(settings)
    plain = create_assistant(settings.model_copy(update={"chat_model": None}))
    trusting = create_assistant(settings, bears_out=lambda _claim, _evidence: True)
    return [
        System("generative", "大模型撰写，经过核对", python_door(checked)),
        System("extractive", "摘录原文", python_door(plain)),
        System("unchecked", "大模型撰写，不核对", python_door(trusting)),
    ]


def _unjudged(index: SearchIndex, embedder: Embedder) -> Door:
    decision = AnswerabilityModel.load(judged=False)
    return python_door(Assistant(HybridRetriever(index, embedder), ExtractiveComposer(index), decision))


_PARTS: Mapping[str, tuple[str, ...]] = {
    "关键词": ("words", "bigrams"),
    " jieba 词": ("words",),
    "字对": ("bigrams",),
    "带标题的句子向量": (PassageKind.CONTEXT,),
    "分句向量": (PassageKind.FRAGMENT,),
    "整条向量": (PassageKind.CLAUSE,),
}


def _without(*parts: str) -> dict[str, float]:
    return {name: weight for name, weight in WEIGHTS.items() if name not in parts}


def _without_history(example: Example) -> Example:
    return replace(example, history=())


def ranking_door(search: Search) -> Door:
    """A system that only finds clauses: its responses hold a ranking and nothing else."""

    def ask(example: Example) -> Response:
        start = time.perf_counter()
        found = search(read_question(example.question, example.history).standalone)
        elapsed = (time.perf_counter() - start) * 1000
        return Response("", False, None, (), tuple(clause.id for clause in found), elapsed, composed=False)

    return ask
