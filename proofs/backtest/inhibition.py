"""Alerts that Alertmanager does not send while others fire, by its `inhibit_rules`."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import yaml

from proofs.backtest.firing import Firing

_MATCHER = re.compile(r'\s*([\w]+)\s*(=~|!~|!=|=)\s*"?(.*?)"?\s*')


@dataclass(frozen=True, slots=True)
class Matcher:
    """A condition on one label, in the syntax of Alertmanager."""

    label: str
    operator: str
    value: str

    def holds(self, labels: dict[str, str]) -> bool:
        """Whether the labels fulfil it."""
        own = labels.get(self.label, "")
        found = re.fullmatch(self.value, own) if "~" in self.operator else own == self.value
        return bool(found) is not self.operator.startswith("!")


@dataclass(frozen=True, slots=True)
class Inhibition:
    """One of the `inhibit_rules`."""

    source: Sequence[Matcher]
    target: Sequence[Matcher]
    equal: Sequence[str]

    def inhibits(self, source: Firing, target: Firing) -> bool:
        """Whether one alert keeps another from being sent while both fire."""
        of_source, of_target = _labels(source), _labels(target)
        return (
            all(one.holds(of_source) for one in self.source)
            and all(one.holds(of_target) for one in self.target)
            and all(of_source.get(name, "") == of_target.get(name, "") for name in self.equal)
        )


def read_inhibitions(path: Path) -> list[Inhibition]:
    """Read the `inhibit_rules` of a configuration of Alertmanager."""
    document = yaml.safe_load(path.read_text(encoding="utf-8"))
    return [
        Inhibition(
            [*map(_matcher, rule.get("source_matchers", []))],
            [*map(_matcher, rule.get("target_matchers", []))],
            rule.get("equal", []),
        )
        for rule in document.get("inhibit_rules", [])
    ]


def is_sent(firing: Firing, others: Sequence[Firing], rules: Sequence[Inhibition]) -> bool:
    """Whether an alert fires at any time without being inhibited."""
    at = firing.begins
    spans = sorted(
        (other.begins, other.ends)
        for other in others
        if other is not firing and any(rule.inhibits(other, firing) for rule in rules)
    )
    for begins, ends in spans:
        if begins <= at:
            at = max(at, ends)
    return at < firing.ends


def _labels(firing: Firing) -> dict[str, str]:
    return {**dict(firing.labels), "alertname": firing.alert}


def _matcher(text: str) -> Matcher:
    if not (found := _MATCHER.fullmatch(text)):
        raise ValueError(f"not a matcher: {text}")
    return Matcher(found[1], found[2], found[3])
