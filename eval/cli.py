"""The command `policy-assistant eval`, which `assistant.cli` finds by its entry point."""

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.table import Column, Table

from assistant.settings import Settings
from corpus.clauses import ParsedDocument, parse
from corpus.errors import PolicyAssistantError
from corpus.readers import read_folder
from eval.dataset import ALL, BUNDLED_SET, load_examples
from eval.figures import Estimate, Figures
from eval.measures import KIND_LABELS, MEASURES
from eval.outcome import Judge
from eval.public_sets import LOADERS
from eval.run import OUTPUT, ask_all, dataset_settings

SHOWN = ("hit@1", "hit@5", "citation precision", "citation recall", "evidence", "refusal recall", "over-refusal")
SHOWN_OF_MODELS = ("citation F1", "evidence", "exact quotes", "number closure", "claim support", "refusal recall")
if TYPE_CHECKING:
    from eval.doors import Door

_WIDTH = 130
_SPLITS = ("dev", "test", ALL)

app = typer.Typer(
    help="评测：给回答打分，比较两次评测。", invoke_without_command=True, rich_markup_mode=None, add_completion=False
)

Dataset = Annotated[
    Path, typer.Option("--dataset", help="测试集，默认为自带文件的测试集。", show_default=False, metavar="文件")
]
Documents = Annotated[
    Path | None, typer.Option("--documents", help="测试集所问的文件，默认为测试集旁边的同名文件夹。", metavar="文件夹")
]
Index = Annotated[Path | None, typer.Option("--index", help="索引文件夹，没有时先建立。", metavar="文件夹")]
Split = Annotated[str, typer.Option("--split", help="dev 用来改进，test 只用来报告，all 为全部。", metavar="部分")]
Answers = Annotated[
    Path | None,
    typer.Option("--answers", help="不提问，改为给 policy-assistant answer 的输出打分。", metavar="文件"),
]
Url = Annotated[
    str | None,
    typer.Option("--endpoint", help="改为向运行中的服务提问，如 http://127.0.0.1:7860/api/ask。", metavar="网址"),
]
Baselines = Annotated[bool, typer.Option("--baselines", help="同时测量其他做法，以及本程序去掉每个部分之后。")]
Model = Annotated[
    str | None,
    typer.Option("--model", help="用这个大模型撰写，并与摘录原文、不核对的相比，如 openai:qwen-plus。", metavar="模型"),
]
Sample = Annotated[int | None, typer.Option("--limit", min=1, help="只问这么多题，均匀抽取。", metavar="数")]
Output = Annotated[Path | None, typer.Option("--output", help="结果文件夹，默认在 .policy-eval 下。", metavar="文件夹")]
Before = Annotated[Path, typer.Argument(help="先前的结果（甲）：评测输出的文件夹或 figures.json。", metavar="甲")]
After = Annotated[Path, typer.Argument(help="后来的结果（乙）。", metavar="乙")]

PublicPath = Annotated[
    Path,
    typer.Option(
        "--path", help="题库文件；statutes 和 epidemic 用题目文件，语料 *.corpus.jsonl 须在它旁边。", metavar="文件"
    ),
]
PublicIndex = Annotated[
    Path | None,
    typer.Option("--index", help="存放索引的文件夹，默认 .policy-eval/public-<题库>；下次接着用。", metavar="文件夹"),
]
Limit = Annotated[int | None, typer.Option("--limit", min=1, help="只问前几题，只检索这些题附带的文件。", metavar="数")]
PublicOutput = Annotated[Path | None, typer.Option("--output", help="把结果写进这个 JSON 文件。", metavar="文件")]


