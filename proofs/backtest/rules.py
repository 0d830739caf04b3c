"""The rules of rule files: records in the order in which they need each other, and alerts."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypedDict

import yaml

from proofs.backtest.exposed import names_in
from typedprom_codegen.promql.nodes.number import duration_value


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


_RuleData = TypedDict(
    "_RuleData",
    {
        "record": str,
        "alert": str,
        "expr": str,
        "labels": dict[str, str],
        "for": str,
        "keep_firing_for": str,
    },
    total=False,
)


def read_rules(files: Sequence[Path]) -> Rules:
    """Read the rules of all groups of the files."""
    rules = Rules()
    for path in files:
        document = yaml.safe_load(path.read_text(encoding="utf-8"))
        for group in document["groups"]:
            for rule in group["rules"]:
                _add(rule, int(duration_value(group.get("interval", "1m"))), rules)
    return rules


def _add(rule: _RuleData, every: int, rules: Rules) -> None:
    labels = {name: str(value) for name, value in rule.get("labels", {}).items()}
    if "record" in rule:
        rules.records.append(Record(rule["record"], str(rule["expr"]), labels, every))
        return
    holds = duration_value(rule.get("for", "0s"))
    keeps = duration_value(rule.get("keep_firing_for", "0s"))
    rules.alerts.append(Alert(rule["alert"], str(rule["expr"]), labels, holds, keeps, every))
