"""What a plain LangChain pipeline finds: 500-character windows, the same model, FAISS, the best four windows."""

from collections.abc import Sequence

import numpy as np
from langchain_text_splitters import RecursiveCharacterTextSplitter

from corpus.clauses import Clause, ParsedDocument
from corpus.span import Span
from index.embedder import Embedder
from index.faiss_store import FaissStore

_SIZE, _OVERLAP, _TOP = 500, 50, 4


class PlainPipeline:
    """Ranks clauses by the windows that hold them, so that it can be scored like the assistant."""

    def __init__(self, documents: Sequence[ParsedDocument], embedder: Embedder) -> None:
        """Cut and embed the documents."""
        splitter = RecursiveCharacterTextSplitter(chunk_size=_SIZE, chunk_overlap=_OVERLAP, add_start_index=True)
        self._windows: list[tuple[ParsedDocument, Span]] = []
        texts: list[str] = []
        for parsed in documents:
            for window in splitter.create_documents([parsed.document.text]):
                start = window.metadata["start_index"]
                self._windows.append((parsed, Span(start, start + len(window.page_content))))
                texts.append(window.page_content)
        self._embedder = embedder
        self._store = FaissStore(embedder.dimension)
        self._store.add(range(len(texts)), np.asarray(embedder.embed_passages(texts)))

    def search(self, question: str) -> list[Clause]:
        """The clauses in the best windows: by window, within one by how much of it they fill."""
        _, ids = self._store.search(self._embedder.embed_queries([question]), _TOP)
        found: dict[Clause, None] = {}
        for row in ids[0]:
            parsed, window = self._windows[int(row)]
            inside = [clause for clause in parsed.clauses if clause.span.overlaps(window)]
            found.update(dict.fromkeys(sorted(inside, key=lambda clause: -_shared(clause.span, window))))
        return list(found)


def _shared(one: Span, other: Span) -> int:
    return min(one.end, other.end) - max(one.start, other.start)
