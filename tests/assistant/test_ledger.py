"""The target ledger: by topic, in the terminal, as a spreadsheet that evaluates nothing, and at the command line."""

import json
import re
import zipfile
from collections.abc import Callable
from io import StringIO
from pathlib import Path

import pytest
from click.testing import Result
from openpyxl import load_workbook
from openpyxl.worksheet.worksheet import Worksheet
from rich.console import Console
from typer.testing import CliRunner

from assistant import cli
from assistant.assistant import Assistant
from assistant.ledger import HIDDEN, Row, all_rows, row_record, targets_about
from assistant.ledger_view import COLUMNS, print_rows, write_xlsx
from corpus import ParsedDocument, document_from_text, parse
from corpus.errors import PolicyAssistantError, QuestionError
from corpus.targets import find_targets
from index.retriever import HybridRetriever

Parsed = Callable[..., ParsedDocument]
HEADERS = ["序号", "指标", "方向", "数值", "单位", "时点", "类型", "条款", "所在部分", "原文", "起", "止", "文件"]
AGRICULTURE = {
    "确保粮食产量稳定在*亿斤以上",
    "确保生猪出栏*万头以上",
    "培育现代林竹产业基地*万亩",
    "争创一批省级乡村振兴先进县、先进乡镇和示范村",
    "力争新创建省级现代农业(林业)园区*个以上",
    "*农业科技园区争创国家农业高新技术产业示范区",
}


def rows_of(parsed: ParsedDocument) -> list[Row]:
    return [Row(target, parsed) for target in find_targets(parsed)]


def written(path: Path, rows: list[Row] | tuple[Row, ...]) -> Worksheet:
    write_xlsx(path, rows)
    return load_workbook(path).active


def quotes(retriever: HybridRetriever, topic: str) -> list[str]:
    return [row.quote for row in targets_about(topic, retriever).rows]


def test_the_ledger_holds_the_targets_of_all_documents(retriever: HybridRetriever) -> None:
    rows = all_rows(retriever.index)
    assert len(rows) == 62
    assert all(row.quote == row.target.span.of(row.document.document.text) for row in rows)


@pytest.mark.parametrize("topic", ["农业", "农业方面有哪些目标？", "农业目标", "農業"])
def test_a_topic_selects_what_is_about_it(retriever: HybridRetriever, topic: str) -> None:
    found = quotes(retriever, topic)
    assert set(found) >= AGRICULTURE
    assert len(found) <= len(AGRICULTURE) + 1


def test_a_topic_is_found_in_the_headings_above(retriever: HybridRetriever) -> None:
    assert "力争完成航站楼主体工程" in quotes(retriever, "交通")
    assert {row.target.clause.label for row in targets_about("生态修复", retriever).rows} >= {"（二十）"}


def test_a_topic_in_other_words_than_the_documents_is_found_by_meaning(retriever: HybridRetriever) -> None:
    selection = targets_about("三农", retriever)
    assert not selection.by_words
    assert {row.quote for row in selection.rows} & AGRICULTURE
    assert targets_about("农业", retriever).by_words


def test_without_a_topic_word_all_targets_are_meant(retriever: HybridRetriever) -> None:
    assert targets_about("有哪些目标？", retriever).rows == all_rows(retriever.index)


def test_selected_rows_keep_the_documents_order(retriever: HybridRetriever) -> None:
    starts = [row.target.span.start for row in targets_about("企业", retriever).rows]
    assert starts == sorted(starts)


@pytest.mark.parametrize("topic", ["", "  ", "？", "农" * 501])
def test_an_empty_or_endless_topic_is_an_error(retriever: HybridRetriever, topic: str) -> None:
    with pytest.raises(QuestionError, match=r"。$"):
        targets_about(topic, retriever)


