"""Prometheus' own grammar for editors, @prometheus-io/lezer-promql, run by node."""

from __future__ import annotations

import hashlib
import json
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from tests.support.needs import lacking, require_program

FOLDER = Path(__file__).parent / "node"
_PINNED = ("package.json", "package-lock.json")
_SCRIPT = "promql.js"
_ERROR = "⚠"
_COMMENT = "LineComment"


@dataclass(frozen=True, slots=True)
class Node:
    """A node of its syntax tree, and its text."""

    name: str
    text: str
    parts: tuple[Node, ...]

    @property
    def is_valid(self) -> bool:
        """Whether neither it nor a part of it is an error."""
        waiting = [self]
        while waiting:
            node = waiting.pop()
            if node.name == _ERROR:
                return False
            waiting += node.parts
        return True

    def all(self, name: str) -> list[Node]:
        """Its parts of this kind."""
        return [part for part in self.parts if part.name == name]

    def has(self, *names: str) -> bool:
        """Whether it has a part of one of these kinds."""
        return any(part.name in names for part in self.parts)


@dataclass(frozen=True, slots=True)
class Lezer:
    """The running grammar. It reads one query after another."""

    asked: IO[str]
    answers: IO[str]

    def tree(self, text: str) -> Node:
        """The syntax tree of a query, also of one with errors."""
        self.asked.write(json.dumps(text) + "\n")
        self.asked.flush()
        units = text.encode("utf-16-le", "surrogatepass")
        return _node(json.loads(self.answers.readline()), units)


def _node(found: list[object], units: bytes) -> Node:
    name, start, end, *parts = found
    assert isinstance(name, str)
    assert isinstance(start, int)
    assert isinstance(end, int)
    text = units[2 * start : 2 * end].decode("utf-16-le", "surrogatepass")
    inner = (_node(part, units) for part in parts if isinstance(part, list))
    return Node(name, text, tuple(part for part in inner if part.name != _COMMENT))


@contextmanager
def running(cache: Path) -> Iterator[Lezer]:
    """Run the grammar. Its packages are kept in `cache`."""
    node = require_program("node")
    process = subprocess.Popen(
        [node, _SCRIPT],
        cwd=_installed(cache),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        encoding="utf-8",
    )
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        yield Lezer(process.stdin, process.stdout)
    finally:
        process.stdin.close()
        process.stdout.close()
        process.wait(10)


def _installed(cache: Path) -> Path:
    """The folder with the script and the pinned packages; npm compares them with their hashes."""
    files = [*_PINNED, _SCRIPT]
    content = b"".join((FOLDER / name).read_bytes() for name in files)
    folder = cache / hashlib.sha256(content).hexdigest()[:16]
    if folder.exists():
        return folder
    npm = require_program("npm")
    made = Path(tempfile.mkdtemp(dir=cache))
    for name in files:
        shutil.copy(FOLDER / name, made)
    command = [npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund"]
    ended = subprocess.run(command, cwd=made, capture_output=True, text=True)
    if ended.returncode != 0:
        shutil.rmtree(made)
        lacking(f"needs packages of npm, which cannot be installed: {ended.stderr.strip()}")
    try:
        made.rename(folder)
    except OSError:  # another process was faster
        shutil.rmtree(made)
    return folder
