"""The server's log: a JSON object a line, without the text of questions unless that is asked for."""

import json
import logging
import sys
from datetime import UTC, datetime
from typing import TextIO

from assistant.server.request_id import current_request_id

LOGGER = logging.getLogger("policy_assistant.server")
_THEIRS = ("uvicorn", "mcp")
_FIELDS = "fields"


def log_event(event: str, **fields: object) -> None:
    """Write one line, with the id of the request that is being served."""
    LOGGER.info(event, extra={_FIELDS: fields})


def write_log(stream: TextIO | None = None) -> None:
    """Send what the server and the libraries under it log to `stream`, by default standard error."""
    handler = logging.StreamHandler(stream or sys.stderr)
    handler.setFormatter(JsonLines())
    LOGGER.setLevel(logging.INFO)
    for logger in (LOGGER, *map(logging.getLogger, _THEIRS)):
        logger.handlers = [handler]
        logger.propagate = False


class JsonLines(logging.Formatter):
    """A record as one line of JSON: time (UTC), level, event, request id, and the event's own fields."""

    def format(self, record: logging.LogRecord) -> str:
        """See `logging.Formatter.format`."""
        line: dict[str, object] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "event": record.getMessage(),
        }
        if request_id := current_request_id():
            line["request_id"] = request_id
        line.update(getattr(record, _FIELDS, {}))
        if record.exc_info:
            line["traceback"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False).encode("utf-8", "replace").decode("utf-8")
