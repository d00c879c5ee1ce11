"""Building an index from documents."""

from collections.abc import Callable, Sequence
from pathlib import Path

from corpus.clauses import ParsedDocument, parse
from corpus.document import Document
from corpus.errors import DocumentError, SearchIndexError
from index.documents_file import write_documents
from index.embedder import Embedder
from index.faiss_store import FaissStore
from index.generations import new_generation, publish, write_lock
from index.lexical import BM25Index
from index.manifest import SCHEMA, DocumentEntry, Manifest, file_entries, layout_digest
from index.passages import Passage, lexical_text, passages
from index.search_index import BIGRAMS_FOLDER, DOCUMENTS_FILE, WORDS_FOLDER, document_terms, vectors_file
from index.tokenizer import WordTokenizer, character_bigrams

Progress = Callable[[int, int], None]
"""Called with the number of passages embedded and the number of all."""


def build_index(
    documents: Sequence[Document], folder: Path, embedder: Embedder, progress: Progress | None = None
) -> Manifest:
    """Build an index of the documents in `folder` and make it the current one.

    Until then, and if anything fails, the index that was there stays in use.

    Raises:
        DocumentError: if no document has a word below its title.
        IndexBusyError: if another process is building there.
        SearchIndexError: if the folder cannot be written.
        ValueError: if there is no document, or two have one name.
    """
    if not documents or len({document.name for document in documents}) < len(documents):
        raise ValueError("documents must be at least one, of different names")
    parsed = [parse(document) for document in sorted(documents, key=lambda document: document.name)]
    if not any(character_bigrams(clause.span.of(found.document.text)) for found in parsed for clause in found.clauses):
        raise DocumentError("文件里没有可以检索的正文，请放入有正文的文件后重试。")
    with write_lock(folder):
        try:
            generation = new_generation(folder)
            _write(generation, parsed, embedder, progress)
            manifest = _manifest(generation, parsed, embedder)
            publish(folder, generation, manifest)
        except OSError as error:
            raise SearchIndexError("索引无法写入，请检查磁盘空间和权限后重试。") from error
    return manifest


def _write(
    generation: Path, documents: Sequence[ParsedDocument], embedder: Embedder, progress: Progress | None
) -> None:
    write_documents(generation / DOCUMENTS_FILE, (parsed.document for parsed in documents))
    _write_keywords(generation, documents)
    found = passages(documents)
    total = sum(len(of_kind) for of_kind in found.values())
    done = 0
    for kind, of_kind in found.items():
        store = _embed(of_kind, embedder, _offset(progress, done, total))
        (generation / vectors_file(kind)).write_bytes(store.to_bytes())
        done += len(of_kind)


def _write_keywords(generation: Path, documents: Sequence[ParsedDocument]) -> None:
    several = len(documents) > 1
    texts = [lexical_text(parsed, clause, with_title=several) for parsed in documents for clause in parsed.clauses]
    tokenizer = WordTokenizer(document_terms(documents))
    for name, tokenize in ((WORDS_FOLDER, tokenizer), (BIGRAMS_FOLDER, character_bigrams)):
        (generation / name).mkdir()
        BM25Index.build([tokenize(text) for text in texts]).save(generation / name)


def _embed(found: Sequence[Passage], embedder: Embedder, progress: Progress | None) -> FaissStore:
    store = FaissStore(embedder.dimension)
    vectors = embedder.embed_passages([passage.text for passage in found], progress)
    store.add(range(len(found)), vectors)
    return store


def _offset(progress: Progress | None, done: int, total: int) -> Progress | None:
    return (lambda count, _: progress(done + count, total)) if progress else None


def _manifest(generation: Path, documents: Sequence[ParsedDocument], embedder: Embedder) -> Manifest:
    return Manifest(
        schema_version=SCHEMA,
        model=embedder.fingerprint,
        dimension=embedder.dimension,
        layout=layout_digest(documents),
        documents=tuple(
            DocumentEntry(
                name=parsed.document.name,
                title=parsed.document.title,
                sha256=parsed.document.sha256,
                clauses=len(parsed.clauses),
            )
            for parsed in documents
        ),
        files=file_entries(generation),
    )
