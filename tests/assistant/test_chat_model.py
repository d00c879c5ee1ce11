"""Whatever a model's server does, an answer comes that is proven, or the quotations and a word of why.

The server is real and speaks the OpenAI protocol; the client is LangChain's.
"""

from collections.abc import Callable
from pathlib import Path

import pytest

from assistant.chat_model import MAX_ANSWER, ChatModel, open_chat_model
from assistant.composer import Draft
from assistant.generative import GenerativeComposer
from assistant.question import read_question
from assistant.support import checker
from corpus import ParsedDocument
from corpus.errors import ChatModelError, SettingsError
from index.embedder import BundledEmbedder
from tests.assistant.openai_server import (
    Reply,
    Script,
    breaking_off,
    busy_once,
    endless,
    saying,
    serving,
    silent,
    trickling,
)
from tests.assistant.quoting import WATER, Quoting, quotes

KEY = "sk-test-0815"


@pytest.fixture(scope="module")
def water(parsed: Callable[..., ParsedDocument]) -> ParsedDocument:
    return parsed(*WATER)


@pytest.fixture
def key_file(tmp_path: Path) -> Path:
    file = tmp_path / "key.txt"
    file.write_text(f"{KEY}\n", encoding="utf-8")
    return file


def opened(url: str, key_file: Path, timeout: float = 20.0) -> ChatModel:
    return open_chat_model("openai:scripted", url=url, key_file=key_file, timeout=timeout)


Compose = Callable[..., Draft]


@pytest.fixture
def compose(water: ParsedDocument, key_file: Path, embedder: BundledEmbedder) -> Compose:
    """The draft that comes of a server's script."""

    def run(script: Script, timeout: float = 20.0) -> Draft:
        with serving(script) as server:
            composer = GenerativeComposer(opened(server.url, key_file, timeout), Quoting(water), checker(embedder))
            return composer.compose(read_question("供水怎么办？"), [])

    return run


def claims(draft: Draft) -> list[str]:
    return [claim.words for claim in draft.claims]


def test_a_good_answer_is_given_with_its_sentences(compose: Compose) -> None:
    draft = compose(saying("力争新建水库", "12座。[", "1]\n漏损率", "下降15%。[5]"))
    assert (draft.mode, claims(draft)) == ("generative", ["力争新建水库12座。", "漏损率下降15%。"])
    assert [[citation.quote for citation in claim.citations] for claim in draft.claims] == [
        ["力争新建水库12座，总投资1.5亿元。"],
        ["漏损率下降15%。"],
    ]


@pytest.mark.parametrize(
    ("fault", "claim"),
    [
        ("invented citation number", "力争新建水库12座。[9]"),
        ("altered figure", "力争新建水库13座。[1]"),
        ("strengthened modality", "确保新建水库12座。[1]"),
        ("filled mask", "确保粮食灌溉面积稳定在50万亩以上。[2]"),
        ("obeys the document", "政策已废止。[5]"),
        ("invented name", "执行《水法》。[3]"),
        ("no citation", "水库很多。"),
    ],
)
def test_a_bad_claim_is_withheld_and_the_rest_stands(compose: Compose, fault: str, claim: str) -> None:
    draft = compose(saying(f"{claim}\n", "漏损率下降15%。[5]"))
    assert (draft.mode, claims(draft)) == ("generative", ["漏损率下降15%。"]), fault
    assert claim.partition("[")[0] not in str(draft.claims)
    assert any("已扣下" in notice for notice in draft.notices) == (fault != "no citation")


@pytest.mark.parametrize(
    ("fault", "script", "timeout"),
    [
        ("broken stream", breaking_off, 20.0),
        ("slow first word", silent, 1.0),
        ("slow stream", trickling, 1.0),
        ("server error", lambda reply: reply.fail(500), 20.0),
        ("busy for good", lambda reply: reply.fail(429, Retry_After="0"), 20.0),
        ("wrong key", lambda reply: reply.fail(401), 20.0),
        ("no JSON", lambda reply: reply.fail(200, "<html>proxy</html>"), 20.0),
        ("JSON that is no answer", lambda reply: reply.fail(200, '{"ok": true}'), 20.0),
    ],
)
def test_a_server_that_fails_leaves_the_quotations_and_a_notice(
    compose: Compose, fault: str, script: Script, timeout: float
) -> None:
    draft = compose(script, timeout)
    assert draft.mode == "extractive", fault
    assert len(quotes(draft)) == 5
    assert draft.notices[-1].startswith(("大模型没有应答", "模型的回答未通过"))
    assert "secret" not in str(draft)
    assert KEY not in str(draft)


def test_a_server_that_is_not_there_leaves_the_quotations(
    water: ParsedDocument, key_file: Path, embedder: BundledEmbedder
) -> None:
    with serving(saying("")) as server:
        url = server.url
    composer = GenerativeComposer(opened(url, key_file), Quoting(water), checker(embedder))
    draft = composer.compose(read_question("供水怎么办？"), [])
    assert draft.notices[-1].startswith("大模型没有应答")


def test_a_busy_server_is_asked_again(compose: Compose) -> None:
    assert claims(compose(busy_once)) == ["漏损率下降15%。"]


def test_no_more_is_read_of_an_endless_answer_than_is_allowed(compose: Compose, key_file: Path) -> None:
    with serving(endless) as server:
        written = "".join(opened(server.url, key_file).write("供水怎么办？"))
    assert len(written) == MAX_ANSWER
    assert claims(compose(endless)) == ["漏损率下降15%。"]


def test_the_key_comes_from_the_file_and_goes_to_the_server_alone(key_file: Path) -> None:
    with serving(saying("好")) as server:
        assert "".join(opened(server.url, key_file).write("你好")) == "好"
        assert server.keys == [f"Bearer {KEY}"]
        assert server.prompts == ["你好"]


def test_what_cannot_be_opened_is_named(tmp_path: Path, key_file: Path) -> None:
    empty = tmp_path / "empty.txt"
    empty.touch()
    for name, file, words in (
        ("openai:x", tmp_path / "none.txt", "无法读取"),
        ("openai:x", empty, "是空的"),
        ("nobody:x", key_file, "nobody:x"),
        ("ollama:x", key_file, r"policy-assistant\[ollama\]"),
    ):
        with pytest.raises(SettingsError, match=words) as error:
            open_chat_model(name, key_file=file)
        assert str(tmp_path) not in str(error.value)


def test_a_model_s_failure_is_one_sentence(key_file: Path) -> None:
    def fail(reply: Reply) -> None:
        reply.fail(500)

    with serving(fail) as server, pytest.raises(ChatModelError, match="请检查模型服务") as error:
        list(opened(server.url, key_file).write("你好"))
    assert "secret" not in str(error.value)


@pytest.mark.parametrize("name", ["", "gpt", "nobody:model", "不存在:模型"])
def test_model_name_that_means_nothing_is_a_settings_error(name: str, key_file: Path) -> None:
    with pytest.raises(SettingsError, match=r"。$"):
        open_chat_model(name, key_file=key_file)


def test_missing_provider_package_is_named_with_the_remedy() -> None:
    with pytest.raises(SettingsError, match="pip install"):
        open_chat_model("mistralai:small")
