"""TP509: a counter as it is, on a panel or in an alert."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from typedprom_codegen.codes.define import warning
from typedprom_codegen.lint.histograms import buckets_argument
from typedprom_codegen.lint.query_rule import Finding, QueryRule
from typedprom_codegen.lint.query_text import shown, suggested, text_of
from typedprom_codegen.promql.nodes.binary import Binary
from typedprom_codegen.promql.nodes.call import Call
from typedprom_codegen.promql.nodes.expression import Expression
from typedprom_codegen.promql.nodes.range import Range
from typedprom_codegen.promql.nodes.selector import Selector
from typedprom_codegen.promql.tree import all_below, without_parentheses
from typedprom_codegen.queries.checked import CheckedQuery
from typedprom_codegen.queries.meaning import Meaning
from typedprom_codegen.sources.source_query import Use

CODE: Final = warning(
    "TP509",
    "query-raw-counter",
    """
    A panel or an alert shows a counter as it is, or the sum or the quotient of counters: what has
    happened since the program started. It only grows, starts again at 0 with each restart, and says
    nothing about now. An alert on it fires until the restart. A difference of a counter and its
    past is an `increase` by hand, which is negative after a restart.

    Not reported: `count`, `absent` and `changes` of a counter, `x == 0`, which is true until
    something has happened, and `x unless x offset 1h`, which finds new series.

    Wrong:

    ```promql
    sum(shop_orders_placed_total)
    ```

    Right:

    ```promql
    sum(rate(shop_orders_placed_total[5m]))
    ```
    """,
)

_USES: Final = frozenset({Use.PANEL, Use.ALERT})


def check(root: Expression, query: CheckedQuery) -> Iterator[Finding]:
    """Report counters whose values reach a panel or an alert."""
    if query.source.use not in _USES or query.source.is_heatmap:
        return
    if query.type(root).meaning is Meaning.COUNTER and not _is_about_existence(root):
        yield _of_value(root, query)
    for node in query.query.nodes:
        if isinstance(node, Binary):
            yield from _of_binary(node, query)
        elif isinstance(node, Call):
            yield from _of_quantile(node, query)


def _is_about_existence(root: Expression) -> bool:
    """Whether a query only asks which series there are, or what has not happened yet."""
    node = without_parentheses(root)
    if not isinstance(node, Binary):
        return False
    return node.operator in {"unless", "=="}


def _of_value(root: Expression, query: CheckedQuery) -> Finding:
    selector = next(each for each in query.query.nodes if _is_counter(each, query))
    message = (
        f"{shown(selector, query)} is a counter: it shows everything since the last restart, "
        "not what happens now"
    )
    return Finding(message, selector.extent, _help(root, selector, query))


def _is_counter(node: Expression, query: CheckedQuery) -> bool:
    return isinstance(node, Selector) and query.type(node).meaning is Meaning.COUNTER


def _help(root: Expression, selector: Expression, query: CheckedQuery) -> str:
    name, window = _rate(query)
    text = query.query.text
    rate = f"{name}({text[selector.start : selector.end]}[{window}])"
    whole = f"{text[root.start : selector.start]}{rate}{text[selector.end : root.end]}"
    is_timed = isinstance(selector, Selector) and bool(selector.offset or selector.at)
    is_ranged = isinstance(query.parents.get(selector), Range)
    counters = sum(_is_counter(each, query) for each in all_below(root))
    words = f"use `{name}` or another function for counters"
    if is_timed or is_ranged or counters > 1:
        return words
    return suggested(" ".join(whole.split()), words)


def _rate(query: CheckedQuery) -> tuple[str, str]:
    """The function and the window to suggest."""
    source = query.source
    if source.use is Use.ALERT:
        return "increase", "5m"
    if source.is_generated:
        return "rate", "5m"
    return ("increase", "$__range") if source.is_instant else ("rate", "$__rate_interval")


def _of_binary(node: Binary, query: CheckedQuery) -> Iterator[Finding]:
    """Quotients of two counters, and differences of a counter and its past."""
    if node.operator not in {"-", "/"}:
        return
    if any(query.type(side).meaning is not Meaning.COUNTER for side in (node.left, node.right)):
        return
    if node.operator == "/":
        message = "this is a ratio since the programs began, because both sides are counters"
        yield Finding(message, node.operator_extent, "divide rates: `rate(…) / rate(…)`")
    elif (window := _past(node, query)) is not None:
        text = text_of(without_parentheses(node.left), query)
        message = f"this difference of {shown(node.left, query)} is negative after a restart"
        yield Finding(
            message, node.extent, suggested(f"increase({text}[{window}])", "use `increase`")
        )


def _past(node: Binary, query: CheckedQuery) -> str | None:
    """The offset of the right side, if both are the same counter."""
    left, right = without_parentheses(node.left), without_parentheses(node.right)
    if not isinstance(left, Selector) or not isinstance(right, Selector):
        return None
    if left.name != right.name or left.offset is not None or right.offset is None:
        return None
    return text_of(right.offset, query)


def _of_quantile(call: Call, query: CheckedQuery) -> Iterator[Finding]:
    buckets = buckets_argument(call)
    if buckets is not None and query.type(buckets).meaning is Meaning.COUNTER:
        message = f"`{call.name}` of counters is over all that happened since the program began"
        yield Finding(message, buckets.extent, "apply `rate` to the buckets first")


RULE: Final = QueryRule(CODE, on=Expression, check=check)
