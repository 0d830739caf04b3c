"""TP507: a function for counters, applied to what is not a counter."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from typedprom_codegen.codes.define import error
from typedprom_codegen.lint.query_rule import Finding, QueryRule
from typedprom_codegen.lint.query_text import shown, suggested, text_of
from typedprom_codegen.promql.nodes.call import Call
from typedprom_codegen.promql.nodes.expression import Expression
from typedprom_codegen.promql.nodes.subquery import Subquery
from typedprom_codegen.queries.checked import CheckedQuery
from typedprom_codegen.queries.meaning import Meaning

CODE: Final = error(
    "TP507",
    "query-rate-of-gauge",
    """
    `rate`, `irate` and `increase` are for counters: they take every decrease for a restart of the
    program, and count the whole value again. Of a gauge, a state, a timestamp or a quantile, they
    return numbers without a meaning. `resets` is not reported: it counts how often a gauge fell.

    Wrong:

    ```promql
    rate(shop_jobs_waiting[5m])
    ```

    Right:

    ```promql
    deriv(shop_jobs_waiting[5m])
    ```
    """,
)

_COUNTER_FUNCTIONS: Final = {"increase": "delta", "irate": "idelta", "rate": "deriv"}
"""Functions for counters, and the ones for gauges that come nearest."""

_WORDS: Final = {
    Meaning.GAUGE: "a gauge",
    Meaning.RATIO: "a ratio, not a counter",
    Meaning.TIMESTAMP: "a timestamp",
    Meaning.INFO: "an info, whose value is always 1",
    Meaning.STATE: "a state, 0 or 1",
    Meaning.COUNT: "a number of series, not a counter",
    Meaning.QUANTILE: "a quantile",
    Meaning.RATE: "a rate, not a counter",
    Meaning.INCREASE: "an increase, not a counter",
}
_CHANGES: Final = frozenset({Meaning.INFO, Meaning.STATE, Meaning.TIMESTAMP})


def check(call: Call, query: CheckedQuery) -> Iterator[Finding]:
    """Report functions for counters whose argument surely is something else."""
    nearest = _COUNTER_FUNCTIONS.get(call.name)
    if nearest is None:
        return
    argument = call.arguments[0]
    found = query.type(argument)
    words = _WORDS.get(found.meaning)
    if words is None or found.is_native:
        return
    of = shown(argument.expression if isinstance(argument, Subquery) else argument, query)
    help = _help(argument, found.meaning, nearest, query)
    yield Finding(f"`{call.name}` needs a counter, and {of} is {words}", call.extent, help)


def _help(argument: Expression, meaning: Meaning, nearest: str, query: CheckedQuery) -> str:
    text, series = text_of(argument, query), query.type(argument).series
    if meaning in _CHANGES:
        return suggested(f"changes({text})", "use `changes`") + " to see how often it changes"
    if meaning is Meaning.QUANTILE:
        return "use `rate` of the sum and of the count, or `max_over_time` of the quantile"
    help = suggested(f"{nearest}({text})", f"use `{nearest}`")
    is_of_others = any(s.metric.declared and not s.metric.declared.emitted for s in series)
    return f"{help}; if it only ever increases, declare it as a counter" if is_of_others else help


RULE: Final = QueryRule(CODE, on=Call, check=check)
