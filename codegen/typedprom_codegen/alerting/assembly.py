"""Files and groups of rules: what stands where, and how often it is evaluated."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from itertools import chain
from typing import Final

from typedprom_codegen.alerting import objectives
from typedprom_codegen.alerting.alert_rules import alert_rules
from typedprom_codegen.alerting.burn_pairs import useful_pairs
from typedprom_codegen.alerting.counts import Counts
from typedprom_codegen.alerting.increase import births
from typedprom_codegen.alerting.rule_model import (
    WHOLE_CATALOG,
    RecordingRule,
    Rule,
    RuleGroup,
    RuleGroups,
)
from typedprom_codegen.dashboard_uids import catalog_tag
from typedprom_codegen.ir import Catalog, Slo
from typedprom_codegen.queries.checked import QueryOptions

_LONG: Final = 12 * 3600
_SHORT_WINDOWS: Final = range(_LONG)
_LONG_WINDOWS: Final = range(_LONG, sys.maxsize)
"""Windows of objectives, by their seconds: counts in long ones change slowly."""

_SELDOM: Final = 300
"""Seconds between evaluations of what is about long windows: Prometheus looks back as far."""

_MARKERS: Final = "watched"
_SELDOM_GROUP: Final = "long-windows"


def rule_files(catalog: Catalog, options: QueryOptions) -> tuple[RuleGroups, ...]:
    """The rule files of a catalog: first that of the whole catalog, then one a component."""
    return tuple(file for file in _Assembly(catalog, options).files() if file.groups)


class _Assembly:
    """The rules of each file, of which any can use what an earlier one records."""

    def __init__(self, catalog: Catalog, options: QueryOptions) -> None:
        self._catalog = catalog
        self._options = options
        self._counts = Counts(births(catalog, options))

    def files(self) -> Iterator[RuleGroups]:
        """All files, also empty ones."""
        components = [component.name for component in self._catalog.components]
        whole, *others = [self._file(name) for name in (None, *components)]
        markers = self._markers((whole, *others))
        yield RuleGroups(whole.stem, (*markers, *whole.groups))
        yield from others

    def _markers(self, files: tuple[RuleGroups, ...]) -> tuple[RuleGroup, ...]:
        """The markers, if a rule uses them, or panels of programs that run again and again do."""
        name = self._counts.births.watched
        used = any(name in r.expr for file in files for group in file.groups for r in group.rules)
        rules = self._counts.births.markers() if used or self._catalog.schedules else ()
        return tuple(self._group(_MARKERS, self._options.evaluation_interval, rules))

    def _file(self, component: str | None) -> RuleGroups:
        stem = component or WHOLE_CATALOG
        interval = self._options.evaluation_interval
        seldom = max(interval, _SELDOM)
        name = component or "catalog"
        groups = chain(
            self._group(name, interval, tuple(self._rules(component))),
            self._group(f"{name}-{_SELDOM_GROUP}", seldom, tuple(self._long(component))),
        )
        return RuleGroups(stem, tuple(groups))

    def _group(self, name: str, interval: int, rules: tuple[Rule, ...]) -> Iterator[RuleGroup]:
        if rules:
            yield RuleGroup(f"{catalog_tag(self._catalog)}-{name}", interval, rules)

    def _rules(self, component: str | None) -> Iterator[Rule]:
        """What is evaluated often: records, alerts, objectives in short windows."""
        for record in self._catalog.records:
            if record.component == component:
                yield RecordingRule(record.name, record.query.expr.strip(), (), record)
        for alert in self._catalog.alerts:
            if alert.component == component:
                found = tuple(alert_rules(alert, self._catalog, self._options, self._counts))
                yield from self._counts.take()
                yield from found
        for slo in self._slos(component):
            yield from objectives.lateness(slo, self._catalog, self._counts.births)
            yield from self._objective(slo, _SHORT_WINDOWS)

    def _long(self, component: str | None) -> Iterator[Rule]:
        """What is evaluated seldom: objectives in long windows."""
        for slo in self._slos(component):
            yield from self._objective(slo, _LONG_WINDOWS)

    def _objective(self, slo: Slo, windows: range) -> Iterator[Rule]:
        """What an objective needs of windows as long as these."""
        for window in objectives.windows(slo, self._catalog):
            if window in windows:
                yield from objectives.records(slo, window, self._catalog, self._counts.births)
        pairs = [pair for pair in useful_pairs(slo, self._catalog) if pair.long in windows]
        yield from objectives.burn_alerts(slo, pairs, self._catalog)

    def _slos(self, component: str | None) -> Iterator[Slo]:
        return (slo for slo in self._catalog.slos if slo.component == component)
