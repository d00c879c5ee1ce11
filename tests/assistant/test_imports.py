"""Importing starts nothing, and asking reaches no network."""

import os
import pkgutil
import socket
import subprocess
import sys
from pathlib import Path

import pytest

import assistant as assistant_package
import corpus
import index
import prompts
from assistant import build_assistant

HEAVY = {"assistant.ui", "index.onnx_encoder", "index.models"}
"""Modules whose very purpose is Gradio or PyTorch; they are imported only by who needs them."""
WITH_LANGCHAIN = [
    f"assistant.{name}" for name in ("chat_model", "generative", "planner", "model_check", "langchain_retriever")
]
"""Those whose purpose is LangChain."""

PROBE = """
import importlib, json, os, sys, threading

events = []
WATCHED = ("socket.connect", "socket.bind", "socket.getaddrinfo", "subprocess.Popen", "os.system", "os.exec")
sys.addaudithook(lambda event, arguments: events.append(event) if event.startswith(WATCHED) else None)
before = set(os.listdir("."))
for name in sys.argv[1:]:
    importlib.import_module(name)
print(json.dumps({
    "events": events,
    "heavy": sorted({"torch", "gradio", "sentence_transformers", "transformers", "langchain"} & sys.modules.keys()),
    "threads": threading.active_count(),
    "written": sorted(set(os.listdir(".")) - before),
    "HF_HUB_OFFLINE": os.environ.get("HF_HUB_OFFLINE"),
    "GRADIO_ANALYTICS_ENABLED": os.environ.get("GRADIO_ANALYTICS_ENABLED"),
}))
"""


def modules() -> list[str]:
    found = []
    for package in (assistant_package, corpus, index, prompts):
        found.append(package.__name__)
        found += [f"{package.__name__}.{module.name}" for module in pkgutil.iter_modules(package.__path__)]
    return [name for name in found if name not in HEAVY]


def probe(folder: Path, *names: str, **environment: str) -> dict[str, object]:
    """What importing the modules does, in a process of its own."""
    import json  # noqa: PLC0415

    clean = {name: value for name, value in os.environ.items() if not name.startswith(("HF_", "GRADIO_", "POLICY_"))}
    root = Path(assistant_package.__file__).parent.parent
    done = subprocess.run(  # noqa: S603 - our own interpreter
        [sys.executable, "-W", "error", "-c", PROBE, *names],
        cwd=folder,
        env={**clean, "PYTHONPATH": str(root), **environment},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stderr == ""
    result: dict[str, object] = json.loads(done.stdout.splitlines()[-1])
    return result


def test_importing_every_module_starts_nothing(tmp_path: Path) -> None:
    names = modules()
    assert len(names) > 30
    light = [name for name in names if name not in WITH_LANGCHAIN]
    done = probe(tmp_path, *light)
    assert done["events"] == []
    assert done["heavy"] == []
    assert done["threads"] == 1
    assert done["written"] == []


def test_importing_the_chat_model_seam_brings_langchain_only(tmp_path: Path) -> None:
    done = probe(tmp_path, *WITH_LANGCHAIN)
    assert done["heavy"] == ["langchain"]
    assert "socket.connect" not in done["events"]  # type: ignore[operator]
    assert "socket.getaddrinfo" not in done["events"]  # type: ignore[operator]
    assert done["threads"] == 1


def test_importing_the_package_turns_calls_home_off_unless_set(tmp_path: Path) -> None:
    done = probe(tmp_path, "assistant")
    assert (done["HF_HUB_OFFLINE"], done["GRADIO_ANALYTICS_ENABLED"]) == ("1", "False")
    assert probe(tmp_path, "assistant", HF_HUB_OFFLINE="0")["HF_HUB_OFFLINE"] == "0"


@pytest.mark.usefixtures("assistant")
def test_asking_needs_no_network(index_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    connect = socket.socket.connect

    def local_only(self: socket.socket, address: object) -> None:
        if self.family != socket.AF_UNIX:
            raise AssertionError(f"connects to {address}")
        connect(self, address)  # type: ignore[arg-type]

    def no_names(*arguments: object, **options: object) -> None:
        raise AssertionError(f"looks up {arguments}")

    monkeypatch.setattr(socket.socket, "connect", local_only)
    monkeypatch.setattr(socket, "getaddrinfo", no_names)
    answer = build_assistant(index=index_folder).ask("农业方面有哪些目标？")
    assert answer.retrieved
