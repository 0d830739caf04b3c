"""Programs that measure something each time they are asked, so that several can take turns."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path

from proofs.support.programs import environment


class Contender:
    """A program that answers each line with figures."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process

    def turn(self) -> list[float]:
        """What it measures now."""
        if self._process.stdin is None or self._process.stdout is None:
            raise RuntimeError("the program has no pipes")
        self._process.stdin.write("\n")
        self._process.stdin.flush()
        line = self._process.stdout.readline()
        if not line:
            errors = self._process.stderr.read() if self._process.stderr else ""
            raise RuntimeError(f"a program that measures ended:\n{errors}")
        return [float(word) for word in line.split()]


@contextmanager
def contender(
    arguments: Sequence[str], own: Mapping[str, str], *, folder: Path
) -> Iterator[Contender]:
    """Start it, and end it by ending what it reads."""
    with subprocess.Popen(
        [sys.executable, "-m", *arguments],
        cwd=folder,
        env=environment(own),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        yield Contender(process)


def best_of(contenders: Mapping[str, Contender], turns: int) -> dict[str, list[float]]:
    """The least of each figure of each contender; they take turns."""
    best: dict[str, list[float]] = {}
    for _ in range(turns):
        for name, one in contenders.items():
            found = one.turn()
            best[name] = list(map(min, best.get(name, found), found))
    return best


@contextmanager
def contenders(
    programs: Mapping[str, tuple[Sequence[str], Mapping[str, str]]], folder: Path
) -> Iterator[dict[str, Contender]]:
    """Several of them: by name, the arguments and the environment of each."""
    with ExitStack() as stack:
        yield {
            name: stack.enter_context(contender(arguments, own, folder=folder))
            for name, (arguments, own) in programs.items()
        }
