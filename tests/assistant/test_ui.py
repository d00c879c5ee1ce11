"""The page in a real browser: what an official sees, and what an attacker does not get."""

import gc
import http.client
import json
import os
import re
import threading
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote, urlencode

import gradio as gr
import jsonschema
import pytest
from playwright.sync_api import Browser, Locator, Page, Request, Route, expect

import corpus
from assistant import ui
from assistant.answer import Answer, Group, RefusalReason
from assistant.bulk import SCHEMA_FILE
from assistant.citation import cite
from assistant.server.access import Rules
from assistant.server.app import create_app
from assistant.server.run import RunningServer
from assistant.sheet_check import check_sheet
from assistant.sheet_door import sheet_request
from assistant.sheet_file import read_sheet
from corpus import ParsedDocument, document_from_text, parse, read_document
from corpus.errors import ChatModelError, QuestionError, SettingsError
from index.manifest import Manifest
from tests.browser import CHROMIUM

HOSTILE = (
    "<script>alert(1)</script> <img src=http://e.com/x.png onerror=alert(2)> **粗体** [链接](http://e.com) $$x$$ "
    "![图](http://e.com/y.png) http://e.com ${alert(3)} {{value}}"
)
INTERNAL = "内部细节 /srv/secret"

pytestmark = [
    pytest.mark.skipif(not Path(CHROMIUM).exists(), reason="no Chromium on this machine"),
    # Gradio makes event loops that it never closes, each with a pair of sockets, and leaves open the socket with which
    # it found a port taken.
    pytest.mark.filterwarnings("ignore:unclosed event loop:ResourceWarning"),
    pytest.mark.filterwarnings("ignore:unclosed <socket.socket.* family=1:ResourceWarning"),
    pytest.mark.filterwarnings(r"ignore:unclosed <socket.socket.*laddr=\('0.0.0.0', 0\):ResourceWarning"),
]


@dataclass
class FakeAssistant:
    """Answers from fixed clauses; holds an answer back until `gate` is set; keeps what it was asked."""

    documents: tuple[ParsedDocument, ...]
    asked: list[tuple[str, list[Mapping[str, str]]]] = field(default_factory=list)
    lead: str = "文件中有 2 条："
    gate: threading.Event = field(default_factory=threading.Event)

    @property
    def manifest(self) -> Manifest:
        """That of an index without files."""
        return Manifest(schema_version=1, model="m", dimension=1, layout="", documents=(), files={})

    def ask(self, question: str, history: Sequence[Mapping[str, str]] | None = None) -> Answer:
        """Answer like the real assistant, by catchwords."""
        if not question.strip():
            raise QuestionError("问题是空的，请输入要查询的内容。")
        if len(question) > 500:
            raise QuestionError(f"问题太长（{len(question)} 字），请缩短到 500 字以内。")
        self.asked.append((question, list(history or [])))
        if not self.gate.wait(20):
            raise AssertionError("nobody opened the gate")
        if "故障" in question:
            raise ChatModelError("大模型没有应答，请稍后重试。")
        if "崩溃" in question:
            raise RuntimeError(INTERNAL)
        return self._answer(question)

    def _answer(self, question: str) -> Answer:
        bundled, hostile = self.documents
        if "护照" in question:
            nearest = bundled.clauses[1:3]
            return Answer(question, question, "没有写到。", refusal=RefusalReason.NOT_IN_DOCUMENT, nearest=nearest)
        if "<" in question:
            return Answer(question, question + "？", HOSTILE, (_group(hostile, 0, 0),), (HOSTILE,))
        groups = (_group(bundled, 6, 1, 2), _group(bundled, 2, 1))
        return Answer(question, "工业有哪些目标？" if "呢" in question else question, self.lead, groups)


def _group(parsed: ParsedDocument, number: int, *rows: int) -> Group:
    clause = parsed.clauses[number]
    notes = clause.footnotes[:1]
    spans = [*(clause.sentences[row] for row in rows), *(note.span for note in notes)]
    return Group(clause, tuple(cite(parsed, clause, span) for span in spans))


