"""The queries of dashboards of version 2: `elements`, `variables`, `annotations`.

v2alpha1 names the plugin in `kind` of a query, and its data source beside the query; since v2beta1
they are `group` and `datasource` of the query.
"""

from __future__ import annotations

from typing import Final

from typedprom_codegen.sources.dashboard_queries import (
    DashboardQueries,
    WrittenTarget,
    panel_subject,
)
from typedprom_codegen.sources.data_sources import DataSources, plugins_of
from typedprom_codegen.sources.document import DocumentValue

_NO_PLUGIN: Final = frozenset({"", "DataQuery", "VizConfig"})
"""What `kind` is where `group` names the plugin."""


def add_v2(dashboard: DocumentValue, found: DashboardQueries) -> None:
    """Add the queries of a dashboard."""
    variables = list(dashboard["variables"].items())
    sources = DataSources(
        plugins_of(
            {
                each["spec"]["name"].text: each["spec"]["pluginId"].text
                for each in variables
                if each["kind"].text == "DatasourceVariable"
            }
        )
    )
    for element in dashboard["elements"].items():
        _add_panel(element["spec"], sources, found)
    for variable in variables:
        if variable["kind"].text == "QueryVariable":
            spec = variable["spec"]
            plugin = _plugin(spec["query"], spec["datasource"], sources)
            found.add_variable(spec["name"].text, spec["query"]["spec"], plugin)
    for annotation in dashboard["annotations"].items():
        _add_annotation(annotation["spec"], sources, found)


def _add_panel(panel: DocumentValue, sources: DataSources, found: DashboardQueries) -> None:
    subject = panel_subject("panel", panel["title"].text, panel["id"])
    group = panel["data"]["spec"]
    for each in group["queries"].items():
        target = each["spec"]
        found.add_target(
            WrittenTarget(
                target["query"]["spec"],
                _plugin(target["query"], target["datasource"], sources),
                subject,
                _named_plugin(panel["vizConfig"]),
                target["refId"].text or "?",
                is_hidden=target["hidden"].is_true,
                interval=group["queryOptions"]["interval"],
            )
        )


def _add_annotation(
    annotation: DocumentValue, sources: DataSources, found: DashboardQueries
) -> None:
    if annotation["builtIn"].is_true:
        return
    query, older = annotation["query"]["spec"], annotation["legacyOptions"]
    plugin = _plugin(annotation["query"], annotation["datasource"], sources)
    written = query if query["expr"].text or not older["expr"].text else older
    found.add_annotation(annotation["name"].text, written, plugin)


def _plugin(query: DocumentValue, beside: DocumentValue, sources: DataSources) -> str | None:
    """The plugin of a query: named by itself, or by its data source."""
    named = _named_plugin(query).lower()
    return named or sources.plugin(query["datasource"], beside)


def _named_plugin(value: DocumentValue) -> str:
    """The plugin of a query or of a panel."""
    kind = value["kind"].text
    return value["group"].text or ("" if kind in _NO_PLUGIN else kind)
