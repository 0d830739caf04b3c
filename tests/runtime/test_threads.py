"""Counts are exact under threads, on every CPython that is there."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import prometheus_client
import pytest

import typedprom

ROOT = Path(__file__).resolve().parents[2]
PROGRAM = "tests.runtime.thread_program"
ASK = """
import sys, sysconfig
print(*sys.version_info[:2], sysconfig.get_config_var("Py_GIL_DISABLED"))
"""


@pytest.mark.parametrize("cells", ["shared", "per-thread"])
@pytest.mark.parametrize("minor", [11, 12, 13])
def test_eight_threads_lose_nothing(minor: int, cells: str, tmp_path: Path) -> None:
    interpreter = find_interpreter(minor)
    if interpreter is None:
        pytest.skip(f"CPython 3.{minor} is not installed: its threads are NOT tested")
    # prometheus_client alone, not the other packages installed beside it for this interpreter
    package = Path(prometheus_client.__file__).parent
    shutil.copytree(package, tmp_path / package.name)
    runtime = Path(typedprom.__file__).parents[1]
    done = subprocess.run(
        [interpreter, "-W", "error", "-m", PROGRAM],
        cwd=ROOT,
        env=os.environ
        | {"PYTHONPATH": os.pathsep.join(map(str, (ROOT, runtime, tmp_path)))}
        | {"TYPEDPROM_CELLS": cells},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert (done.stdout, done.stderr, done.returncode) == (f"exact 3 {minor}\n", "", 0)


def find_interpreter(minor: int) -> str | None:
    """A CPython 3.`minor` with a GIL: ourselves, one on PATH, or a sibling of our installation."""
    return next((path for path in _candidates(minor) if _is_cpython(path, minor)), None)


def _candidates(minor: int) -> Iterator[str]:
    yield sys.executable
    if on_path := shutil.which(f"python3.{minor}"):
        yield on_path
    versions = Path(sys.base_prefix).parent
    yield from map(str, sorted(versions.glob(f"3.{minor}.*/bin/python3.{minor}")))


def _is_cpython(path: str, minor: int) -> bool:
    asked = subprocess.run([path, "-c", ASK], capture_output=True, text=True, check=False)
    return asked.stdout.split() in (["3", str(minor), "0"], ["3", str(minor), "None"])
