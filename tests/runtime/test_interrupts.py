"""Recording in signal handlers, finalizers and callbacks neither deadlocks nor loses counts."""

import signal

import pytest

from tests.runtime.interrupt_program import OPERATIONS
from tests.support.programs import run_python


@pytest.mark.skipif(not hasattr(signal, "setitimer"), reason="no interval timers: NOT tested")
@pytest.mark.parametrize("cells", ["shared", pytest.param("per-thread", marks=pytest.mark.slow)])
@pytest.mark.parametrize("operation", OPERATIONS)
def test_signals_finalizers_and_log_handlers_may_record(
    operation: str, cells: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TYPEDPROM_CELLS", cells)
    monkeypatch.setenv("TYPEDPROM_STRICT", "0")
    done = run_python("-m", "tests.runtime.interrupt_program", operation, seconds=30)
    assert (done.stdout, done.returncode) == ("exact\n", 0), done.stderr[-2000:]
