"""Importing the exposition while another thread imports prometheus_client."""

from __future__ import annotations

import pytest

from tests.support.importing import TOGETHER
from tests.support.programs import run_python


@pytest.mark.parametrize("attempt", range(4))
@pytest.mark.parametrize("name", ["cell_renderer", "joined_source", "registry_source"])
def test_no_thread_gets_half_a_module(name: str, attempt: int) -> None:
    names = ("prometheus_client", f"typedprom.exposition.{name}")
    done = run_python("-W", "error", "-c", TOGETHER, *names)
    assert (done.returncode, done.stderr) == (0, ""), attempt
