"""TP502: a query with a series name that no metric has."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from typedprom_codegen import packs
from typedprom_codegen.codes.define import error
from typedprom_codegen.ir import MetricType
from typedprom_codegen.lint.query_rule import Finding, QueryRule
from typedprom_codegen.message_parts import article, one_of, suggestion
from typedprom_codegen.promql.nodes.selector import Selector
from typedprom_codegen.queries.checked import CheckedQuery
from typedprom_codegen.queries.known import (
    COUNT_SUFFIX,
    HISTOGRAM_SUFFIXES,
    SUM_SUFFIX,
    KnownMetric,
    KnownSeries,
)

CODE: Final = error(
    "TP502",
    "query-unknown-metric",
    """
    A query names a metric that nobody declares, so its panel would stay empty and its alert silent.
    The series of a histogram end in `_bucket`, `_sum` and `_count`, and queries use these names. A
    metric that other code records is declared with `emitted: false`.

    Wrong:

    ```promql
    sum(rate(shop_orders_total[5m]))
    ```

    Right:

    ```promql
    sum(rate(shop_orders_placed_total[5m]))
    ```
    """,
)


def check(selector: Selector, query: CheckedQuery) -> Iterator[Finding]:
    """Report a name that is not the name of a series."""
    name, known = selector.name, query.known
    if name is None or known.get(name) is not None or known.may_exist(name):
        return
    message, help = _explained(name, known)
    yield Finding(message, selector.name_extent, help)


def _explained(name: str, known: KnownSeries) -> tuple[str, str]:
    """The message and the help for an unknown name."""
    if name in known.metrics:
        series = [f"`{name}{suffix}`" for suffix in HISTOGRAM_SUFFIXES]
        return (
            f"`{name}` is a histogram and has no series of that name",
            f"use {one_of(series)}",
        )
    for suffix in HISTOGRAM_SUFFIXES:
        metric = known.metrics.get(name.removesuffix(suffix))
        if metric and name.endswith(suffix):
            kind = f"native {metric.type.value}" if metric.is_native else metric.type.value
            message = f"`{metric.name}` is {article(kind)} and has no `{suffix}`"
            return message, _without_suffix(metric, suffix)
    pack = packs.with_series(name)
    if pack is not None:
        help = f'add `packs = ["{pack}"]` to the configuration: that pack has it'
        return f"metric `{name}` is not declared", help
    return f"metric `{name}` is not declared{suggestion(known.nearest(name))}", _declared(name)


def _without_suffix(metric: KnownMetric, suffix: str) -> str:
    """What to use instead of a suffix that a metric does not have."""
    if metric.is_native:
        function = _OF_NATIVE.get(suffix)
        return f"use `{function}({metric.name})`" if function else f"use `{metric.name}` itself"
    if metric.type is MetricType.SUMMARY:
        return f"use `{metric.name}`, `{metric.name}_sum` or `{metric.name}_count`"
    return f"use `{metric.name}`; only histograms have buckets, sums and counts"


def _declared(name: str) -> str:
    """How a name becomes known."""
    if ":" in name:
        return "if a recording rule makes it, check its file too, with `--rules`"
    return "declare it, with `emitted: false` if other code records it"


_OF_NATIVE: Final = {SUM_SUFFIX: "histogram_sum", COUNT_SUFFIX: "histogram_count"}
"""The functions for what classic histograms have as series."""

RULE: Final = QueryRule(CODE, on=Selector, check=check)
