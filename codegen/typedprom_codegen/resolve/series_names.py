"""Checks exposed names: two metrics must not have series of the same name."""

from __future__ import annotations

from typing import Final

from typedprom_codegen.codes import references
from typedprom_codegen.diagnostics import Diagnostics, Related
from typedprom_codegen.ir import Catalog, Metric, MetricType
from typedprom_codegen.promql.keywords import NAMED_NUMBERS, NOT_A_METRIC

SUFFIXES: Final = {
    MetricType.COUNTER: ("_total", "_created"),
    MetricType.GAUGE: (),
    MetricType.HISTOGRAM: ("_bucket", "_sum", "_count", "_created"),
    MetricType.INFO: ("_info",),
    MetricType.STATESET: (),
    MetricType.SUMMARY: ("_sum", "_count", "_created"),
    MetricType.UNKNOWN: (),
}
"""The suffixes of the series of a family."""

RESERVED_PREFIXES: Final = {
    "typedprom_": "typedprom itself",
    "process_": "the client library",
    "python_": "the client library",
    "scrape_": "Prometheus",
    "ALERTS": "Prometheus",
}
RESERVED_NAMES: Final = {"up": "Prometheus"}


def check_exposed_names(catalog: Catalog, diagnostics: Diagnostics) -> None:
    """Report every pair of metrics whose series collide, once, and reserved names."""
    holders: dict[str, Metric] = {}
    for metric in catalog.metrics():
        _check_reserved(metric, diagnostics)
        clashes = {
            id(holders[name]): (holders[name], name)
            for name in exposed(metric)
            if name in holders and holders[name].key != metric.key
        }
        for other, name in clashes.values():
            _report(metric, other, name, diagnostics)
        for name in exposed(metric):
            holders.setdefault(name, metric)


def exposed(metric: Metric) -> tuple[str, ...]:
    """The names of a metric's family and of all series that it can expose.

    Of a metric that other code records, only those of its series: its family is not ours.
    """
    if not metric.emitted:
        return tuple(metric.name + suffix for suffix in _of_others(metric))
    series = (metric.family + suffix for suffix in SUFFIXES[metric.type])
    return tuple(dict.fromkeys((metric.name, *series, metric.family)))


def _of_others(metric: Metric) -> tuple[str, ...]:
    if metric.native:
        return ("",)
    return {
        MetricType.HISTOGRAM: ("_bucket", "_sum", "_count"),
        MetricType.SUMMARY: ("", "_sum", "_count"),
    }.get(metric.type, ("",))


def _report(metric: Metric, other: Metric, name: str, diagnostics: Diagnostics) -> None:
    if metric.where("name") == metric.span and other.where("name") != other.span:
        metric, other = other, metric  # an explicit `name` is the one to change
    if metric.name == other.name:
        message = f"metrics `{metric.key}` and `{other.key}` are both named `{metric.name}`"
    else:
        message = (
            f"{metric.type.value} `{metric.name}` and {other.type.value} `{other.name}` "
            f"both expose `{name}`"
        )
    diagnostics.report(
        references.NAME_COLLISION,
        message,
        metric.where("name"),
        help="rename one of them, or give one a `name`",
        related=[Related(other.where("name"), f"`{other.key}` is declared here")],
    )


def _check_reserved(metric: Metric, diagnostics: Diagnostics) -> None:
    if metric.name.lower() in NOT_A_METRIC | NAMED_NUMBERS:
        diagnostics.report(
            references.RESERVED_NAME,
            f"the metric name `{metric.name}` is a keyword of PromQL, so no query can select it",
            metric.where("name"),
            help="choose another name or namespace",
        )
    owners = (RESERVED_PREFIXES[prefix] for prefix in RESERVED_PREFIXES if _is(metric, prefix))
    owner = RESERVED_NAMES.get(metric.name) or next(owners, None)
    if metric.emitted and owner is not None:
        diagnostics.report(
            references.RESERVED_NAME,
            f"the metric name `{metric.name}` is reserved for {owner}",
            metric.where("name"),
            help="choose another name or namespace; if other code records it, add `emitted: false`",
        )


def _is(metric: Metric, prefix: str) -> bool:
    return metric.name.startswith(prefix)
