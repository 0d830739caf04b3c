"""A run that is killed at any instant harms nothing, and the next one completes it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

SCRIPT = Path(__file__).with_name("killed_writes.py")


@pytest.mark.skipif(sys.platform == "win32", reason="kills by signal")
@pytest.mark.parametrize("mode", ["whole", "one-by-one", "fallback"])
def test_killed_at_every_step(mode: str) -> None:
    done = subprocess.run(
        [sys.executable, SCRIPT, mode], capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 0, done.stderr
    assert int(done.stdout) > 15, "the steps of a write are no longer seen"
