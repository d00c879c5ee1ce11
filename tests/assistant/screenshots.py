"""Writes the README's screenshots by driving the real page, with the real assistant, in a headless Chromium.

Usage: `python -m tests.assistant.screenshots [folder]`; without a folder, into `assistant/screenshots/`.
"""

import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, Page, expect, sync_playwright

import assistant
from assistant.factory import create_assistant
from assistant.server.access import Rules
from assistant.server.app import create_app
from assistant.server.run import RunningServer
from assistant.settings import load_settings
from assistant.ui import build_page
from tests.browser import ARGUMENTS, CHROMIUM

FOLDER = Path(assistant.__file__).with_name("screenshots")
OUTSIDE = ("个人所得税起征点是多少？", "怎样办理护照？", "机动车限号吗？", "公务员年休假有几天？")
"""What the documents say nothing of; the first of them that is refused is shown."""

DESKTOP = (1440, 900)
MOBILE = (390, 844)


@contextmanager
def served() -> Iterator[str]:
    """The address of a page with the bundled documents."""
    with tempfile.TemporaryDirectory() as folder:
        asked = create_assistant(load_settings(index=Path(folder) / "index"))
        page = build_page(asked, pace=lambda: None)
        app = create_app(asked, Rules(per_minute=10_000, at_once=100), only_loopback=True, page=page)
        server = RunningServer(app, "127.0.0.1", port=0)
        try:
            yield server.address
        finally:
            server.close()


def ask(page: Page, question: str) -> None:
    """Ask and wait for the whole answer."""
    page.get_by_label("问题", exact=True).fill(question)
    page.keyboard.press("Enter")
    expect(page.locator(".turn").last.locator(".made")).to_be_visible()
    expect(page.locator(".turn").last.locator(".question")).to_have_text(f"提问：{question}")
    page.wait_for_timeout(700)


def _first(_: Page) -> None: ...


def _answer(page: Page) -> None:
    ask(page, "农业方面有哪些目标？")


def _follow_up(page: Page) -> None:
    _answer(page)
    ask(page, "那文旅呢？")


def _refusal(page: Page) -> None:
    for question in OUTSIDE:
        page.get_by_role("button", name="清空").click()
        expect(page.locator(".welcome")).to_be_visible()
        ask(page, question)
        if page.locator(".reply.refusal .nearest").count():
            return


SHOTS: dict[str, tuple[tuple[int, int], str, Callable[[Page], None]]] = {
    "desktop-first": (DESKTOP, "light", _first),
    "desktop-answer": (DESKTOP, "light", _answer),
    "desktop-answer-dark": (DESKTOP, "dark", _answer),
    "desktop-follow-up": (DESKTOP, "light", _follow_up),
    "desktop-refusal": (DESKTOP, "light", _refusal),
    "desktop-first-dark": (DESKTOP, "dark", _first),
    "mobile-first": (MOBILE, "light", _first),
    "mobile-answer": (MOBILE, "light", _answer),
}


def shoot(browser: Browser, address: str, name: str, folder: Path) -> None:
    """Write one screenshot."""
    (width, height), scheme, act = SHOTS[name]
    context = browser.new_context(
        viewport={"width": width, "height": height},
        color_scheme="dark" if scheme == "dark" else "light",
        locale="en-US",
        reduced_motion="reduce",
    )
    page = context.new_page()
    page.goto(address)
    expect(page.locator(".welcome")).to_be_visible()
    expect(page.get_by_role("button", name="发送")).to_be_visible()
    act(page)
    page.screenshot(path=folder / f"{name}.png", full_page=width < 900)
    context.close()


def main() -> None:
    """Write all screenshots."""
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    with served() as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        for name in SHOTS:
            shoot(browser, address, name, folder)
        browser.close()


if __name__ == "__main__":
    main()
