"""The overview dashboard: a few numbers per component, each a link to its dashboard."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final

from typedprom_codegen.dashboard_panels import shown_metrics
from typedprom_codegen.dashboard_sections import Section, section_of
from typedprom_codegen.emit.grafana import catalog_queries, default_queries, model, text
from typedprom_codegen.emit.grafana.dashboards import (
    DashboardContext,
    dashboard,
    labels_of,
)
from typedprom_codegen.emit.grafana.default_queries import MERGING, MetricContext, PanelQuery
from typedprom_codegen.emit.grafana.layout import QUARTER, PanelGroup, UnplacedPanel
from typedprom_codegen.emit.grafana.panel_content import PanelContent, combined, panel_content
from typedprom_codegen.emit.grafana.panels import stat
from typedprom_codegen.emit.grafana.variables import Filters, filters
from typedprom_codegen.ir import (
    Aggregate,
    Component,
    Metric,
    PanelType,
    Threshold,
    ThresholdLevel,
)

ERROR_THRESHOLD: Final = 0.001  # errors per minute: one or two a day
_SAME_VIEW: Final = "${__url_time_range}&${__all_variables}"
_KEEPING_LEVELS: Final = {Aggregate.MIN, Aggregate.MAX}
"""Their result is one of the values, so the thresholds of the values apply to it."""


@dataclass(frozen=True, slots=True)
class _KeyMetrics:
    """The metrics of a component on the overview: one of each section, and all errors."""

    component: Component
    by_section: dict[Section, list[Metric]]

    def metrics(self) -> Iterator[Metric]:
        """All metrics that are shown."""
        found = (self.traffic, *self.errors, self.duration, self.state)
        return (metric for metric in found if metric)

    @property
    def traffic(self) -> Metric | None:
        """The first traffic counter."""
        return self._first(Section.TRAFFIC)

    @property
    def errors(self) -> list[Metric]:
        """All error counters."""
        return self.by_section[Section.ERRORS]

    @property
    def duration(self) -> Metric | None:
        """The first histogram of durations, else of other amounts."""
        return self._first(Section.DURATIONS) or self._first(Section.DISTRIBUTIONS)

    @property
    def state(self) -> Metric | None:
        """The first state with a stat panel, else the first state."""
        found = self.by_section[Section.STATE]
        numbers = (metric for metric in found if metric.dashboard.panel is PanelType.STAT)
        return next(numbers, self._first(Section.STATE))

    def _first(self, section: Section) -> Metric | None:
        return next(iter(self.by_section[section]), None)


def overview(context: DashboardContext) -> model.Dashboard:
    """Rate, errors, the time things take, and the state of each component."""
    components = [_key_metrics(component) for component in context.catalog.in_flow()]
    metrics = [metric for found in components for metric in found.metrics()]
    shared = [label for label in labels_of(metrics) if label.component is None]
    chosen = filters(shared, context.options.all_value)
    groups = [
        PanelGroup(
            found.component.name, found.component.title, tuple(_stat_panels(context, found, chosen))
        )
        for found in components
    ]
    return dashboard(context, None, chosen, metrics, groups)


def _key_metrics(component: Component) -> _KeyMetrics:
    by_section: dict[Section, list[Metric]] = {section: [] for section in Section}
    for metric in shown_metrics(component):
        by_section[section_of(metric)].append(metric)
    return _KeyMetrics(component, by_section)


def _stat_panels(
    context: DashboardContext, key_metrics: _KeyMetrics, chosen: Filters
) -> Iterator[UnplacedPanel]:
    """The numbers of one component, each with a link to its dashboard, in fixed columns."""
    name = text.shown(key_metrics.component.title, chosen.variables)
    url = f"/d/{context.uid(key_metrics.component)}?{_SAME_VIEW}"
    links = (model.Link(title=name, type="link", url=url),)

    def in_context(metric: Metric) -> MetricContext:
        return context.of(metric, chosen)

    columns = (
        _traffic(in_context(key_metrics.traffic)) if key_metrics.traffic else None,
        _errors(name, key_metrics, [in_context(metric) for metric in key_metrics.errors])
        if key_metrics.errors
        else None,
        _duration(in_context(key_metrics.duration)) if key_metrics.duration else None,
        _state(in_context(key_metrics.state)) if key_metrics.state else None,
    )
    for column, shown in enumerate(columns):
        if shown:
            panel = stat(replace(shown, links=links))
            yield replace(panel, width=QUARTER, column=column * QUARTER)


def _traffic(context: MetricContext) -> PanelContent:
    return panel_content(context, "rate", [default_queries.total_rate(context)])


def _errors(name: str, key_metrics: _KeyMetrics, contexts: list[MetricContext]) -> PanelContent:
    """One number for each error counter, coloured as soon as there is any error."""
    each = [
        panel_content(context, "errors", [default_queries.total_rate(context)])
        for context in contexts
    ]
    threshold = Threshold(ERROR_THRESHOLD, ThresholdLevel.WARNING)
    shown = combined(f"/errors/{key_metrics.component.name}", f"{name} errors", each)
    return replace(shown, thresholds=(threshold,))


def _duration(context: MetricContext) -> PanelContent:
    found = default_queries.high_quantile(context)
    shown = panel_content(context, "slow", [found])
    return replace(shown, title=f"{shown.title}, {found.name}")


def _state(context: MetricContext) -> PanelContent:
    """The queries of the metric's panel as one number each."""
    queries = catalog_queries.requested_queries(context) or default_queries.current(context)
    merging = _merging(context)
    shown = panel_content(context, "state", (_as_one(query, merging) for query in queries))
    if not any(query.labels for query in queries):
        return replace(shown, thresholds=context.metric.dashboard.thresholds)
    kept = context.metric.dashboard.thresholds if merging in _KEEPING_LEVELS else ()
    return replace(shown, title=f"{shown.title}, {merging.value}", thresholds=kept)


def _merging(context: MetricContext) -> Aggregate:
    """How the series of a state become one number: by the catalog's hint, else by the metric."""
    hinted = (a for a in context.metric.dashboard.aggregations if a in MERGING)
    return next(hinted, context.merging or Aggregate.MAX)


def _as_one(query: PanelQuery, merging: Aggregate) -> PanelQuery:
    if not query.labels:
        return query
    return replace(query, expr=default_queries.merged(merging, (), query.expr), labels=())
