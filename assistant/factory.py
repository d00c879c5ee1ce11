"""The one place that chooses classes from settings."""

from collections.abc import Callable

from assistant.answerability import AnswerabilityModel
from assistant.assistant import Assistant
from assistant.composer import AnswerComposer
from assistant.extractive import ExtractiveComposer
from assistant.settings import Settings
from corpus.errors import IndexMissingError
from corpus.readers import read_folder
from index.build import build_index
from index.embedder import Embedder, load_embedder
from index.reranker import JUDGE_FOLDER, BundledReranker
from index.retriever import HybridRetriever
from index.search_index import SearchIndex, open_index

Progress = Callable[[int, int], None]


def create_assistant(settings: Settings, progress: Progress | None = None) -> Assistant:
    """Open the index, building it first if there is none, and put the assistant together.

    `progress` is called with the number of passages embedded and of all while an index is built.

    Raises:
        PolicyAssistantError: if a document, the model, the index or a setting cannot be used.
    """
    embedder = load_embedder(settings.embedding_model, settings.threads)
    index = _open_or_build(settings, embedder, progress)
    reranker = BundledReranker(threads=settings.threads) if settings.reranker and JUDGE_FOLDER.exists() else None
    retriever = HybridRetriever(index, embedder, reranker=reranker)
    return Assistant(retriever, _composer(settings, index), AnswerabilityModel.load(judged=settings.reranker and JUDGE_FOLDER.exists()))


def rebuild_index(settings: Settings, progress: Progress | None = None) -> SearchIndex:
    """Build the index of `settings.documents` anew and open it. Raises like `create_assistant`."""
    embedder = load_embedder(settings.embedding_model, settings.threads)
    build_index(read_folder(settings.documents), settings.index, embedder, progress)
    return open_index(settings.index, embedder)


def check_index(settings: Settings) -> SearchIndex:
    """Open the index with all its checks. Raises like `create_assistant`."""
    return open_index(settings.index, load_embedder(settings.embedding_model, settings.threads))


def _open_or_build(settings: Settings, embedder: Embedder, progress: Progress | None) -> SearchIndex:
    try:
        return open_index(settings.index, embedder)
    except IndexMissingError:
        build_index(read_folder(settings.documents), settings.index, embedder, progress)
        return open_index(settings.index, embedder)


def _composer(settings: Settings, index: SearchIndex) -> AnswerComposer:
    extractive = ExtractiveComposer(index)
    if settings.chat_model is None:
        return extractive
    from assistant.generative import GenerativeComposer, open_chat_model  # noqa: PLC0415 - LangChain is slow to import

    return GenerativeComposer(open_chat_model(settings.chat_model, settings.chat_model_timeout), index, extractive)
