"""Times a push of many series: for each input line, changes all, pushes and prints the seconds.

`pushing.py LIBRARY ADDRESS SERIES`; with typedprom the environment says where to push.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable

from prometheus_client import CollectorRegistry, Counter, push_to_gateway

from sms_metrics_generated._signatures import CounterBySourceIdSourcesErrorType
from typedprom import Catalog, OpenLabel
from typedprom.delivery.autostart import flush

NAME = "pushed_requests_total"


def ours(series: int) -> tuple[Callable[[], object], Callable[[], object]]:
    """Return functions that change and push all series of typedprom."""
    labels = (
        OpenLabel("source_id", help="", budget=series),
        OpenLabel("error_type", help="", budget=series),
    )
    catalog = Catalog(namespace="pushed", title="", description="", interface=1)
    counter = CounterBySourceIdSourcesErrorType(
        catalog, key="c", name=NAME, help="Requests.", labels=labels
    )
    catalog.register(CollectorRegistry())
    cells = [counter.labels(source_id=f"s{n}", error_type="timeout") for n in range(series)]

    def change() -> None:
        for cell in cells:
            cell.inc()

    return change, flush


def theirs(series: int, address: str) -> tuple[Callable[[], object], Callable[[], object]]:
    """Return functions that change and push all series of prometheus_client."""
    registry = CollectorRegistry()
    counter = Counter(NAME, "Requests.", ["source_id", "error_type"], registry=registry)
    cells = [counter.labels(f"s{n}", "timeout") for n in range(series)]

    def change() -> None:
        for cell in cells:
            cell.inc()

    return change, lambda: push_to_gateway(address, "pushed_by_client", registry)


def main() -> None:
    """Answer each input line with the seconds of a push."""
    library, address, series = sys.argv[1], sys.argv[2], int(sys.argv[3])
    change, push = ours(series) if library == "typedprom" else theirs(series, address)
    for _ in sys.stdin:
        change()
        began = time.perf_counter()
        push()
        print(time.perf_counter() - began, flush=True)


if __name__ == "__main__":
    main()
