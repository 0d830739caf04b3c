"""Runs type checkers as users do: strict, once for all files."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from tests.support.needs import lacking

PYTHON_VERSION: Final = "3.11"


@dataclass(frozen=True, slots=True)
class Report:
    """One error of a checker."""

    path: str  # below the folder that was checked, with forward slashes
    line: int
    rule: str
    message: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.rule}: {self.message}"


@dataclass(frozen=True, slots=True)
class Checker:
    """A type checker: checks a folder and returns its errors."""

    name: str
    check: Callable[[Path], Iterator[Report]]


def mypy(folder: Path) -> Iterator[Report]:
    """Run mypy --strict."""
    options = ("--strict", "--config-file=", "--no-incremental", "--explicit-package-bases")
    output = _run(folder, "mypy", *options, f"--python-version={PYTHON_VERSION}", "-Ojson", ".")
    for report in map(json.loads, output.splitlines()):
        if report["severity"] == "error":
            yield Report(report["file"], report["line"], report["code"], report["message"])


def pyright(folder: Path) -> Iterator[Report]:
    """Run pyright with typeCheckingMode strict; with JSON output it does not look for updates."""
    settings = {"typeCheckingMode": "strict", "pythonVersion": PYTHON_VERSION, "include": ["."]}
    Path(folder, "pyrightconfig.json").write_text(json.dumps(settings), encoding="utf-8")
    output = _run(folder, "pyright", "--outputjson", f"--pythonpath={sys.executable}")
    for report in json.loads(output)["generalDiagnostics"]:
        if report["severity"] == "error":
            line = report["range"]["start"]["line"] + 1
            path = Path(report["file"]).relative_to(folder.resolve()).as_posix()
            yield Report(path, line, report.get("rule", "syntax"), report["message"])


def ty(folder: Path) -> Iterator[Report]:
    """Run ty, whose default rules are strict."""
    settings = f'[environment]\npython-version = "{PYTHON_VERSION}"\nroot = ["."]\n'
    Path(folder, "ty.toml").write_text(settings, encoding="utf-8")
    output = _run(folder, "ty", "check", f"--python={sys.prefix}", "--output-format=concise", ".")
    pattern = re.compile(r"(.+?):(\d+):\d+: error\[([\w-]+)\] (.*)")
    for match in filter(None, map(pattern.fullmatch, output.splitlines())):
        yield Report(match[1], int(match[2]), match[3], match[4])


def pyrefly(folder: Path) -> Iterator[Report]:
    """Run pyrefly with preset strict."""
    settings = f'preset = "strict"\npython-version = "{PYTHON_VERSION}"\nsearch-path = ["."]\n'
    settings += "[errors]\nmissing-override-decorator = false\n"  # 3.11 lacks this decorator
    Path(folder, "pyrefly.toml").write_text(settings, encoding="utf-8")
    options = (f"--python-interpreter-path={sys.executable}", "--output-format=json")
    for report in json.loads(_run(folder, "pyrefly", "check", *options))["errors"]:
        if report["severity"] == "error":
            yield Report(report["path"], report["line"], report["name"], report["description"])


CHECKERS: Final = tuple(Checker(check.__name__, check) for check in (mypy, pyright, ty, pyrefly))


def _run(folder: Path, program: str, *arguments: str) -> str:
    """Return the output of a checker; errors that it finds are allowed, a failure to run is not."""
    executable = shutil.which(program, path=os.pathsep.join((_scripts(), os.environ["PATH"])))
    if executable is None:
        lacking(f"{program} is not installed: nothing is proved about it")
    command = (str(executable), *arguments)
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    done = subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode in (0, 1), f"{program} failed:\n{done.stdout}\n{done.stderr}"
    return done.stdout


def _scripts() -> str:
    return str(Path(sys.executable).parent)
