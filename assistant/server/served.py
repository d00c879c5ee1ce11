"""What the server needs of an assistant."""

from typing import Protocol

from assistant.ledger import Selection
from assistant.ui import PolicyAssistant
from corpus.clauses import Clause
from index.retriever import Hit


class Served(PolicyAssistant, Protocol):
    """What the page needs, and what programs ask for besides; `Assistant` has it."""

    def clause(self, clause_id: str) -> Clause:
        """See `Assistant.clause`."""
        ...

    def search(self, question: str, k: int) -> list[Hit]:
        """See `Assistant.search`."""
        ...

    def targets(self, topic: str | None = None) -> Selection:
        """See `Assistant.targets`."""
        ...
