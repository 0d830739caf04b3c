"""Times one recording call: for each input line, takes a turn and prints the nanoseconds.

`timed.py LIBRARY`; the environment enables a spool or prometheus_client's multiprocess mode.
"""

from __future__ import annotations

import sys
from timeit import Timer

from benchmarks.peers import LABELLED, OBSERVE, PEERS, TYPEDPROM

CALLS = 2000
LIBRARIES = {library.name: library for library in (TYPEDPROM, *PEERS)}
CASES = (LABELLED, OBSERVE)


def main() -> None:
    """Answer each input line with the time of each case."""
    library = LIBRARIES[sys.argv[1]]
    names = library.names()
    timers = [Timer(library.recording[case], globals=names) for case in CASES]
    for _ in sys.stdin:
        print(*(timer.timeit(CALLS) / CALLS * 1e9 for timer in timers), flush=True)


if __name__ == "__main__":
    main()
