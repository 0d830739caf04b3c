"""Evaluates rules over the data of a Prometheus, as it would have done at the time."""

from __future__ import annotations

import tempfile
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Final

from proofs.backtest.database import backfill, prometheus_over
from proofs.backtest.exposed import Moment
from proofs.backtest.firing import Firing, Labels, firings
from proofs.backtest.rules import Alert, Record, Rules
from tools.promql_api import Api, Range

EVERY: Final = 60  # seconds between evaluations, if the group of a rule does not say more
_QUERIES: Final = 2  # at a time


def evaluate(rules: Rules, data: Path, times: range) -> list[Firing]:
    """Record what the rules record into the data, and return the alerts that fire."""
    for records in rules.levels():
        with tempfile.TemporaryDirectory(prefix="records-") as name:
            with prometheus_over(data, Path(name)) as api:
                moments = _recorded(records, api, times)
            backfill(moments, Path(name), data)
    with (
        tempfile.TemporaryDirectory(prefix="alerts-") as name,
        prometheus_over(data, Path(name)) as api,
        ThreadPoolExecutor(_QUERIES) as pool,
    ):
        found = pool.map(lambda alert: [*_fired(alert, api, times)], rules.alerts)
        return sorted((one for each in found for one in each), key=lambda one: one.begins)


def _recorded(records: Sequence[Record], api: Api, times: range) -> Iterable[Moment]:
    """Return what the rules record, in the order of time.

    What is recorded less often stands for all minutes until it is recorded again.
    """
    at: defaultdict[float, dict[str, str]] = defaultdict(dict)
    with ThreadPoolExecutor(_QUERIES) as pool:
        results = pool.map(lambda one: _ask(one, api, times), records)
        for record, result in zip(records, results, strict=True):
            for series in result:
                labels = _braced(series.labels | record.labels)
                for time, value in series.values.items():
                    for minute in range(int(time), int(time) + record.every, EVERY):
                        at[minute][f"{record.name}{labels}"] = repr(value)
    return [Moment(time, at[time]) for time in sorted(at)]


def _ask(rule: Record | Alert, api: Api, times: range) -> list[Range]:
    return api.query_range(rule.expr, times[0], times[-1], rule.every)


def _fired(alert: Alert, api: Api, times: range) -> Iterator[Firing]:
    evaluated = range(times[0], times[-1] + 1, alert.every)
    for series in _ask(alert, api, times):
        named = {**series.labels, **alert.labels}
        labels: Labels = tuple(sorted((n, v) for n, v in named.items() if n != "__name__"))
        yield from firings(alert, labels, series.values.keys(), evaluated)


def _braced(labels: dict[str, str]) -> str:
    written = (
        '{}="{}"'.format(name, value.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n"))
        for name, value in labels.items()
        if name != "__name__"
    )
    return f"{{{','.join(written)}}}"
