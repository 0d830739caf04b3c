"""Interrupts recording, removing and clearing by each other, at every bytecode.

A signal handler or another thread can interrupt an operation in this way. Afterwards handles and
labels must refer to the same series, and no recording into it may be lost.
"""

from __future__ import annotations

from collections.abc import Callable
from types import CodeType

from tests.runtime.sample._labels import JOBS_ERROR_TYPE
from tests.runtime.sample._signatures import CounterBySourceIdErrorType
from tests.support.bytecodes import before_each
from typedprom import Catalog, CounterCell, OpenLabel
from typedprom.metrics.cell import Detached

MOST = 5_000  # bytecodes of one operation
Operation = Callable[[], object]


def interrupt(operation: Operation, place: int, interruption: Operation) -> bool:
    """Run `operation`, and `interruption` before its bytecode number `place`, if it has as many."""
    executed = 0

    def reached(_code: CodeType) -> None:
        nonlocal executed
        executed += 1
        if executed == place:
            interruption()

    with before_each(reached):
        operation()
    return executed >= place


def operations_on(
    metric: CounterBySourceIdErrorType, handle: CounterCell, source: str
) -> dict[str, Operation]:
    """Return the operations on one series."""
    return {
        "handle": lambda: handle.inc(),  # its class may have changed by then
        "labels": lambda: metric.inc(source_id=source, error_type="dns"),
        "remove": lambda: metric.remove(source_id=source, error_type="dns"),
        "clear": metric.clear,
    }


def check(names: tuple[str, str]) -> int:
    """Interrupt at every place of one pair of operations; return the number of places."""
    catalog = Catalog(namespace="race", title="", description="", interface=1)
    anything = OpenLabel("source_id", help="", budget=1_000_000)
    labels = (anything, JOBS_ERROR_TYPE)
    metric = CounterBySourceIdErrorType(
        catalog, key="c", name=f"race_{'_'.join(names)}_total", help="h", labels=labels
    )
    catalog.register()
    for place in range(1, MOST):
        source = f"s{place}"
        handle = metric.labels(source_id=source, error_type="dns")
        operations = operations_on(metric, handle, source)
        operation, interruption = (operations[name] for name in names)
        if names[0] in ("handle", "labels"):
            operations["remove"]()  # so that the operation makes the series again
        reached = interrupt(operation, place, interruption)
        before = {values: cell.snapshot() for values, cell in metric.series()}
        handle.inc(1000)
        metric.inc(500, source_id=source, error_type="dns")
        after = {values: cell.snapshot() for values, cell in metric.series()}
        series = (source, "dns")
        grown = after.get(series, 0.0) - before.get(series, 0.0)
        assert grown >= 1500.0, (names, place, before, after)
        operations["remove"]()
        assert metric.series() == [], (names, place)
        assert not metric._cells, (names, place)
        assert isinstance(handle, Detached), (names, place)
        if not reached:
            return place - 1
    raise AssertionError(f"{names} takes more than {MOST} bytecodes")


PAIRS = [
    (operation, interruption)
    for operation in ("handle", "labels", "remove", "clear")
    for interruption in ("handle", "labels", "remove", "clear")
]

if __name__ == "__main__":
    for pair in PAIRS:
        print(*pair, check(pair))
