"""Generations of an index on disk: written beside the current one, then swapped in.

    <index>/LOCK              held while writing
    <index>/CURRENT           JSON: the current generation's folder and its manifest's SHA-256
    <index>/gen-<id>/…        a complete generation; the manifest is written last

A kill at any moment leaves the old `CURRENT` or the new one, each with all its files.
"""

import hashlib
import json
import os
import re
import shutil
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from corpus.errors import IndexBusyError, IndexDamagedError, IndexMissingError, SearchIndexError
from index.manifest import MANIFEST_FILE, Manifest

_CURRENT = "CURRENT"
_LOCK = "LOCK"
_PREFIX = "gen-"
_NAME = re.compile(rf"{_PREFIX}[0-9a-f]{{32}}")
_KEPT = 2


@contextmanager
def write_lock(index: Path) -> Iterator[None]:
    """Hold the index for writing; the operating system lets go when the process ends.

    Raises:
        IndexBusyError: if another process holds it.
        SearchIndexError: if the folder cannot be made or written.
    """
    try:
        index.mkdir(parents=True, exist_ok=True)
        with FileLock(index / _LOCK, timeout=0):
            yield
    except Timeout as error:
        raise IndexBusyError("另一个进程正在建立索引，请稍候重试。") from error
    except OSError as error:
        raise SearchIndexError("索引文件夹无法写入，请检查磁盘空间和权限后重试。") from error


def new_generation(index: Path) -> Path:
    """A fresh folder to write into; call under the lock. Left-overs of killed writers are deleted."""
    _delete_orphans(index)
    folder = index / f"{_PREFIX}{uuid.uuid4().hex}"
    folder.mkdir()
    return folder


def publish(index: Path, generation: Path, manifest: Manifest) -> None:
    """Write the manifest, flush everything to disk and make the generation the current one."""
    data = manifest.model_dump_json(indent=2).encode()
    (generation / MANIFEST_FILE).write_bytes(data)
    for path in [*generation.rglob("*"), generation, index]:
        _flush(path)
    pointer = {"generation": generation.name, "manifest_sha256": hashlib.sha256(data).hexdigest()}
    fresh = index / f"{_CURRENT}.tmp"
    fresh.write_text(json.dumps(pointer), encoding="utf-8")
    _flush(fresh)
    fresh.replace(index / _CURRENT)
    _flush(index)


def current_generation(index: Path) -> tuple[Path, str]:
    """The current generation's folder and its manifest's SHA-256.

    Raises:
        IndexMissingError: if there is no index.
        IndexDamagedError: if `CURRENT` cannot be understood.
    """
    try:
        pointer = json.loads((index / _CURRENT).read_text(encoding="utf-8"))
        name, sha256 = str(pointer["generation"]), str(pointer["manifest_sha256"])
    except FileNotFoundError as error:
        raise IndexMissingError("还没有索引，请先运行 policy-assistant index build。") from error
    except (OSError, ValueError, KeyError, TypeError, RecursionError) as error:
        raise IndexDamagedError("索引的指针文件已损坏，请运行 policy-assistant index build 重建。") from error
    if _NAME.fullmatch(name) is None:
        raise IndexDamagedError("索引的指针文件已损坏，请运行 policy-assistant index build 重建。")
    return index / name, sha256


def _delete_orphans(index: Path) -> None:
    """Keep the current generation and the one before it, which a reader may still be opening."""
    try:
        current = current_generation(index)[0].name
    except SearchIndexError:
        current = ""
    generations = [path for path in index.glob(f"{_PREFIX}*") if path.name != current]
    complete = [path for path in generations if (path / MANIFEST_FILE).exists()]
    newest = sorted(complete, key=lambda path: path.stat().st_mtime, reverse=True)[: _KEPT - 1]
    for path in generations:
        if path not in newest:
            shutil.rmtree(path, ignore_errors=True)


def _flush(path: Path) -> None:
    """Force a file or folder to disk; folders cannot be opened on Windows, where the file system does it."""
    if path.is_dir() and os.name == "nt":
        return
    descriptor = os.open(path, os.O_RDONLY if path.is_dir() else os.O_RDWR)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
