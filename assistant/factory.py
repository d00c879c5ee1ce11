"""The one place that chooses classes from settings."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from assistant.answerability import AnswerabilityModel
from assistant.assistant import Assistant
from assistant.extractive import ExtractiveComposer
from assistant.settings import Settings
from assistant.support import checker
from corpus.errors import IndexMissingError, SettingsError
from corpus.readers import read_folder
from index.build import build_index
from index.embedder import Embedder, load_embedder
from index.reranker import BundledReranker
from index.retriever import HybridRetriever
from index.search_index import SearchIndex, open_index

if TYPE_CHECKING:
    from assistant.chat_model import ChatModel
    from assistant.generative import Support

Progress = Callable[[int, int], None]


def create_assistant(
    settings: Settings, progress: Progress | None = None, bears_out: "Support | None" = None
) -> Assistant:
    """Open the index, building it first if there is none, and put the assistant together.

    `progress` is called with the number of passages embedded and of all while an index is built. `bears_out`, if not
    the usual one, checks what a chat model writes.

    Raises:
        PolicyAssistantError: if a document, the model, the index or a setting cannot be used.
    """
    embedder = load_embedder(settings.embedding_model, settings.threads)
    index = _open_or_build(settings, embedder, progress)
    reranker = BundledReranker(threads=settings.threads) if settings.reranker else None
    retriever = HybridRetriever(index, embedder, reranker=reranker)
    answerability = AnswerabilityModel.load(judged=settings.reranker)
    extractive = ExtractiveComposer(index)
    if settings.chat_model is None:
        return Assistant(retriever, extractive, answerability)
    from assistant.generative import GenerativeComposer  # noqa: PLC0415 - LangChain is slow to import
    from assistant.planner import QuestionPlanner  # noqa: PLC0415

    model = chat_model_of(settings)
    composer = GenerativeComposer(model, extractive, bears_out or checker(embedder))
    return Assistant(retriever, composer, answerability, QuestionPlanner(model))


def rebuild_index(settings: Settings, progress: Progress | None = None) -> SearchIndex:
    """Build the index of `settings.documents` anew and open it. Raises like `create_assistant`."""
    embedder = load_embedder(settings.embedding_model, settings.threads)
    build_index(read_folder(settings.documents), settings.index, embedder, progress)
    return open_index(settings.index, embedder)


def check_index(settings: Settings) -> SearchIndex:
    """Open the index with all its checks. Raises like `create_assistant`."""
    return open_index(settings.index, load_embedder(settings.embedding_model, settings.threads))


def chat_model_of(settings: Settings) -> "ChatModel":
    """The chat model of the settings.

    Raises:
        SettingsError: if none is set, or it cannot be opened.
    """
    from assistant.chat_model import open_chat_model  # noqa: PLC0415 - LangChain is slow to import

    if settings.chat_model is None:
        raise SettingsError("没有设置大模型，请先设置 POLICY_ASSISTANT_CHAT_MODEL，如 openai:qwen-plus。")
    url = str(settings.chat_model_url) if settings.chat_model_url else None
    return open_chat_model(
        settings.chat_model, url=url, key_file=settings.chat_model_key_file, timeout=settings.chat_model_timeout
    )


def _open_or_build(settings: Settings, embedder: Embedder, progress: Progress | None) -> SearchIndex:
    try:
        return open_index(settings.index, embedder)
    except IndexMissingError:
        build_index(read_folder(settings.documents), settings.index, embedder, progress)
        return open_index(settings.index, embedder)
