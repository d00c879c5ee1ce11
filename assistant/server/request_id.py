"""The id under which a request is logged and answered."""

import re
import uuid
from contextvars import ContextVar

HEADER = "x-request-id"

_GIVEN = re.compile(r"[A-Za-z0-9._-]{1,64}")
_current: ContextVar[str] = ContextVar("request_id", default="")


def begin_request(given: str) -> str:
    """The id of a new request: the one that the client gave, if it is harmless, else a new one."""
    request_id = given if _GIVEN.fullmatch(given) else uuid.uuid4().hex
    _current.set(request_id)
    return request_id


def current_request_id() -> str:
    """The id of the request that is being served; "" outside of one."""
    return _current.get()
