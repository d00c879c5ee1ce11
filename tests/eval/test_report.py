"""The report stands alone, shows what the figures say and every fault, and lets no text of others become markup."""

import itertools
import json
from collections.abc import Iterator, Sequence
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Dialog, Page, expect

from corpus import ParsedDocument, document_from_text, parse
from eval.calibration import calibrate
from eval.dataset import Example
from eval.doors import Door
from eval.faults import faults
from eval.measures import MEASURES
from eval.outcome import Judge, Outcome
from eval.report import confusions, write_report
from eval.response import Response
from eval.results import write_results
from eval.run import Results
from tests.browser import CHROMIUM
from tests.eval.scripted import (
    CONTENT,
    EXAMPLES,
    FIGURE,
    bundled,
    clause,
    figures_of,
    outcomes_of,
    quoted,
    right,
    saying,
)

HOSTILE = "<img src=x onerror=alert(1)><script>alert(2)</script>\"'`--></pre></title>{{ 7 * 6 }}&lt;b&gt;"
ALLOWED = {
    "html", "meta", "title", "style", "h1", "h2", "h3", "p", "figure", "figcaption", "span", "b", "div", "details",
    "summary", "table", "thead", "tbody", "tr", "th", "td", "dl", "dt", "dd", "pre", "br", "svg", "line", "text",
    "polyline", "circle",
}  # fmt: skip
RELIABILITY = "判断文件是否有答案的可靠程度"
LOADING = {"src", "srcset", "href", "xlink:href", "action", "background", "data", "poster"}
NEEDS_CHROMIUM = pytest.mark.skipif(not Path(CHROMIUM).exists(), reason="no Chromium on this machine")


def misled() -> Door:
    """Answers the figure right and refuses one question rightly; else cites another clause, ranked first.

    Every answer takes longer. It is sure of what it gets right, and else holds an answer for rather likely; of lists it
    does not say.
    """
    times = itertools.count(20.0, 20.0)

    def ask(example: Example) -> Response:
        given = replace(right(example), milliseconds=next(times))
        if example.id.startswith("figure") or example.id == "nothing-0":
            return given
        probability = None if example.kind == "list" else 0.75
        wrong = replace(given, retrieved=(clause(24).id, *given.retrieved), probability=probability)
        return saying(wrong, [quoted(24, 0)])

    return ask


def hostile_document() -> ParsedDocument:
    name = HOSTILE.replace("/", "／")
    return parse(document_from_text(f"办法\n一、{HOSTILE}。照办。\n二、其他。照旧。\n", f"{name}.txt"))


def hostile_outcome(parsed: ParsedDocument) -> Outcome:
    """All that others write holds markup."""
    turns = ({"role": "user", "content": HOSTILE}, {"role": HOSTILE, "content": HOSTILE})
    example = Example(
        HOSTILE, HOSTILE, turns, "direct", "dev", parsed.document.source_name, ("一",), (HOSTILE,), HOSTILE, "", ()
    )
    response = Response(HOSTILE, False, HOSTILE, (replace(quoted(6, 0), clause_id=HOSTILE),), (HOSTILE,), 5.0)
    return Judge([parsed]).outcome(example, response)


@pytest.fixture(scope="module")
def outcomes() -> list[Outcome]:
    copies = [replace(one, id=f"{one.id}-{number}") for number in range(3) for one in EXAMPLES]
    return [*outcomes_of(misled(), copies), hostile_outcome(hostile_document())]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory, outcomes: list[Outcome]) -> Path:
    """A run whose figures are compared with those of a system of a hostile name."""
    folder = tmp_path_factory.mktemp("report")
    figures = replace(figures_of(outcomes), dataset=HOSTILE, split=HOSTILE, system=HOSTILE)
    titles = Judge([bundled(), hostile_document()]).titles()
    write_results(folder, [Results(outcomes, figures), Results(outcomes, figures)], titles)
    return folder


