"""A program with a metric for each form of alert, whose state is a word in a file: well or ill."""

import sys
import time
from pathlib import Path

from fast_metrics import (
    PARTS_ANSWERS,
    PARTS_CHECKS,
    PARTS_DURATION,
    PARTS_FAULTS,
    PARTS_FOUND,
    PARTS_HEARTBEAT,
    PARTS_KEPT,
    PARTS_LAST_RUN_TIMESTAMP,
    PARTS_QUEUE,
    PARTS_READS_ERROR,
    PARTS_READS_SUCCESS,
    PARTS_STARTED,
)

import typedprom

TICK_SECONDS = 0.2


def run(state: Path, began: float) -> None:
    """Record what happens in one tick, for a source in trouble and for one that is always well."""
    is_well = state.read_text(encoding="utf-8") == "well"
    for source, healthy in (("a", is_well), ("b", True)):
        PARTS_CHECKS.inc(source=source)
        PARTS_QUEUE.set(1 if healthy else 20, source=source)
        (PARTS_READS_SUCCESS if healthy else PARTS_READS_ERROR).inc(source=source)
        PARTS_FOUND.inc(10 if healthy else 2, source=source)
        PARTS_ANSWERS.inc(1 if healthy else 0, source=source)
        PARTS_KEPT.inc(9 if healthy else 0, source=source)
    PARTS_DURATION.observe(0.05 if is_well else 9)
    PARTS_FAULTS.inc(kind="slow")
    if is_well:
        PARTS_HEARTBEAT.inc()
        PARTS_LAST_RUN_TIMESTAMP.set_to_current_time(command="importer")
    else:
        PARTS_FAULTS.inc(kind="refused")
    if time.monotonic() > began + 25:
        PARTS_STARTED.set(1, source="a")
        PARTS_LAST_RUN_TIMESTAMP.set_to_current_time(command="report")


def main(port: int, state: Path) -> None:
    """Serve the metrics until the file with the state is gone."""
    began = time.monotonic()
    with typedprom.serve(port):
        while state.exists():
            run(state, began)
            time.sleep(TICK_SECONDS)


if __name__ == "__main__":
    main(int(sys.argv[1]), Path(sys.argv[2]))
