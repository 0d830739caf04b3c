"""The `grafana` target: a dashboard a component, an overview of all, and the provisioning files.

overview.json                         in `dashboards/`
<component>.json                      in `dashboards/components/`
typedprom.yaml, prometheus.yaml       in `provisioning/dashboards/` and `provisioning/datasources/`
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from typedprom_codegen.emit import OutputFile, Target
from typedprom_codegen.emit.grafana import provisioning
from typedprom_codegen.emit.grafana.dashboards import component_dashboard, drawn, plan
from typedprom_codegen.emit.grafana.options import GrafanaOptions
from typedprom_codegen.emit.grafana.overview import overview
from typedprom_codegen.emit.grafana.serialize import to_json
from typedprom_codegen.ir import Catalog

__all__ = ["TARGET", "GrafanaOptions"]


def _emit(catalog: Catalog, options: GrafanaOptions) -> Iterator[OutputFile]:
    made = plan(catalog, options)
    yield OutputFile("dashboards/overview.json", to_json(overview(made)))
    for component in catalog.components:
        if drawn(component):
            path = f"dashboards/components/{component.name}.json"
            yield OutputFile(path, to_json(component_dashboard(made, component)))
    yield OutputFile("provisioning/dashboards/typedprom.yaml", provisioning.dashboards(made))
    yield OutputFile("provisioning/datasources/prometheus.yaml", provisioning.datasources(made))


TARGET: Final = Target("grafana", GrafanaOptions, _emit)
