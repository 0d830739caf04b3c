"""Which series a query reads, by the keys under which rules write them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final, NamedTuple

from typedprom_codegen.promql.alternatives import fixed_texts
from typedprom_codegen.promql.nodes.selector import NAME_LABEL, Selector
from typedprom_codegen.promql.query import Query

OF_ALERTS: Final = ("ALERTS", "ALERTS_FOR_STATE")
"""The series that Prometheus writes for every alert."""

ALERT_NAME: Final = "alertname"


class Readings(NamedTuple):
    """Names of metrics, and keys of alerts."""

    keys: frozenset[str]
    everything: bool = False  # whether it can read any series

    def and_all(self, others: Iterable[Readings]) -> Readings:
        """What these and others read."""
        keys, everything = self.keys, self.everything
        for other in others:
            keys |= other.keys
            everything |= other.everything
        return Readings(keys, everything)


def alert_key(name: str) -> str:
    """The key under which an alert is read: no name of a metric."""
    return f"alert {name}"


def readings_of(query: Query | None) -> Readings:
    """What a query reads; one that we cannot read may read everything."""
    if query is None:
        return Readings(frozenset(), everything=True)
    return Readings(frozenset()).and_all(map(_of_selector, query.all(Selector)))


def _of_selector(node: Selector) -> Readings:
    if node.name in OF_ALERTS:
        alerts = [
            matcher.value
            for matcher in node.matchers
            if matcher.label.name == ALERT_NAME and matcher.operator == "="
        ]
        return Readings(frozenset({alert_key(alerts[0]) if alerts else node.name}))
    if node.name:
        return Readings(frozenset({node.name}))
    for matcher in node.matchers:
        if matcher.label.name == NAME_LABEL and matcher.operator == "=~":
            names = fixed_texts(matcher.value)
            if names is not None:
                return Readings(names)
    return Readings(frozenset(), everything=True)
