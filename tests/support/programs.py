"""Runs a Python program in its own process, so that its metrics start at zero."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]

# CPython 3.12 and later warn of forks beside our push thread, as docs/delivery.md says.
FORKS_MAY_WARN = ("-W", "ignore:This process:DeprecationWarning")


def run_python(*arguments: str, seconds: float = 60) -> subprocess.CompletedProcess[str]:
    """Run this interpreter with `arguments` in the project root, which is also on its path."""
    path = os.pathsep.join(filter(None, (str(ROOT), os.environ.get("PYTHONPATH"))))
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=ROOT,
        env=os.environ | {"PYTHONPATH": path},
        capture_output=True,
        text=True,
        timeout=seconds,
        check=False,
    )
