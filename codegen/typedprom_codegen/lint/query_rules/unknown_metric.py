"""TP502: a query with a series name that no metric has."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from typedprom_codegen.codes.define import error
from typedprom_codegen.ir import MetricType
from typedprom_codegen.lint.query_rule import Finding, QueryRule
from typedprom_codegen.message_parts import article, suggestion
from typedprom_codegen.promql.nodes.selector import Selector
from typedprom_codegen.queries.checked import CheckedQuery
from typedprom_codegen.queries.known import HISTOGRAM_SUFFIXES, KnownSeries

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
            f"use {series[0]}, {series[1]} or {series[2]}",
        )
    for suffix in HISTOGRAM_SUFFIXES:
        metric = known.metrics.get(name.removesuffix(suffix))
        if metric and name.endswith(suffix) and metric.type is not MetricType.HISTOGRAM:
            return (
                f"`{metric.name}` is {article(metric.type.value)} and has no `{suffix}`",
                f"use `{metric.name}`; only histograms have buckets, sums and counts",
            )
    hint = suggestion(known.nearest(name))
    return (
        f"metric `{name}` is not declared{hint}",
        "declare it, with `emitted: false` if other code records it",
    )


RULE: Final = QueryRule(CODE, on=Selector, check=check)
