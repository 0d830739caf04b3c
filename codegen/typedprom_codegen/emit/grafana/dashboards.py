"""What every dashboard has, and the one of a component, with all its metrics."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from typedprom_codegen.emit.grafana import model, related, text
from typedprom_codegen.emit.grafana.filters import Filters, filters, templating
from typedprom_codegen.emit.grafana.ids import slug, uid
from typedprom_codegen.emit.grafana.layout import Drawing, Section, arrange
from typedprom_codegen.emit.grafana.options import GrafanaOptions
from typedprom_codegen.emit.grafana.queries import source
from typedprom_codegen.emit.grafana.roles import Role, role
from typedprom_codegen.ir import Catalog, Component, Label, Metric, Stability
from typedprom_codegen.promql.series import KnownSeries, known_series

GENERATED_TAG: Final = "typedprom"
OVERVIEW_TITLE: Final = "Overview"


@dataclass(frozen=True, slots=True)
class Plan:
    """What all dashboards of a catalog have in common."""

    catalog: Catalog
    options: GrafanaOptions
    known: KnownSeries
    tag: str

    def uid(self, component: Component | None = None) -> str:
        """A dashboard's uid; the overview's is the catalog's tag alone."""
        return uid(self.options.uid_prefix, self.tag, component.name if component else "")


def plan(catalog: Catalog, options: GrafanaOptions) -> Plan:
    """Dashboards for this catalog; one without a namespace is told from others by its title."""
    tag = catalog.namespace or slug(catalog.title) or GENERATED_TAG
    return Plan(catalog, options, known_series(catalog), tag)


def drawn(component: Component) -> list[Metric]:
    """The metrics that are on dashboards: those that are recorded and not on their way out."""
    return [m for m in component.metrics if m.emitted and m.stability is not Stability.DEPRECATED]


def component_dashboard(plan: Plan, component: Component) -> model.Dashboard:
    """Every metric of a component, like beside like."""
    metrics = drawn(component)
    chosen = filters(labels_of(metrics), plan.options.all_value)
    by_role: dict[Role, list[Drawing]] = {part: [] for part in Role}
    for family in related.families(metrics, component.prefix):
        sources = [source(metric, chosen, plan.known) for metric in family]
        by_role[role(family[0])] += related.drawings(sources)
    sections = [Section(part.name, part.value, tuple(found)) for part, found in by_role.items()]
    return dashboard(plan, component, chosen, metrics, sections)


def dashboard(
    plan: Plan,
    component: Component | None,
    chosen: Filters,
    metrics: Sequence[Metric],
    sections: Sequence[Section],
) -> model.Dashboard:
    """A dashboard of these sections; that of no component is the overview."""
    variables = chosen.variables
    title = component.title if component else OVERVIEW_TITLE
    description = (component and component.description) or plan.catalog.description
    others = model.Link(
        as_dropdown=True,
        tags=(plan.tag,),
        title=text.shown(plan.catalog.title, variables),
        type="dashboards",
    )
    return model.Dashboard(
        description=text.shown(description, variables),
        links=(others,),
        panels=arrange(sections),
        tags=tuple(dict.fromkeys((plan.tag, GENERATED_TAG, *plan.options.tags))),
        templating=templating(chosen, metrics),
        title=text.shown(f"{plan.options.title_prefix}{plan.catalog.title} / {title}", variables),
        uid=plan.uid(component),
    )


def labels_of(metrics: Iterable[Metric]) -> list[Label]:
    """All labels of these metrics, in their order."""
    return [label for metric in metrics for label in metric.labels]
