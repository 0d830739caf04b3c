"""Rule files as data: what the catalog's alerts, objectives and records become, before any format.

One file a component with rules, and one for what is declared beside `catalog:`. A group's rules are
evaluated in order, so recorded counts stand before the alerts that use them.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from typedprom_codegen.ir import Alert, Catalog, Record, Slo
from typedprom_codegen.queries.checked import QueryOptions

SEVERITY_LABEL: Final = "severity"

_NOTHING_STATED: Final = QueryOptions()

WHOLE_CATALOG: Final = "_catalog"
"""The stem of the file with what is declared beside `catalog:`; no component can have this name."""


@dataclass(frozen=True, slots=True)
class RecordingRule:
    """A query whose result is stored as a metric."""

    name: str  # "source_id:sms_sources_requests_error:increase6h"
    expr: str
    labels: tuple[tuple[str, str], ...]  # that the rule adds
    source: Record | None  # None: derived, used by the alerts of the group


@dataclass(frozen=True, slots=True)
class AlertingRule:
    """A query whose results are alerts."""

    name: str
    expr: str
    hold: int  # seconds of `for`
    keep: int  # seconds of `keep_firing_for`; 0 also where Prometheus does not have it
    labels: tuple[tuple[str, str], ...]  # severity first
    annotations: tuple[tuple[str, str], ...]  # Go templates
    source: Alert | Slo

    @property
    def severity(self) -> str:
        """The name of its severity."""
        return dict(self.labels)[SEVERITY_LABEL]


Rule = RecordingRule | AlertingRule


@dataclass(frozen=True, slots=True)
class RuleGroup:
    """Rules that are evaluated together, in order."""

    name: str  # unique in its file
    interval: int  # seconds
    rules: tuple[Rule, ...]


@dataclass(frozen=True, slots=True)
class RuleGroups:
    """The file of a component: its groups of rules."""

    stem: str  # the component's name, or WHOLE_CATALOG
    groups: tuple[RuleGroup, ...]


@dataclass(frozen=True, slots=True)
class DroppedPair:
    """A pair of burn-rate windows that an objective has no use for."""

    slo: Slo
    long: int
    short: int
    reason: str  # "its short window of 5m is under two schedules of command parse, …"


@dataclass(frozen=True, slots=True)
class CompiledCatalog:
    """A catalog with its rules: what output targets are given."""

    catalog: Catalog
    files: tuple[RuleGroups, ...] = ()
    dropped: tuple[DroppedPair, ...] = ()
    options: QueryOptions = _NOTHING_STATED

    def rules(self) -> Iterator[Rule]:
        """All rules, in their order."""
        for file in self.files:
            for group in file.groups:
                yield from group.rules

    def alerting_rules(self) -> Iterator[AlertingRule]:
        """Those that alert."""
        return (rule for rule in self.rules() if isinstance(rule, AlertingRule))
