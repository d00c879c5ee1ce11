"""How a call of the command ended, and what an error may look like."""

import re
from collections.abc import Callable
from dataclasses import dataclass


def is_one_sentence(message: object) -> bool:
    """Whether a message is one Chinese sentence that names a remedy, and shows nothing from inside."""
    inside = r'Traceback|Error|\.py\b|File "|/root|/tmp|/work|pydantic|site-packages|<class'
    return bool(re.fullmatch(r"[^。\n]*[一-鿿][^。\n]*请[^。\n]+。", str(message))) and not re.search(
        inside, str(message)
    )


@dataclass(frozen=True)
class Done:
    """How a call ended."""

    code: int
    out: str
    err: str

    def is_one_error(self, *words: str) -> bool:
        """Whether it failed with one Chinese line of these words, and printed nothing else."""
        line = self.err.removesuffix("\n")
        wanted = all(word in line for word in words)
        return (self.code, self.out) == (2, "") and line.startswith("错误：") and is_one_sentence(line) and wanted


Call = Callable[..., Done]
