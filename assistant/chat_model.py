"""Any LangChain chat model: opened from settings, read as it writes, never waited for longer than was set.

The only module that meets one.
"""

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from langchain.chat_models import init_chat_model
from langchain_core.language_models import BaseChatModel
from langchain_core.messages import HumanMessage

from corpus.errors import ChatModelError, SettingsError

MAX_ANSWER = 4000
"""Characters; what a model writes beyond them is not read."""

_CONTEXT = 4096
_FOR_ANSWER = 0.4
_FAILED = "大模型没有应答，请检查模型服务和 POLICY_ASSISTANT_CHAT_MODEL 设置后重试。"
_EXTRAS = ("openai", "ollama", "deepseek", "anthropic")


class ChatModel:
    """Writes an answer to a prompt. Safe to use from several threads.

    Attributes:
        room: how many characters a prompt may have; a Chinese character is counted as a token of the model's context.
    """

    def __init__(self, model: BaseChatModel, timeout: float = 60.0) -> None:
        """Read from `model` for at most `timeout` seconds an answer."""
        self._model = model
        self._timeout = timeout
        self.room = int((1 - _FOR_ANSWER) * _context(model))

    def write(self, prompt: str) -> Iterator[str]:
        """The answer, in pieces as they come; no more than `MAX_ANSWER` characters of it are read.

        Raises:
            ChatModelError: if the model fails, breaks off, or is not done in time.
        """
        deadline = time.monotonic() + self._timeout
        written = 0
        try:
            for chunk in self._model.stream([HumanMessage(prompt)]):
                if time.monotonic() > deadline:
                    raise ChatModelError(_FAILED)
                piece = str(chunk.text)
                written += len(piece)
                yield piece[: len(piece) - max(0, written - MAX_ANSWER)]
                if written >= MAX_ANSWER:
                    return
        except ChatModelError:
            raise
        except Exception as error:
            raise ChatModelError(_FAILED) from error


def open_chat_model(
    name: str, *, url: str | None = None, key_file: Path | None = None, timeout: float = 60.0
) -> ChatModel:
    """A chat model by LangChain's `provider:model`.

    `url`: where it is served, if not at the provider's own address. `key_file` holds the key; without it, the
    provider's own environment variable is read.

    Raises:
        SettingsError: if the name is not understood, the provider's package is missing or the key cannot be read.
    """
    options: dict[str, Any] = {"timeout": timeout, "max_retries": 1}
    if url is not None:
        options["base_url"] = url
    if key_file is not None:
        options["api_key"] = _key(key_file)
    try:
        model: Any = init_chat_model(name, **options)
    except ImportError as error:
        provider = name.partition(":")[0]
        extra = f'pip install "policy-assistant[{provider}]"' if provider in _EXTRAS else f"pip install {error.name}"
        raise SettingsError(f"使用“{name}”需要另装 LangChain 的对应组件，请运行 {extra}。") from error
    except Exception as error:
        raise SettingsError(f"无法使用大模型“{name}”，请按“提供方:模型”的格式改正设置，并检查密钥。") from error
    if not isinstance(model, BaseChatModel):
        raise SettingsError(f"无法使用大模型“{name}”，请按“提供方:模型”的格式改正设置。")
    return ChatModel(model, timeout)


def _key(file: Path) -> str:
    try:
        key = file.read_text(encoding="utf-8").strip()
    except (OSError, ValueError) as error:
        raise SettingsError(f"密钥文件“{file.name}”无法读取，请检查路径和权限。") from error
    if not key:
        raise SettingsError(f"密钥文件“{file.name}”是空的，请把密钥写在里面。")
    return key


def _context(model: BaseChatModel) -> int:
    """How many tokens the model takes in, as LangChain knows it; a small number where it does not."""
    known = (getattr(model, "profile", None) or {}).get("max_input_tokens")
    return int(known) if isinstance(known, int) and known > 0 else _CONTEXT
