"""Forked and spawned processes count separately, also from threads."""

import os

import pytest

from tests.runtime.process_program import WAYS
from tests.support.programs import run_python


@pytest.mark.parametrize("cells", ["shared", "per-thread"])
@pytest.mark.parametrize("way", WAYS)
def test_a_child_counts_exactly_and_does_not_change_its_parent(
    way: str, cells: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    if "fork" in way and not hasattr(os, "fork"):
        pytest.skip("no fork here: NOT tested")
    monkeypatch.setenv("TYPEDPROM_CELLS", cells)
    done = run_python("-m", "tests.runtime.process_program", way)
    assert (done.stdout, done.returncode) == ("exit 0\n", 0), done.stderr[-2000:]
