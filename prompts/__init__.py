"""Prompt texts and their strict loader. No prompt text stands in code.

A prompt is a file `<name>.txt` in this folder; `{{variable}}` in it is replaced. A missing or unknown variable is an
error, and what is put in is never read as a template again.
"""

import re
import secrets
from pathlib import Path

from corpus.errors import PromptError

_FOLDER = Path(__file__).parent
_VARIABLE = re.compile(r"\{\{(\w+)\}\}")


def fresh_delimiter() -> str:
    """What to set off texts with that are not to be obeyed: none of them can foresee it."""
    return f"=={secrets.token_hex(8)}=="


def render(name: str, **variables: str) -> str:
    """The prompt with its variables put in.

    Raises:
        PromptError: if there is no such prompt, or its variables are not exactly those given.
    """
    try:
        template = (_FOLDER / f"{name}.txt").read_text(encoding="utf-8")
    except OSError as error:
        raise PromptError(f"缺少提示词“{name}”，请重新安装本程序。") from error
    wanted = set(_VARIABLE.findall(template))
    if wanted != variables.keys():
        differing = "、".join(sorted(wanted ^ variables.keys()))
        raise PromptError(f"提示词“{name}”的变量不符：{differing}，请改正 prompts/{name}.txt。")
    return _VARIABLE.sub(lambda match: variables[match[1]], template).strip()
