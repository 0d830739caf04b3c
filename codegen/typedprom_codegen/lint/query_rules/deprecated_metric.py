"""TP522: a query of a deprecated metric."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from typedprom_codegen import ir
from typedprom_codegen.codes.define import warning
from typedprom_codegen.lint.query_rule import Finding, QueryRule
from typedprom_codegen.promql.nodes.selector import Selector
from typedprom_codegen.queries.checked import CheckedQuery
from typedprom_codegen.queries.known import KnownSeries, Series

CODE: Final = warning(
    "TP522",
    "query-deprecated-metric",
    """
    A query uses a metric that the catalog calls deprecated. It stays empty once the metric is
    removed. The panel of the metric itself may use it until then.

    Wrong:

    ```promql
    sum(rate(shop_sales_total[5m]))
    ```

    Right:

    ```promql
    sum(rate(shop_orders_placed_total[5m]))
    ```
    """,
)


def check(selector: Selector, query: CheckedQuery) -> Iterator[Finding]:
    """Report a selector of a deprecated metric outside of its own panel."""
    series = query.known.get(selector.name)
    metric = series.metric.declared if series is not None else None
    if series is None or metric is None or metric.stability is not ir.Stability.DEPRECATED:
        return
    if query.source.metric == metric.key:
        return
    message = f"metric `{series.metric.name}` is deprecated"
    if metric.deprecation is None:
        yield Finding(message, selector.name_extent, "use another metric")
        return
    new = _same_part(series, metric.deprecation.replaced_by, query.known)
    help = f"it will be removed on {metric.deprecation.removal}"
    yield Finding(f"{message}; use `{new}`" if new else message, selector.name_extent, help)


def _same_part(series: Series, key: str, known: KnownSeries) -> str | None:
    """The series of the replacement that has the same part of it."""
    for name, other in known.by_name.items():
        declared = other.metric.declared
        if declared is not None and declared.key == key and other.part is series.part:
            return name
    return None


RULE: Final = QueryRule(CODE, on=Selector, check=check)
