"""Metrics that belong on one panel: counters of one line each that count sides of one thing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from typedprom_codegen.emit.grafana import panels, queries, text
from typedprom_codegen.emit.grafana.layout import Drawing
from typedprom_codegen.emit.grafana.queries import Source
from typedprom_codegen.emit.grafana.roles import role
from typedprom_codegen.emit.grafana.subjects import Subject, subject, together
from typedprom_codegen.ir import Metric, MetricType


def families(metrics: Iterable[Metric], prefix: str) -> list[list[Metric]]:
    """The metrics, in order; plain counters whose keys differ in the last part alone stay together.

    `batches.processed` and `batches.successful` do; what follows the component's prefix at once
    has nothing in common.
    """
    found: dict[object, list[Metric]] = {}
    for metric in metrics:
        stem, _, _ = metric.key.rpartition(".")
        shared = _is_plain(metric) and stem != prefix
        key = (stem, role(metric), metric.unit) if shared else metric.key
        found.setdefault(key, []).append(metric)
    return list(found.values())


def drawings(sources: Sequence[Source]) -> Iterator[Drawing]:
    """The panels of a family."""
    if len(sources) == 1:
        yield from panels.drawings(sources[0])
        return
    stem, _, _ = sources[0].metric.key.rpartition(".")
    parts = [_line(source) for source in sources]
    title = text.words(stem.removeprefix(sources[0].metric.component + "."))
    yield panels.timeseries(together(f"{sources[0].metric.key}/family", title, parts))


def _line(source: Source) -> Subject:
    """One metric of the panel, called by what tells it from the others."""
    name = text.words(source.metric.key.rpartition(".")[2])
    found = [replace(query, name=name) for query in queries.derived(source)]
    return replace(subject(source, "line", found), title=name)


def _is_plain(metric: Metric) -> bool:
    """Whether one line is all there is, and the catalog asks for no other panel."""
    asked = metric.dashboard
    anything = asked.panel or asked.queries or asked.aggregations or asked.thresholds
    return metric.type is MetricType.COUNTER and not metric.labels and not anything
