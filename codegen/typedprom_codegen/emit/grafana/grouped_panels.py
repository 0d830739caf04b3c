"""The panels of a group of metrics: counters that share a panel, or one metric with its own."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from typedprom_codegen.dashboard_panels import family_key
from typedprom_codegen.emit.grafana import default_queries, panels, text
from typedprom_codegen.emit.grafana.default_queries import MetricContext
from typedprom_codegen.emit.grafana.layout import UnplacedPanel
from typedprom_codegen.emit.grafana.panel_content import PanelContent, combined, panel_content


def panels_of_group(contexts: Sequence[MetricContext]) -> Iterator[UnplacedPanel]:
    """The panels of one group."""
    if len(contexts) == 1:
        yield from panels.panels_of(contexts[0])
        return
    stem, _, _ = contexts[0].metric.key.rpartition(".")
    parts = [_line(context) for context in contexts]
    title = text.words(stem.removeprefix(contexts[0].metric.component + "."))
    key = family_key([context.metric for context in contexts])
    yield panels.timeseries(combined(key, title, parts))


def _line(context: MetricContext) -> PanelContent:
    """One metric of the panel, named by the last word of its key."""
    name = text.words(context.metric.key.rpartition(".")[2])
    found = [replace(query, name=name) for query in default_queries.derived(context)]
    return replace(panel_content(context, "line", found), title=name)