class Reader(HTMLParser):
    """Collects the tags with their attributes, the text between them, and the style sheet."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.words: list[str] = []
        self.style = ""
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        if self.cdata_elem:
            self.style += data
        elif data.strip():
            self.words.append(data.strip())


@pytest.fixture(scope="module")
def html(folder: Path) -> Reader:
    return Reader((folder / "report.html").read_text(encoding="utf-8"))


def test_the_report_refers_to_nothing_outside_and_runs_nothing(html: Reader) -> None:
    assert {tag for tag, _ in html.tags} <= ALLOWED
    attributes = [(name, value or "") for _, found in html.tags for name, value in found.items()]
    assert not [name for name, _ in attributes if name.startswith("on") or name in LOADING]
    styles = [html.style, *(value for name, value in attributes if name == "style")]
    assert ".plot" in html.style
    assert not [style for style in styles if "url(" in style or "@import" in style]
    policy = [found["content"] for tag, found in html.tags if tag == "meta" and "http-equiv" in found]
    assert policy == ["default-src 'none'; style-src 'unsafe-inline'"]


def test_texts_of_others_are_shown_as_they_are(html: Reader, folder: Path) -> None:
    text = "\n".join(html.words)
    for place in ("问", "答", "题号", "应引条款", "应引原文", "参考答案", "实引条款", "排在最前", "实际回答"):
        assert place in text
    assert text.count(HOSTILE) >= 12
    source = (folder / "report.html").read_text(encoding="utf-8")
    assert "<img" not in source
    assert "<script" not in source


def test_every_question_with_a_fault_is_listed_once_and_no_other(html: Reader, outcomes: list[Outcome]) -> None:
    wrong = [one for one in outcomes if faults(one)]
    assert 0 < len(wrong) < len(outcomes)
    listed = [word for before, word in itertools.pairwise(html.words) if before == "题号"]
    assert sorted(listed) == sorted(one.example.id for one in wrong)
    assert f"值得查看的题（{len(wrong)} / {len(outcomes)}）" in html.words
    labels = {fault.label for one in wrong for fault in faults(one)}
    assert labels <= set(html.words)


def test_the_worst_come_first(html: Reader, outcomes: list[Outcome]) -> None:
    weight = {one.example.id: faults(one)[0].weight for one in outcomes if faults(one)}
    listed = [word for before, word in itertools.pairwise(html.words) if before == "题号"]
    assert [weight[id_] for id_ in listed] == sorted(weight.values(), reverse=True)
    assert len(set(weight.values())) > 1


def test_overall_figures_are_those_of_the_figures_file(html: Reader, folder: Path) -> None:
    stated = json.loads((folder / "figures.json").read_text(encoding="utf-8"))["estimates"]
    shown = html.words[html.words.index("总体") : html.words.index("每项指标的含义")]
    for measure in MEASURES:
        groups = stated[measure.name]
        group = "content" if measure.of_content else "all"
        if group not in groups:
            assert measure.label not in shown
            continue
        place = shown.index(measure.label)
        assert shown[place + 1 : place + 3] == [f"{groups[group]['mean'] * 100:.1f}%", f"{groups[group]['n']} 题"]


def test_a_run_without_faults_says_so(tmp_path: Path) -> None:
    outcomes = outcomes_of(right)
    write_report(tmp_path / "r.html", outcomes, figures_of(outcomes), Judge([bundled()]).titles())
    words = Reader((tmp_path / "r.html").read_text(encoding="utf-8")).words
    assert words[words.index("值得查看的题（0 / 4）") :][-1] == "没有。"
    assert "与其他做法比较" not in words


def section(html: Reader) -> list[str]:
    """The words about how far the probabilities can be trusted."""
    return html.words[html.words.index(RELIABILITY) : html.words.index("耗时")]


def report_of(path: Path, outcomes: Sequence[Outcome]) -> Reader:
    write_report(path, outcomes, figures_of(outcomes), {})
    return Reader(path.read_text(encoding="utf-8"))


def test_probabilities_are_drawn_against_the_truth(html: Reader) -> None:
    points = [found for tag, found in html.tags if tag == "circle"]
    assert [(one["cx"], one["cy"]) for one in points] == [
        ("60.0", "370.0"),  # the one refusal: said 0, and without an answer
        ("360.0", "166.0"),  # said 0.75 of three with an answer and of two without
        ("460.0", "30.0"),  # the three figures: said 1, and with an answer
    ]
    assert [float(one["r"] or 0) for one in points] == pytest.approx(
        [3 + 9 * (n / 5) ** 0.5 for n in (1, 5, 3)], abs=0.1
    )
    assert [word for word in section(html) if word.isdigit()] == ["1", "5", "3"]


def test_auc_and_brier_score_stand_below_the_plot_with_their_intervals(html: Reader, outcomes: list[Outcome]) -> None:
    text = "\n".join(section(html))
    area = calibrate(outcomes).auc
    assert f"AUC {area.mean:.3f}（95% 区间 {area.low:.3f} 至 {area.high:.3f}）" in text
    assert f"Brier 得分 {(3 * 0.25**2 + 2 * 0.75**2) / 9:.3f}（95% 区间 " in text
    assert "只计给出了可能性的 9 题" in text


def test_without_probabilities_their_section_is_left_out(tmp_path: Path) -> None:
    silent = report_of(tmp_path / "r.html", outcomes_of(lambda one: replace(right(one), probability=None)))
    assert RELIABILITY not in silent.words
    assert not {"Brier", "AUC"} & set(" ".join(silent.words).split())
    assert "circle" not in {tag for tag, _ in silent.tags}


def test_without_an_unanswerable_question_there_is_no_auc(tmp_path: Path) -> None:
    text = "\n".join(section(report_of(tmp_path / "r.html", outcomes_of(right, [CONTENT]))))
    assert "AUC" not in text
    assert "Brier 得分 0.000" in text


def test_confusions_count_the_first_gold_clause_against_the_first_found() -> None:
    titles = Judge([bundled()]).titles()
    found = confusions(outcomes_of(misled(), EXAMPLES), titles)
    farming, schools = (f"{bundled().document.name}:{path}" for path in ("二/（六）", "七/（二十四）"))
    assert found.counts == {(farming, schools): 2, (farming, farming): 1}
    assert found.worst == [(farming, schools, 2)]
    assert found.names == (farming, schools)
    assert found.labels[farming] == "（六）稳住农业发展基础"


def test_finding_another_gold_clause_first_is_no_confusion() -> None:
    """A list's second gold clause in front counts as right."""
    (outcome,) = outcomes_of(lambda one: replace(right(one), retrieved=right(one).retrieved[1:]), [EXAMPLES[2]])
    assert outcome.ranking[0] == outcome.gold[1]
    assert confusions([outcome], {}).worst == []


