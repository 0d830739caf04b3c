"""Sub-interpreters, one after the other, import, record, expose and end.

Run by `test_sub_interpreters.py` with how many there are and with what they may not do: those that
are `isolated` have no daemon threads and no forks, those that are `legacy` have.
"""

from __future__ import annotations

import importlib
import os
import sys
from pathlib import Path


def code(hits: float) -> str:
    """What a sub-interpreter runs: a spool has what those before it have counted."""
    return f"""
import sys
sys.path[:0] = {sys.path!r}
import typedprom
from tests.spool.every_kind import HITS, record
with typedprom.job("nightly"):
    record()
if {sys.version_info[:2] != (3, 12)}:  # there asyncio, which it imports, brings some versions down
    import prometheus_client
    assert "x_hits_total {hits}" in prometheus_client.generate_latest().decode().splitlines()
"""


def descriptors() -> int:
    """How many are open."""
    return sum(1 for _ in Path("/proc/self/fd").iterdir())


def main(number: int, kind: str) -> None:
    """Let sub-interpreters record, and then this one."""
    if sys.version_info >= (3, 13):
        interpreters = importlib.import_module("_interpreters")
        config: dict[str, object] = {"config": kind}
    else:
        interpreters = importlib.import_module("_xxsubinterpreters")
        config = {"isolated": kind == "isolated"}
    open_after: list[int] = []
    kept = bool(os.environ.get("TYPEDPROM_SPOOL_DIR"))
    for before in range(number):
        made = interpreters.create(**config)
        if failed := interpreters.run_string(made, code(2.0 * (before + 1 if kept else 1))):
            raise RuntimeError(failed.errdisplay)
        interpreters.destroy(made)
        open_after.append(descriptors())
    if len(set(open_after)) > 1:
        raise RuntimeError(f"descriptors stay open: {open_after}")
    from tests.spool.every_kind import record

    record()


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2])