class Steps:
    """Lets the parts of an answer through, all at once or one by one."""

    def __init__(self) -> None:
        self.is_free = threading.Event()
        self.is_free.set()
        self._permits = threading.Semaphore(0)

    def __call__(self) -> None:
        if not self.is_free.is_set() and not self._permits.acquire(timeout=20):
            raise AssertionError("nobody let the next part through")

    def one(self) -> None:
        self._permits.release()


@dataclass
class Server:
    """The served page and the levers behind it."""

    address: str
    fake: FakeAssistant
    steps: Steps

    @property
    def port(self) -> int:
        return int(self.address.rstrip("/").rsplit(":", 1)[1])


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    bundled = parse(read_document(Path(corpus.__file__).parent / "documents" / "2023年经济工作要点.txt"))
    hostile = parse(document_from_text(f"<b>{HOSTILE}\n一、{HOSTILE}。{HOSTILE}", "<img src=x onerror=alert(4)>.txt"))
    fake, steps = FakeAssistant((bundled, hostile)), Steps()
    running = served(fake, 0, ui.build_page(fake, pace=steps))
    yield Server(running.address, fake, steps)
    running.close()
    del running
    gc.collect()  # so that what Gradio left open is found here, where the warnings about it are expected


def served(fake: FakeAssistant, port: int, page: gr.Blocks | None = None) -> RunningServer:
    app = create_app(fake, Rules(per_minute=10_000, at_once=100), only_loopback=True, page=page)
    return RunningServer(app, "127.0.0.1", port)


@pytest.fixture
def viewport() -> tuple[int, int]:
    return 1440, 900


@pytest.fixture
def page(server: Server, browser: Browser, viewport: tuple[int, int]) -> Iterator[Page]:
    """A loaded page; afterwards: nothing was asked of another host, no dialog came, no script failed."""
    server.fake.gate.set()
    server.steps.is_free.set()
    server.fake.asked.clear()
    width, height = viewport
    context = browser.new_context(viewport={"width": width, "height": height}, locale="en-US", reduced_motion="reduce")
    page = context.new_page()
    page.set_default_timeout(20_000)
    outside: list[str] = []
    trouble: list[str] = []

    def note(request: Request) -> None:
        if not request.url.startswith((server.address, "data:", "blob:")):
            outside.append(request.url)

    def stop(route: Route) -> None:
        route.abort()

    page.route(re.compile(r"^https?://(?!127\.0\.0\.1)"), stop)
    page.on("request", note)
    page.on("dialog", lambda dialog: trouble.append(dialog.message))
    page.on("pageerror", lambda error: trouble.append(str(error)))
    page.goto(server.address)
    expect(page.locator(".welcome")).to_be_visible()
    yield page
    context.close()
    assert outside == []
    assert trouble == []


def ask(page: Page, question: str) -> Locator:
    """Type a question, press Enter, wait for the whole answer; the last turn."""
    turns = page.locator(".turn").count()
    page.get_by_label("问题", exact=True).fill(question)
    page.keyboard.press("Enter")
    expect(page.locator(".turn")).to_have_count(turns + 1)
    expect(page.locator(".turn").last.locator(".made, .error")).to_be_visible()
    expect(page.get_by_role("button", name="发送")).to_be_enabled()
    return page.locator(".turn").last


def test_first_page_invites(page: Page) -> None:
    assert page.title() == "政策问答助手"
    assert page.evaluate("document.documentElement.lang") == "zh-CN"
    expect(page.get_by_role("heading", level=1)).to_have_text("政策问答助手")
    expect(page.locator(".titles li").first).to_have_text("《2023年经济工作要点》")
    expect(page.locator(".promise")).to_contain_text("逐字核对")
    expect(page.get_by_role("button", name="农业方面有哪些目标？")).to_be_visible()
    chapter = page.locator("details").filter(has_text="二、推动产业质效提升")
    expect(chapter.locator("li").nth(2)).to_be_hidden()
    chapter.locator("summary").click()
    expect(chapter.locator("li").nth(2)).to_have_text("（六）稳住农业发展基础")


