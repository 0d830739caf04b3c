"""Queries to run while an alert fires: what it sees, and by which labels that can be split."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Final

from typedprom_codegen import ir
from typedprom_codegen.alerting import record_names
from typedprom_codegen.alerting.burn_pairs import useful_pairs
from typedprom_codegen.alerting.counts import events_of
from typedprom_codegen.alerting.increase import births
from typedprom_codegen.alerting.notation import (
    aggregated,
    matchers,
    number,
    selector,
    string,
)
from typedprom_codegen.alerting.rule_model import CompiledCatalog
from typedprom_codegen.alerting.selected_series import selected_by
from typedprom_codegen.emit.runbooks import markdown
from typedprom_codegen.emit.runbooks.page_subjects import Subject, labels_of
from typedprom_codegen.promql.nodes.number import duration
from typedprom_codegen.queries.checked import QueryOptions
from typedprom_codegen.queries.known import INSTANCE_LABEL, JOB_LABEL

MOST_QUERIES: Final = 6
"""On a page, beside those of the rules themselves."""

_TARGETS: Final = (JOB_LABEL, INSTANCE_LABEL)
_DOWN: Final = "up == 0"
_HOUR: Final = 3600
_WEEK: Final = 7 * 24 * _HOUR
_COUNTED: Final = frozenset({ir.MetricType.COUNTER, ir.MetricType.HISTOGRAM})


@dataclass(frozen=True, slots=True)
class RunbookQuery:
    """A query, and Markdown that says what it shows."""

    caption: str
    expr: str


def queries(compiled: CompiledCatalog, subject: Subject) -> Iterator[RunbookQuery]:
    """The queries of a page, each once."""
    for place, each in enumerate(subject.rules, 1):
        which = f" ({place} of {len(subject.rules)})" if len(subject.rules) > 1 else ""
        yield RunbookQuery(f"The query of the alert{which}:", each.rule.expr)
    if isinstance(subject.source, ir.Slo):
        yield _budget(compiled.catalog, subject.source)
    found = {query.expr: query for query in _all_splits(compiled, subject)}
    yield from islice(found.values(), MOST_QUERIES)


def _budget(catalog: ir.Catalog, slo: ir.Slo) -> RunbookQuery:
    """How much of the error budget is used, by what the rules record."""
    of = (f"{record_names.SLO_LABEL}={string(slo.key)}",)
    bad = selector(record_names.bad(catalog.namespace, slo.window), of)
    every = selector(record_names.all_events(catalog.namespace, slo.window), of)
    caption = (
        f"The share of the error budget of {duration(slo.window)} that is used; 1 is all of it:"
    )
    return RunbookQuery(caption, f"{bad} / {every} / {number(1 - slo.objective)}")


def _all_splits(compiled: CompiledCatalog, subject: Subject) -> Iterator[RunbookQuery]:
    catalog, source = compiled.catalog, subject.source
    window = _window(source, catalog)
    for selected in _wrong(source, catalog):
        yield from _splits(catalog, selected, labels_of(source), window)
    yield RunbookQuery("Targets that Prometheus cannot scrape:", _DOWN)


def _wrong(source: ir.Alert | ir.Slo, catalog: ir.Catalog) -> Sequence[ir.SelectedSeries]:
    """What shows the fault: of a ratio, what failed."""
    of = source.form if isinstance(source, ir.Alert) else source.indicator
    if isinstance(of, ir.RatioForm | ir.RatioIndicator):
        return of.bad
    return selected_by(source, catalog)


def _window(source: ir.Alert | ir.Slo, catalog: ir.Catalog) -> int:
    """The time that the source looks back; of an objective, the shortest of its long windows."""
    if isinstance(source, ir.Slo):
        return min((pair.long for pair in useful_pairs(source, catalog)), default=_HOUR)
    over: object = getattr(source.form, "over", _HOUR)
    return over if isinstance(over, int) else _HOUR


def _splits(
    catalog: ir.Catalog, selected: ir.SelectedSeries, by: Sequence[str], window: int
) -> Iterator[RunbookQuery]:
    """The metric by each of its labels that the alert does not tell apart."""
    metric = selected.metric
    own = dict.fromkeys(label.name for label in metric.series_labels)
    others = [label for label in own if label not in by]
    for label in others:
        yield _split(catalog, selected, (*(name for name in by if name in own), label), window)
    yield _split(catalog, selected, _TARGETS, window)


def _split(
    catalog: ir.Catalog, selected: ir.SelectedSeries, labels: Sequence[str], window: int
) -> RunbookQuery:
    metric = selected.metric
    series = selector(events_of(selected), matchers(selected))
    named = " and ".join(markdown.code(label) for label in labels)
    subject = f"{markdown.code(metric.name)} by {named}"
    if metric.type in _COUNTED:
        increase = births(catalog, QueryOptions()).increase(series, window)
        expr = f"{aggregated('sum', labels, increase)} > 0"
        return RunbookQuery(f"{subject}, within {duration(window)}:", expr)
    if metric.unit == "seconds" and "timestamp" in metric.name:
        newest = aggregated("max", labels, f"last_over_time({series}[{duration(_WEEK)}])")
        return RunbookQuery(f"Seconds since {subject}:", f"time() - {newest}")
    return RunbookQuery(f"The largest {subject}:", aggregated("max", labels, series))
