"""The parse of the bundled document is what the golden file says; `make_golden.py` writes it anew."""

import json
import runpy
from pathlib import Path


def test_the_parse_of_the_bundled_document_is_the_golden_one() -> None:
    script = runpy.run_path(str(Path(__file__).parent / "make_golden.py"))
    expected = json.loads(script["GOLDEN"].read_text(encoding="utf-8"))
    assert script["golden"]() == expected, "if the change is meant: python tests/corpus/make_golden.py"
