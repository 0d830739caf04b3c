"""Runs promtool: several test files a process, several processes at once, none for ever."""

from __future__ import annotations

import os
import shutil
import subprocess
import time
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import compress
from pathlib import Path
from typing import Final, NamedTuple

MOST_FILES: Final = 60
"""Test files of one process."""

_GOGC: Final = "400"
"""Go collects garbage less often than it would in a program that runs for long."""

_POLL: Final = 0.004  # seconds
_PASSED: Final = b"  SUCCESS"
_FAILED: Final = b"  FAILED:"
"""What promtool says of each file, in order. Since 2.54 it does not say which file it is."""

_ENDED: Final = (0, 1)
"""The exit codes of a promtool that has tested all files: they pass, or some fail."""


class PromtoolError(ValueError):
    """A promtool that cannot be used."""


class Results(NamedTuple):
    """What promtool says of test files."""

    passing: set[str]  # those whose tests pass
    words: bytes  # all that it prints


@dataclass(slots=True)
class _Running:
    """A process, what it tests, and when it last had something to say."""

    process: subprocess.Popen[bytes]
    files: list[str]
    output: Path
    size: int
    since: float


class Promtool:
    """A promtool and a folder to run it in."""

    def __init__(
        self, program: str, folder: Path, patience: float, features: Sequence[str] = ()
    ) -> None:
        self._program = program
        self._folder = folder
        self._patience = patience  # seconds without a word, then it hangs
        self._features = [f"--enable-feature={feature}" for feature in features]
        self._started = 0
        self._environment = {"GOGC": _GOGC, **os.environ, "TMPDIR": str(folder)}

    def results(self, files: Sequence[str]) -> Results:
        """What promtool says of test files, relative to the folder.

        The tests of one that crashes promtool, or takes too long, do not pass.
        """
        waiting = _batches(files, os.cpu_count() or 1)
        passed: set[str] = set()
        words: list[bytes] = []
        running: list[_Running] = []
        try:
            while waiting or running:
                while waiting and len(running) < (os.cpu_count() or 1):
                    running.append(self._start(waiting.pop(0)))
                time.sleep(_POLL)
                for each in [one for one in running if self._has_ended(one)]:
                    running.remove(each)
                    words.append(each.output.read_bytes())
                    each.output.unlink()
                    results = self._results(each, words[-1])
                    passed.update(compress(each.files, results))
                    left = each.files[len(results) :]
                    if left and not results:
                        waiting += [[name] for name in left]
                    elif left:  # the last before these crashed or hung
                        waiting.append(left)
        finally:
            for each in running:
                each.process.kill()
                each.process.wait()
        return Results(passed, b"".join(words))

    def words(self, file: Path) -> str:
        """What promtool says about a test file that fails; empty if it passes."""
        exit, text = self._output(["test", "rules", file.name], file.parent)
        return "" if exit == 0 else text or f"promtool ended with {exit}\n"

    def accepts(self, paths: Sequence[str]) -> bool:
        """Whether promtool finds no error in rule files."""
        return not paths or self._output(["check", "rules", *paths], self._folder)[0] != 1

    def _output(self, arguments: list[str], folder: Path) -> tuple[int, str]:
        """The exit code of a run, and what it prints."""
        try:
            done = subprocess.run(  # noqa: S603 - the program that the user names
                [self._program, *self._features, *arguments],
                cwd=folder,
                env=self._environment,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                timeout=self._patience * 10,
                check=False,
            )
        except subprocess.TimeoutExpired:
            return 1, f"promtool did not end within {self._patience * 10:.0f} seconds\n"
        except OSError as problem:
            raise _not_run(self._program, problem) from None
        return done.returncode, done.stdout.decode("utf-8", "replace")

    def _start(self, files: list[str]) -> _Running:
        self._started += 1
        output = self._folder / f"output{self._started}"
        try:
            with output.open("wb") as stream:
                process = subprocess.Popen(  # noqa: S603 - see above
                    [self._program, *self._features, "test", "rules", *files],
                    cwd=self._folder,
                    env=self._environment,
                    stdin=subprocess.DEVNULL,
                    stdout=stream,
                    stderr=subprocess.STDOUT,
                )
        except OSError as problem:
            raise _not_run(self._program, problem) from None
        return _Running(process, files, output, 0, time.monotonic())

    def _results(self, ended: _Running, words: bytes) -> list[bool]:
        """Whether each test file that was begun has passed; empty if that cannot be told."""
        found = [line == _PASSED for line in words.split(b"\n") if line in {_PASSED, _FAILED}]
        code = ended.process.returncode
        if code in _ENDED and not found:
            raise PromtoolError(f"{self._program} ended without testing anything")
        if len(ended.files) == 1:
            return [code == 0]
        if code in _ENDED:  # where a test's own text looks like a result, there are more
            return found if len(found) == len(ended.files) else []
        return [*found, False] if len(found) < len(ended.files) else []

    def _has_ended(self, running: _Running) -> bool:
        """Whether a process has ended. One that has said nothing for too long is ended."""
        if running.process.poll() is not None:
            return True
        now = time.monotonic()
        if now - running.since < self._patience:
            return False
        size = running.output.stat().st_size
        if size > running.size:
            running.size, running.since = size, now
            return False
        running.process.kill()
        running.process.wait()
        return True


def found_promtool(name: str | None) -> str:
    """The path of promtool: as it was named, else on the path. Raises PromtoolError."""
    if name is None:
        found = shutil.which("promtool")
        if found is None:
            raise PromtoolError(
                "promtool is not on the PATH: install Prometheus, or say where it is with"
                " `--promtool PATH`"
            )
        return found
    path = shutil.which(Path(name).resolve() if os.sep in name else name)
    if path is None:
        raise PromtoolError(f"`--promtool {name}` is not a program")
    return path


def _batches(files: Sequence[str], processes: int) -> list[list[str]]:
    """The files of each process. Neighbours, which take equally long, go to different ones."""
    size = max(1, min(MOST_FILES, -(-len(files) // (4 * processes))))
    number = -(-len(files) // size)
    return [list(files[at::number]) for at in range(number)]


def _not_run(program: str, problem: OSError) -> PromtoolError:
    return PromtoolError(f"{program} cannot be run: {problem.strerror or problem}")
