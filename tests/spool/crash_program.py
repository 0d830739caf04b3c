"""Dies in the middle of a sweep, at each of its steps in turn; every run must count once.

    crash_program.py DIRECTORY

Runs are merged two at a time. A step is a call that changes the disk. Each sweep dies one
step later than the one before, by SIGKILL, in a forked child; then everything is counted, before
and after another sweep.
"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path

from tests.spool.run_files import jobs, total
from typedprom.spool import listing
from typedprom.spool.directory import SpoolDirectory
from typedprom.spool.store import SpoolStore

STEPS = ("open", "write", "fsync", "replace", "link", "unlink", "rename", "close")
RUNS = 4


def main(directory: SpoolDirectory) -> None:
    """Die at every step, then at none; a reader from before it all sees the same."""
    reader = SpoolStore(directory)
    recorded = 0.0
    last = 0
    while True:
        last += 1
        for amount in range(1, RUNS + 1):
            jobs(amount).write(directory)
            recorded += amount
        damaged(directory)
        recorded += 1
        died = sweep_in_child(directory, last)
        assert total(SpoolStore(directory)) == total(reader) == recorded, (last, "at once")
        SpoolStore(directory).compact()
        assert total(SpoolStore(directory)) == recorded, (last, "after a sweep")
        assert not list(directory.runs.iterdir()), last
        if not died:
            break
    print(last, len(list(directory.damaged.glob("*.run"))))


def damaged(directory: SpoolDirectory) -> None:
    """A run of which something is left, to be set aside when it is merged."""
    run = jobs(1)
    run.records.append(b"damaged!")
    run.write(directory)


def sweep_in_child(directory: SpoolDirectory, last: int) -> bool:
    """Whether it died."""
    child = os.fork()
    if child == 0:
        die_after(last)
        SpoolStore(directory).compact()
        os._exit(0)
    _, status = os.waitpid(child, 0)
    assert status == 0 or os.WTERMSIG(status) == signal.SIGKILL, status
    return status != 0


def die_after(last: int) -> None:
    """Have the process die after that many steps."""
    steps = iter(range(1, last + 1))

    def counted(step: Callable[..., object]) -> Callable[..., object]:
        def call(*arguments: object, **options: object) -> object:
            done = step(*arguments, **options)
            if next(steps, last) == last:
                os.kill(os.getpid(), signal.SIGKILL)
            return done

        return call

    for name in STEPS:
        setattr(os, name, counted(getattr(os, name)))


if __name__ == "__main__":
    spool = SpoolDirectory(Path(sys.argv[1]))
    spool.prepare()
    listing._FIRST_STEP = 2  # type: ignore[misc]
    listing.PART = 4  # type: ignore[misc]
    main(spool)
