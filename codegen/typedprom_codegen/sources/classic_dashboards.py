"""The queries of dashboards of the classic model: `panels`, `templating`, `annotations`."""

from __future__ import annotations

from collections.abc import Iterator

from typedprom_codegen.sources.dashboard_queries import (
    DashboardQueries,
    WrittenTarget,
    panel_subject,
)
from typedprom_codegen.sources.data_sources import DataSources, plugins_of
from typedprom_codegen.sources.document import DocumentValue


def add_classic(dashboard: DocumentValue, found: DashboardQueries) -> None:
    """Add the queries of a dashboard."""
    sources = DataSources(plugins_of(_variables_of_sources(dashboard)))
    for panel in panels_of(dashboard):
        _add_panel(panel, sources, found)
    for element in dashboard["__elements"].items():  # library panels, in an export
        add_library_panel(element["model"], element["name"].text, found, sources)
    for variable in dashboard["templating"]["list"].items():
        if variable["type"].text == "query":
            plugin = sources.plugin(variable["datasource"])
            found.add_variable(variable["name"].text, variable["query"], plugin)
    for annotation in dashboard["annotations"]["list"].items():
        _add_annotation(annotation, sources, found)


def add_library_panel(
    panel: DocumentValue, name: str, found: DashboardQueries, sources: DataSources | None = None
) -> None:
    """Add the queries of a library panel of this name."""
    subject = panel_subject("library panel", name or panel["title"].text, panel["id"])
    _add_targets(panel, subject, sources or DataSources({}), found)


def panels_of(dashboard: DocumentValue) -> Iterator[DocumentValue]:
    """All panels: in rows of the old kind, in rows that are panels, and beside them."""
    ahead = [dashboard]
    while ahead:
        here = ahead.pop()
        if here.path != dashboard.path:
            yield here
        below = [*here["rows"].items(), *here["panels"].items()]
        ahead += reversed(below)


def _add_panel(panel: DocumentValue, sources: DataSources, found: DashboardQueries) -> None:
    subject = panel_subject("panel", panel["title"].text, panel["id"])
    _add_targets(panel, subject, sources, found)


def _add_targets(
    panel: DocumentValue, subject: str, sources: DataSources, found: DashboardQueries
) -> None:
    for index, target in enumerate(panel["targets"].items()):
        found.add_target(
            WrittenTarget(
                target,
                sources.plugin(target["datasource"], panel["datasource"]),
                subject,
                panel["type"].text,
                target["refId"].text or _letters(index),
                is_hidden=target["hide"].is_true,
                interval=panel["interval"],
            )
        )


def _add_annotation(
    annotation: DocumentValue, sources: DataSources, found: DashboardQueries
) -> None:
    if annotation["builtIn"].data in (1, True) or annotation["type"].text == "dashboard":
        return
    query = annotation if annotation["expr"].text else annotation["target"]
    plugin = sources.plugin(annotation["datasource"], query["datasource"])
    found.add_annotation(annotation["name"].text, query, plugin)


def _variables_of_sources(dashboard: DocumentValue) -> dict[str, str]:
    """The plugin of each variable, and of each input of an export, that is a data source."""
    inputs = {
        each["name"].text: each["pluginId"].text
        for each in dashboard["__inputs"].items()
        if each["type"].text == "datasource"
    }
    variables = {
        each["name"].text: each["query"].text
        for each in dashboard["templating"]["list"].items()
        if each["type"].text == "datasource"
    }
    return inputs | variables


def _letters(index: int) -> str:
    """The name of a target without one: A to Z, then numbers."""
    return chr(ord("A") + index) if index < 26 else str(index + 1)
