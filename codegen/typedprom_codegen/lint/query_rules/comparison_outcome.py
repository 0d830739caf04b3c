"""TP515: a comparison whose outcome is known before the query is run."""

from __future__ import annotations

import operator
from collections.abc import Iterator
from typing import Final

from typedprom_codegen.codes.define import error
from typedprom_codegen.lint.conditions import has_filter
from typedprom_codegen.lint.query_rule import Finding, QueryRule
from typedprom_codegen.lint.query_text import shown
from typedprom_codegen.promql.nodes.binary import COMPARISONS, Binary
from typedprom_codegen.promql.nodes.call import Call
from typedprom_codegen.promql.nodes.expression import Expression
from typedprom_codegen.promql.nodes.parenthesis import Parenthesis
from typedprom_codegen.promql.nodes.subquery import Subquery
from typedprom_codegen.promql.tree import few_below, without_parentheses
from typedprom_codegen.queries.bounds import Bounds
from typedprom_codegen.queries.checked import CheckedQuery
from typedprom_codegen.queries.meaning import Meaning
from typedprom_codegen.queries.types import Type
from typedprom_codegen.sources.source_query import Use

CODE: Final = error(
    "TP515",
    "query-comparison-outcome",
    """
    A comparison that is never true, or an alert whose comparison is always true: a quantile above
    the last bucket, a counter below 0, a state other than 0 and 1. The number of series is never 0,
    because `count` of no series is no series: `absent` says that there are none.

    Wrong, where the last bucket is 10:

    ```promql
    histogram_quantile(0.9, sum by (le) (rate(shop_request_duration_seconds_bucket[5m]))) > 30
    ```

    Right:

    ```promql
    histogram_quantile(0.9, sum by (le) (rate(shop_request_duration_seconds_bucket[5m]))) > 5
    ```
    """,
)

_OPPOSITE: Final = {"==": "!=", "!=": "==", "<": ">=", ">=": "<", ">": "<=", "<=": ">"}
_MIRRORED: Final = {"<": ">", ">": "<", "<=": ">=", ">=": "<="}
_CAN_BE_NAN: Final = frozenset({"/", "%", "^", "atan2"})
_NEVER_NAN: Final = frozenset({Meaning.COUNTER, Meaning.INCREASE, Meaning.RATE, Meaning.STATE})


def check(node: Binary, query: CheckedQuery) -> Iterator[Finding]:
    """Report comparisons that are never true, and alerts whose comparison always is."""
    if node.operator not in COMPARISONS:
        return
    left, right = query.type(node.left), query.type(node.right)
    if not (left.has_series or right.has_series):
        return
    if _is_never(node.operator, left.bounds, right.bounds):
        outcome = "always 0" if node.returns_bool else "never true"
    elif _is_always(node, query):
        outcome = "always true"
    else:
        return
    side, words, limit = _reason(node, left, right)
    message = f"this comparison is {outcome}: {shown(side, query)} is {words}"
    yield Finding(message, node.extent, _help(side, limit, outcome, query))


def _is_never(comparison: str, left: Bounds, right: Bounds) -> bool:
    if comparison == "==":
        return left.greatest < right.least or left.least > right.greatest
    if comparison == "!=":  # true of NaN, which bounds do not exclude
        return False
    if comparison in {"<", "<="}:
        left, right, comparison = right, left, _MIRRORED[comparison]
    never = operator.le if comparison == ">" else operator.lt
    return bool(never(left.greatest, right.least))


def _is_always(node: Binary, query: CheckedQuery) -> bool:
    """Whether an alert fires for all series: only where nothing else is a condition.

    Of what can be NaN, a comparison such as `>= 0` drops the series without a value.
    """
    if query.source.use is not Use.ALERT or node.returns_bool:
        return False
    if not all(isinstance(each, Parenthesis) for each in query.above(node)):
        return False
    left, right = query.type(node.left), query.type(node.right)
    if node.operator == "!=":
        always = left.bounds.greatest < right.bounds.least
        always = always or left.bounds.least > right.bounds.greatest
    else:
        always = _is_never(_OPPOSITE[node.operator], left.bounds, right.bounds)
    sides = [(node.left, left), (node.right, right)]
    return always and all(_is_sure(side, found) for side, found in sides)


def _is_sure(side: Expression, found: Type) -> bool:
    if found.is_number:
        return True
    if found.meaning not in _NEVER_NAN or has_filter(side):
        return False
    return not any(
        isinstance(each, Subquery) or (isinstance(each, Binary) and each.operator in _CAN_BE_NAN)
        for each in few_below(side) or ()
    )


def _reason(node: Binary, left: Type, right: Type) -> tuple[Expression, str, float]:
    """The side whose values are limited, its limit in words, and the limit."""
    is_left = left.has_series and left.bounds != Bounds()
    side = node.left if is_left else node.right
    mine, other = (left.bounds, right.bounds) if is_left else (right.bounds, left.bounds)
    if mine.value is not None:
        return side, f"always {mine.value:.12g}", mine.value
    if mine.greatest <= other.least:
        limit, words = mine.greatest, "at most"
    else:
        limit, words = mine.least, "at least"
    return side, f"{words} {limit:.12g}", limit


def _help(side: Expression, limit: float, outcome: str, query: CheckedQuery) -> str:
    found = query.type(side)
    if found.meaning is Meaning.COUNT and limit == 1:
        return "there is no count where there are no series: use `absent` of the series"
    inner = without_parentheses(side)
    if found.meaning is Meaning.QUANTILE and limit == _last_bucket(inner, query):
        return f"compare with less than {limit:.12g}, the last bucket, or add buckets above it"
    if outcome == "always true":
        return "compare with a value that is only sometimes reached"
    return "compare with a value that is possible"


def _last_bucket(node: Expression, query: CheckedQuery) -> float | None:
    if not isinstance(node, Call):
        return None
    buckets = next(
        (found.buckets for argument in node.arguments if (found := query.type(argument)).buckets),
        None,
    )
    bounds = buckets.metric.buckets if buckets else None
    return max(bounds) if bounds else None


RULE: Final = QueryRule(CODE, on=Binary, check=check)