def test_no_english_is_left(page: Page) -> None:
    page.evaluate("document.querySelectorAll('.titles li:nth-child(2), .panel-body').forEach((each) => each.remove())")
    seen = page.locator("body").inner_text()
    labels = page.evaluate(
        """[...document.querySelectorAll('[aria-label], [title], [placeholder], [alt]')].filter((each) =>
            each.checkVisibility()).flatMap((each) =>
            ['aria-label', 'title', 'placeholder', 'alt'].map((name) => each.getAttribute(name) || ''))"""
    )
    words = re.findall("[A-Za-z]{2,}", seen + " ".join(labels))
    assert set(words) <= {"GDP"}


def test_answer_is_cited_and_its_clauses_are_highlighted(page: Page, server: Server) -> None:
    turn = ask(page, "农业方面有哪些目标？")
    answer = server.fake._answer("农业方面有哪些目标？")
    expect(turn.locator(".question")).to_have_text("提问：农业方面有哪些目标？")
    expect(turn.locator(".lead")).to_have_text(answer.lead)
    assert turn.locator(".quote").all_text_contents() == [citation.quote for citation in answer.citations]
    expect(turn.locator(".source").first).to_have_text("（六）稳住农业发展基础（二、推动产业质效提升）")
    expect(turn.locator(".made")).to_have_text("摘录原文由程序自动生成，引文已逐字核对")
    assert page.locator("mark").all_text_contents() == [citation.quote for citation in answer.citations]
    expect(page.locator(".card")).to_have_count(2)
    expect(page.locator(".card").nth(1).locator(".footnote")).to_contain_text("“五进”")
    expect(page.locator(".card").nth(1)).to_contain_text("*个以上")


def test_number_leads_to_its_sentence(page: Page, server: Server) -> None:
    turn = ask(page, "农业方面有哪些目标？")
    last = turn.get_by_role("link").last
    last.focus()
    page.keyboard.press("Enter")
    expect(page.locator("#cite-4")).to_be_focused()
    expect(page.locator("#cite-4")).to_be_in_viewport()
    assert page.url == server.address


def download(page: Page, turn: Locator, path: Path) -> str:
    """Press the button below an answer and keep the sheet; the file name that is proposed for it."""
    with page.expect_download() as started:
        turn.get_by_role("button", name="下载答复单").click()
    started.value.save_as(path)
    return started.value.suggested_filename


def test_sheet_of_each_answer_can_be_kept_and_verified(page: Page, server: Server, tmp_path: Path) -> None:
    first = ask(page, "农业方面有哪些目标？")
    for question in ("那工业呢？", HOSTILE, "怎样办理护照？"):
        turn = ask(page, question)
        assert download(page, turn, tmp_path / "x.docx").startswith("答复单-")
        sheet = read_sheet(tmp_path / "x.docx")
        assert check_sheet(sheet, server.fake).is_unaltered
        lead, quotes = turn.locator(".lead").text_content(), turn.locator(".quote").all_text_contents()
        assert {lead, *(f"〔{number}〕{quote}" for number, quote in enumerate(quotes, 1))} <= set(sheet.lines)
    assert download(page, page.locator(".turn").first, tmp_path / "x.docx") == "答复单-农业方面有哪些目标.docx"
    assert "农业方面有哪些目标？" in read_sheet(tmp_path / "x.docx").lines
    assert len(page.context.pages) == 1
    expect(first.locator(".lead")).to_be_visible()
    ask(page, "怎样扩大消费？")
    assert [turn["content"] for turn in server.fake.asked[-1][1]][-2:-1] == ["怎样办理护照？"]


def test_sheet_is_asked_for_with_the_questions_before(page: Page, server: Server, tmp_path: Path) -> None:
    ask(page, "农业方面有哪些目标？")
    turn = ask(page, "那服务业呢？")
    shown = server.fake.asked[-1]
    download(page, turn, tmp_path / "x.docx")
    again = server.fake.asked[-1]
    assert again[0] == shown[0]
    assert again[1] == [each for each in shown[1] if each["role"] == "user"]


def test_sheet_that_would_say_something_else_is_not_written(page: Page, server: Server) -> None:
    turn = ask(page, "养老方面有哪些安排？")
    server.fake.lead = "模型这次这样说："
    with page.context.expect_page() as opened:
        turn.get_by_role("button", name="下载答复单").click()
    expect(opened.value.locator("body")).to_contain_text("与页面上所示的不同，没有写出答复单")
    expect(turn.locator(".lead")).to_have_text("文件中有 2 条：")
    server.fake.lead = "文件中有 2 条："


