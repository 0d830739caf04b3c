"""Metrics that share a panel: plain counters whose keys differ in the last word only."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from typedprom_codegen.emit.grafana import default_queries, panels, text
from typedprom_codegen.emit.grafana.default_queries import MetricContext
from typedprom_codegen.emit.grafana.layout import UnplacedPanel
from typedprom_codegen.emit.grafana.panel_content import PanelContent, combined, panel_content
from typedprom_codegen.emit.grafana.sections import section_of
from typedprom_codegen.ir import Metric, MetricType


def grouped(metrics: Iterable[Metric], prefix: str) -> list[list[Metric]]:
    """Group metrics, in order: plain counters whose keys differ in the last word form one group.

    `batches.processed` and `batches.successful` do. Keys with one word after the component's
    prefix do not: they have only the prefix in common.
    """
    found: dict[object, list[Metric]] = {}
    for metric in metrics:
        stem, _, _ = metric.key.rpartition(".")
        shared = _is_plain(metric) and stem != prefix
        key = (stem, section_of(metric), metric.unit) if shared else metric.key
        found.setdefault(key, []).append(metric)
    return list(found.values())


def panels_of_group(contexts: Sequence[MetricContext]) -> Iterator[UnplacedPanel]:
    """The panels of one group."""
    if len(contexts) == 1:
        yield from panels.panels_of(contexts[0])
        return
    stem, _, _ = contexts[0].metric.key.rpartition(".")
    parts = [_line(context) for context in contexts]
    title = text.words(stem.removeprefix(contexts[0].metric.component + "."))
    yield panels.timeseries(combined(f"{contexts[0].metric.key}/family", title, parts))


def _line(context: MetricContext) -> PanelContent:
    """One metric of the panel, named by the last word of its key."""
    name = text.words(context.metric.key.rpartition(".")[2])
    found = [replace(query, name=name) for query in default_queries.derived(context)]
    return replace(panel_content(context, "line", found), title=name)


def _is_plain(metric: Metric) -> bool:
    """Whether this is a counter without labels, and without dashboard hints."""
    hints = metric.dashboard
    hinted = hints.panel or hints.queries or hints.aggregations or hints.thresholds
    return metric.type is MetricType.COUNTER and not metric.labels and not hinted
