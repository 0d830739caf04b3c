"""Records in code that interrupts other code, and checks that every recording is counted.

Run by `test_interrupts.py`, with the name of the operation to interrupt. A signal handler, a
collector callback, a finalizer and a logging handler record, while the main thread repeats the
operation. A deadlock shows as a timeout.
"""

import gc
import itertools
import logging
import signal
import sys
import time
from collections.abc import Callable

from prometheus_client import CollectorRegistry, generate_latest

from tests.runtime.sample._labels import CITY, JOBS_ERROR_TYPE
from tests.runtime.sample._signatures import CounterByCity, CounterBySourceIdErrorType
from typedprom import Catalog, Counter, Gauge, Histogram, OpenLabel

SECONDS = 1.0
EVERY = 2e-4
ends_at = time.monotonic() + SECONDS  # of the signals, in monotonic time
CATALOG = Catalog(namespace="x", title="", description="", interface=1)
SOURCE = OpenLabel("source_id", help="", budget=1_000_000)

interrupted = Counter(CATALOG, key="1", name="x_interrupted_total", help="h")
touched = CounterBySourceIdErrorType(
    CATALOG, key="2", name="x_touched_total", help="h", labels=(SOURCE, JOBS_ERROR_TYPE)
)
folded = CounterByCity(CATALOG, key="3", name="x_folded_total", help="h", labels=(CITY,))
level = Gauge(CATALOG, key="4", name="x_level", help="h")
sizes = Histogram(CATALOG, key="5", name="x_sizes", help="h", buckets=(1.0, 2.0))
REGISTRY = CollectorRegistry()
CATALOG.register(REGISTRY)

calls = dict.fromkeys(("signal", "callback", "finalizer", "logging"), 0)
numbers = itertools.count()


def record(where: str) -> None:
    """Record into an existing series, a new one, one over budget and an invalid one."""
    calls[where] += 1
    interrupted.inc()
    touched.inc(source_id=str(next(numbers)), error_type="dns")
    folded.inc(city=f"c{'x' * (calls[where] % 7)}")
    folded.inc(city="NOT A CITY")
    level.inc(2)
    level.dec()
    sizes.observe(1.5)


class Finalized:
    """Part of a reference cycle, so that the collector finalizes it at any time."""

    def __init__(self) -> None:
        self.cycle = self

    def __del__(self) -> None:
        record("finalizer")


class RecordingHandler(logging.Handler):
    """Records each log line."""

    def emit(self, _record: logging.LogRecord) -> None:
        record("logging")


def on_signal(*_: object) -> None:
    """Record, make garbage to be finalized, and set the next signal."""
    Finalized()
    record("signal")
    if time.monotonic() < ends_at:
        # Only now: an earlier signal would interrupt this handler.
        signal.setitimer(signal.ITIMER_REAL, EVERY)


def on_collection(phase: str, _info: dict[str, int]) -> None:
    """Record at the start of each run of the collector."""
    if phase == "start":
        record("callback")


mine = itertools.count()


def record_nothing() -> None:
    """Record amounts of zero."""
    interrupted.inc(0)
    level.inc(0)
    level.dec(0.0)


OPERATIONS: dict[str, Callable[[], object]] = {
    "recording": record_nothing,
    "first_touches": lambda: touched.inc(
        0, source_id=f"m{next(mine) % 500_000}", error_type="timeout"
    ),
    "scraping": lambda: generate_latest(REGISTRY),
    "refusing": lambda: folded.inc(0, city=f"Z{next(mine)}"),
    "logging": lambda: logging.getLogger("x").warning("a line"),
    "collecting": lambda: gc.collect(0),
}


def main(operation: str) -> None:
    """Repeat one operation while signals, callbacks, finalizers and handlers interrupt it."""
    logging.getLogger().addHandler(RecordingHandler())
    gc.set_threshold(50)
    gc.callbacks.append(on_collection)
    signal.signal(signal.SIGALRM, on_signal)
    signal.setitimer(signal.ITIMER_REAL, EVERY)
    while time.monotonic() < ends_at + 0.1:  # longer than the signals
        OPERATIONS[operation]()
    signal.setitimer(signal.ITIMER_REAL, 0)
    gc.callbacks.clear()
    gc.disable()
    check()


def check() -> None:
    """Check that every recording of every interruption is counted."""
    total = sum(calls.values())
    found = {
        "interrupted": interrupted.series()[0][1].snapshot(),
        "touched": sum(cell.snapshot() for _, cell in touched.series()),
        "folded": sum(cell.snapshot() for _, cell in folded.series()) / 2,
        "level": level.series()[0][1].snapshot(),
        "sizes": sizes.series()[0][1].snapshot()[0][1],
    }
    if any(value != total for value in found.values()) or calls["signal"] < 50:
        raise AssertionError(f"{found} of {calls}")
    print("exact")


if __name__ == "__main__":
    main(sys.argv[1])
