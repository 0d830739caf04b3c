"""Holds the run file that it is given, as a process that records does: the tests end it.

    holder_program.py DIRECTORY [execs | forks | writes]

It prints the id of its run once it is locked. `execs`: then becomes another program. `forks`: a
child that knows nothing of us keeps the lock, and the parent dies. `writes`: changes a number for
ever, between two whose bytes are all different.
"""

from __future__ import annotations

import fcntl
import mmap
import os
import sys
import time
from pathlib import Path

from tests.spool.run_files import JOBS, Run
from typedprom.spool.format import header_bytes
from typedprom.spool.liveness import own_header


def main(directory: str, does: str = "") -> None:
    """Hold a run file."""
    run = Run(created=time.time()).define(JOBS).count(5)
    header = own_header()._replace(run=run.run, created=run.created)
    path = Path(directory) / "runs" / f"{run.run}.run"
    new = path.with_name(f".{run.run}.new")
    file = os.open(new, os.O_RDWR | os.O_CREAT, 0o600)
    fcntl.flock(file, fcntl.LOCK_EX)
    os.write(file, header_bytes(header) + b"".join(run.records))
    new.rename(path)
    if does == "forks" and os.fork():
        os._exit(0)  # the child, which has the lock, is the stranger
    print(run.run, flush=True)
    if does == "execs":
        os.execv("/bin/sleep", ["sleep", "60"])  # noqa: S606
    if does == "writes":
        write(file)
    time.sleep(60)


def write(file: int) -> None:
    """Change the last number for ever."""
    with mmap.mmap(file, os.fstat(file).st_size) as mapped:
        doubles = memoryview(mapped).cast("d")
        one, other = VALUES
        end = time.monotonic() + 60
        while time.monotonic() < end:
            for _ in range(10_000):
                doubles[-5] = doubles[-3] = doubles[-1] = one
                doubles[-5] = doubles[-3] = doubles[-1] = other


# All eight bytes differ.
VALUES = (float.fromhex("0x1.1111111111111p+1"), float.fromhex("0x1.2222222222222p+200"))

if __name__ == "__main__":
    main(*sys.argv[1:])
