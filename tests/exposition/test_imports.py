"""Importing the exposition while another thread imports prometheus_client."""

from __future__ import annotations

from types import ModuleType

import pytest

from tests.support.importing import TOGETHER
from tests.support.programs import run_python
from typedprom.exposition import cell_renderer, foreign_collectors, registry_source


@pytest.mark.parametrize("attempt", range(4))
@pytest.mark.parametrize("module", [cell_renderer, foreign_collectors, registry_source])
def test_no_thread_gets_half_a_module(module: ModuleType, attempt: int) -> None:
    names = ("prometheus_client", module.__name__)
    done = run_python("-W", "error", "-c", TOGETHER, *names)
    assert (done.returncode, done.stderr) == (0, ""), attempt
