"""An opened index: one immutable snapshot that any number of threads may search."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from corpus.clauses import Clause, ParsedDocument, parse
from corpus.errors import IndexDamagedError
from corpus.targets import Target, find_targets
from index.documents_file import read_documents
from index.embedder import Embedder
from index.faiss_store import FaissStore
from index.generations import current_generation
from index.lexical import BM25Index
from index.manifest import Manifest, read_manifest
from index.passages import PassageKind, passages
from index.tokenizer import WordTokenizer, latin_words, quoted_terms
from index.vector_store import Ids, VectorStore

DOCUMENTS_FILE = "documents.jsonl"
WORDS_FOLDER = "words"
BIGRAMS_FOLDER = "bigrams"


def vectors_file(kind: PassageKind) -> str:
    """The FAISS file of one kind of passage; a vector's id is the passage's place in `passages()[kind]`."""
    return f"{kind}.faiss"


@dataclass(frozen=True, slots=True)
class SearchIndex:
    """All that searching needs.

    Attributes:
        manifest: what it is made of.
        documents: in the order of their names.
        clauses: of all documents, in that order; a clause's place is its row.
        clause_of_sentence: for each sentence row, the row of its clause.
        first_sentence: for each clause row, the row of its first sentence.
        rows: for each kind of passage and each vector id, the sentence's (for `CLAUSE` the clause's) row.
        vectors: by kind of passage.
        words, bigrams: keyword indexes over clauses.
        tokenizer: cuts questions as the documents were cut.
        by_name: the documents by their names.
        targets: the target ledger of all documents, in their order.
        latin_words: all numbers and Latin words in the documents' titles and texts, in search form.
    """

    manifest: Manifest
    documents: tuple[ParsedDocument, ...]
    clauses: tuple[Clause, ...]
    clause_of_sentence: Ids
    first_sentence: Ids
    rows: dict[PassageKind, Ids]
    vectors: dict[PassageKind, VectorStore]
    words: BM25Index
    bigrams: BM25Index
    tokenizer: WordTokenizer
    by_name: dict[str, ParsedDocument]
    targets: tuple[Target, ...]
    latin_words: frozenset[str]

    def document_of(self, clause: Clause) -> ParsedDocument:
        """The document that a clause belongs to."""
        return self.by_name[clause.document]


def document_terms(documents: Sequence[ParsedDocument]) -> set[str]:
    """The quoted terms of all documents, for the tokenizer."""
    return set().union(*(quoted_terms(parsed.document.text) for parsed in documents))


def open_index(folder: Path, embedder: Embedder) -> SearchIndex:
    """Open the current generation, after checking every file.

    Raises:
        IndexMissingError: if there is none.
        IndexDamagedError: if a file, the model or the way of cutting documents does not match the manifest.
    """
    generation, sha256 = current_generation(folder)
    manifest = read_manifest(generation, sha256)
    manifest.check_model(embedder.fingerprint)
    documents = tuple(parse(document) for document in read_documents(generation / DOCUMENTS_FILE))
    manifest.check_layout(documents)
    clauses = tuple(clause for parsed in documents for clause in parsed.clauses)
    counts = np.array([len(clause.sentences) for clause in clauses], dtype=np.int64)
    rows = {kind: np.array([passage.row for passage in found]) for kind, found in passages(documents).items()}
    return SearchIndex(
        manifest=manifest,
        documents=documents,
        clauses=clauses,
        clause_of_sentence=np.repeat(np.arange(len(clauses)), counts),
        first_sentence=np.cumsum(counts) - counts,
        rows=rows,
        vectors={kind: _read_vectors(generation, kind, manifest.dimension, len(rows[kind])) for kind in PassageKind},
        words=BM25Index.load(generation / WORDS_FOLDER),
        bigrams=BM25Index.load(generation / BIGRAMS_FOLDER),
        tokenizer=WordTokenizer(document_terms(documents)),
        targets=tuple(target for parsed in documents for target in find_targets(parsed)),
        latin_words=frozenset().union(
            *(latin_words(f"{parsed.document.title}\n{parsed.document.text}") for parsed in documents)
        ),
        by_name={parsed.document.name: parsed for parsed in documents},
    )


def _read_vectors(generation: Path, kind: PassageKind, dimension: int, count: int) -> FaissStore:
    try:
        data = (generation / vectors_file(kind)).read_bytes()
    except OSError as error:
        raise IndexDamagedError("向量索引无法读取，请运行 policy-assistant index build 重建。") from error
    store = FaissStore.from_bytes(data, dimension)
    if len(store) != count:
        raise IndexDamagedError("向量与条款数目不符，请运行 policy-assistant index build 重建。")
    return store
