"""How a question is answered.

from assistant import build_assistant

assistant = build_assistant()
answer = assistant.ask("农业方面有哪些目标")
print(answer.text)
"""

import os

os.environ.setdefault("HF_HUB_OFFLINE", "1")
os.environ.setdefault("GRADIO_ANALYTICS_ENABLED", "False")

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from assistant.assistant import Assistant

__all__ = ["build_assistant"]


def build_assistant(**settings: object) -> "Assistant":
    """An assistant over the index of the settings, which is built first if there is none.

    `settings` are those of `assistant.settings.Settings`; they stand above the environment.

    Raises:
        PolicyAssistantError: if a document, the model, the index or a setting cannot be used.
    """
    from assistant.factory import create_assistant  # noqa: PLC0415 - nothing heavy happens on import
    from assistant.settings import load_settings  # noqa: PLC0415

    return create_assistant(load_settings(**settings))
