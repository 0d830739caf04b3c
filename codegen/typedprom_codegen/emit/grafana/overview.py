"""The overview: how each component is doing, in a few numbers that lead to its own dashboard."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final

from typedprom_codegen.emit.grafana import hints, model, queries, text
from typedprom_codegen.emit.grafana.dashboards import Plan, dashboard, drawn, labels_of
from typedprom_codegen.emit.grafana.filters import Filters, filters
from typedprom_codegen.emit.grafana.layout import QUARTER, Drawing, Section
from typedprom_codegen.emit.grafana.panels import stat
from typedprom_codegen.emit.grafana.queries import MERGING, PanelQuery, Source
from typedprom_codegen.emit.grafana.roles import Role, role
from typedprom_codegen.emit.grafana.subjects import Subject, subject, together
from typedprom_codegen.ir import Aggregation, Component, Metric, Panel, Threshold, ThresholdLevel

HARDLY_ANY: Final = 0.001  # errors a minute: one or two a day
_SAME_VIEW: Final = "${__url_time_range}&${__all_variables}"
_KEEPING_LEVELS: Final = {Aggregation.MIN, Aggregation.MAX}
"""Of these the result is one of the values, so thresholds of the values hold for it."""


@dataclass(frozen=True, slots=True)
class _Vital:
    """The metrics that tell how a component is doing: one of each role, and all errors."""

    component: Component
    by_role: dict[Role, list[Metric]]

    def metrics(self) -> Iterator[Metric]:
        """All that are drawn."""
        found = (self.traffic, *self.errors, self.slow, self.state)
        return (metric for metric in found if metric)

    @property
    def traffic(self) -> Metric | None:
        """What the component is there for, counted."""
        return self._first(Role.TRAFFIC)

    @property
    def errors(self) -> list[Metric]:
        """Every way it counts failures."""
        return self.by_role[Role.ERRORS]

    @property
    def slow(self) -> Metric | None:
        """How long it takes; how much there is of it where nothing is timed."""
        return self._first(Role.DURATIONS) or self._first(Role.DISTRIBUTIONS)

    @property
    def state(self) -> Metric | None:
        """How it is now: what the catalog draws as a number, if anything."""
        found = self.by_role[Role.STATE]
        numbers = (metric for metric in found if metric.dashboard.panel is Panel.STAT)
        return next(numbers, self._first(Role.STATE))

    def _first(self, part: Role) -> Metric | None:
        return next(iter(self.by_role[part]), None)


def overview(plan: Plan) -> model.Dashboard:
    """Rate, errors, the time things take, and the state of each component."""
    vital = [_vital(component) for component in plan.catalog.components]
    metrics = [metric for found in vital for metric in found.metrics()]
    shared = [label for label in labels_of(metrics) if label.component is None]
    chosen = filters(shared, plan.options.all_value)
    sections = [
        Section(found.component.name, found.component.title, tuple(_signs(plan, found, chosen)))
        for found in vital
    ]
    return dashboard(plan, None, chosen, metrics, sections)


def _vital(component: Component) -> _Vital:
    by_role: dict[Role, list[Metric]] = {part: [] for part in Role}
    for metric in drawn(component):
        by_role[role(metric)].append(metric)
    return _Vital(component, by_role)


def _signs(plan: Plan, vital: _Vital, chosen: Filters) -> Iterator[Drawing]:
    """The numbers of one component, each a link to its dashboard, each kind in its own column."""
    name = text.shown(vital.component.title, chosen.variables)
    url = f"/d/{plan.uid(vital.component)}?{_SAME_VIEW}"
    links = (model.Link(title=name, type="link", url=url),)

    def source(metric: Metric) -> Source:
        return queries.source(metric, chosen, plan.known)

    columns = (
        _traffic(source(vital.traffic)) if vital.traffic else None,
        _errors(name, vital, [source(metric) for metric in vital.errors]) if vital.errors else None,
        _slow(source(vital.slow)) if vital.slow else None,
        _state(source(vital.state)) if vital.state else None,
    )
    for column, shown in enumerate(columns):
        if shown:
            drawing = stat(replace(shown, links=links))
            yield replace(drawing, width=QUARTER, column=column * QUARTER)


def _traffic(source: Source) -> Subject:
    return subject(source, "rate", [queries.in_all(source)])


def _errors(name: str, vital: _Vital, sources: list[Source]) -> Subject:
    """One number for each way the component counts failures. Any failure shows."""
    each = [subject(source, "errors", [queries.in_all(source)]) for source in sources]
    some = Threshold(HARDLY_ANY, ThresholdLevel.WARNING)
    shown = together(f"/errors/{vital.component.name}", f"{name} errors", each)
    return replace(shown, thresholds=(some,))


def _slow(source: Source) -> Subject:
    found = queries.tail(source)
    shown = subject(source, "slow", [found])
    return replace(shown, title=f"{shown.title}, {found.name}")


def _state(source: Source) -> Subject:
    """The metric's own panel as one number: of several, the worst."""
    own = hints.hinted(source) or queries.current(source)
    merging = _merging(source)
    shown = subject(source, "state", (_as_one(query, merging) for query in own))
    if not any(query.labels for query in own):
        return replace(shown, thresholds=source.metric.dashboard.thresholds)
    kept = source.metric.dashboard.thresholds if merging in _KEEPING_LEVELS else ()
    return replace(shown, title=f"{shown.title}, {merging.value}", thresholds=kept)


def _merging(source: Source) -> Aggregation:
    """How the numbers of a state become one: as the catalog asks, or as the metric tells."""
    asked = (a for a in source.metric.dashboard.aggregations if a in MERGING)
    return next(asked, source.merging or Aggregation.MAX)


def _as_one(query: PanelQuery, merging: Aggregation) -> PanelQuery:
    if not query.labels:
        return query
    return replace(query, expr=queries.merged(merging, (), query.expr), labels=())