@app.callback()
def run(
    context: typer.Context,
    dataset: Dataset = BUNDLED_SET,
    documents: Documents = None,
    index: Index = None,
    split: Split = "dev",
    answers: Answers = None,
    url: Url = None,
    baselines: Baselines = False,
    model: Model = None,
    limit: Sample = None,
    output: Output = None,
) -> None:
    """给回答打分，比较两次评测；写出报告、逐题结果和 TREC 文件。"""
    if context.invoked_subcommand:
        return
    from eval.results import write_results  # noqa: PLC0415 - slow to import

    if split not in _SPLITS:
        raise PolicyAssistantError(f"没有“{split}”这一部分，请用 --split 选 {'、'.join(_SPLITS)} 之一。")
    if sum((answers is not None, url is not None, baselines, model is not None)) > 1:
        raise PolicyAssistantError("--answers、--endpoint、--baselines、--model 只能用一个，请去掉其余的。")
    examples = load_examples(dataset, split)
    if limit is not None:
        examples = examples[:: -(-len(examples) // limit)]
    settings = dataset_settings(dataset, documents, index)
    if model is not None:
        settings = settings.model_copy(update={"chat_model": model})
    judge, doors = _asked(settings, answers, url, baselines)
    results = ask_all(judge, doors, examples, dataset=dataset.stem, split=split)
    folder = output or OUTPUT / f"{dataset.stem}-{split}"
    write_results(folder, results, judge.titles())
    console = _console()
    _print_figures(results[0].figures, console)
    if len(results) > 1:
        shown = SHOWN_OF_MODELS if settings.chat_model and not baselines else SHOWN
        _print_side_by_side([one.figures for one in results], shown, console)
    console.print(f"报告：{folder / 'report.html'}", soft_wrap=True)


@app.command()
def compare(before: Before, after: After) -> None:
    """比较两次评测：哪些变好、哪些变差、是否显著；显著变差时以状态码 1 结束。"""
    from eval.compare import compare as compare_figures  # noqa: PLC0415 - slow to import
    from eval.compare import print_differences  # noqa: PLC0415

    differences = compare_figures(Figures.load(before), Figures.load(after))
    print_differences(differences, _console())
    if any(difference.is_loss for difference in differences):
        raise typer.Exit(1)


def _console() -> Console:
    """Standard output; wide enough for the tables where it is a file."""
    console = Console(highlight=False, markup=False)
    return console if console.is_terminal else Console(highlight=False, markup=False, width=_WIDTH)


@app.command()
def public(
    set_name: Annotated[str, typer.Option("--set", help=f"题库：{'、'.join(LOADERS)}。", metavar="名称")],
    path: PublicPath,
    index: PublicIndex = None,
    limit: Limit = None,
    output: PublicOutput = None,
) -> None:
    """在公开题库上评分；题库文件须自备，不随本程序分发。"""
    from eval.public import run_public  # noqa: PLC0415 - slow to import

    run_public(set_name, path, index, limit, output)


def _asked(
    settings: Settings, answers: Path | None, url: str | None, baselines: bool
) -> tuple[Judge, list[tuple[str, "Door"]]]:
    """Who judges, and who is asked, by label."""
    from eval.doors import answers_file, endpoint, python_door  # noqa: PLC0415 - slow to import

    if answers is not None:
        return _judge(settings), [(f"回答文件 {answers.name}", answers_file(answers))]
    if url is not None:
        return _judge(settings), [("运行中的服务", endpoint(url))]
    from assistant.factory import create_assistant  # noqa: PLC0415

    assistant = create_assistant(settings)
    _check_documents(assistant.documents, settings)
    judge = Judge(assistant.documents)
    from eval.systems import model_systems, systems  # noqa: PLC0415

    if baselines:
        return judge, [(system.label, system.door) for system in systems(settings)]
    if settings.chat_model is not None:
        return judge, [(system.label, system.door) for system in model_systems(settings)]
    return judge, [("本程序", python_door(assistant))]


def _check_documents(indexed: Sequence[ParsedDocument], settings: Settings) -> None:
    """Refuse to score answers from an index over other documents than those the questions are about."""
    read = read_folder(settings.documents)
    if {parsed.document.sha256 for parsed in indexed} != {document.sha256 for document in read}:
        raise PolicyAssistantError("索引里的文件与测试集所问的不同，请用 --documents 指定文件，或用 --index 另建索引。")


def _judge(settings: Settings) -> Judge:
    return Judge(parse(document) for document in read_folder(settings.documents))


def _print_figures(figures: Figures, console: Console) -> None:
    table = Table("指标", "题数", "平均", "95% 区间")
    for measure in MEASURES:
        one = figures.overall(measure)
        if one.n:
            table.add_row(measure.label, str(one.n), f"{one.mean:.3f}", f"{one.low:.3f}–{one.high:.3f}")
    console.print(table)
    by_kind = _table("类别")
    for group in figures.groups():
        estimates = [figures.estimate(name, group) for name in SHOWN]
        by_kind.add_row(KIND_LABELS.get(group, "全部内容题"), *map(_cell, estimates))
    console.print(by_kind)
    console.print(f"耗时：一半在 {figures.latency['p50']:.0f} 毫秒以内，95% 在 {figures.latency['p95']:.0f} 毫秒以内")


def _print_side_by_side(systems: Iterable[Figures], names: Sequence[str], console: Console) -> None:
    shown = [measure for measure in MEASURES if measure.name in names]
    table = _table("做法", names)
    for figures in systems:
        estimates = [figures.overall(measure) for measure in shown]
        table.add_row(figures.system, *map(_cell, estimates))
    console.print(table)


def _table(first: str, names: Sequence[str] = SHOWN) -> Table:
    measures = [measure.label for measure in MEASURES if measure.name in names]
    return Table(Column(first, overflow="fold"), *(Column(label, overflow="fold") for label in measures))


def _cell(one: Estimate) -> str:
    return f"{one.mean:.3f}" if one.n else "—"
