"""TP508: a function for gauges, applied to a counter."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from typedprom_codegen.codes.define import error
from typedprom_codegen.lint.query_rule import Finding, QueryRule
from typedprom_codegen.lint.query_text import shown, suggested, text_of
from typedprom_codegen.promql.nodes.call import Call
from typedprom_codegen.promql.nodes.range import Range
from typedprom_codegen.queries.checked import CheckedQuery
from typedprom_codegen.queries.meaning import Meaning

CODE: Final = error(
    "TP508",
    "query-delta-of-counter",
    """
    `delta`, `idelta`, `deriv` and `predict_linear` are for gauges. A counter falls to 0 when its
    program restarts, and these functions then return a large negative number. `increase` and
    `rate` know about restarts.

    Wrong:

    ```promql
    delta(shop_orders_placed_total[1h])
    ```

    Right:

    ```promql
    increase(shop_orders_placed_total[1h])
    ```
    """,
)

_GAUGE_FUNCTIONS: Final = {
    "delta": "increase",
    "deriv": "rate",
    "double_exponential_smoothing": "",
    "holt_winters": "",
    "idelta": "irate",
    "predict_linear": "",
}
"""Functions for gauges, and the ones for counters that come nearest; "" where none does."""


def check(call: Call, query: CheckedQuery) -> Iterator[Finding]:
    """Report functions for gauges over a range of a counter."""
    nearest = _GAUGE_FUNCTIONS.get(call.name)
    if nearest is None:
        return
    argument = call.arguments[0]
    found = query.type(argument)
    if found.meaning is not Meaning.COUNTER or not isinstance(argument, Range):
        return
    message = f"`{call.name}` needs a gauge, and {shown(argument, query)} is a counter"
    if nearest:
        help = suggested(f"{nearest}({text_of(argument, query)})", f"use `{nearest}`")
        yield Finding(message, call.extent, help)
    else:
        rate = "`rate` of the counter in a subquery such as `[1h:1m]`"
        yield Finding(message, call.extent, f"apply `{call.name}` to {rate}")


RULE: Final = QueryRule(CODE, on=Call, check=check)
