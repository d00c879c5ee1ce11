"""Whether a chat model is fit for use: does it answer, does it stream, does it keep to the format of citations?"""

import time
from dataclasses import dataclass

from assistant.chat_model import ChatModel
from assistant.generative import parse_claims
from assistant.support import checker
from corpus.errors import ChatModelError
from index.embedder import Embedder
from prompts import render

_EVIDENCE = ("村道由沿线各村分段养护，每季度巡查一次。", "县级财政每年安排养护经费30万元。")
_QUESTION = "村道养护经费有多少？"


@dataclass(frozen=True, slots=True)
class Finding:
    """What was found of one thing, in one sentence with the remedy."""

    passed: bool
    words: str


def check_chat_model(model: ChatModel, embedder: Embedder) -> list[Finding]:
    """Ask a question with two sentences of evidence; one finding if there is no answer, else three."""
    lines = "\n".join(f"[{number}] {sentence}" for number, sentence in enumerate(_EVIDENCE, 1))
    start = time.perf_counter()
    try:
        written = model.write(render("answer", delimiter="==", evidence=lines, question=_QUESTION))
        pieces = [piece for piece in written if piece]
    except ChatModelError as error:
        return [Finding(False, str(error))]
    seconds = time.perf_counter() - start
    text = "".join(pieces)
    claims = [claim for line in text.splitlines() for claim in parse_claims(line)]
    bears_out = checker(embedder)
    supported = [claim for claim in claims if bears_out(claim.words, claim.named(_EVIDENCE))]
    return [
        Finding(
            bool(text.strip()),
            f"{seconds:.1f} 秒写完 {len(text)} 字。" if text.strip() else "没有写出任何内容，请换一个模型。",
        ),
        Finding(True, "边写边发。" if len(pieces) > 1 else "写完才一次发出，可以使用，只是等待会久一些。"),
        Finding(
            bool(supported),
            f"写了 {len(claims)} 个注明依据的要点，{len(supported)} 个得到原文支持。"
            if supported
            else "没有按格式注明依据的要点，回答会退回原文摘录；请换一个更强的模型。",
        ),
    ]
