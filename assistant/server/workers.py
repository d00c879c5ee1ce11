"""Questions are answered in threads, a few at once, while others wait."""

from collections.abc import Callable
from typing import ParamSpec, TypeVar

from anyio import CapacityLimiter, to_thread

from assistant.server.problems import BUSY, RequestError

AT_ONCE = 4
WAITING = 256
"""Questions of programs that may wait for an answer; more are turned away."""

P = ParamSpec("P")
T = TypeVar("T")


class Workers:
    """Runs what takes time beside the event loop: `at_once` at the same time; no more than `waiting` wait."""

    def __init__(self, at_once: int, waiting: int) -> None:
        """Have no work yet."""
        self._limiter = CapacityLimiter(at_once)
        self._most = at_once + waiting
        self._taken = 0

    async def run(self, act: Callable[P, T], *arguments: P.args, **options: P.kwargs) -> T:
        """What `act` returns.

        Raises:
            RequestError: if too many wait already; and whatever `act` raises.
        """
        if self._taken >= self._most:
            raise RequestError(BUSY)
        self._taken += 1
        try:
            return await to_thread.run_sync(lambda: act(*arguments, **options), limiter=self._limiter)
        finally:
            self._taken -= 1
