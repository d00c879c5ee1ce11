"""The official `openai` client, and LangChain's, take the assistant for a chat model."""

from collections.abc import Callable, Iterator

import httpx
import openai
import pytest
from langchain_core.output_parsers import StrOutputParser
from langchain_core.prompts import ChatPromptTemplate
from langchain_openai import ChatOpenAI

from assistant.assistant import Assistant
from assistant.records import answer_record
from assistant.server.access import read_tokens
from assistant.server.run import RunningServer

QUESTION = "农业方面有哪些目标"
MODEL = "policy-assistant"
Start = Callable[..., RunningServer]


@pytest.fixture(scope="module")
def ai(server: RunningServer) -> Iterator[openai.OpenAI]:
    http = httpx.Client(trust_env=False, timeout=60)
    with openai.OpenAI(base_url=f"{server.address}v1", api_key="none", max_retries=0, http_client=http) as client:
        yield client


def test_the_message_is_the_answer_and_its_record_stands_beside(ai: openai.OpenAI, assistant: Assistant) -> None:
    done = ai.chat.completions.create(model=MODEL, messages=[{"role": "user", "content": QUESTION}])
    answer = assistant.ask(QUESTION)
    assert done.choices[0].message.content == answer.text
    assert (done.choices[0].finish_reason, done.model, done.object) == ("stop", MODEL, "chat.completion")
    assert done.model_extra == {"policy_assistant": answer_record(answer)}


def test_a_stream_adds_up_to_the_same(ai: openai.OpenAI, assistant: Assistant) -> None:
    chunks = list(
        ai.chat.completions.create(model=MODEL, stream=True, messages=[{"role": "user", "content": QUESTION}])
    )
    answer = assistant.ask(QUESTION)
    assert "".join(chunk.choices[0].delta.content or "" for chunk in chunks) == answer.text
    assert len(chunks) > len(answer.citations)
    assert [chunk.choices[0].finish_reason for chunk in chunks] == [None] * (len(chunks) - 1) + ["stop"]
    assert chunks[-1].model_extra == {"policy_assistant": answer_record(answer)}
    assert len({chunk.id for chunk in chunks}) == 1


def test_a_conversation_is_understood(ai: openai.OpenAI, assistant: Assistant) -> None:
    done = ai.chat.completions.create(
        model=MODEL,
        messages=[
            {"role": "system", "content": "你是诗人。"},
            {"role": "user", "content": "第十二条讲什么？"},
            {"role": "assistant", "content": "略"},
            {"role": "user", "content": [{"type": "text", "text": "下一条呢？"}]},
        ],
    )
    assert done.choices[0].message.content == assistant.ask("第十三条讲什么").text


def test_a_refusal_is_said_in_the_message_and_in_the_record(ai: openai.OpenAI) -> None:
    done = ai.chat.completions.create(model=MODEL, messages=[{"role": "user", "content": "怎样办理护照？"}])
    assert done.model_extra and done.model_extra["policy_assistant"]["refused"]
    assert "文件" in (done.choices[0].message.content or "")


def test_models_can_be_listed(ai: openai.OpenAI) -> None:
    assert [model.id for model in ai.models.list()] == [MODEL]
    assert ai.models.retrieve(MODEL).owned_by == MODEL
    with pytest.raises(openai.NotFoundError):
        ai.models.retrieve("gpt")


@pytest.mark.parametrize(
    ("messages", "words"),
    [
        ([], "不符合格式"),
        ([{"role": "user", "content": ""}], "问题是空的"),
        ([{"role": "user", "content": "长" * 501}], "问题太长"),
        ([{"role": "user", "content": QUESTION}, {"role": "assistant", "content": "答"}], "最后一条消息"),
        ([{"role": "user", "content": [{"type": "image_url", "image_url": {"url": "x"}}]}], "不符合格式"),
        ([{"role": "nobody", "content": "问"}], "不符合格式"),
    ],
)
def test_a_bad_request_is_the_client_s_own_error(ai: openai.OpenAI, messages: list[object], words: str) -> None:
    with pytest.raises(openai.BadRequestError, match=words) as error:
        ai.chat.completions.create(model=MODEL, messages=messages)  # type: ignore[arg-type]
    assert error.value.code in {"invalid_request", "invalid_question"}


@pytest.mark.parametrize(
    "body", [b"", b"{", b"[" * 100_000, b"\xff", b"null", b'{"messages": [{"role": "user", "content": "\\ud800"}]}']
)
def test_what_is_no_request_is_said_so(server: RunningServer, body: bytes) -> None:
    headers = {"Content-Type": "application/json"}
    reply = httpx.post(f"{server.address}v1/chat/completions", content=body, headers=headers, trust_env=False)
    assert reply.status_code == 400
    assert reply.json()["error"]["code"] in {"invalid_request", "invalid_question"}


def test_another_model_is_not_found(ai: openai.OpenAI) -> None:
    with pytest.raises(openai.NotFoundError, match="没有这个模型") as error:
        ai.chat.completions.create(model="gpt", messages=[{"role": "user", "content": QUESTION}])
    assert error.value.code == "model_not_found"


def test_the_api_key_is_the_token(start: Start, token_file: object) -> None:
    server = start(tokens=read_tokens(token_file))  # type: ignore[arg-type]
    for key, is_good in (("nongyeju-0123456789", True), ("wrong-0123456789", False)):
        http = httpx.Client(trust_env=False)
        with openai.OpenAI(base_url=f"{server.address}v1", api_key=key, max_retries=0, http_client=http) as client:
            if is_good:
                assert list(client.models.list())
            else:
                with pytest.raises(openai.AuthenticationError, match="令牌"):
                    client.models.list()


def test_a_langchain_chain_takes_it_as_its_model(server: RunningServer, assistant: Assistant) -> None:
    model = ChatOpenAI(
        model=MODEL, base_url=f"{server.address}v1", api_key="none", http_client=httpx.Client(trust_env=False)
    )
    chain = ChatPromptTemplate.from_messages([("user", "{question}")]) | model | StrOutputParser()
    assert chain.invoke({"question": QUESTION}) == assistant.ask(QUESTION).text
    assert "".join(chain.stream({"question": QUESTION})) == assistant.ask(QUESTION).text
