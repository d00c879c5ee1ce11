"""What programs send and get, for OpenAPI. The answer itself is promised by `answer_schema.json`."""

import json
from typing import Any, Literal

from pydantic import BaseModel, Field

from assistant.bulk import SCHEMA_FILE

MODEL = "policy-assistant"
"""The name under which OpenAI's clients find the assistant."""

_EXAMPLE = "农业方面有哪些目标"


class Place(BaseModel):
    """Which clause, and where it stands."""

    document: str = Field(description="文件名，不含扩展名", examples=["2023年经济工作要点"])
    clause_id: str = Field(description="在所有文件中唯一", examples=["2023年经济工作要点:二/（六）"])
    number: int = Field(description="条款自己的编号；开篇为 0", examples=[6])
    label: str = Field(examples=["（六）"])
    heading: str = Field(examples=["稳住农业发展基础"])
    section: str = Field(description="上级标题，由上到下以“ › ”相连", examples=["二、推动产业质效提升"])


class Passage(BaseModel):
    """A range of a document's text."""

    text: str
    start: int = Field(description="以 Unicode 码位计", ge=0)
    end: int = Field(ge=1)


class ClauseBody(Place, Passage):
    """A clause, whole."""

    sentences: list[Passage]
    footnotes: list[Passage]


class DocumentBody(BaseModel):
    """A document and its clauses."""

    name: str
    title: str
    sha256: str = Field(description="文件内容的 SHA-256")
    characters: int
    clauses: list[Place]


class Documents(BaseModel):
    """All documents."""

    documents: list[DocumentBody]


class Targets(BaseModel):
    """The target ledger, or a part of it."""

    topic: str | None
    by_words: bool = Field(description="有目标的原文或标题写到这个主题；否则列出的是意思最接近的")
    targets: list[dict[str, Any]]


class Health(BaseModel):
    """What the server answers from."""

    status: Literal["ok"] = "ok"
    documents: int
    clauses: int


class ErrorBody(BaseModel):
    """Why a request was not served."""

    error: str = Field(description="一句话，写明怎样改正", examples=["问题是空的，请输入要查询的内容。"])
    code: str = Field(description="供程序判断", examples=["invalid_question"])
    request_id: str


class OpenAIErrorDetail(BaseModel):
    """An error as OpenAI's clients read it."""

    message: str
    type: str
    param: str | None
    code: str
    request_id: str


class OpenAIError(BaseModel):
    """An error as OpenAI's clients read it."""

    error: OpenAIErrorDetail


class TextPart(BaseModel):
    """A part of a message."""

    type: Literal["text"]
    text: str


class ChatMessage(BaseModel):
    """A message of a conversation."""

    role: Literal["system", "developer", "user", "assistant", "tool"]
    content: str | list[TextPart] | None = None

    @property
    def words(self) -> str:
        """Its text."""
        if isinstance(self.content, list):
            return "".join(part.text for part in self.content)
        return self.content or ""


class ChatRequest(BaseModel):
    """A request to `/v1/chat/completions`; what is not named here has no effect."""

    model_config = {
        "json_schema_extra": {"examples": [{"model": MODEL, "messages": [{"role": "user", "content": _EXAMPLE}]}]}
    }

    model: str = MODEL
    messages: list[ChatMessage] = Field(min_length=1, description="最后一条是提问，之前的是对话记录")
    stream: bool = False


class ChatReply(BaseModel):
    """A message that was written."""

    role: Literal["assistant"] = "assistant"
    content: str


class Choice(BaseModel):
    """The only choice."""

    index: int = 0
    message: ChatReply
    finish_reason: Literal["stop"] = "stop"


class Completion(BaseModel):
    """What `/v1/chat/completions` gives: the answer as text, and its record with all citations beside."""

    id: str
    object: Literal["chat.completion"] = "chat.completion"
    created: int
    model: str = MODEL
    choices: list[Choice]
    policy_assistant: dict[str, Any] = Field(description="与 /api/ask 的回答相同，不含 id、elapsed_ms")


class ModelEntry(BaseModel):
    """A model that can be asked."""

    id: str = MODEL
    object: Literal["model"] = "model"
    created: int
    owned_by: str = MODEL


class Models(BaseModel):
    """All models that can be asked."""

    object: Literal["list"] = "list"
    data: list[ModelEntry]


def answer_schemas() -> dict[str, Any]:
    """The parts of `answer_schema.json` as OpenAPI has them, by name."""
    written = SCHEMA_FILE.read_text(encoding="utf-8").replace("#/$defs/", "#/components/schemas/")
    schemas: dict[str, Any] = json.loads(written)["$defs"]
    schemas["question"]["examples"] = [{"id": 1, "question": _EXAMPLE}]
    return schemas


def reference(name: str) -> dict[str, Any]:
    """A body that one of `answer_schemas` describes."""
    return {"content": {"application/json": {"schema": {"$ref": f"#/components/schemas/{name}"}}}}
