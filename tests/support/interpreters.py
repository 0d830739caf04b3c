"""Runs other CPython versions, with only the runtime and prometheus_client installed."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

import prometheus_client
import pytest

import typedprom
from tests.support.programs import ROOT

_ASK = """
import sys, sysconfig
print(*sys.version_info[:2], sysconfig.get_config_var("Py_GIL_DISABLED"))
"""


def run_with(
    minor: int, *arguments: str, folder: Path, more: Mapping[str, str]
) -> subprocess.CompletedProcess[str]:
    """Run CPython 3.`minor` in the project's root; skip the test if it is not installed."""
    interpreter = next((path for path in _candidates(minor) if _is_cpython(path, minor)), None)
    if interpreter is None:
        pytest.skip(f"CPython 3.{minor} is not installed: it is NOT tested")
    # only prometheus_client, not the other packages of this interpreter
    package = Path(prometheus_client.__file__).parent
    shutil.copytree(package, folder / package.name)
    runtime = Path(typedprom.__file__).parents[1]
    paths = map(str, (ROOT, ROOT / "src", runtime, folder))
    return subprocess.run(
        [interpreter, *arguments],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(paths), **more},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )


def _candidates(minor: int) -> Iterator[str]:
    """Yield candidates: this interpreter, one on PATH, siblings of this installation."""
    yield sys.executable
    if on_path := shutil.which(f"python3.{minor}"):
        yield on_path
    versions = Path(sys.base_prefix).parent
    yield from map(str, sorted(versions.glob(f"3.{minor}.*/bin/python3.{minor}")))


def _is_cpython(path: str, minor: int) -> bool:
    """Whether the executable is that CPython version, with a GIL."""
    asked = subprocess.run([path, "-c", _ASK], capture_output=True, text=True, check=False)
    return asked.stdout.split() in (["3", str(minor), "0"], ["3", str(minor), "None"])
