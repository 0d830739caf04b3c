"""Acknowledged calls: a torture worker counts each call that returned, in a file that outlives it.

The file is mapped into memory: flags first, then for each thread one count per recordable series.
"""

from __future__ import annotations

import mmap
from pathlib import Path
from typing import Final

DIED_BEFORE: Final = "died before "  # begins the last line of a worker that is killed at an event
THREADS: Final = 2
BOUNDS: Final = (0.1, 0.5, 1.0, 2.5, 5.0, 10.0)
# An observation for each bucket of that histogram, exact in binary so that sums are exact too.
OBSERVED: Final = (0.0625, 0.25, 0.75, 2.0, 4.0, 8.0, 16.0)
SOURCES: Final = tuple(f"source_{number}" for number in range(6))
ERRORS: Final = ("timeout", "dns", "tls")

HEARTBEAT, SUCCESS, ERROR, DURATION = (
    "sms_heartbeat_total",
    "sms_sources_requests_success_total",
    "sms_sources_requests_error_total",
    "sms_sources_request_duration_seconds",
)
# What a worker can record: a metric, its labels and, for a histogram, the index of the bucket.
Thing = tuple[str, tuple[str, ...], int]
THINGS: Final[tuple[Thing, ...]] = (
    (HEARTBEAT, (), 0),
    *((SUCCESS, (source,), 0) for source in SOURCES),
    *((ERROR, (source, error), 0) for source in SOURCES[:2] for error in ERRORS),
    *((DURATION, (source,), bucket) for source in SOURCES[:3] for bucket in range(len(OBSERVED))),
)

_STARTED, _ENDING, _FLAGS = 0, 1, 8
_BYTES: Final = 8 * (_FLAGS + THREADS * len(THINGS))


class Acknowledged:
    """The open file. Each thread changes only its own counts."""

    def __init__(self, path: Path) -> None:
        with path.open("r+b") as file:
            self._map = mmap.mmap(file.fileno(), _BYTES)
        self._numbers = memoryview(self._map).cast("q")

    @staticmethod
    def create(path: Path) -> None:
        """Make a file in which all counts are zero."""
        path.write_bytes(bytes(_BYTES))

    def counts(self, thread: int) -> memoryview:
        """Return the counts of one thread, in the order of `THINGS`."""
        begin = _FLAGS + thread * len(THINGS)
        return self._numbers[begin : begin + len(THINGS)]

    def started(self) -> bool:
        """Whether the worker has recorded something."""
        return bool(self._numbers[_STARTED])

    def ending(self) -> bool:
        """Whether the worker has recorded everything."""
        return bool(self._numbers[_ENDING])

    def start(self) -> None:
        """Set the flag that something was recorded."""
        self._numbers[_STARTED] = 1

    def end(self) -> None:
        """Set the flag that everything was recorded."""
        self._numbers[_ENDING] = 1

    def totals(self) -> list[int]:
        """Return the sums of the counts of all threads."""
        threads = [self.counts(thread) for thread in range(THREADS)]
        return [sum(counts) for counts in zip(*threads, strict=True)]
