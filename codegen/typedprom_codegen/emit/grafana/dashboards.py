"""What all dashboards have in common, and the dashboard of a component, with all its metrics."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from typedprom_codegen.alerting.increase import Births, births
from typedprom_codegen.alerting.rule_model import CompiledCatalog
from typedprom_codegen.dashboard_panels import grouped, shown_metrics
from typedprom_codegen.dashboard_sections import Section, section_of
from typedprom_codegen.dashboard_uids import GENERATED_TAG, catalog_tag, dashboard_uid
from typedprom_codegen.emit.grafana import grouped_panels, model, text
from typedprom_codegen.emit.grafana.default_queries import MetricContext, metric_context
from typedprom_codegen.emit.grafana.layout import PanelGroup, UnplacedPanel, arrange
from typedprom_codegen.emit.grafana.variables import Filters, filters, templating
from typedprom_codegen.ir import Catalog, Component, Label, Metric
from typedprom_codegen.queries.known import KnownSeries, known_series

OVERVIEW_TITLE: Final = "Overview"


@dataclass(frozen=True, slots=True)
class GrafanaOptions:
    """What `[tool.typedprom.grafana]` can contain, beside the directory."""

    title_prefix: str = ""
    uid_prefix: str = ""
    tags: tuple[str, ...] = ()
    all_value: str = ".+"  # what a variable matches when "All" is selected
    dashboards_path: str = "/var/lib/grafana/dashboards"  # on Grafana's server
    datasource_url: str = "http://localhost:9090"


@dataclass(frozen=True, slots=True)
class DashboardContext:
    """What all dashboards of a catalog have in common."""

    catalog: Catalog
    options: GrafanaOptions
    known: KnownSeries
    births: Births
    tag: str

    def of(self, metric: Metric, chosen: Filters) -> MetricContext:
        """The context of a metric on a dashboard with these filters."""
        counted = self.births if self.catalog.schedules_of(metric) else None
        return metric_context(metric, chosen, self.known, counted)

    def uid(self, component: Component | None = None) -> str:
        """A component's dashboard uid; without a component, the overview's: the catalog's tag."""
        name = component.name if component else None
        return dashboard_uid(self.catalog, name, self.options.uid_prefix)


def dashboard_context(compiled: CompiledCatalog, options: GrafanaOptions) -> DashboardContext:
    """The context for a catalog. Its tag is the namespace, else the title."""
    catalog = compiled.catalog
    counted = births(catalog, compiled.options)
    return DashboardContext(catalog, options, known_series(catalog), counted, catalog_tag(catalog))


def component_dashboard(context: DashboardContext, component: Component) -> model.Dashboard:
    """All metrics of a component, in sections."""
    metrics = shown_metrics(component)
    chosen = filters(labels_of(metrics), context.options.all_value)
    by_section: dict[Section, list[UnplacedPanel]] = {section: [] for section in Section}
    for group in grouped(metrics, component.prefix):
        contexts = [context.of(metric, chosen) for metric in group]
        by_section[section_of(group[0])] += grouped_panels.panels_of_group(contexts)
    groups = [
        PanelGroup(section.name, section.value, tuple(found))
        for section, found in by_section.items()
    ]
    return dashboard(context, component, chosen, metrics, groups)


def dashboard(
    context: DashboardContext,
    component: Component | None,
    chosen: Filters,
    metrics: Sequence[Metric],
    groups: Sequence[PanelGroup],
) -> model.Dashboard:
    """A dashboard with these groups of panels; without a component, the overview."""
    variables = chosen.variables
    title = component.title if component else OVERVIEW_TITLE
    description = (component and component.description) or context.catalog.description
    others = model.Link(
        as_dropdown=True,
        tags=(context.tag,),
        title=text.shown(context.catalog.title, variables),
        type="dashboards",
    )
    return model.Dashboard(
        description=text.shown(description, variables),
        links=(others,),
        panels=arrange(groups),
        tags=tuple(dict.fromkeys((context.tag, GENERATED_TAG, *context.options.tags))),
        templating=templating(chosen, metrics),
        title=text.shown(
            f"{context.options.title_prefix}{context.catalog.title} / {title}", variables
        ),
        uid=context.uid(component),
    )


def labels_of(metrics: Iterable[Metric]) -> list[Label]:
    """All labels of these metrics, in their order."""
    return [label for metric in metrics for label in metric.labels]
