"""What the server counts, for Prometheus."""

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

from assistant.answer import Answer
from corpus.clauses import ParsedDocument

_SECONDS = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0)
_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})


class Metrics:
    """The counters of one server. Safe to use from several threads."""

    def __init__(self, documents: tuple[ParsedDocument, ...]) -> None:
        """Start at nothing; `documents` are those that are asked about."""
        self._registry = CollectorRegistry()
        self._requests = Counter(
            "policy_assistant_requests", "Requests served.", ["route", "method", "status"], registry=self._registry
        )
        self._request_seconds = Histogram(
            "policy_assistant_request_seconds",
            "Time from request to end of response.",
            ["route"],
            buckets=_SECONDS,
            registry=self._registry,
        )
        self._under_way = Gauge("policy_assistant_requests_under_way", "Not answered yet.", registry=self._registry)
        self._answers = Counter(
            "policy_assistant_answers", "Questions answered or refused.", ["result", "mode"], registry=self._registry
        )
        self._answer_seconds = Histogram(
            "policy_assistant_answer_seconds", "Time to an answer.", buckets=_SECONDS, registry=self._registry
        )
        counts = {"documents": len(documents), "clauses": sum(len(parsed.clauses) for parsed in documents)}
        for name, count in counts.items():
            Gauge(f"policy_assistant_{name}", f"Number of {name}.", registry=self._registry).set(count)

    def begin(self) -> None:
        """A request has come."""
        self._under_way.inc()

    def end(self, route: str, method: str, status: int, seconds: float) -> None:
        """A request has been answered."""
        self._under_way.dec()
        known = method if method in _METHODS else "other"
        self._requests.labels(route=route, method=known, status=str(status)).inc()
        self._request_seconds.labels(route=route).observe(seconds)

    def answered(self, answer: Answer, seconds: float) -> None:
        """An answer has been given."""
        result = answer.refusal.name.lower() if answer.refusal else "answered"
        self._answers.labels(result=result, mode=answer.mode).inc()
        self._answer_seconds.observe(seconds)

    def text(self) -> bytes:
        """All of them in Prometheus's text format."""
        return generate_latest(self._registry)
