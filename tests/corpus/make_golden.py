"""Writes the golden file of the bundled document's parse: `python tests/corpus/make_golden.py`.

Read the difference (`git diff tests/corpus/golden`) before it is committed: the file says what the parser finds.
"""

import json
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
SOURCE = ROOT / "corpus" / "documents" / "2023年经济工作要点.txt"
GOLDEN = Path(__file__).parent / "golden" / "economic_work_2023.json"


def golden() -> dict[str, Any]:
    """The parse as plain data: offsets are code points of the normalised text, lines those of the source."""
    from corpus import parse, read_document  # noqa: PLC0415 - a script's path is set in `main`

    parsed = parse(read_document(SOURCE))
    document = parsed.document

    def clause_record(index: int) -> dict[str, Any]:
        clause = parsed.clauses[index]
        return {
            "id": clause.id,
            "label": clause.label,
            "path": "/".join(clause.path),
            "heading": clause.heading,
            "section": clause.section,
            "line": document.line_at(clause.span.start),
            "start": clause.span.start,
            "end": clause.span.end,
            "sentences": len(clause.sentences),
            "footnotes": [[note.term.of(document.text), note.span.of(document.text)] for note in clause.footnotes],
        }

    return {
        "document": document.id,
        "title": document.title,
        "headings": [span.of(document.text) for span in parsed.headings],
        "clauses": [clause_record(index) for index in range(len(parsed.clauses))],
    }


def main() -> None:
    """Write the file."""
    sys.path.insert(0, str(ROOT))
    GOLDEN.write_text(json.dumps(golden(), ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
