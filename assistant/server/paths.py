"""The addresses of the doors for programs; all others belong to the page."""

ASK_PATH = "/api/ask"
DOCUMENTS_PATH = "/api/documents"
CLAUSES_PATH = "/api/clauses"
TARGETS_PATH = "/api/targets"
CHAT_PATH = "/v1/chat/completions"
MODELS_PATH = "/v1/models"
MCP_PATH = "/mcp"
METRICS_PATH = "/metrics"
HEALTH_PATH = "/healthz"
OPENAPI_PATH = "/openapi.json"

_OPEN = frozenset({HEALTH_PATH, OPENAPI_PATH})
_PROTECTED = frozenset({ASK_PATH, DOCUMENTS_PATH, TARGETS_PATH, CHAT_PATH, MODELS_PATH, MCP_PATH, METRICS_PATH})


PAGE_ROUTE = "page"
OTHER_ROUTE = "other"


def route_of(path: str) -> str:
    """The route that a path belongs to; holds nothing that a client wrote."""
    if path.startswith(f"{CLAUSES_PATH}/"):
        return f"{CLAUSES_PATH}/{{clause_id}}"
    if not is_for_programs(path):
        return PAGE_ROUTE
    return path if path in _OPEN | _PROTECTED else OTHER_ROUTE


def is_for_programs(path: str) -> bool:
    """Whether a path is one of the doors for programs."""
    return path in _OPEN or needs_access(path)


def needs_access(path: str) -> bool:
    """Whether a token is needed, where there are any, and whether requests are counted."""
    return path in _PROTECTED or path.startswith((f"{CLAUSES_PATH}/", "/v1/"))
