"""What a message asks, put by a chat model into questions that stand alone. Nothing of it is believed either.

What the model writes is taken only if it holds all that the message names, and nothing that the user never said;
else the rules of `followup` and `question` decide, as they do without a model.
"""

import re
from collections.abc import Sequence

from assistant.chat_model import ChatModel
from assistant.support import figures, names, nouns
from corpus.errors import ChatModelError
from index.tokenizer import search_form
from prompts import fresh_delimiter, render

_MAX_QUESTIONS = 5
_MAX_LENGTH = 200
_REMEMBERED = 6
_SEVERAL = re.compile(r"[，,；;？?。、]\s*\S|和|及|还有|并且|同时")
_MARK = re.compile(r"^\s*(?:\d{1,2}[.．、)）]|[-·•])\s*")


class QuestionPlanner:
    """Asks a chat model what a message asks."""

    def __init__(self, model: ChatModel) -> None:
        """`model` is asked once a message, and only if the message may need it."""
        self._model = model

    def plan(self, message: str, earlier: Sequence[str]) -> tuple[str, ...]:
        """The questions, each of which stands alone; none if the message needs no model, or the model is of no use.

        `earlier` holds what the user asked before, oldest first.
        """
        if not earlier and not _SEVERAL.search(message):
            return ()
        try:
            written = "".join(self._model.write(_prompt(message, earlier[-_REMEMBERED:])))
        except ChatModelError:
            return ()
        lines = [_MARK.sub("", line).strip() for line in written.splitlines() if line.strip()]
        questions = tuple(dict.fromkeys(lines))
        return questions if is_faithful(questions, message, earlier) else ()


def is_faithful(questions: Sequence[str], message: str, earlier: Sequence[str]) -> bool:
    """Whether the questions hold every noun, figure and name of the message, and none that was not said."""
    if not 0 < len(questions) <= _MAX_QUESTIONS or any(len(question) > _MAX_LENGTH for question in questions):
        return False
    said, asked = "，".join([*earlier, message]), "，".join(questions)
    return _holds(said, asked) and _holds(asked, message)


def _holds(text: str, part: str) -> bool:
    """Whether a text holds all that another names."""
    form = search_form(text)
    return (
        all(noun in form for noun in nouns(part))
        and set(figures(part)) <= set(figures(text))
        and set(names(part)) <= set(names(text))
    )


def _prompt(message: str, earlier: Sequence[str]) -> str:
    return render(
        "questions",
        delimiter=fresh_delimiter(),
        earlier="\n".join(" ".join(words.split()) for words in earlier) or "（没有）",
        question=" ".join(message.split()),
    )
