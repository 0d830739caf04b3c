"""What a process shares is left alone, but for the import hook and the signals of jobs."""

from __future__ import annotations

import threading

import pytest

from tests.delivery.gateway import KEXP, RECORD_FIVE, Delivering, held
from typedprom.core.misuse import log_once
from typedprom.core.threads import start_thread

STATE = """
import gc, locale, logging, multiprocessing, os, signal, sys, threading, warnings
def state():
    umask = os.umask(0o77)
    os.umask(umask)
    wakeup = signal.set_wakeup_fd(-1)
    signal.set_wakeup_fd(wakeup)
    return {
        **{f"handler of {n}": signal.getsignal(n) for n in signal.valid_signals()},
        "mask": signal.pthread_sigmask(signal.SIG_BLOCK, ()),
        "wakeup": wakeup, "umask": umask, "folder": os.getcwd(), "environment": dict(os.environ),
        "finders": list(sys.meta_path), "path hooks": list(sys.path_hooks), "path": list(sys.path),
        "warnings": list(warnings.filters), "showwarning": warnings.showwarning,
        "hooks": (sys.excepthook, sys.unraisablehook, sys.displayhook, threading.excepthook),
        "tracing": (sys.gettrace(), sys.getprofile(), threading.gettrace()),
        "limits": (sys.getrecursionlimit(), sys.getswitchinterval(), threading.stack_size()),
        "gc": (gc.get_threshold(), list(gc.callbacks)), "locale": locale.setlocale(locale.LC_ALL),
        "logging": (list(logging.root.handlers), logging.root.level, logging.getLoggerClass()),
        "start method": multiprocessing.get_start_method(allow_none=True),
    }
def changed(before):
    return {name for name, value in state().items() if value != before[name]}
before = state()
"""


def test_recording_delivering_and_forking_change_the_import_hook_only(
    delivering: Delivering,
) -> None:
    program = f"""{STATE}
{RECORD_FIVE}
import prometheus_client, typedprom
if os.fork() == 0:
    SOURCES_REQUESTS_SUCCESS.inc(source_id="kexp")
    os._exit(0 if changed(before) == {{"finders"}} else 1)
assert os.wait()[1] == 0
(finder,) = set(sys.meta_path) - set(before["finders"])
print(type(finder).__module__, changed(before))
"""
    assert delivering.run(program) == "typedprom.exposition.import_hook {'finders'}\n"
    assert held(delivering.port)[KEXP] == 6


def test_a_job_handles_two_signals_until_it_ends(delivering: Delivering) -> None:
    program = f"""{STATE}
{RECORD_FIVE}
import typedprom
with typedprom.job("ingester"):
    print(*sorted(changed(before)), sep=", ")
print(*changed(before))
"""
    during = "finders, handler of 1, handler of 15\n"
    assert delivering.run(program) == during + "finders\n"


def test_a_thread_of_ours_that_logs_is_not_listed(caplog: pytest.LogCaptureFixture) -> None:
    """Programs join all threads that are listed. This one cannot be joined: that would raise."""
    before = threading.enumerate()
    assert start_thread(lambda: log_once(("a thread",), lambda: "it logs")).wait(10)
    assert "it logs" in caplog.text
    assert threading.enumerate() == before
