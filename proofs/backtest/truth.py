"""What recorded increases say, compared with what programs counted, and with plain `increase`."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from proofs.backtest.calendar import BEGAN, HOUR, MINUTE, SCHEDULE
from proofs.backtest.rules import Record
from proofs.backtest.simulated import Simulated
from tools.promql_api import Api
from typedprom_codegen.promql.nodes.number import duration_value

_NAME: Final = re.compile(r"[\w]*:(sms_\w+):increase(\w+)")
_LEVEL: Final = re.compile(r"sum by \(([\w, ]+)\)")
_LOOKBACK: Final = 2.5 * SCHEDULE  # before a window, in which Prometheus has to have watched
_BEFORE_THE_HOUR: Final = 5 * MINUTE  # no program ends then


@dataclass(frozen=True, slots=True)
class Increases:
    """One counter in windows of one length: sums of all windows and of all label values."""

    metric: str
    window: str
    windows: int
    true: float
    recorded: float
    plain: float
    wrong: Sequence[str]


@dataclass(frozen=True, slots=True)
class _Counter:
    metric: str  # with `_total`
    window: str
    by: frozenset[str]
    record: Record

    @property
    def seconds(self) -> float:
        return duration_value(self.window)

    @property
    def is_of_failures(self) -> bool:
        """Whether it counts what fails, by source."""
        return self.metric.endswith("_error_total") and "source_id" in self.by


def counters(records: Sequence[Record]) -> Iterator[_Counter]:
    """Yield the records that hold increases of counters, by their names."""
    for record in records:
        name, level = _NAME.fullmatch(record.name), _LEVEL.match(record.expr)
        if name and not record.labels:
            by = frozenset(re.split(r",\s*", level[1]) if level else [])
            yield _Counter(f"{name[1]}_total", name[2], by, record)


def compare(counter: _Counter, simulated: Simulated, api: Api) -> Increases:
    """Compare windows that follow each other, where Prometheus watched and reached everything."""
    true = recorded = plain = 0.0
    wrong, ends = list[str](), [*_windows(counter.seconds, simulated)]
    for at in ends:
        expected = _counted(counter, simulated, at)
        found = {
            frozenset((name, value) for name, value in one.labels.items() if name in counter.by): (
                one.value
            )
            for one in api.query(counter.record.name, at=at)
        }
        for labels in expected.keys() | found.keys():
            if not math.isclose(expected.get(labels, 0), found.get(labels, 0), abs_tol=1e-6):
                wrong.append(
                    f"{counter.record.name}, {dict(labels)}, {(at - BEGAN) / HOUR:.2f} h: "
                    f"{found.get(labels, 0):g}, true is {expected.get(labels, 0):g}"
                )
        true, recorded = true + sum(expected.values()), recorded + sum(found.values())
        plain += sum(
            one.value
            for one in api.query(f"sum(increase({counter.metric}[{counter.window}]))", at=at)
        )
    return Increases(counter.metric, counter.window, len(ends), true, recorded, plain, wrong)


def _windows(seconds: float, simulated: Simulated) -> Iterator[float]:
    """Yield the ends of windows that follow each other, each at a time without runs."""
    away = [one for one in simulated.incidents if one.kind.name == "the network is away"]
    at = BEGAN + _LOOKBACK + seconds
    while at < simulated.ends:
        rounded = -(-at // HOUR) * HOUR - _BEFORE_THE_HOUR
        begins = rounded - seconds - _LOOKBACK
        if begins >= BEGAN and not any(one.begins < rounded and begins < one.ends for one in away):
            yield rounded
        at += seconds


def _counted(
    counter: _Counter, simulated: Simulated, at: float
) -> dict[frozenset[tuple[str, str]], float]:
    """Return what programs counted in a window, by the labels of the record."""
    found: dict[frozenset[tuple[str, str]], float] = {}
    for counted in simulated.counted:
        if at - counter.seconds < counted.at <= at:
            for labels, value in counted.counts.get(counter.metric, {}).items():
                key = frozenset((name, each) for name, each in labels if name in counter.by)
                found[key] = found.get(key, 0) + value
    return found
