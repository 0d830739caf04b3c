"""A query with a series name that no metric of the catalog has."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from typedprom_codegen.codes.define import error
from typedprom_codegen.diagnostics import Diagnostic
from typedprom_codegen.ir import Catalog, MetricType
from typedprom_codegen.lint.rule import Rule
from typedprom_codegen.message_parts import article, suggestion
from typedprom_codegen.promql_old.declared_queries import parsed_queries
from typedprom_codegen.queries.known import HISTOGRAM_SUFFIXES, KnownSeries, known_series

CODE: Final = error(
    "TP502",
    "query-unknown-metric",
    """
    A query names a metric that the catalog does not have, so its panel would stay empty. The series
    of a histogram end in `_bucket`, `_sum` and `_count`, and queries use these names. A metric that
    other code records is declared with `emitted: false`.

    Wrong:

    ```yaml
    queries: [{name: Rate, expr: "rate(shop_orders_total[5m])"}]
    ```

    Right:

    ```yaml
    queries: [{name: Rate, expr: "rate(shop_orders_placed_total[5m])"}]
    ```
    """,
)


def check(catalog: Catalog) -> Iterator[Diagnostic]:
    """Report every metric name in a query that is not a series of the catalog."""
    known = known_series(catalog)
    for declared, query in parsed_queries(catalog):
        for selector in query.selectors:
            name = selector.name
            if name is None or known.get(name) is not None or known.may_exist(name):
                continue
            message, help = _explained(name, known)
            yield declared.diagnostic(CODE, message, selector.name_extent, help=help)


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


RULE: Final = Rule(CODE, check)
