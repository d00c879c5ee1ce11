"""Showing a document's structure: as a tree for people, as JSON for programs."""

from typing import Any

from rich.console import Console
from rich.tree import Tree

from corpus.clauses import ClauseKind, ParsedDocument, written_heading
from corpus.outline import Section


def outline_record(parsed: ParsedDocument) -> dict[str, Any]:
    """Title and clauses: the opening and every unit without parts.

    `start` and `end` count code points of the normalised text; `line` is the label's line in the file, from 1.
    """
    clauses = [clause for clause in parsed.clauses if clause.kind != ClauseKind.SECTION_TEXT]
    return {
        "title": parsed.document.title,
        "clauses": [
            {
                "label": clause.label,
                "path": list(clause.path),
                "heading": clause.heading,
                "start": clause.span.start,
                "end": clause.span.end,
                "line": parsed.document.line_at(clause.span.start),
            }
            for clause in clauses
        ],
    }


def print_outline(parsed: ParsedDocument, console: Console) -> None:
    """The tree of headings; a unit without a heading is shown by its first words."""
    tree = Tree(parsed.document.title)
    for section in parsed.outline.root.children:
        _grow(tree, parsed, section)
    console.print(tree)
    items = sum(clause.kind == ClauseKind.ITEM for clause in parsed.clauses)
    console.print(f"{len(parsed.outline.root.children)} 个部分，{items} 条；修复 {len(parsed.document.repairs)} 处。")


def _grow(tree: Tree, parsed: ParsedDocument, section: Section) -> None:
    words = written_heading(parsed.document, section)
    if section.heading is None and section.paragraphs:
        words += section.paragraphs[0].of(parsed.document.text)[:24] + "…"
    branch = tree.add(words)
    for child in section.children:
        _grow(branch, parsed, child)
