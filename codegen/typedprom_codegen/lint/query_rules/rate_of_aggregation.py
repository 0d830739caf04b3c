"""TP510: the rate of a sum, which does not see that one of its counters restarts."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from typedprom_codegen.codes.define import error
from typedprom_codegen.lint.query_rule import Finding, QueryRule
from typedprom_codegen.lint.query_text import suggested, text_of
from typedprom_codegen.promql.nodes.aggregation import Aggregation
from typedprom_codegen.promql.nodes.binary import Binary
from typedprom_codegen.promql.nodes.call import Call
from typedprom_codegen.promql.nodes.expression import Expression
from typedprom_codegen.promql.nodes.selector import Selector
from typedprom_codegen.promql.nodes.subquery import Subquery
from typedprom_codegen.promql.tree import without_parentheses
from typedprom_codegen.queries.checked import CheckedQuery
from typedprom_codegen.queries.meaning import Meaning

CODE: Final = error(
    "TP510",
    "query-rate-of-aggregation",
    """
    The rate of a sum of counters. When one of the programs restarts, the sum falls by what that
    program had counted. `rate` takes this for a restart of everything, and adds the whole sum
    again: a false peak. First the rate of each counter, then the sum of the rates.

    Wrong:

    ```promql
    rate(sum by (outcome) (shop_jobs_total)[5m:])
    ```

    Right:

    ```promql
    sum by (outcome) (rate(shop_jobs_total[5m]))
    ```
    """,
)

_FUNCTIONS: Final = frozenset({"increase", "irate", "rate"})
_MIXING: Final = frozenset({"avg", "sum"})
_COUNTERS: Final = frozenset({Meaning.COUNTER, Meaning.UNKNOWN})


def check(call: Call, query: CheckedQuery) -> Iterator[Finding]:
    """Report rates over subqueries that mix several counters."""
    if call.name not in _FUNCTIONS or not isinstance(call.arguments[0], Subquery):
        return
    subquery = call.arguments[0]
    inner = without_parentheses(subquery.expression)
    if isinstance(inner, Aggregation):
        if inner.name in _MIXING and query.type(inner.expression).meaning in _COUNTERS:
            message = (
                f"`{call.name}` of `{inner.name}` takes the restart of one program "
                "for a restart of all"
            )
            yield Finding(message, call.extent, _help(call, subquery, inner, query))
    elif _adds_counters(inner, query):
        message = f"`{call.name}` of a sum takes a restart of one counter for a restart of both"
        yield Finding(message, call.extent, f"add the `{call.name}` of each counter")


def _adds_counters(node: Expression, query: CheckedQuery) -> bool:
    return (
        isinstance(node, Binary)
        and node.operator == "+"
        and query.type(node.left).meaning is Meaning.COUNTER
        and query.type(node.right).meaning is Meaning.COUNTER
    )


def _help(call: Call, subquery: Subquery, inner: Aggregation, query: CheckedQuery) -> str:
    """What to write: the aggregation of the rates."""
    words = f"aggregate the rates: first `{call.name}`, then `{inner.name}`"
    selector = without_parentheses(inner.expression)
    if not isinstance(selector, Selector) or selector.offset is not None or selector.at is not None:
        return words
    if subquery.offset is not None or subquery.at is not None:
        return words
    grouping = inner.grouping
    by = f" {query.query.text[grouping.extent.start : grouping.extent.end]} " if grouping else ""
    window = text_of(subquery.duration, query)
    rate = f"{call.name}({text_of(selector, query)}[{window}])"
    return suggested(f"{inner.name}{by}({rate})", words)


RULE: Final = QueryRule(CODE, on=Call, check=check)
