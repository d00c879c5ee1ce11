"""What may be wrong with a request: a status, a code for machines and a Chinese sentence."""

from collections.abc import Mapping
from dataclasses import dataclass

from starlette.responses import JSONResponse

from assistant.server.request_id import current_request_id
from corpus.errors import PolicyAssistantError

OPENAI_PREFIX = "/v1/"


@dataclass(frozen=True, slots=True)
class Problem:
    """Why a request is not served; `message` ends with the remedy."""

    status: int
    code: str
    message: str


UNAUTHORIZED = Problem(401, "unauthorized", "没有有效的令牌，请在请求头 Authorization 里写“Bearer 令牌”后重试。")
FORBIDDEN = Problem(403, "forbidden", "不允许这样访问，请从本机打开的问答页面提问。")
NOT_FOUND = Problem(404, "not_found", "没有这个地址，请核对后重试。")
NO_CLAUSE = Problem(404, "clause_not_found", "没有这一条款，请核对 clause_id 后重试。")
NO_MODEL = Problem(404, "model_not_found", "没有这个模型，请用 /v1/models 列出的名称。")
NOT_ALLOWED = Problem(405, "method_not_allowed", "这个地址不接受这种请求方法，请核对后重试。")
NO_LENGTH = Problem(411, "length_required", "请求没有说明长度，请加上 Content-Length 后重试。")
TOO_LARGE = Problem(413, "too_large", "提交的内容太大，请缩短后重试。")
INVALID = Problem(400, "invalid_request", "请求的内容不符合格式，请按 /openapi.json 的说明改正后重试。")
TOO_FAST = Problem(429, "rate_limited", "请求太频繁，请稍后再试。")
TOO_MANY = Problem(429, "too_many_at_once", "同时进行的请求太多，请等前面的完成后再试。")
BUSY = Problem(503, "busy", "现在提问的人较多，请稍后再试。")
FAILED = Problem(500, "internal_error", "程序出错，没有得到回答，请重试；如果反复出现，请联系管理员。")


class RequestError(PolicyAssistantError):
    """A request cannot be served; says why."""

    def __init__(self, problem: Problem) -> None:
        """Of a problem."""
        super().__init__(problem.message)
        self.problem = problem


BY_STATUS = {one.status: one for one in (NOT_FOUND, NOT_ALLOWED, INVALID)}


def question_problem(message: str) -> Problem:
    """A question that cannot be taken as one."""
    return Problem(400, "invalid_question", message)


def problem_response(problem: Problem, path: str, headers: Mapping[str, str] | None = None) -> JSONResponse:
    """The problem as JSON: `{"error", "code", "request_id"}`, or under `OPENAI_PREFIX` as OpenAI's clients read it."""
    about = {"code": problem.code, "request_id": current_request_id()}
    if path.startswith(OPENAI_PREFIX):
        kind = "invalid_request_error" if problem.status < 500 else "server_error"
        return JSONResponse(
            {"error": {"message": problem.message, "type": kind, "param": None, **about}}, problem.status, headers
        )
    return JSONResponse({"error": problem.message, **about}, problem.status, headers)
