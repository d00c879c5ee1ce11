"""Settings: environment variables `POLICY_ASSISTANT_…`, or arguments of the command line."""

import os
from pathlib import Path

from pydantic import Field, HttpUrl, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from corpus.errors import SettingsError
from index.embedder import BUNDLED

PREFIX = "POLICY_ASSISTANT_"
DEBUG = f"{PREFIX}DEBUG"
"""Set to anything, it makes the command show the traceback of a defect."""
BUNDLED_DOCUMENTS = Path(__file__).parent.parent / "corpus" / "documents"


class Settings(BaseSettings):
    """All settings; they are passed in, never fetched from a global.

    Attributes:
        index: folder of the index.
        documents: folder whose documents are indexed.
        embedding_model: `bundled`, or a Sentence Transformers model by folder or name.
        threads: processor threads for the embedding model and the reranker; None for one per core.
        reranker: whether the bundled reranker reads the question together with the best sentences.
        chat_model: a LangChain chat model as `provider:model`, for answers in prose; None for quotations only.
        chat_model_url: where the chat model is served; None for the provider's own address.
        chat_model_key_file: a file that holds the key; None for the provider's own environment variable.
        chat_model_timeout: seconds to wait for the chat model.
        host, port: where the server listens.
        api_tokens_file: a file with a line `name token` for each program that may ask; None if every program may.
        api_rate: how many requests one program may send a minute.
        api_concurrency: how many of its requests may be under way at the same time.
        log_questions: whether the server's log holds the text of questions.
    """

    model_config = SettingsConfigDict(env_prefix=PREFIX, extra="forbid", frozen=True)

    index: Path = Path(".policy-index")
    documents: Path = BUNDLED_DOCUMENTS
    embedding_model: str = Field(default=BUNDLED, min_length=1)
    threads: int | None = Field(default=None, ge=1, le=256)
    reranker: bool = True
    chat_model: str | None = None
    chat_model_url: HttpUrl | None = None
    chat_model_key_file: Path | None = None
    chat_model_timeout: float = Field(default=60.0, gt=0)
    host: str = "127.0.0.1"
    port: int = Field(default=7860, ge=1, le=65535)
    api_tokens_file: Path | None = None
    api_rate: int = Field(default=3000, ge=1, le=1_000_000)
    api_concurrency: int = Field(default=128, ge=1, le=1000)
    log_questions: bool = False


def load_settings(**overrides: object) -> Settings:
    """Settings from the environment; arguments that are not None stand above it.

    Raises:
        SettingsError: if one is unknown or has a value that it cannot have.
    """
    known = {f"{PREFIX}{name.upper()}" for name in Settings.model_fields} | {DEBUG}
    unknown = sorted(name for name in os.environ if name.upper().startswith(PREFIX) and name.upper() not in known)
    if unknown:
        raise SettingsError(f"没有“{unknown[0]}”这个设置，请删除它，或改成 README“设置”一节所列的名称。")
    given = {name: value for name, value in overrides.items() if value is not None}
    try:
        return Settings(**given)  # type: ignore[arg-type]
    except ValidationError as error:
        name = ".".join(str(part) for part in error.errors()[0]["loc"])
        raise SettingsError(f"设置“{name}”的值无效，请按 README“设置”一节改正。") from error
