"""A run that ends at any instant leaves each file old or new; the next run completes it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

SCRIPT = Path(__file__).with_name("killed_writes.py")


@pytest.mark.skipif(sys.platform == "win32", reason="forks")
@pytest.mark.parametrize("mode", ["killed", "interrupted", "refused"])
def test_a_write_ended_at_every_step(mode: str) -> None:
    done = subprocess.run(
        [sys.executable, SCRIPT, mode], capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 0, done.stderr
    assert int(done.stdout) > 15, "the steps of a write are no longer seen"
