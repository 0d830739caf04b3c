"""Kills `typedprom generate` at random instants and checks the files, for test_process."""

from __future__ import annotations

import importlib
import os
import random
import shutil
import signal
import sys
import time
from io import StringIO
from pathlib import Path

from typedprom_codegen.cli import main
from typedprom_codegen.manifest import NAME, TEMPORARY

OLD, NEW = Path("old"), Path("new")
OUTPUT = "src/shop_metrics"
RUNS = 60


def tree(folder: Path) -> dict[str, bytes]:
    return {
        f.relative_to(folder).as_posix(): f.read_bytes() for f in folder.rglob("*") if f.is_file()
    }


def generate(project: Path) -> str:
    """Compile `project` and return the output."""
    sys.stdout, sys.stderr = StringIO(), StringIO()
    try:
        assert main(["generate", "--project", str(project)]) == 0, sys.stderr.getvalue()
        return sys.stdout.getvalue() + sys.stderr.getvalue()
    finally:
        sys.stdout, sys.stderr = sys.__stdout__, sys.__stderr__


def killed_after(seconds: float, project: Path) -> bool:
    child = os.fork()
    if child == 0:
        generate(project)
        os._exit(0)
    time.sleep(seconds)
    os.kill(child, signal.SIGKILL)
    return os.WIFSIGNALED(os.waitpid(child, 0)[1])


def projects() -> None:
    """Two versions of one project, both compiled; in the new one a component has another name."""
    for folder in (OLD, NEW):
        shutil.copytree("catalog", folder / "catalog")
        shutil.copy("typedprom.toml", folder)
    stock = NEW / "catalog" / "stock.yaml"
    stock.write_text(stock.read_text().replace("name: stock", "name: store"))
    for folder in (OLD, NEW):
        generate(folder)


def prepare(work: Path) -> None:
    """The sources of the new version with the output of the old one."""
    shutil.rmtree(work, ignore_errors=True)
    shutil.copytree(NEW, work)
    shutil.rmtree(work / OUTPUT)
    shutil.copytree(OLD / OUTPUT, work / OUTPUT)


def run() -> int:
    """Return how many of the runs were killed before their end."""
    projects()
    old, new = tree(OLD / OUTPUT), tree(NEW / OUTPUT)
    work, choose, killed = Path("work"), random.Random(7), 0  # noqa: S311
    prepare(work)
    start = time.perf_counter()
    generate(work)
    duration = time.perf_counter() - start
    for _ in range(RUNS):
        prepare(work)
        killed += killed_after(choose.uniform(0, 1.5 * duration), work)
        left = tree(work / OUTPUT)
        assert all(old_or_new(path, left[path], old, new) for path in left)
        assert left not in (old, new) or imports(work / OUTPUT), "the package cannot be imported"
        assert "edited" not in generate(work)
        assert tree(work / OUTPUT) == new
        assert imports(work / OUTPUT), "the package cannot be imported"
        assert names(work / "src") == names(NEW / "src")
    return killed


def old_or_new(path: str, content: bytes, old: dict[str, bytes], new: dict[str, bytes]) -> bool:
    """Whether a file is entirely old or new; temporary files and the manifest are ignored."""
    return path == NAME or path.startswith(TEMPORARY) or content in {old.get(path), new.get(path)}


def imports(package: Path) -> bool:
    """Whether a new process can import the package."""
    child = os.fork()
    if child == 0:
        sys.dont_write_bytecode = True
        sys.path.insert(0, str(package.parent))
        importlib.import_module(package.name)
        os._exit(0)
    return os.waitpid(child, 0)[1] == 0


def names(folder: Path) -> set[str]:
    return {entry.name for entry in folder.iterdir()}


print(run())