def test_hostile_question_and_document_are_shown_literally(page: Page) -> None:
    turn = ask(page, HOSTILE)
    for place in (turn.locator(".question"), turn.locator(".lead"), turn.locator(".notice"), page.locator(".card")):
        expect(place).to_contain_text(HOSTILE)
    for tag in ("script", "img", "strong", "b", "svg", "iframe", ".katex"):
        assert page.locator(f"#columns {tag}, #top {tag}").count() == 0
    links = page.locator("#columns a").evaluate_all("(all) => all.map((each) => each.getAttribute('href'))")
    assert all(link.startswith("#cite-") for link in links)


def test_refusal_looks_different(page: Page) -> None:
    turn = ask(page, "怎样办理护照？")
    expect(turn.locator(".reply.refusal .verdict")).to_have_text("文件未涉及")
    expect(turn.locator(".nearest")).to_contain_text("最接近的条款，不构成回答")
    expect(page.locator("#beside")).to_contain_text("最接近的条款，不构成回答")
    expect(page.locator("mark")).to_have_count(0)


@pytest.mark.parametrize(
    ("question", "message"), [("", "问题是空的"), ("   ", "问题是空的"), ("甲" * 501, "问题太长（501 字）")]
)
def test_unusable_question_is_named_and_kept(page: Page, question: str, message: str) -> None:
    box = page.get_by_label("问题", exact=True)
    box.fill(question)
    page.get_by_role("button", name="发送").click()
    expect(page.get_by_role("alert")).to_contain_text(message)
    expect(box).to_have_value(question)
    expect(page.locator(".turn")).to_have_count(0)
    expect(page.get_by_role("button", name="发送")).to_be_enabled()
    ask(page, "农业方面有哪些目标？")
    expect(page.locator(".alert")).to_have_count(0)


def test_follow_up_passes_the_conversation_on(page: Page, server: Server) -> None:
    ask(page, "农业方面有哪些目标？")
    turn = ask(page, "那工业呢？")
    question, history = server.fake.asked[-1]
    assert question == "那工业呢？"
    assert history == [
        {"role": "user", "content": "农业方面有哪些目标？"},
        {"role": "assistant", "content": server.fake._answer("农业方面有哪些目标？").text},
    ]
    expect(turn.locator(".standalone")).to_have_text("按此理解：工业有哪些目标？修改")
    expect(page.locator(".turn").first.get_by_role("link")).to_have_count(0)
    expect(turn).to_be_in_viewport(ratio=0.9)


def test_question_as_understood_can_be_changed_and_asked_again(page: Page, server: Server) -> None:
    ask(page, "农业方面有哪些目标？")
    ask(page, "那工业呢？").get_by_role("button", name="修改").click()
    box = page.get_by_label("问题", exact=True)
    expect(box).to_have_value("工业有哪些目标？")
    expect(box).to_be_focused()
    page.keyboard.press("End")
    page.keyboard.type("请全部列出")
    page.keyboard.press("Enter")
    expect(page.locator(".turn")).to_have_count(3)
    assert server.fake.asked[-1][0] == "工业有哪些目标？请全部列出"
    expect(page.get_by_role("button", name="修改")).to_have_count(0)


def test_why_an_answer_is_as_it_is_unfolds(page: Page) -> None:
    fold = ask(page, "农业方面有哪些目标？").locator("details.why")
    expect(fold.locator("li").first).to_be_hidden()
    fold.locator("summary").click()
    expect(fold.locator("li").first).to_have_text("查找方式：检索意思和用词相近的条款")