def test_confusions_of_many_clauses_are_shown_by_document() -> None:
    (outcome,) = outcomes_of(right, [CONTENT])
    many = [replace(outcome, gold=(f"甲:{number}",), ranking=(f"乙:{number}",)) for number in range(40)]
    found = confusions(many, {f"甲:{number}": "" for number in range(40)})
    assert (found.by_document, found.names, found.counts) == (True, ("甲", "乙"), {("甲", "乙"): 40})


@pytest.fixture
def page(browser: Browser, folder: Path) -> Iterator[Page]:
    """The report in a browser; afterwards: only the file was asked for, no dialog came, nothing was refused."""
    page = browser.new_page(viewport={"width": 1200, "height": 900})
    page.set_default_timeout(20_000)
    asked: list[str] = []
    trouble: list[str] = []

    def dismiss(dialog: Dialog) -> None:
        trouble.append(dialog.message)
        dialog.dismiss()

    page.on("request", lambda request: asked.append(request.url))
    page.on("dialog", dismiss)
    page.on("console", lambda message: trouble.append(message.text))
    page.on("pageerror", lambda error: trouble.append(str(error)))
    page.goto((folder / "report.html").as_uri())
    yield page
    page.close()
    assert asked == [(folder / "report.html").as_uri()]
    assert not trouble


def sizes(page: Page, selector: str) -> Sequence[tuple[float, float]]:
    boxes = [one.bounding_box() for one in page.locator(selector).all()]
    return [(box["width"], box["height"]) for box in boxes if box]


@NEEDS_CHROMIUM
def test_bars_table_and_curve_are_seen_in_a_browser(page: Page, folder: Path) -> None:
    stated = json.loads((folder / "figures.json").read_text(encoding="utf-8"))["estimates"]
    bars = page.locator("figure.plot").first.locator(".track")
    expect(bars).to_have_count(len(MEASURES))
    for measure, bar in zip(MEASURES, bars.all(), strict=True):
        mean = stated[measure.name]["content" if measure.of_content else "all"]["mean"]
        track, fill = bar.bounding_box(), bar.locator(".fill").bounding_box()
        assert track is not None
        assert fill is not None
        assert track["width"] > 200
        assert fill["width"] == pytest.approx(mean * track["width"], abs=1)
    rows = page.locator("table.map tr").count() - 1
    cells = sizes(page, "table.map td.cell")
    assert rows >= 3
    assert len(cells) == rows**2
    assert all(width > 10 and height > 10 for width, height in cells)
    ((width, height),) = sizes(page, "svg polyline")
    assert width > 500
    assert height > 100
    assert page.get_by_role("heading", name="耗时").is_visible()


@NEEDS_CHROMIUM
def test_a_listed_question_opens_to_what_was_expected_and_answered(page: Page) -> None:
    listed = page.locator("details", has_text=FIGURE.question)
    expect(listed).to_have_count(0)
    listed = page.locator("details", has_text=CONTENT.question).first
    expected = listed.get_by_text("（六）稳住农业发展基础").first
    expect(expected).to_be_hidden()
    listed.locator("summary").click()
    expect(expected).to_be_visible()
    expect(expected).to_contain_text("（未引）")
    expect(listed.locator("pre")).to_contain_text("扎实开展“一老一小”工作")


@NEEDS_CHROMIUM
def test_a_narrow_window_is_never_scrolled_sideways(page: Page) -> None:
    page.set_viewport_size({"width": 390, "height": 800})
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
