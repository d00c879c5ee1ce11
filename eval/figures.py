"""Write the figures into the README: `make figures`.

Both systems answer the `test` questions about the bundled document in one run.
"""

import os
from collections.abc import Sequence
from pathlib import Path

from assistant.factory import create_assistant
from assistant.question import read_question
from assistant.settings import Settings
from eval.bench import measure
from eval.dataset import BUNDLED_SET, Example, load_examples
from eval.metrics import bootstrap_interval, hit_at, mean
from eval.plain_pipeline import PlainPipeline
from eval.run import CONTENT_KINDS, MEASURES, Outcome, evaluate
from index.embedder import load_embedder

README = Path(__file__).parent.parent / "README.md"
_BEGIN, _END = "<!-- figures:begin -->\n", "<!-- figures:end -->"
_SHOWN = {
    "hit@1": "第一条就对",
    "hit@5": "前五条里有对的",
    "citation P": "引用准确率",
    "citation R": "引用召回率",
    "evidence": "应引原文的覆盖率",
    "refused": "误拒率",
}


def main() -> None:
    """Measure and write."""
    assistant = create_assistant(Settings())
    outcomes = evaluate(assistant, load_examples(BUNDLED_SET, "test"))
    content = [outcome for outcome in outcomes if outcome.example.kind in CONTENT_KINDS]
    plain = PlainPipeline(assistant.documents[0], load_embedder())
    direct = [outcome for outcome in content if outcome.example.kind == "direct"]
    rows = [
        f"自带文件的 `test` 题，内容类 {len(content)} 题（口语、同义词、错别字为主），括号内为 95% 区间：",
        "",
        "| | 本程序 | 普通 LangChain 流程（500 字窗口、同一模型、前 4 段） |",
        "|---|---|---|",
        *_measure_rows(content, plain),
        f"| 贴近原文的提问（{len(direct)} 题）第一条就对 | {mean([MEASURES['hit@1'](one) for one in direct]):.2f} | "
        f"{mean(_plain(direct, plain, 1)):.2f} |",
        f"| 文件未涉及的提问被如实拒答 | {_refused(outcomes)} | — |",
        f"| 引文与原文逐字一致 | {mean([float(one.verbatim) for one in outcomes]):.3f} | — |",
        "",
        _speed(measure()),
        "",
        "以上由 `make figures` 测量并写入；只测耗时用 `make bench`。",
    ]
    text = README.read_text(encoding="utf-8")
    before, after = text.split(_BEGIN)[0], text.split(_END)[1]
    README.write_text(f"{before}{_BEGIN}{chr(10).join(rows)}\n{_END}{after}", encoding="utf-8")


def _measure_rows(content: Sequence[Outcome], plain: PlainPipeline) -> list[str]:
    theirs = {"hit@1": _plain(content, plain, 1), "hit@5": _plain(content, plain, 5)}
    return [
        f"| {words} | {_cell([MEASURES[name](one) for one in content])} | "
        f"{_cell(theirs[name]) if name in theirs else '—'} |"
        for name, words in _SHOWN.items()
    ]


def _speed(seconds: dict[str, float]) -> str:
    return (
        f"耗时（{os.cpu_count()} 核，无显卡）：从头建立索引 {seconds['index build, from nothing']:.1f} 秒；"
        f"冷启动到第一个回答 {seconds['first answer, cold start']:.1f} 秒；"
        f"之后每个回答中位数 {seconds['later answers, p50'] * 1000:.0f} 毫秒，"
        f"95% 在 {seconds['later answers, p95'] * 1000:.0f} 毫秒以内。"
    )


def _plain(outcomes: Sequence[Outcome], plain: PlainPipeline, k: int) -> list[float]:
    return [_plain_hit(outcome.example, plain, k) for outcome in outcomes]


def _plain_hit(example: Example, plain: PlainPipeline, k: int) -> float:
    question = read_question(example.question, example.history).standalone
    return hit_at([example.is_gold(clause) for clause in plain.search(question)], k)


def _cell(values: Sequence[float]) -> str:
    low, high = bootstrap_interval(values)
    return f"{mean(values):.2f}（{low:.2f}–{high:.2f}）"


def _refused(outcomes: Sequence[Outcome]) -> str:
    return _cell([float(one.answer.refusal is not None) for one in outcomes if not one.example.answerable])


if __name__ == "__main__":
    main()
