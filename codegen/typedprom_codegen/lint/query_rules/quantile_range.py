"""TP513: a quantile that is not between 0 and 1."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from typedprom_codegen.codes.define import error
from typedprom_codegen.lint.query_rule import Finding, QueryRule
from typedprom_codegen.lint.query_text import text_of
from typedprom_codegen.promql.nodes.aggregation import Aggregation
from typedprom_codegen.promql.nodes.call import Call
from typedprom_codegen.promql.nodes.expression import Expression
from typedprom_codegen.queries.checked import CheckedQuery

CODE: Final = error(
    "TP513",
    "query-quantile-outside-0-1",
    """
    A quantile is a share, from 0 to 1: the 95th percentile is 0.95. Of a greater number Prometheus
    returns infinity, of a lesser one minus infinity.

    Wrong:

    ```promql
    histogram_quantile(95, sum by (le) (rate(shop_request_duration_seconds_bucket[5m])))
    ```

    Right:

    ```promql
    histogram_quantile(0.95, sum by (le) (rate(shop_request_duration_seconds_bucket[5m])))
    ```
    """,
)

_FIRST: Final = frozenset({"histogram_quantile", "quantile_over_time"})


def check(_: Expression, query: CheckedQuery) -> Iterator[Finding]:
    """Report each quantile that surely is not between 0 and 1."""
    for node in query.query.nodes:
        for parameter in _quantiles(node):
            least, greatest = query.type(parameter).bounds
            if greatest < 0 or least > 1:
                message = f"the quantile `{text_of(parameter, query)}` is not between 0 and 1"
                yield Finding(message, parameter.extent, _help(least, greatest))


def _quantiles(node: Expression) -> tuple[Expression, ...]:
    if isinstance(node, Aggregation):
        return node.parts()[:1] if node.name == "quantile" else ()
    if isinstance(node, Call):
        if node.name in _FIRST:
            return node.arguments[:1]
        if node.name == "histogram_quantiles":
            return node.arguments[2:]
    return ()


def _help(least: float, greatest: float) -> str:
    if least == greatest and 2 <= least <= 100:
        return f"write `{least / 100:.12g}`"
    return "write a share such as `0.95`"


RULE: Final = QueryRule(CODE, on=Expression, check=check)
