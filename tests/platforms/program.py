"""Imports, records, runs a job, forks where that is possible, serves and ends.

Run by `test_lacks.py` with the name of what is missing, from the start of the process on.
"""

from __future__ import annotations

import os
import sys

from tests.platforms.lacks import LACKS, take_away

if __name__ == "__main__":
    take_away(LACKS[sys.argv[1]])

    import typedprom
    from tests.spool.every_kind import record

    with typedprom.job("nightly"):
        record()
        if hasattr(os, "fork"):
            child = os.fork()
            if not child:
                record()
                sys.exit()
            if os.waitpid(child, 0)[1]:
                raise ChildProcessError("the child failed")

    from urllib.request import urlopen

    with typedprom.serve(0) as server, urlopen(server.url) as answer:  # noqa: S310
        print(answer.read().decode())
