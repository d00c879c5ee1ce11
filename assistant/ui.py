"""The chat page. Importing this module starts nothing; `assistant.server` serves the page."""

import os
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Protocol

os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"
os.environ["GRADIO_ANALYTICS_CACHE_FREQUENCY"] = "1000000000"  # no statistics with pandas after every question
os.environ["GRADIO_ANALYTICS_MAX_EVENTS"] = "100"

import gradio as gr
from fastapi import FastAPI

from assistant.answer import Answer
from assistant.render import PRODUCT, Turn, alert, beside, clean, conversation, header
from corpus.clauses import ParsedDocument
from corpus.errors import PolicyAssistantError, QuestionError
from index.manifest import Manifest

BUNDLED_DOCUMENT = "2023年经济工作要点"
EXAMPLES = (
    "农业方面有哪些目标？",
    "今年新增多少规上工业企业？",
    "怎样扩大消费？",
    "老旧小区改造有什么安排？",
    "第十二条讲什么？",
    "全市GDP增长目标是多少？",
)
MAX_TURNS = 20
"""Earlier turns of a conversation are forgotten."""

MAX_WAITING = 32
MAX_AT_ONCE = 4
MAX_SESSIONS = 200

NOT_TEXT = "问题必须是一段文字，请重新输入。"
FAILED = "程序出错，没有得到回答，请重新提问；如果反复出现，请联系管理员。"

Updates = dict[Any, Any]


class PolicyAssistant(Protocol):
    """What the page needs of an assistant."""

    @property
    def documents(self) -> tuple[ParsedDocument, ...]:
        """The documents that questions are about."""
        ...

    @property
    def manifest(self) -> Manifest:
        """What the index is made of."""
        ...

    def ask(self, question: str, history: Sequence[Mapping[str, str]] | None = None) -> Answer:
        """Answer; `history` holds the earlier messages, oldest first, each with `role` and `content`.

        Raises:
            PolicyAssistantError: if it cannot be answered; its text is one Chinese sentence.
        """
        ...


def example_questions(documents: Sequence[ParsedDocument]) -> tuple[str, ...]:
    """Questions that suit the documents: the bundled one's, or made of the first clauses' headings."""
    if any(parsed.document.name == BUNDLED_DOCUMENT for parsed in documents):
        return EXAMPLES
    headings = [clause.heading for parsed in documents for clause in parsed.clauses if clause.heading]
    return tuple(f"关于“{heading}”有哪些要求？" for heading in headings[:4])


def messages(turns: Sequence[Turn]) -> list[dict[str, str]]:
    """The answered turns as plain text, oldest first."""
    return [
        {"role": role, "content": content}
        for turn in turns
        if turn.answer is not None
        for role, content in (("user", turn.question), ("assistant", turn.answer.text))
    ]


def _pace() -> None:
    time.sleep(0.12)


