"""A spool for the processes of a test, or an empty directory for one that the test fills itself."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.spool.run_files import prepared
from typedprom.core.misuse import forget
from typedprom.spool.directory import SpoolDirectory


@pytest.fixture(autouse=True)
def _reported_anew() -> Iterator[None]:
    undo = forget()
    yield
    undo()


@pytest.fixture
def directory(tmp_path: Path) -> SpoolDirectory:
    return prepared(tmp_path)


@pytest.fixture(params=["shared", "per-thread"])
def spool(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("TYPEDPROM_CELLS", request.param)
    monkeypatch.setenv("TYPEDPROM_STRICT", "0")
    monkeypatch.setenv("TYPEDPROM_SPOOL_DIR", str(tmp_path / "spool"))
    return tmp_path / "spool"
