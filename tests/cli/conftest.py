"""A small project, and the command line as a user runs it."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Mapping
from contextlib import chdir, redirect_stderr, redirect_stdout
from dataclasses import dataclass
from io import StringIO
from pathlib import Path
from typing import Any

import pytest

from typedprom_codegen.cli import main

CATALOG = """\
catalog: {namespace: shop, title: Web shop, description: What the shop counts.}
labels:
  country:
    help: Where the order is shipped.
    domain: {kind: open, budget: 50}
"""
ORDERS = """\
component: {name: orders, title: Orders, description: The order book.}
metrics:
  placed: {type: counter, help: Orders placed., labels: [country]}
  open: {type: gauge, help: Orders not shipped yet.}
"""
STOCK = """\
component: {name: stock, title: Stock, description: The shelves.}
metrics:
  level: {type: gauge, help: Parcels on the shelves., labels: [country]}
"""
CONFIGURATION = """\
catalog = "catalog"

[python]
directory = "src/shop_metrics"
package = "shop_metrics"
"""


@dataclass(frozen=True)
class Done:
    """The result of a command: its exit code and output."""

    exit: int
    stdout: str
    stderr: str


@dataclass(frozen=True)
class Project:
    """The folder of a project, in which `typedprom` is run."""

    folder: Path

    def write(self, files: Mapping[str, str]) -> None:
        for path, text in files.items():
            file = self.folder / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text, encoding="utf-8")

    def run(self, *arguments: str) -> Done:
        """Run `typedprom` with these arguments in this process, which is faster."""
        stdout, stderr = StringIO(), StringIO()
        with chdir(self.folder), redirect_stdout(stdout), redirect_stderr(stderr):
            try:
                exit = main(arguments)
            except SystemExit as ended:  # raised by argparse
                exit = ended.code if isinstance(ended.code, int) else 1
        return Done(exit, stdout.getvalue(), stderr.getvalue())

    def start(self, *arguments: str, **settings: Any) -> subprocess.Popen[str]:
        """Start `typedprom` with these arguments in its own process."""
        pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
        command = [sys.executable, "-m", "typedprom_codegen", *arguments]
        return subprocess.Popen(
            command, cwd=self.folder, text=True, encoding="utf-8", **{**pipes, **settings}
        )

    def run_process(self, *arguments: str, **settings: Any) -> Done:
        """Run `typedprom` with these arguments in its own process to its end."""
        running = self.start(*arguments, **settings)
        stdout, stderr = running.communicate(timeout=120)
        return Done(running.returncode, stdout, stderr)

    def tree(self) -> dict[str, bytes]:
        """Return the content of every file by its path."""
        return {
            file.relative_to(self.folder).as_posix(): file.read_bytes()
            for file in sorted(self.folder.rglob("*"))
            if file.is_file()
        }


def fill(project: Project) -> Project:
    project.write(
        {
            "typedprom.toml": CONFIGURATION,
            "catalog/catalog.yaml": CATALOG,
            "catalog/orders.yaml": ORDERS,
            "catalog/stock.yaml": STOCK,
        }
    )
    return project


@pytest.fixture
def project(tmp_path: Path) -> Project:
    """A project with a catalog of two components, not compiled yet."""
    return fill(Project(tmp_path / "project"))
