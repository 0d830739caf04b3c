"""The `grafana` target: a dashboard per component, an overview, and the provisioning files.

overview.json                         in `dashboards/`
<component>.json                      in `dashboards/components/`
typedprom.yaml, prometheus.yaml       in `provisioning/dashboards/` and `provisioning/datasources/`
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from typedprom_codegen.alerting.rule_model import CompiledCatalog
from typedprom_codegen.dashboard_panels import shown_metrics
from typedprom_codegen.emit import OutputFile, Target
from typedprom_codegen.emit.grafana import provisioning
from typedprom_codegen.emit.grafana.dashboards import (
    GrafanaOptions,
    component_dashboard,
    dashboard_context,
)
from typedprom_codegen.emit.grafana.json_writer import to_json
from typedprom_codegen.emit.grafana.overview import overview

__all__ = ["TARGET", "GrafanaOptions"]


def _emit(compiled: CompiledCatalog, options: GrafanaOptions) -> Iterator[OutputFile]:
    catalog = compiled.catalog
    context = dashboard_context(compiled, options)
    yield OutputFile("dashboards/overview.json", to_json(overview(context)))
    for component in catalog.components:
        if shown_metrics(component):
            path = f"dashboards/components/{component.name}.json"
            yield OutputFile(path, to_json(component_dashboard(context, component)))
    yield OutputFile("provisioning/dashboards/typedprom.yaml", provisioning.dashboards(context))
    yield OutputFile("provisioning/datasources/prometheus.yaml", provisioning.datasources(context))


TARGET: Final = Target("grafana", GrafanaOptions, _emit)
