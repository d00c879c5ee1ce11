"""Writes the README's picture of the evaluation report: `python -m tests.eval.screenshot`."""

import subprocess
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import sync_playwright

from eval import report
from tests.browser import ARGUMENTS, CHROMIUM

PICTURE = Path(report.__file__).with_name("report.png")


def main() -> None:
    """Score the bundled `dev` questions and take a picture of the report's beginning."""
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        command = [sys.executable, "-m", "assistant.cli", "eval", "--output", folder]
        subprocess.run(command, check=True, capture_output=True)  # noqa: S603 - our own command
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        page = browser.new_page(viewport={"width": 1120, "height": 1000})
        page.goto((Path(folder) / report.REPORT_FILE).as_uri())
        page.screenshot(path=PICTURE)
        browser.close()


if __name__ == "__main__":
    main()
