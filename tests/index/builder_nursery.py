"""A process that raises builders of an index, and kills them: `python builder_nursery.py <jieba dictionary>`.

It reads commands from standard input and answers each with a line:

    build <folder> <seconds>   fork a process that builds in a loop, SIGKILL it after that time; answers with the
                               number of builds that it completed
    hold <folder>              fork a process that stops in the middle of a build, the lock in its hand
    kill                       SIGKILL the holder
"""

import os
import signal
import sys
import time
from collections.abc import Callable, Sequence
from itertools import count
from pathlib import Path

import jieba
import numpy as np
from numpy.typing import NDArray

from corpus import document_from_text
from index.build import build_index
from tests.index.fakes import HashEmbedder


class StuckEmbedder(HashEmbedder):
    """Says that it was called, and never returns."""

    def __init__(self, pipe: int) -> None:
        super().__init__()
        self._pipe = pipe

    def embed_passages(
        self, texts: Sequence[str], progress: Callable[[int, int], None] | None = None
    ) -> NDArray[np.float32]:
        os.write(self._pipe, b".")
        signal.pause()
        return super().embed_passages(texts, progress)


def build_in_a_loop(folder: Path, pipe: int) -> None:
    for number in count(1):
        text = f"一、第{number}次。养护经费由县级财政安排。\n二、水库。汛期每日观测水位。"
        build_index([document_from_text(text, "循环.txt")], folder, HashEmbedder())
        os.write(pipe, b".")


def hold(folder: Path, pipe: int) -> None:
    build_index([document_from_text("一、养护。养护经费。", "占用.txt")], folder, StuckEmbedder(pipe))


def fork(act: Callable[[Path, int], None], folder: Path) -> tuple[int, int]:
    """The child's process id and the end to read of the pipe that it writes to."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reading)
        try:
            act(folder, writing)
        finally:
            os._exit(1)
    os.close(writing)
    return child, reading


def kill(child: int) -> None:
    os.kill(child, signal.SIGKILL)
    _, status = os.waitpid(child, 0)
    if not os.WIFSIGNALED(status):
        sys.exit("the builder ended by itself")


def main() -> None:
    dictionary = Path(sys.argv[1])
    jieba.Tokenizer.get_dict_file = lambda _: dictionary.open("rb")
    holder = 0
    for line in sys.stdin:
        command, *arguments = line.split()
        answer = ""
        if command == "build":
            child, pipe = fork(build_in_a_loop, Path(arguments[0]))
            time.sleep(float(arguments[1]))
            kill(child)
            answer = str(len(os.read(pipe, 10**6)))
            os.close(pipe)
        elif command == "hold":
            holder, pipe = fork(hold, Path(arguments[0]))
            answer = os.read(pipe, 1).decode()
            os.close(pipe)
        else:
            kill(holder)
        sys.stdout.write(f"{command} {answer}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
