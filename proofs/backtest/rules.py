"""The rules of rule files: records in the order in which they need each other, and alerts."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, TypedDict, cast

import yaml

from proofs.backtest.exposed import names_in

_UNITS: Final = {"ms": 0.001, "s": 1, "m": 60, "h": 3600, "d": 86400, "w": 604800, "y": 31536000}


@dataclass(frozen=True, slots=True)
class Record:
    """A recording rule."""

    name: str
    expr: str
    labels: dict[str, str]
    every: int  # seconds between evaluations


@dataclass(frozen=True, slots=True)
class Alert:
    """An alerting rule; `holds` and `keeps` are `for` and `keep_firing_for` in seconds."""

    name: str
    expr: str
    labels: dict[str, str]
    holds: float
    keeps: float
    every: int


@dataclass(slots=True)
class Rules:
    """All rules of some files."""

    records: list[Record] = field(default_factory=list)
    alerts: list[Alert] = field(default_factory=list)

    @property
    def queries(self) -> list[str]:
        """The expressions of all rules."""
        return [*(one.expr for one in self.records), *(one.expr for one in self.alerts)]

    def levels(self) -> Iterable[list[Record]]:
        """Yield the records in steps, each of which needs only the steps before."""
        recorded = {one.name for one in self.records}
        waiting = [(one, (names_in([one.expr]) & recorded) - {one.name}) for one in self.records]
        while waiting:
            missing = {one.name for one, _ in waiting}
            ready = [one for one, needed in waiting if not needed & missing]
            if not ready:
                raise ValueError(f"rules need each other: {', '.join(sorted(missing))}")
            yield ready
            waiting = [(one, needed) for one, needed in waiting if needed & missing]


class _Rule(TypedDict, total=False):
    record: str
    alert: str
    expr: str
    labels: dict[str, str]
    # The keys `for` and `keep_firing_for` are read with `get`: `for` is a keyword.


def read_rules(files: Sequence[Path]) -> Rules:
    """Read the rules of all groups of the files."""
    rules = Rules()
    for path in files:
        document = yaml.safe_load(path.read_text(encoding="utf-8"))
        for group in document["groups"]:
            for rule in group["rules"]:
                every = int(seconds_of(group.get("interval", "1m")))
                _add(cast("_Rule", rule), every, rules)
    return rules


def _add(rule: _Rule, every: int, rules: Rules) -> None:
    labels = {name: str(value) for name, value in rule.get("labels", {}).items()}
    if "record" in rule:
        rules.records.append(Record(rule["record"], str(rule["expr"]), labels, every))
        return
    times = cast("dict[str, str]", rule)
    holds, keeps = (seconds_of(times.get(key, "0s")) for key in ("for", "keep_firing_for"))
    rules.alerts.append(Alert(rule["alert"], str(rule["expr"]), labels, holds, keeps, every))


def seconds_of(duration: str) -> float:
    """Return the seconds of a duration as Prometheus writes it: `1h30m`."""
    return sum(int(n) * _UNITS[unit] for n, unit in re.findall(r"(\d+)(ms|[smhdwy])", duration))