def test_question_shows_at_once_and_waits_for_no_second_one(page: Page, server: Server) -> None:
    server.fake.gate.clear()
    box, send = page.get_by_label("问题", exact=True), page.get_by_role("button", name="发送")
    box.fill("农业方面有哪些目标？")
    box.press("Enter")
    expect(page.locator(".question")).to_have_text("提问：农业方面有哪些目标？")
    expect(page.locator(".reply.pending")).to_contain_text("正在查找条款")
    expect(send).to_be_disabled()
    expect(page.get_by_role("button", name="怎样扩大消费？")).to_be_disabled()
    box.fill("再问一个")
    box.press("Enter")
    server.fake.gate.set()
    expect(page.locator(".made")).to_be_visible()
    expect(send).to_be_enabled()
    expect(page.locator(".turn")).to_have_count(1)
    expect(box).to_have_value("再问一个")
    assert [question for question, _ in server.fake.asked] == ["农业方面有哪些目标？"]


def test_answer_appears_part_by_part(page: Page, server: Server) -> None:
    server.steps.is_free.clear()
    page.get_by_role("button", name="农业方面有哪些目标？").click()
    expect(page.locator(".lead")).to_be_visible()
    expect(page.locator(".group")).to_have_count(0)
    server.steps.one()
    expect(page.locator(".group")).to_have_count(1)
    expect(page.locator(".card")).to_have_count(1)
    expect(page.locator(".made")).to_have_count(0)
    expect(page.get_by_role("button", name="发送")).to_be_disabled()
    server.steps.one()
    expect(page.locator(".group")).to_have_count(2)
    expect(page.locator(".made")).to_be_visible()
    expect(page.get_by_role("button", name="发送")).to_be_enabled()


def test_clearing_stops_a_running_answer(page: Page, server: Server) -> None:
    server.fake.gate.clear()
    page.get_by_role("button", name="农业方面有哪些目标？").click()
    expect(page.locator(".reply.pending")).to_be_visible()
    page.get_by_role("button", name="清空").click()
    expect(page.locator(".welcome")).to_be_visible()
    expect(page.locator(".steps")).to_be_visible()
    server.fake.gate.set()
    ask(page, "怎样扩大消费？")
    assert server.fake.asked[-1] == ("怎样扩大消费？", [])
    expect(page.locator(".turn")).to_have_count(1)
    page.get_by_role("button", name="清空").click()
    expect(page.locator(".welcome")).to_be_visible()
    expect(page.get_by_role("button", name="发送")).to_be_enabled()
    expect(page.locator(".alert, .error")).to_have_count(0)


def test_assistants_error_is_shown_as_it_is(page: Page) -> None:
    turn = ask(page, "故障")
    expect(turn.locator(".reply.error")).to_have_text("大模型没有应答，请稍后重试。")


def test_defect_shows_nothing_from_inside(page: Page, server: Server) -> None:
    turn = ask(page, "崩溃")
    expect(turn.locator(".reply.error")).to_have_text(ui.FAILED)
    assert INTERNAL not in page.content()
    ask(page, "农业方面有哪些目标？")
    assert server.fake.asked[-1] == ("农业方面有哪些目标？", [])


def test_lost_connection_is_told_in_chinese(page: Page) -> None:
    page.route("**/gradio_api/**", lambda route: route.abort())
    page.get_by_label("问题", exact=True).fill("农业方面有哪些目标？")
    page.keyboard.press("Enter")
    toast = page.get_by_test_id("toast-body").first
    expect(toast.get_by_test_id("toast-text")).to_contain_text("连接已中断")
    assert re.findall("[A-Za-z]{2,}", toast.inner_text()) == []
    expect(toast.get_by_role("button", name="关闭", exact=True)).to_be_visible()


@pytest.mark.parametrize("viewport", [(390, 844), (320, 568), (768, 1024)])
def test_narrow_screen_scrolls_one_way_only(page: Page) -> None:
    ask(page, "农业方面有哪些目标？" + "长" * 80 + "x" * 120)
    width = page.evaluate("[document.documentElement.scrollWidth, document.documentElement.clientWidth]")
    assert width[0] <= width[1]
    for name in ("#chat", "#beside"):
        box = page.locator(name).bounding_box()
        assert box is not None
        assert box["x"] >= 0 and box["x"] + box["width"] <= width[1]
    chat, clauses = (page.locator(name).bounding_box() for name in ("#chat", "#beside"))
    assert chat is not None and clauses is not None
    assert clauses["y"] >= chat["y"] + chat["height"]