def test_a_record_says_what_stands_where(bundled: ParsedDocument) -> None:
    record = next(row_record(row) for row in rows_of(bundled) if row.target.indicator == "粮食产量")
    assert record == {
        "document": "2023年经济工作要点",
        "clause_id": "2023年经济工作要点:二/（六）",
        "label": "（六）",
        "heading": "稳住农业发展基础",
        "section": "二、推动产业质效提升",
        "indicator": "粮食产量",
        "direction": "确保…稳定在…以上",
        "value": "*",
        "unit": "亿斤",
        "time": "",
        "kind": "quantity",
        "masked": True,
        "quote": "确保粮食产量稳定在*亿斤以上",
        "start": record["start"],
        "end": record["start"] + 14,
    }
    assert bundled.document.text[record["start"] : record["end"]] == record["quote"]


def test_the_spreadsheet_has_chinese_headers_that_stay_in_sight(bundled: ParsedDocument, tmp_path: Path) -> None:
    sheet = written(tmp_path / "目标.xlsx", rows_of(bundled))
    assert [cell.value for cell in sheet[1]] == HEADERS == [header for header, _ in COLUMNS]
    assert sheet.freeze_panes == "A2"
    assert sheet.max_row == 63
    assert all(sheet.column_dimensions[cell.column_letter].width >= 6 for cell in sheet[1])
    assert all(cell.alignment.wrap_text for cell in sheet["J"][1:])


def test_the_spreadsheet_says_that_a_figure_is_hidden_and_invents_none(bundled: ParsedDocument, tmp_path: Path) -> None:
    rows = rows_of(bundled)
    sheet = written(tmp_path / "目标.xlsx", rows)
    for row, cells in zip(rows, sheet.iter_rows(min_row=2, values_only=True), strict=True):
        record = dict(zip(HEADERS, cells, strict=True))
        assert record["数值"] == (HIDDEN if row.target.is_quantity else None)
        assert record["类型"] == ("数量" if row.target.is_quantity else "状态")
        assert record["方向"] == row.target.direction
        assert bundled.document.text[record["起"] : record["止"]] == record["原文"] == row.quote


def test_a_figure_that_is_not_hidden_is_written_as_it_stands(parsed: Parsed, tmp_path: Path) -> None:
    document = parsed("办法", "一、目标。到2025年，新增学位3,600个，巩固率达到*.*%。")
    first, second = written(tmp_path / "a.xlsx", rows_of(document)).iter_rows(min_row=2, values_only=True)
    assert first[3:6] == ("3,600", "个", "到2025年")
    assert second[3:6] == (HIDDEN, "%", "到2025年")


HOSTILE = '=HYPERLINK("http://example.invalid","点此")'


@pytest.mark.parametrize("start", [HOSTILE, "=1+1", "+1", "-1", "@SUM(A1)", "＝1", "＋1", "－1", "＠1", "=", "'=1"])
def test_no_cell_can_become_a_formula(tmp_path: Path, start: str) -> None:
    text = f"办法\n一、{start}。\n（一）{start}。新增{start}学位2个。{start}力争新增床位3张。"
    parsed = parse(document_from_text(text, f"{start.replace('/', '')}.txt"))
    rows = rows_of(parsed)
    assert any(row.target.indicator.startswith(start) for row in rows)
    assert any(row.quote.startswith(start) for row in rows)
    path = tmp_path / "a.xlsx"
    cells = [cell for line in written(path, rows).iter_rows() for cell in line]
    assert {cell.data_type for cell in cells} <= {"s", "n"}
    for cell in cells:
        if isinstance(cell.value, str) and cell.value.startswith(("=", "+", "-", "@", "＝", "＋", "－", "＠")):
            assert cell.quotePrefix, cell.value
    assert [row.quote for row in rows] == [cell.value for cell in cells if cell.column == 10][1:]
    with zipfile.ZipFile(path) as archive:
        sheet = archive.read("xl/worksheets/sheet1.xml").decode()
        names = archive.namelist()
    assert not re.search(r"<f[ >]|<hyperlink", sheet)
    assert not [name for name in names if "external" in name.lower() or "vba" in name.lower()]


def test_what_no_spreadsheet_can_hold_is_replaced(bundled: ParsedDocument, tmp_path: Path) -> None:
    parsed = parse(document_from_text("办法\n一、目标。新增\ufffe学位2个。", "a.txt"))
    ((_, indicator, *_),) = written(tmp_path / "a.xlsx", rows_of(parsed)).iter_rows(min_row=2, values_only=True)
    assert indicator == "\ufffd学位"


