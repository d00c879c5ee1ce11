"""A setting comes from the environment or an argument; an unknown or impossible one is named in Chinese."""

import os
from pathlib import Path

import pytest

from assistant import build_assistant
from assistant.settings import BUNDLED_DOCUMENTS, PREFIX, Settings, load_settings
from corpus.errors import SettingsError


@pytest.fixture(autouse=True)
def no_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in list(os.environ):
        if name.upper().startswith(PREFIX):
            monkeypatch.delenv(name)


def test_defaults_need_no_configuration_and_no_network() -> None:
    settings = load_settings()
    assert settings.documents == BUNDLED_DOCUMENTS
    assert list(BUNDLED_DOCUMENTS.glob("*.txt"))
    assert (settings.embedding_model, settings.chat_model) == ("bundled", None)
    assert settings.host == "127.0.0.1"


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [
        ("index", "/tmp/索引", Path("/tmp/索引")),  # noqa: S108 - a name, nothing is written
        ("documents", "文件", Path("文件")),
        ("threads", "2", 2),
        ("port", "8080", 8080),
        ("chat_model", "openai:gpt", "openai:gpt"),
        ("chat_model_timeout", "2.5", 2.5),
        ("embedding_model", "BAAI/bge", "BAAI/bge"),
        ("host", "0.0.0.0", "0.0.0.0"),  # noqa: S104
    ],
)
def test_environment_sets_a_setting(monkeypatch: pytest.MonkeyPatch, name: str, text: str, value: object) -> None:
    monkeypatch.setenv(f"{PREFIX}{name.upper()}", text)
    assert getattr(load_settings(), name) == value


def test_argument_stands_above_the_environment_and_none_does_not(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("POLICY_ASSISTANT_PORT", "8080")
    assert load_settings(port=9090).port == 9090
    assert load_settings(port=None).port == 8080


@pytest.mark.parametrize("name", ["POLICY_ASSISTANT_PROT", "POLICY_ASSISTANT_", "policy_assistant_nonsense"])
def test_unknown_setting_in_the_environment_is_an_error(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setenv(name, "1")
    with pytest.raises(SettingsError, match=f"{name}.*README"):
        load_settings()


def test_debug_switch_is_known(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("POLICY_ASSISTANT_DEBUG", "1")
    load_settings()


def test_unknown_argument_is_an_error() -> None:
    with pytest.raises(SettingsError, match="reranker"):
        build_assistant(reranker="x")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("port", "abc"),
        ("port", "0"),
        ("port", "65536"),
        ("threads", "0"),
        ("threads", "1.5"),
        ("threads", "257"),
        ("chat_model_timeout", "0"),
        ("chat_model_timeout", "-1"),
        ("embedding_model", ""),
    ],
)
def test_impossible_value_is_named(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    monkeypatch.setenv(f"{PREFIX}{name.upper()}", value)
    with pytest.raises(SettingsError, match=f"“{name}”.*README") as caught:
        load_settings()
    assert "pydantic" not in str(caught.value)


def test_settings_do_not_change() -> None:
    with pytest.raises(ValueError, match="frozen"):
        Settings().port = 1  # type: ignore[misc]
