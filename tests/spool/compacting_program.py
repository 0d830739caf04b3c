"""Sweeps and collects for a while, beside others who do, from several threads.

    compacting_program.py DIRECTORY SECONDS

Prints the greatest number of jobs that it saw. What it sees never decreases.
"""

from __future__ import annotations

import sys
import threading
import time
from contextlib import suppress
from pathlib import Path

from tests.spool.run_files import total
from typedprom.spool.directory import Busy, SpoolDirectory
from typedprom.spool.store import SpoolStore


def main(directory: SpoolDirectory, seconds: float) -> None:
    """Sweep and collect."""
    store = SpoolStore(directory)
    errors: list[BaseException] = []
    seen: list[float] = []

    def work() -> None:
        end = time.monotonic() + seconds
        last = 0.0
        try:
            while time.monotonic() < end:
                now = total(store)
                assert now >= last, (now, last)
                last = now
                with suppress(Busy):  # another sweeps
                    store.compact(seconds=0.0)
            seen.append(last)
        except BaseException as error:
            errors.append(error)
            raise

    threads = [threading.Thread(target=work) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not errors
    print(max(seen))


if __name__ == "__main__":
    main(SpoolDirectory(Path(sys.argv[1])), float(sys.argv[2]))
