"""Recording, removing and clearing, each come upon at every bytecode of another one.

What comes upon it is what a signal handler or another thread may do there. Afterwards handles and
labels must lead to the one series there is, and nothing recorded into it may be lost.
"""

from __future__ import annotations

from collections.abc import Callable
from types import CodeType

from tests.runtime.sample._labels import JOBS_ERROR_TYPE
from tests.runtime.sample._signatures import CounterBySourceIdErrorType
from tests.support.bytecodes import before_each
from typedprom import Catalog, CounterCell, OpenLabel
from typedprom.metrics.cell import Detached

MOST = 5_000  # bytecodes of one victim
Act = Callable[[], object]


def come_upon(victim: Act, place: int, intruder: Act) -> bool:
    """Run the victim, and the intruder before its bytecode at this place, if it gets there."""
    executed = 0

    def reached(_code: CodeType) -> None:
        nonlocal executed
        executed += 1
        if executed == place:
            intruder()

    with before_each(reached):
        victim()
    return executed >= place


def acts_on(metric: CounterBySourceIdErrorType, handle: CounterCell, source: str) -> dict[str, Act]:
    """What can happen to one series."""
    return {
        "handle": lambda: handle.inc(),  # whose class may have changed by then
        "labels": lambda: metric.inc(source_id=source, error_type="dns"),
        "remove": lambda: metric.remove(source_id=source, error_type="dns"),
        "clear": metric.clear,
    }


def check(names: tuple[str, str]) -> int:
    """Every place of one pair of acts; how many there were."""
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
        acts = acts_on(metric, handle, source)
        victim, intruder = (acts[name] for name in names)
        if names[0] in ("handle", "labels"):
            acts["remove"]()  # so that it brings the series back
        reached = come_upon(victim, place, intruder)
        before = {values: cell.snapshot() for values, cell in metric.series()}
        handle.inc(1000)
        metric.inc(500, source_id=source, error_type="dns")
        after = {values: cell.snapshot() for values, cell in metric.series()}
        series = (source, "dns")
        grown = after.get(series, 0.0) - before.get(series, 0.0)
        assert grown >= 1500.0, (names, place, before, after)
        acts["remove"]()
        assert metric.series() == [], (names, place)
        assert not metric._cells, (names, place)
        assert isinstance(handle, Detached), (names, place)
        if not reached:
            return place - 1
    raise AssertionError(f"{names} takes more than {MOST} bytecodes")


PAIRS = [
    (victim, intruder)
    for victim in ("handle", "labels", "remove", "clear")
    for intruder in ("handle", "labels", "remove", "clear")
]

if __name__ == "__main__":
    for pair in PAIRS:
        print(*pair, check(pair))
