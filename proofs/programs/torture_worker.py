"""A worker that records at random from several threads, acknowledges each returned call, and dies.

`torture_worker.py FILE SEED SECONDS DEATH EVENT`: it acknowledges calls in FILE, records for
SECONDS, and ends by `DEATH`; the driver may kill it earlier. `EVENT` is the number of the audit
event before which it kills itself, counted from the start or from the end of the recording.
"""

from __future__ import annotations

import os
import re
import signal
import sys
import time
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from random import Random
from threading import Thread

from proofs.programs.acknowledged import (
    DIED_BEFORE,
    DURATION,
    ERROR,
    HEARTBEAT,
    OBSERVED,
    SUCCESS,
    THINGS,
    THREADS,
    Acknowledged,
    Thing,
)
from proofs.programs.deaths import Death

_SPOOL = os.environ["TYPEDPROM_SPOOL_DIR"]
_SHARED_EVENTS = frozenset({"fcntl.flock", "mmap.__new__", "socket.connect", "http.client.send"})
# Events that other processes can observe: a merge, a push, and what follows it.
_STEPS = frozenset({"os.rename", "os.remove", "os.utime", "socket.connect", "http.client.send"})
_PAUSE = 0.0005  # between some calls, so that the threads take turns


class KillAtEvent:
    """An audit hook that kills the process before the n-th matching event, once it is armed."""

    def __init__(self, number: int, matches: Callable[[str, Path | None], bool]) -> None:
        self._left = number
        self._matches = matches
        self.armed = False

    def __call__(self, event: str, arguments: tuple[object, ...]) -> None:
        """Receive an audit event."""
        if not self.armed:
            return
        path = Path(str(arguments[0])) if arguments and _SPOOL in str(arguments[0]) else None
        if not self._matches(event, path):
            return
        self._left -= 1
        if self._left <= 0:
            what = re.sub("[0-9a-f]{32}", "*", path.name) if path else ""
            os.write(2, f"{DIED_BEFORE}{event} {what}\n".encode())
            os.kill(os.getpid(), signal.SIGKILL)


def _any(event: str, path: Path | None) -> bool:
    """Whether the event uses a file of the spool, a lock, a mapping or a connection."""
    return path is not None or event in _SHARED_EVENTS


def _step(event: str, path: Path | None) -> bool:
    """Whether the event is a step of the last delivery."""
    return event in _STEPS or (event == "open" and path is not None and path.suffix == ".new")


def main() -> None:
    """Record, then end."""
    path, seed, seconds, death = Path(sys.argv[1]), sys.argv[2], float(sys.argv[3]), sys.argv[4]
    early, late = (death == one.value for one in (Death.AT_AN_EVENT, Death.AT_A_LATE_EVENT))
    killer = KillAtEvent(int(sys.argv[5]), _step if late else _any)
    sys.addaudithook(killer)
    noted = Acknowledged(path)
    killer.armed = early
    with _session(int(seed)):
        _record(noted, seed, seconds)
        noted.end()
        killer.armed = early or late
    if death == Death.AT_ONCE.value:
        os._exit(0)


def _session(seed: int) -> AbstractContextManager[object]:
    """Return a job for every second worker."""
    if seed % 2:
        return nullcontext()
    import typedprom

    return typedprom.job("tortured")


def _record(noted: Acknowledged, seed: str, seconds: float) -> None:
    calls = [_call(thing) for thing in THINGS]
    deadline = time.monotonic() + seconds
    threads = [
        Thread(target=_work, args=(noted, thread, calls, Random(f"{seed} {thread}"), deadline))  # noqa: S311
        for thread in range(THREADS)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def _work(
    noted: Acknowledged,
    thread: int,
    calls: list[Callable[[], object]],
    random: Random,
    deadline: float,
) -> None:
    counts = noted.counts(thread)
    while time.monotonic() < deadline:
        for index in random.choices(range(len(calls)), k=50):
            calls[index]()
            counts[index] += 1
        noted.start()
        time.sleep(_PAUSE)


def _call(thing: Thing) -> Callable[[], object]:
    import sms_metrics_generated as sms

    name, labels, bucket = thing
    if name == HEARTBEAT:
        return sms.HEARTBEAT.inc
    if name == SUCCESS:
        (source,) = labels
        return lambda: sms.SOURCES_REQUESTS_SUCCESS.inc(source_id=source)
    if name == ERROR:
        source, error = labels
        if not sms.is_sources_error_type(error):
            raise ValueError(error)
        return lambda: sms.SOURCES_REQUESTS_ERROR.inc(source_id=source, error_type=error)
    if name == DURATION:
        (source,) = labels
        seconds = OBSERVED[bucket]
        return lambda: sms.SOURCES_REQUEST_DURATION.observe(seconds, source_id=source)
    raise ValueError(name)


if __name__ == "__main__":
    main()