class _Page:
    """The components of one page and what happens in them."""

    def __init__(self, assistant: PolicyAssistant, examples: Sequence[str], pace: Callable[[], None]) -> None:
        self._assistant = assistant
        self._pace = pace
        self._turns = gr.State([], time_to_live=24 * 3600)
        gr.HTML(header(assistant.documents), elem_id="top", apply_default_css=False)
        with gr.Row(elem_id="columns", equal_height=True):
            with gr.Column(elem_id="chat", scale=58, min_width=320):
                self._place_chat(examples)
            with gr.Column(elem_id="beside", scale=42, min_width=320):
                self._beside = gr.HTML(
                    beside([], assistant.documents), elem_id="clauses", apply_default_css=False, js_on_load=None
                )
        self._connect()

    def _place_chat(self, examples: Sequence[str]) -> None:
        self._log = gr.HTML(conversation([]), elem_id="talk", apply_default_css=False, js_on_load=_ON_LOAD)
        with gr.Row(elem_id="examples"):
            self._examples = [gr.Button(clean(text), size="sm", min_width=0) for text in examples]
        self._alert = gr.HTML("", elem_id="alert", apply_default_css=False, js_on_load=None)
        with gr.Row(elem_id="composer"):
            self._box = gr.Textbox(
                label="问题",
                show_label=False,
                container=False,
                lines=1,
                max_lines=5,
                placeholder="请输入问题",
                autofocus=True,
                scale=1,
                elem_id="question-box",
            )
            self._send = gr.Button("发送", variant="primary", scale=0, min_width=84, elem_id="send")
            self._clear = gr.Button("清空", scale=0, min_width=72, elem_id="clear")

    def _connect(self) -> None:
        common: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private"}
        run = {**common, "concurrency_limit": MAX_AT_ONCE, "concurrency_id": "ask"}
        outputs = [self._turns, self._log, self._beside, self._box, self._alert, self._send, *self._examples]
        typed = gr.on(
            [self._box.submit, self._send.click],
            self._ask,
            [self._box, self._turns],
            outputs,
            preprocess=False,
            **run,
        )
        chosen = [button.click(self._asking(button.value), [self._turns], outputs, **run) for button in self._examples]
        for event in (typed, *chosen):
            event.failure(self._failed, [self._turns], outputs, **common)
        self._clear.click(self._cleared, None, outputs, cancels=[typed, *chosen], **common)

    def _asking(self, question: str) -> Callable[[list[Turn]], Iterator[Updates]]:
        def ask(turns: list[Turn]) -> Iterator[Updates]:
            yield from self._ask(question, turns)

        return ask

    def _ask(self, payload: object, turns: list[Turn]) -> Iterator[Updates]:
        """Answer what was posted, part by part; `payload` may be anything that JSON can hold."""
        if not isinstance(payload, str):
            raise gr.Error(NOT_TEXT, title="无法提问", print_exception=False)
        if turns and turns[-1].is_pending:
            return
        turns = turns[-MAX_TURNS + 1 :]
        if payload.strip():
            yield {**self._show([*turns, Turn(payload)]), self._box: "", self._alert: "", **self._ready(False)}
        try:
            answer = self._assistant.ask(payload, messages(turns))
        except QuestionError as error:
            yield {
                **self._show(turns),
                self._box: clean(payload),
                self._alert: alert(str(error)),
                **self._ready(True),
            }
            return
        except PolicyAssistantError as error:
            yield {**self._show([*turns, Turn(payload, error=str(error))]), **self._ready(True)}
            return
        earlier = tuple(turn.question for turn in turns if turn.answer is not None)
        turns = [*turns, Turn(payload, answer, earlier=earlier)]
        for shown in range(len(answer.groups)):
            yield self._show(turns, shown)
            self._pace()
        yield {**self._show(turns), **self._ready(True)}

    def _show(self, turns: list[Turn], shown: int | None = None) -> Updates:
        updates: Updates = {
            self._log: conversation(turns, shown),
            self._beside: beside(turns, self._assistant.documents, shown),
        }
        return updates if shown is not None else {self._turns: turns, **updates}

    def _ready(self, is_ready: bool) -> Updates:
        return {button: gr.update(interactive=is_ready) for button in (self._send, *self._examples)}

    def _failed(self, turns: list[Turn]) -> Updates:
        """Say under the question that waits that it got no answer; after 清空, which stops a question, none waits."""
        if turns and turns[-1].is_pending:
            turns = [*turns[:-1], Turn(turns[-1].question, error=FAILED)]
        return {**self._show(turns), **self._ready(True)}

    def _cleared(self) -> Updates:
        return {**self._show([]), self._box: "", self._alert: "", **self._ready(True)}


_ON_LOAD = """
const calm = matchMedia('(prefers-reduced-motion: reduce)').matches;
const behavior = calm ? 'auto' : 'smooth';
let count = 0;
watch('value', () => {
    const turns = element.querySelectorAll('.turn');
    if (turns.length > count) turns[turns.length - 1].scrollIntoView({block: 'start', behavior});
    count = turns.length;
});
element.addEventListener('click', (event) => {
    const edit = event.target.closest('button.edit');
    if (edit) {
        const box = document.querySelector('#question-box textarea');
        Object.getOwnPropertyDescriptor(HTMLTextAreaElement.prototype, 'value').set.call(box, edit.dataset.question);
        box.dispatchEvent(new Event('input', {bubbles: true}));
        box.focus();
        return;
    }
    const link = event.target.closest('a[href^="#"]');
    if (!link) return;
    event.preventDefault();
    const target = document.getElementById(link.getAttribute('href').slice(1));
    if (!target) return;
    target.scrollIntoView({block: 'center', behavior});
    target.focus({preventScroll: true});
});
"""
"""A new question moves to the top of the view; a number leads to its sentence without leaving the page; the button
beside a question as it was understood puts it into the question box (its value is set as by a hand, for Gradio)."""


def build_page(
    assistant: PolicyAssistant, examples: Sequence[str] | None = None, pace: Callable[[], None] = _pace
) -> gr.Blocks:
    """Build the page; `pace` is called between two parts of an answer as it appears."""
    if examples is None:
        examples = example_questions(assistant.documents)
    page: gr.Blocks = gr.Blocks(title=PRODUCT, analytics_enabled=False, fill_width=True)
    with page:
        _Page(assistant, examples, pace)
    page.queue(api_open=False, max_size=MAX_WAITING, default_concurrency_limit=MAX_AT_ONCE)
    return page


def _theme() -> gr.themes.Base:
    font = ["PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", "sans-serif"]
    return gr.themes.Base(primary_hue="blue", neutral_hue="slate", font=font, font_mono=font)


def mount_page(app: FastAPI, page: gr.Blocks) -> None:
    """Put the page at the root of `app`."""
    page.state_session_capacity = MAX_SESSIONS
    gr.mount_gradio_app(
        app,
        page,
        path="/",
        footer_links=[],
        run_history=False,
        show_error=False,
        max_file_size="1kb",
        ssr_mode=False,
        enable_monitoring=False,
        pwa=False,
        mcp_server=False,
        theme=_theme(),
        css_paths=[Path(__file__).with_name("ui.css")],
    )
