"""TP501: queries that cannot be read. Each rule on queries defines its own code."""

from __future__ import annotations

from typing import Final

from typedprom_codegen.codes.define import error

QUERY_SYNTAX: Final = error(
    "TP501",
    "query-syntax",
    """
    A query is not PromQL: Prometheus would refuse it. Its types are checked as well: `rate` needs a
    range such as `[5m]`, and a comparison of two scalars needs `bool`.

    Queries of dashboards can contain Grafana's variables. Queries of the catalog cannot: they work
    in Prometheus as they are, and the compiler adds the variables to the dashboards.

    Wrong:

    ```promql
    sum by job (rate(shop_orders_placed_total[5m]))
    ```

    Right:

    ```promql
    sum by (job) (rate(shop_orders_placed_total[5m]))
    ```
    """,
)