@pytest.mark.parametrize("viewport", [(390, 844), (320, 568), (768, 1024)])
def test_narrow_screen_shows_the_product_on_one_line_and_the_promise_below(page: Page) -> None:
    title, promise = (page.locator(f".banner {name}").bounding_box() for name in ("h1", ".promise"))
    assert title is not None and promise is not None
    assert title["height"] < title["width"] / 2
    assert promise["y"] >= title["y"] + title["height"]


def test_wide_screen_fits_and_has_two_columns(page: Page) -> None:
    ask(page, "农业方面有哪些目标？")
    sizes = page.evaluate("[document.documentElement.scrollHeight, innerHeight, document.documentElement.scrollWidth]")
    assert sizes[0] <= sizes[1]
    assert sizes[2] <= 1440
    chat, clauses = (page.locator(name).bounding_box() for name in ("#chat", "#beside"))
    assert chat is not None and clauses is not None
    assert chat["y"] == clauses["y"]
    assert chat["x"] + chat["width"] < clauses["x"]
    assert 0.55 < chat["width"] / (chat["width"] + clauses["width"]) < 0.62


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_stands_out_from_its_ground(page: Page, scheme: str) -> None:
    page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    page.reload()
    ask(page, "怎样办理护照？")
    ask(page, "农业方面有哪些目标？")
    weak = page.evaluate(CONTRAST)
    assert weak == []


CONTRAST = """() => {
    const shade = (colour) => {
        const [r, g, b, a = 1] = colour.match(/[\\d.]+/g).map(Number);
        const part = (value) => (value /= 255) <= 0.03928 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
        return {light: 0.2126 * part(r) + 0.7152 * part(g) + 0.0722 * part(b), a};
    };
    const ground = (each) => {
        for (; each; each = each.parentElement) {
            const found = shade(getComputedStyle(each).backgroundColor);
            if (found.a === 1) return found.light;
        }
        return 1;
    };
    const weak = [];
    const names = '.banner *, .log *, .panel-head *, .panel-body *, #examples button, #composer button, textarea';
    for (const each of document.querySelectorAll(names)) {
        if (!each.textContent.trim() || !each.checkVisibility() || each.disabled) continue;
        const pair = [shade(getComputedStyle(each).color).light, ground(each)].sort((a, b) => b - a);
        const ratio = (pair[0] + 0.05) / (pair[1] + 0.05);
        if (ratio < 4.5) weak.push(`${each.tagName}.${each.className} ${ratio.toFixed(2)}`);
    }
    return weak;
}"""


@dataclass
class Reply:
    """An HTTP response."""

    status: int
    headers: Mapping[str, str]
    body: str


def call(server: Server, method: str, path: str, body: bytes | None = None, **headers: str) -> Reply:
    """One plain HTTP request; header names with `_` for `-`."""
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=20)
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    try:
        connection.request(method, path, body, {"Content-Type": "application/json", **named})
        response = connection.getresponse()
        return Reply(response.status, dict(response.getheaders()), response.read().decode("utf-8", "replace"))
    finally:
        connection.close()


def post_question(server: Server, *data: object) -> Reply:
    """What the page's own script does when Enter is pressed; the events that came of it."""
    config = json.loads(call(server, "GET", "/config").body)
    event = next(each for each in config["dependencies"] if len(each["inputs"]) == 2)
    joined = {"data": data, "fn_index": event["id"], "session_hash": "probe"}
    reply = call(server, "POST", "/gradio_api/queue/join", json.dumps(joined).encode())
    if reply.status != 200:
        return reply
    return call(server, "GET", "/gradio_api/queue/data?session_hash=probe")


@pytest.mark.parametrize("payload", [None, 7, True, ["甲"], {"text": "甲"}, {"path": "/etc/passwd"}, [[[]]]])
def test_payload_that_is_no_text_is_refused_in_chinese(server: Server, payload: object) -> None:
    events = post_question(server, payload, None)
    assert '"success":false' in events.body
    assert ui.NOT_TEXT in events.body
    assert "Traceback" not in events.body
    assert ".py" not in events.body


