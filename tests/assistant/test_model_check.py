"""`check-model` tells a model that can be used from one that cannot."""

from collections.abc import Callable
from pathlib import Path

import pytest

from assistant.chat_model import open_chat_model
from assistant.cli import app
from assistant.model_check import Finding, check_chat_model
from corpus.errors import SettingsError
from index.embedder import BundledEmbedder
from tests.assistant.openai_server import Script, saying, serving

GOOD = ("县级财政每年安排养护", "经费30万元。[2]")


@pytest.fixture
def key_file(tmp_path: Path) -> Path:
    file = tmp_path / "key.txt"
    file.write_text("sk-test", encoding="utf-8")
    return file


Check = Callable[[Script], list[Finding]]


@pytest.fixture
def check(key_file: Path, embedder: BundledEmbedder) -> Check:
    """What is found of a server's script."""

    def run(script: Script) -> list[Finding]:
        with serving(script) as server:
            model = open_chat_model("openai:scripted", url=server.url, key_file=key_file)
            return check_chat_model(model, embedder)

    return run


def test_a_good_model_passes(check: Check) -> None:
    findings = check(saying(*GOOD))
    assert [finding.passed for finding in findings] == [True, True, True]
    assert "边写边发" in findings[1].words
    assert "1 个得到原文支持" in findings[2].words


def test_a_model_that_does_not_stream_can_be_used(check: Check) -> None:
    findings = check(saying("".join(GOOD)))
    assert "边写边发" not in findings[1].words
    assert all(finding.passed for finding in findings)


@pytest.mark.parametrize("words", ["每年三十万。", "每年50万元。[2]", "没有依据。[7]"])
def test_a_model_that_keeps_to_no_format_does_not_pass(check: Check, words: str) -> None:
    assert [finding.passed for finding in check(saying(words))] == [True, True, False]


def test_a_model_that_does_not_answer_is_one_finding(check: Check) -> None:
    (finding,) = check(lambda reply: reply.fail(500))
    assert not finding.passed
    assert finding.words.endswith("。")


def test_the_command_says_so_in_words_and_by_its_status(
    key_file: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("POLICY_ASSISTANT_CHAT_MODEL", "openai:scripted")
    monkeypatch.setenv("POLICY_ASSISTANT_CHAT_MODEL_KEY_FILE", str(key_file))
    for script, status in ((saying(*GOOD), 0), (saying("没有依据。"), 1)):
        with serving(script) as server:
            monkeypatch.setenv("POLICY_ASSISTANT_CHAT_MODEL_URL", server.url)
            assert (app(["check-model"], standalone_mode=False) or 0) == status
    assert capsys.readouterr().out.count("不合格：") == 1


def test_without_a_model_the_setting_is_named() -> None:
    with pytest.raises(SettingsError, match="POLICY_ASSISTANT_CHAT_MODEL"):
        app(["check-model"], standalone_mode=False)
