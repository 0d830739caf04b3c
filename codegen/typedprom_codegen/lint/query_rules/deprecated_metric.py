"""TP522: a query of a deprecated metric."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from typedprom_codegen import ir
from typedprom_codegen.codes.define import warning
from typedprom_codegen.lint.query_rule import Finding, QueryRule
from typedprom_codegen.promql.nodes.selector import Selector
from typedprom_codegen.queries.checked import CheckedQuery

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
    new = query.known.part_of(metric.deprecation.replaced_by, series.part)
    help = f"it will be removed on {metric.deprecation.removal}"
    yield Finding(f"{message}; use `{new.name}`" if new else message, selector.name_extent, help)


RULE: Final = QueryRule(CODE, on=Selector, check=check)