@pytest.mark.parametrize("payload", ["\x00", "\ud800", "\u202e甲", "甲" * 5000])
def test_odd_text_gets_an_answer_or_a_chinese_sentence(server: Server, payload: str) -> None:
    events = post_question(server, payload, None)
    assert '"success":true' in events.body
    assert "Traceback" not in events.body


@pytest.mark.parametrize(
    ("data", "status"), [((5 * 1024 * 1024 * "甲", None), 413), (("甲",), 200), (("甲", None, 1, 2), 200)]
)
def test_misshapen_request_tells_nothing_from_inside(server: Server, data: tuple[object, ...], status: int) -> None:
    reply = post_question(server, *data)
    assert reply.status == status
    assert "Traceback" not in reply.body
    assert "function" not in reply.body


@pytest.mark.parametrize("body", [b"", b"{", b"null", b'{"data": {}}', b'{"data": "x", "fn_index": "y"}', b"\xff"])
def test_body_that_is_no_request_is_refused_in_chinese(server: Server, body: bytes) -> None:
    reply = call(server, "POST", "/gradio_api/queue/join", body)
    assert reply.status in {400, 422}
    assert re.search("[一-鿿]", json.loads(reply.body)["detail"])
    assert "pydantic" not in reply.body


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/gradio_api/file=http://127.0.0.1:9/x"),
        ("GET", "/gradio_api/file=http%3A%2F%2Fe.com"),
        ("GET", "/gradio_api/file=/etc/passwd"),
        ("GET", "/gradio_api/file/etc/passwd"),
        ("GET", "/gradio_api/proxy=http://e.com"),
        ("GET", "/assets/..%2f..%2f..%2f__init__.py"),
        ("GET", "/static/../index.html"),
        ("GET", "/gradio_api/info"),
        ("GET", "/gradio_api/openapi.json"),
        ("GET", "/gradio_api/runs"),
        ("GET", "/docs"),
        ("GET", "/monitoring"),
        ("POST", "/gradio_api/upload"),
        ("POST", "/gradio_api/run/predict"),
        ("POST", "/gradio_api/call/ask"),
        ("POST", "/gradio_api/component_server"),
        ("POST", "/login"),
        ("PUT", "/"),
        ("OPTIONS", "/gradio_api/queue/join"),
    ],
)
def test_every_other_route_is_closed(server: Server, method: str, path: str) -> None:
    reply = call(server, method, path, b"{}" if method == "POST" else None)
    assert reply.status == 403
    assert "不允许" in json.loads(reply.body)["error"]


def test_programs_post_a_line_of_the_bulk_door_and_get_one_back(server: Server) -> None:
    server.fake.gate.set()
    reply = call(server, "POST", "/api/ask", json.dumps({"id": 7, "question": "农业方面有哪些目标"}).encode())
    record = json.loads(reply.body)
    assert reply.status == 200
    jsonschema.validate(record, json.loads(SCHEMA_FILE.read_text("utf-8")))
    assert (record["id"], record["question"]) == (7, "农业方面有哪些目标")


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b'{"id": 1}', b'{"id": [], "question": "?"}', b"\xff"])
def test_what_programs_post_wrongly_is_one_chinese_sentence(server: Server, body: bytes) -> None:
    reply = call(server, "POST", "/api/ask", body)
    assert reply.status == 400
    assert json.loads(reply.body)["error"].endswith("请改正后重试。")


def post_sheet(server: Server, asked: object, kind: str = "application/x-www-form-urlencoded", **headers: str) -> Reply:
    """What the button does, in a form of another kind."""
    text = asked if isinstance(asked, str) else json.dumps(asked)
    return call(server, "POST", "/api/sheet", urlencode({"asked": text}).encode(), **headers, Content_Type=kind)


