"""A spool for the processes of a test, whose threads share cells, or do not."""

from __future__ import annotations

from pathlib import Path

import pytest


@pytest.fixture(params=["shared", "per-thread"])
def spool(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("TYPEDPROM_CELLS", request.param)
    monkeypatch.setenv("TYPEDPROM_STRICT", "0")
    monkeypatch.setenv("TYPEDPROM_SPOOL_DIR", str(tmp_path / "spool"))
    return tmp_path / "spool"
