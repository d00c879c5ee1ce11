"""How clauses are found: embedding, keywords, fusion, and the index on disk."""
