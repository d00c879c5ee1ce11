"""The search as a LangChain retriever, to be put into anybody's chain."""

from langchain_core.callbacks import CallbackManagerForRetrieverRun
from langchain_core.documents import Document
from langchain_core.retrievers import BaseRetriever
from pydantic import ConfigDict, Field

from index.retriever import Hit, HybridRetriever


class ClauseRetriever(BaseRetriever):
    """Finds the clauses that bear on a question, best first, one `Document` each.

    A document's text is the clause's, character for character. Its metadata say where that stands: `document`,
    `clause_id`, `label`, `heading`, `section`, `start` and `end` (code points in the document's text), and `score`
    (higher is better, no fixed range).

    Attributes:
        search: what searches.
        k: how many clauses, at most.
    """

    model_config = ConfigDict(arbitrary_types_allowed=True)

    search: HybridRetriever
    k: int = Field(default=5, ge=1)

    def _get_relevant_documents(self, query: str, *, run_manager: CallbackManagerForRetrieverRun) -> list[Document]:
        return [self._document(hit) for hit in self.search.search(query, self.k)]

    def _document(self, hit: Hit) -> Document:
        clause = hit.clause
        return Document(
            page_content=clause.span.of(self.search.index.document_of(clause).document.text),
            metadata={
                "document": clause.document,
                "clause_id": clause.id,
                "label": clause.label,
                "heading": clause.heading,
                "section": clause.section,
                "start": clause.span.start,
                "end": clause.span.end,
                "score": hit.score,
            },
        )
