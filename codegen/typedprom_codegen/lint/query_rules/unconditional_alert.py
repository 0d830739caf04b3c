"""TP527: an alert without a condition."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from typedprom_codegen.codes.define import error
from typedprom_codegen.lint.conditions import has_filter, is_constant_vector, joined_by_or
from typedprom_codegen.lint.query_rule import Finding, QueryRule
from typedprom_codegen.lint.query_text import shown, suggested, text_of
from typedprom_codegen.promql.nodes.binary import COMPARISONS, Binary
from typedprom_codegen.promql.nodes.expression import Expression
from typedprom_codegen.promql.nodes.variable import Variable
from typedprom_codegen.promql.tree import all_below, without_parentheses
from typedprom_codegen.queries.checked import CheckedQuery
from typedprom_codegen.queries.meaning import Meaning

CODE: Final = error(
    "TP527",
    "query-unconditional-alert",
    """
    An alert fires for every series that its query returns, whatever the value, also 0. Without a
    comparison, `absent`, `and` or `unless` it always fires. A comparison with `bool` returns 0
    or 1 instead of a choice of series, so that it fires as well; and so does `or vector(0)`.

    Selectors of series that only exist in a certain state, such as `ALERTS` and infos, are not
    reported, nor is an alert that is `vector(1)` alone: that one is meant to fire always.

    Wrong:

    ```yaml
    alert: OrdersFail
    expr: sum(rate(shop_orders_failed_total[5m]))
    for: 5m
    ```

    Right:

    ```yaml
    alert: OrdersFail
    expr: sum(rate(shop_orders_failed_total[5m])) > 0.1
    for: 5m
    ```
    """,
)

_ALWAYS_THERE: Final = frozenset(Meaning) - {Meaning.UNKNOWN, Meaning.INFO, Meaning.COUNT}
_ALERTS: Final = frozenset({"ALERTS", "ALERTS_FOR_STATE"})


def check(root: Expression, query: CheckedQuery) -> Iterator[Finding]:
    """Report alerts of rule files with a part that returns series in any case."""
    if query.source.alert is None:
        return
    parts = joined_by_or(root)
    for part in parts:
        if is_constant_vector(part):
            if len(parts) > 1:
                text = text_of(part, query)
                message = f"this alert always fires: `or {text}` returns a series in any case"
                yield Finding(message, part.extent, f"remove `or {text}`")
        elif _always_returns(part, query):
            yield _finding(part, query)


def _always_returns(part: Expression, query: CheckedQuery) -> bool:
    found = query.type(part)
    if not found.has_series or found.meaning not in _ALWAYS_THERE or has_filter(part):
        return False
    if any(series.name in _ALERTS for series in found.series):
        return False
    return not any(isinstance(each, Variable) for each in all_below(part))


def _finding(part: Expression, query: CheckedQuery) -> Finding:
    inner = without_parentheses(part)
    if isinstance(inner, Binary) and inner.operator in COMPARISONS:
        extent = inner.operator_extent
        message = "this alert always fires: with `bool` the comparison returns 0 or 1"
        return Finding(message, extent, "remove `bool`")
    text = text_of(part, query)
    message = f"this alert fires for every {shown(part, query)}, whatever its value"
    return Finding(
        message, part.extent, suggested(f"{text} > 0", "add a comparison such as `… > 0`")
    )


RULE: Final = QueryRule(CODE, on=Expression, check=check)
