"""Counts are exact with threads, on every installed CPython."""

from pathlib import Path

import pytest

from tests.support.interpreters import run_with


@pytest.mark.parametrize("cells", ["shared", "per-thread"])
@pytest.mark.parametrize("minor", [11, 12, 13])
def test_eight_threads_lose_nothing(minor: int, cells: str, tmp_path: Path) -> None:
    program = ("-W", "error", "-m", "tests.runtime.thread_program")
    done = run_with(minor, *program, folder=tmp_path, more={"TYPEDPROM_CELLS": cells})
    assert (done.stdout, done.stderr, done.returncode) == (f"exact 3 {minor}\n", "", 0)
