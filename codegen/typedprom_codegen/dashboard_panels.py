"""Which panels a component's dashboard has, and their ids, which links to a panel contain.

Ids are hashes of keys, so they stay the same when a catalog grows.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from typedprom_codegen.dashboard_sections import Section, section_of
from typedprom_codegen.dashboard_uids import digest
from typedprom_codegen.ir import Component, Metric, MetricType, PanelType, Stability

DATASOURCE_VARIABLE: Final = "datasource"
LARGEST_ID: Final = 2**31 - 1
OF_HISTOGRAMS: Final = (PanelType.TIMESERIES, PanelType.HEATMAP)
"""The panels that every histogram has."""


def shown_metrics(component: Component) -> list[Metric]:
    """The metrics that dashboards show: those that are recorded and not deprecated."""
    return [m for m in component.metrics if m.emitted and m.stability is not Stability.DEPRECATED]


def panel_of(component: Component, metric: Metric) -> int:
    """The id of the panel that shows a metric of `shown_metrics` first."""
    groups = grouped(shown_metrics(component), component.prefix)
    (mine,) = (group for group in groups if metric in group)
    sections = {section_of(group[0]) for group in groups}
    keys = [*_panel_keys(groups), *(row_key(section.name) for section in sections)]
    first = first_kind(metric)
    return panel_ids(keys)[panel_key(metric, first.value) if len(mine) == 1 else family_key(mine)]


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


def panel_kinds(metric: Metric) -> tuple[PanelType, ...]:
    """The types of a metric's panels, as they stand; a histogram has a graph and a heatmap."""
    first = first_kind(metric)
    if metric.type is not MetricType.HISTOGRAM:
        return (first,)
    return tuple(dict.fromkeys((*OF_HISTOGRAMS, first)))


def first_kind(metric: Metric) -> PanelType:
    """The type of the panel that the catalog requests, or that fits the metric."""
    if metric.dashboard.panel:
        return metric.dashboard.panel
    if section_of(metric) is Section.FACTS:
        return PanelType.TABLE
    return PanelType.STAT if metric.is_timestamp else PanelType.TIMESERIES


def panel_key(metric: Metric, kind: str) -> str:
    """The key of a panel of one metric, of which there can be several."""
    return f"{metric.key}/{kind}"


def family_key(metrics: Sequence[Metric]) -> str:
    """The key of the panel that a group of metrics shares."""
    return panel_key(metrics[0], "family")


def variable_name(label: str) -> str:
    """The name of a dashboard's variable for a label."""
    return f"{label}_" if label == DATASOURCE_VARIABLE else label


def row_key(group: str) -> str:
    """The key of a heading; no metric's key begins with a slash."""
    return f"/row/{group}"


def panel_ids(keys: Iterable[str]) -> dict[str, int]:
    """A positive id for each key, a hash of the key.

    Where two hashes collide, the key that is later in alphabetical order gets the next hash.
    """
    ids: dict[str, int] = {}
    taken: set[int] = set()
    for key in sorted(keys):
        attempt = 0
        while (found := _panel_id(key, attempt)) in taken:
            attempt += 1
        taken.add(found)
        ids[key] = found
    return ids


def _panel_id(key: str, attempt: int) -> int:
    return int(digest(f"{key}\0{attempt}" if attempt else key, 8), 16) % LARGEST_ID + 1


def _panel_keys(groups: Iterable[Sequence[Metric]]) -> Iterator[str]:
    for group in groups:
        if len(group) > 1:
            yield family_key(group)
        else:
            yield from (panel_key(group[0], kind.value) for kind in panel_kinds(group[0]))


def _is_plain(metric: Metric) -> bool:
    """Whether this is a counter without labels, and without dashboard hints."""
    hints = metric.dashboard
    hinted = hints.panel or hints.queries or hints.aggregations or hints.thresholds
    return metric.type is MetricType.COUNTER and not metric.labels and not hinted