def test_an_empty_ledger_is_a_sheet_with_headers(tmp_path: Path) -> None:
    assert [cell.value for cell in written(tmp_path / "a.xlsx", [])[1]] == HEADERS


def test_an_old_file_is_replaced(bundled: ParsedDocument, tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    path.write_bytes(b"old")
    assert written(path, rows_of(bundled)[:2]).max_row == 3


@pytest.mark.parametrize("name", ["没有/a.xlsx", "文件夹.xlsx"])
def test_a_file_that_cannot_be_written_is_one_chinese_sentence(tmp_path: Path, name: str) -> None:
    (tmp_path / "文件夹.xlsx").mkdir()
    with pytest.raises(PolicyAssistantError, match=r"^[^。]*无法写入，请检查[^。]*重试。$"):
        write_xlsx(tmp_path / name, [])


def test_another_suffix_is_one_chinese_sentence(tmp_path: Path) -> None:
    with pytest.raises(PolicyAssistantError, match=r"^[^。]*以 \.xlsx 结尾[^。]*。$"):
        write_xlsx(tmp_path / "a.csv", [])
    assert not list(tmp_path.iterdir())


def test_the_terminal_shows_a_table_per_document_without_markup(bundled: ParsedDocument, parsed: Parsed) -> None:
    other = parsed("[red]办法[/red]", "一、[b]目标[/b]。新增[b]学位[/b]2个。")
    out = StringIO()
    print_rows([*rows_of(bundled), *rows_of(other)], Console(file=out, width=130, highlight=False, markup=False))
    shown = out.getvalue()
    assert "《2023年经济工作要点》" in shown
    assert "《[red]办法[/red]》" in shown
    assert "[b]学位[/b]" in shown
    assert "确保…稳定在…以上" in shown
    assert f"{HIDDEN}（亿斤）" in shown
    assert "共 63 条目标。" in shown
    assert "原文以“*”隐去" in shown


@pytest.fixture
def call(assistant: Assistant, index_folder: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Result]:
    """Runs `policy-assistant targets` over the shared index."""
    monkeypatch.setenv("POLICY_ASSISTANT_INDEX", str(index_folder))
    return lambda *arguments: CliRunner().invoke(cli.app, ["targets", *map(str, arguments)])


def test_targets_are_listed(call: Callable[..., Result]) -> None:
    done = call()
    assert (done.exit_code, done.stderr) == (0, "")
    assert "共 62 条目标。" in done.stdout


def test_targets_of_a_topic_are_listed_as_json(call: Callable[..., Result]) -> None:
    done = call("--topic", "农业", "--json")
    record = json.loads(done.stdout)
    assert {row["quote"] for row in record["targets"]} >= AGRICULTURE
    assert done.stderr == ""


def test_targets_near_in_meaning_are_said_to_be_so(call: Callable[..., Result]) -> None:
    done = call("--topic", "三农", "--json")
    assert json.loads(done.stdout)["targets"]
    assert "没有哪个目标的原文或标题写到“三农”" in done.stderr


def test_targets_are_written_to_a_spreadsheet(call: Callable[..., Result], tmp_path: Path) -> None:
    done = call("--xlsx", tmp_path / "目标.xlsx")
    assert (done.exit_code, done.stdout) == (0, "")
    assert done.stderr == "已写入“目标.xlsx”，共 62 条目标。\n"
    assert load_workbook(tmp_path / "目标.xlsx").active.max_row == 63


def test_targets_that_cannot_be_written_are_an_error(call: Callable[..., Result], tmp_path: Path) -> None:
    assert isinstance(call("--xlsx", tmp_path / "没有" / "a.xlsx").exception, PolicyAssistantError)
    assert isinstance(call("--topic", "？").exception, QuestionError)


def test_help_is_chinese() -> None:
    text = CliRunner().invoke(cli.app, ["targets", "--help"]).stdout
    described = [line for line in text.splitlines() if re.match(r"  \S", line) and "--help" not in line]
    assert len(described) >= 4
    assert all(re.search("[一-鿿]", line) for line in described)
