"""No package of the product holds code that could run what it reads: found in the syntax tree, not by grep."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGES = ("corpus", "index", "assistant", "prompts", "eval")
MODULES = {"pickle", "cPickle", "_pickle", "cloudpickle", "marshal", "shelve", "dill", "joblib"}
CALLS = {"eval", "exec", "compile", "__import__"}
OPTIONS = {"trust_remote_code", "allow_pickle", "allow_dangerous_deserialization"}
SOURCES = sorted(path for package in PACKAGES for path in (ROOT / package).rglob("*.py"))


def unsafe(tree: ast.AST) -> Iterator[str]:
    """What is unsafe in a module, with its line."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (f"{node.lineno}: {name.name}" for name in node.names if name.name.split(".")[0] in MODULES)
        elif isinstance(node, ast.ImportFrom):
            names = {(node.module or "").split(".")[0], *(name.name for name in node.names)}
            yield from (f"{node.lineno}: {name}" for name in sorted(names & MODULES))
        elif isinstance(node, ast.Call):
            yield from _unsafe_call(node)


def _unsafe_call(node: ast.Call) -> Iterator[str]:
    if isinstance(node.func, ast.Name) and node.func.id in CALLS:
        yield f"{node.lineno}: {node.func.id}"
    for argument in node.keywords:
        off = isinstance(argument.value, ast.Constant) and argument.value.value is False
        if argument.arg in OPTIONS and not off:
            yield f"{node.lineno}: {argument.arg}"


def test_all_packages_are_looked_at() -> None:
    assert {path.relative_to(ROOT).parts[0] for path in SOURCES} == set(PACKAGES)


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_a_module_holds_no_unsafe_code(path: Path) -> None:
    assert list(unsafe(ast.parse(path.read_text(encoding="utf-8")))) == []


@pytest.mark.parametrize(
    "code",
    [
        "import pickle",
        "import pickle as p",
        "import joblib.numpy_pickle",
        "from marshal import loads",
        "from six.moves import cPickle",
        "def f():\n    import shelve",
        "eval('1')",
        "exec(code)",
        "load(x, trust_remote_code=True)",
        "load(x, trust_remote_code=flag)",
        "np.load(x, allow_pickle=True)",
    ],
)
def test_the_scan_finds_what_it_looks_for(code: str) -> None:
    assert len(list(unsafe(ast.parse(code)))) == 1


@pytest.mark.parametrize("code", ["load(x, trust_remote_code=False)", "re.compile('a')", "from eval.run import f"])
def test_the_scan_lets_safe_code_be(code: str) -> None:
    assert list(unsafe(ast.parse(code))) == []
