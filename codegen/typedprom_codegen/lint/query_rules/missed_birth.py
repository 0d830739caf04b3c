"""TP530: `increase` of a short job's counter, which does not see the first event of a series."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from typedprom_codegen.codes.define import warning
from typedprom_codegen.ir import MetricType, Schedule
from typedprom_codegen.lint.query_rule import Finding, QueryRule
from typedprom_codegen.promql.nodes.binary import Binary
from typedprom_codegen.promql.nodes.call import Call
from typedprom_codegen.promql.nodes.range import Range
from typedprom_codegen.promql.nodes.selector import Selector
from typedprom_codegen.queries.checked import CheckedQuery
from typedprom_codegen.queries.known import KnownSeries, Series

CODE: Final = warning(
    "TP530",
    "query-missed-birth",
    """
    The first event of a series is invisible to `rate` and `increase`: they compare samples, and a
    series that begins with 1 has nothing before it. A service loses one event for each series; a
    program that runs every hour and counts a new value of a label loses most of them. This concerns
    counters with a label whose values nobody lists, where the catalog says by `schedules:` that
    programs run again and again. Where the values of all labels are listed, series begin at zero.

    An increase that counts births compares the value with the last one before the window, and with
    zero where the series did not exist. It looks back for more than two runs, so that a value that
    only came back is not taken for a new one. Alerts of the catalog count like this by themselves.
    The rules that they are compiled to record when Prometheus was watching, as in
    `shop:watched:since2h15m`, and which targets were down, as in `shop:unreachable:for2h15m`. Where
    these exist, a query can also ask for them, so that no counter is taken for a new one after
    Prometheus or a target was away: the help of this warning writes it out.

    Wrong, where the catalog has `schedules: {command: {importer: 1h}}`:

    ```promql
    sum by (source_id) (increase(shop_records_refused_total[1h]))
    ```

    Right:

    ```promql
    sum by (source_id) (
      (
        (
          last_over_time(shop_records_refused_total[1h])
          - last_over_time(shop_records_refused_total[2h20m] offset 1h)
          or last_over_time(shop_records_refused_total[1h])
        ) >= 0
        unless resets(shop_records_refused_total[1h]) > 0
      )
      or increase(shop_records_refused_total[1h])
    )
    ```
    """,
)

_SHORTEST: Final = 3600
_MARKERS: Final = {
    ":watched:since": "and on ()",
    ":unreachable:for": "unless on (job, instance)",
}
"""The names of what rules record about births, and what it has to do with a new series."""

_BLIND: Final = frozenset({"increase", "rate"})


def check(call: Call, query: CheckedQuery) -> Iterator[Finding]:
    """Report the increase of a counter that short jobs give new series."""
    if call.name not in _BLIND or not query.known.schedules:
        return
    window = call.arguments[0]
    if not isinstance(window, Range) or not isinstance(window.selector, Selector):
        return
    series = query.known.get(window.selector.name)
    if series is None or not (label := _open_label(series)):
        return
    schedule = _schedule(series, query.known.schedules, window.selector)
    if schedule is None or _counts_births(call, query):
        return
    name, text = series.name, query.query.text
    selector = text[window.selector.start : window.selector.end]
    length = text[window.duration.start : window.duration.end]
    yield Finding(
        f"`{call.name}` does not see the first event of each `{label}` of `{name}`, which "
        f"`{schedule.value}` records in short runs",
        call.extent,
        f"count births too: {_counting(selector, length, schedule, query.known)}",
    )


def _counting(selector: str, length: str, schedule: Schedule, known: KnownSeries) -> str:
    """The increase that counts births, with the markers if rules record them."""
    last = f"last_over_time({selector}[{length}])"
    before = f"last_over_time({selector}[{_look_back(schedule)}] offset {length})"
    born = " ".join([last, *_markers(known, length)])
    return (
        f"(({last} - {before} or {born}) >= 0 unless resets({selector}[{length}]) > 0) "
        f"or increase({selector}[{length}])"
    )


def _look_back(schedule: Schedule) -> str:
    """More than two runs, in whole minutes."""
    return f"{max(_SHORTEST, 9 * schedule.every // 4) // 60 + 5}m"


def _markers(known: KnownSeries, length: str) -> Iterator[str]:
    for part, condition in _MARKERS.items():
        name = next((name for name in known.by_name if part in name), None)
        if name is not None:
            yield f"{condition} {name} offset {length}"


def _open_label(series: Series) -> str:
    """A label of a counter of the catalog that can have new values; empty if it has none."""
    declared = series.metric.declared
    if declared is None or not declared.emitted or declared.type is not MetricType.COUNTER:
        return ""
    return next((label for label, values in series.labels.items() if values is None), "")


def _schedule(
    series: Series, schedules: tuple[Schedule, ...], selector: Selector
) -> Schedule | None:
    """A schedule of a program that surely records the counter, and can be among what is selected.

    A label of the target such as `job` only says so where it is matched.
    """
    matched = {m.label.name: m.value for m in selector.matchers if m.operator == "="}
    for schedule in schedules:
        own = schedule.label in series.labels
        if matched.get(schedule.label, schedule.value if own else None) != schedule.value:
            continue
        values = series.labels.get(schedule.label)
        if values is None or schedule.value in values:
            return schedule
    return None


def _counts_births(call: Call, query: CheckedQuery) -> bool:
    """Whether the increase stands after `… unless max_over_time(…) or`."""
    births = [n for n in query.query.nodes if isinstance(n, Binary) and n.operator == "unless"]
    return any(
        above.left.extent.contains(birth.extent)
        for above in query.above(call)
        if isinstance(above, Binary) and above.operator == "or"
        for birth in births
    )


RULE: Final = QueryRule(CODE, Call, check)
