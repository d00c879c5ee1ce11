"""Write the figures into the README: `make figures`.

Every system answers the `test` questions of all own datasets, one after the other, in one run.
"""

import os
from collections.abc import Iterable, Sequence
from pathlib import Path

from assistant.factory import create_assistant
from eval.bench import measure as measure_speed
from eval.claims import check, load_claims
from eval.dataset import OWN_SETS, load_examples
from eval.figures import Figures
from eval.measures import MEASURES
from eval.metrics import mean
from eval.outcome import Judge
from eval.run import ask_all, dataset_settings
from eval.significance import bootstrap_interval
from eval.systems import systems
from index.embedder import BundledEmbedder
from index.reranker import BundledReranker

README = Path(__file__).parent.parent / "README.md"
_HIDDEN = {"recall@5", "MRR@10", "refusal precision"}
_COMPARED = ("hit@1", "hit@5", "citation F1", "refusal recall", "over-refusal")


def main() -> None:
    """Measure and write."""
    measured = [_measure(dataset) for dataset in OWN_SETS]
    names = list(OWN_SETS.values())
    lines = [
        "三套测试集的 `test` 题（不用来改进程序），多为口语、同义词、错别字、追问和文件没有写的内容；"
        "后两套向全部文件一并提问。括号内为 95% 区间。",
        "",
        f"| | {' | '.join(names)} |",
        f"|---|{'---|' * len(names)}",
        *_rows(*(systems[0] for systems in measured)),
        "",
        f"同一批题、同一次运行，与其他做法比较，并逐一去掉本程序的各个部分（依次为{'、'.join(names)}）：",
        "",
        f"| | {' | '.join(measure.label for measure in MEASURES if measure.name in _COMPARED)} |",
        f"|---|{'---|' * len(_COMPARED)}",
        *(_system_row(*row) for row in zip(*measured, strict=True)),
        "",
        _speed(measure_speed()),
        "",
        "以上由 `make figures` 测量并写入；`policy-assistant eval` 给出逐题报告，`make bench` 只测耗时。",
    ]
    write_section("figures", lines)
    write_section("claims", [_claims()])


def write_section(name: str, lines: Sequence[str]) -> None:
    """Put lines between the marks `<!-- name:begin -->` and `<!-- name:end -->` of the README."""
    begin, end = f"<!-- {name}:begin -->\n", f"<!-- {name}:end -->"
    text = README.read_text(encoding="utf-8")
    before, after = text.split(begin)[0], text.split(end)[1]
    README.write_text(f"{before}{begin}{chr(10).join(lines)}\n{end}{after}", encoding="utf-8")


def _measure(dataset: Path) -> list[Figures]:
    settings = dataset_settings(dataset)
    judge = Judge(create_assistant(settings).documents)
    doors = [(system.label, system.door) for system in systems(settings)]
    examples = load_examples(dataset, "test")
    return [one.figures for one in ask_all(judge, doors, examples, dataset=dataset.stem, split="test")]


def _rows(*columns: Figures) -> Iterable[str]:
    for measure in MEASURES:
        if measure.name not in _HIDDEN:
            estimates = [figures.overall(measure) for figures in columns]
            if not any(one.n for one in estimates):
                continue
            cells = [f"{one.mean:.2f}（{one.low:.2f}–{one.high:.2f}）" if one.n else "—" for one in estimates]
            yield f"| {measure.label} | {' | '.join(cells)} |"


def _system_row(*columns: Figures) -> str:
    shown = [measure for measure in MEASURES if measure.name in _COMPARED]
    cells = [_pair([figures.overall(measure).mean for figures in columns]) for measure in shown]
    return f"| {columns[0].system} | {' | '.join(cells)} |"


def _pair(means: Sequence[float]) -> str:
    return " / ".join(f"{mean:.2f}" if mean == mean else "—" for mean in means)  # noqa: PLR0124 - nan


def _claims() -> str:
    """What the check of a model's sentences keeps, on the half that its rules were not written on."""
    checked = [one for one in check(load_claims(), BundledEmbedder(), BundledReranker()) if one.example.split == "test"]
    cells = []
    for supported in (True, False):
        kept = [float(one.is_kept()) for one in checked if one.example.supported == supported]
        low, high = bootstrap_interval(kept)
        cells.append(f"{mean(kept):.2f}（{low:.2f}–{high:.2f}）")
    return (
        f"在 {len(checked)} 句仿照大模型编写、一半有意写错一处的句子上（规则没有看过的文件，`python -m eval.claims`）："
        f"对的留下 {cells[0]}，错的留下 {cells[1]}。"
    )


def _speed(seconds: dict[str, float]) -> str:
    return (
        f"耗时（{os.cpu_count()} 核，无显卡）：从头建立索引 {seconds['index build, from nothing']:.1f} 秒；"
        f"冷启动到第一个回答 {seconds['first answer, cold start']:.1f} 秒；"
        f"之后每个回答中位数 {seconds['later answers, p50'] * 1000:.0f} 毫秒，"
        f"95% 在 {seconds['later answers, p95'] * 1000:.0f} 毫秒以内。"
    )


if __name__ == "__main__":
    main()
