"""Programs that measure on request, so that several can take turns."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path

from proofs.support.programs import environment


class Measurer:
    """A program that answers each input line with figures."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process

    def measure(self) -> list[float]:
        """Request one measurement and return its figures."""
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
def measurer(
    arguments: Sequence[str], own: Mapping[str, str], *, folder: Path
) -> Iterator[Measurer]:
    """Start the program; closing its input ends it."""
    with subprocess.Popen(
        [sys.executable, "-m", *arguments],
        cwd=folder,
        env=environment(own),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        yield Measurer(process)


def best_of(measurers: Mapping[str, Measurer], turns: int) -> dict[str, list[float]]:
    """Return the least of each figure of each measurer; they take turns."""
    best: dict[str, list[float]] = {}
    for _ in range(turns):
        for name, one in measurers.items():
            found = one.measure()
            best[name] = list(map(min, best.get(name, found), found))
    return best


@contextmanager
def measurers(
    programs: Mapping[str, tuple[Sequence[str], Mapping[str, str]]], folder: Path
) -> Iterator[dict[str, Measurer]]:
    """Start several; `programs` has the arguments and environment of each, by name."""
    with ExitStack() as stack:
        yield {
            name: stack.enter_context(measurer(arguments, own, folder=folder))
            for name, (arguments, own) in programs.items()
        }