def test_sheet_comes_as_a_file_to_keep(server: Server) -> None:
    server.fake.gate.set()
    answer = server.fake._answer("怎样扩大消费？")
    reply = post_sheet(server, sheet_request("怎样扩大消费？", ["甲？"], answer))
    headers = {name.lower(): value for name, value in reply.headers.items()}
    assert reply.status == 200
    assert headers["content-type"].endswith("wordprocessingml.document")
    assert headers["cache-control"] == "no-store"
    name = quote("答复单-怎样扩大消费.docx")
    assert headers["content-disposition"] == f"attachment; filename=\"answer-sheet.docx\"; filename*=UTF-8''{name}"
    assert headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize(
    "asked",
    [
        "",
        "{",
        "[" * 9999,
        "null",
        "[]",
        {"question": "甲"},
        {"question": 7, "history": [], "shown": ""},
        {"question": "甲", "history": {}, "shown": ""},
        {"question": "甲", "history": [], "shown": None},
        {"question": "甲", "history": [], "shown": ""},
        {"question": "", "history": [], "shown": ""},
        {"question": "甲" * 501, "history": [], "shown": ""},
        {"question": "故障", "history": [], "shown": ""},
    ],
)
def test_sheet_that_is_asked_for_wrongly_is_one_chinese_sentence(server: Server, asked: object) -> None:
    server.fake.gate.set()
    reply = post_sheet(server, asked)
    assert reply.status == 400
    assert re.fullmatch("[^\n]*请[^\n]*。", reply.body)


@pytest.mark.parametrize(
    "kind", ["text/plain", "application/json", "multipart/form-data", "multipart/form-data; boundary=x"]
)
def test_sheet_is_asked_for_by_a_form_only(server: Server, kind: str) -> None:
    reply = post_sheet(server, {"question": "甲", "history": [], "shown": ""}, kind)
    assert (reply.status, reply.body) == (400, "提交的内容格式不对，请从问答页面点“下载答复单”。")


def test_the_door_for_sheets_has_the_guard_before_it(server: Server) -> None:
    server.fake.asked.clear()
    asked = {"question": "甲", "history": [], "shown": ""}
    for origin in ("http://e.com", "null", f"https://127.0.0.1:{server.port}.e.com"):
        assert post_sheet(server, asked, Origin=origin).status == 403
    assert post_sheet(server, asked, Host="e.com").status == 403
    assert post_sheet(server, "x" * 300_000).status == 413
    assert call(server, "GET", "/api/sheet").status == 403
    assert server.fake.asked == []


@pytest.mark.parametrize("path", ["/", "/config", "/theme.css", "/assets/none.js", "/gradio_api/upload"])
def test_every_response_carries_the_protective_headers(server: Server, path: str) -> None:
    headers = {name.lower(): value for name, value in call(server, "GET", path).headers.items()}
    policy = headers["content-security-policy"]
    for part in ("default-src 'none'", "connect-src 'self'", "img-src 'self' data:", "frame-ancestors 'self'"):
        assert part in policy
    assert "http" not in policy
    assert "'unsafe-inline'" not in policy.split("style-src")[0]
    assert headers["x-frame-options"] == "SAMEORIGIN"
    assert headers["referrer-policy"] == "same-origin"
    assert headers["x-content-type-options"] == "nosniff"


def test_start_page_names_no_other_host(server: Server) -> None:
    body = call(server, "GET", "/").body
    hosts = set(re.findall(r"https?://([^/\"'\s\\]+)", body)) - {"www.w3.org", f"127.0.0.1:{server.port}"}
    assert hosts <= {"e.com"}  # which stands in the hostile document
    assert 'property="og:' not in body


def test_other_sites_cannot_post_or_read(server: Server) -> None:
    foreign = call(server, "POST", "/gradio_api/queue/join", b"{}", Origin="http://e.com")
    rebound = call(server, "GET", "/", Host="e.com")
    assert (foreign.status, rebound.status) == (403, 403)


def test_taken_port_is_named(server: Server) -> None:
    with pytest.raises(SettingsError, match=str(server.port)):
        served(server.fake, server.port)


def test_examples_suit_other_documents(server: Server) -> None:
    assert ui.example_questions(server.fake.documents) == ui.EXAMPLES
    other = parse(document_from_text("某规划\n一、发展目标\n力争翻番。\n二、保障措施\n加强领导。", "某规划.txt"))
    assert ui.example_questions([other]) == ("关于“发展目标”有哪些要求？", "关于“保障措施”有哪些要求？")


def test_nothing_calls_home() -> None:
    assert os.environ["GRADIO_ANALYTICS_ENABLED"] == "False"
    assert os.environ["HF_HUB_OFFLINE"] == "1"
