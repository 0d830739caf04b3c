"""TP519: a range too short for two samples."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from typedprom_codegen.codes.define import warning
from typedprom_codegen.lint.query_rule import Finding, QueryRule
from typedprom_codegen.lint.query_text import text_of
from typedprom_codegen.promql.nodes.call import Call
from typedprom_codegen.promql.nodes.expression import Expression
from typedprom_codegen.promql.nodes.number import Number, duration
from typedprom_codegen.promql.nodes.range import Range
from typedprom_codegen.promql.nodes.subquery import Subquery
from typedprom_codegen.promql.nodes.variable import Variable
from typedprom_codegen.queries.checked import CheckedQuery
from typedprom_codegen.sources.source_query import Use

CODE: Final = warning(
    "TP519",
    "query-short-range",
    """
    `rate`, `delta` and the like need two samples. In a range of less than twice the scrape
    interval there is often only one, and the result has gaps or is empty. Four scrape intervals
    survive a failed scrape. On dashboards, `$__rate_interval` is at least that, and `$__interval`
    can be as short as one scrape. `scrape-interval` in the configuration states the interval.

    Wrong, where targets are scraped every 15 seconds:

    ```promql
    rate(shop_orders_placed_total[20s])
    ```

    Right:

    ```promql
    rate(shop_orders_placed_total[1m])
    ```
    """,
)

_OF_TWO_SAMPLES: Final = frozenset(
    {"delta", "deriv", "idelta", "increase", "irate", "predict_linear", "rate"}
)
_OF_COUNTERS: Final = frozenset({"increase", "irate", "rate"})
_INTERVALS: Final = frozenset({"$__interval", "${__interval}", "[[__interval]]"})


def check(call: Call, query: CheckedQuery) -> Iterator[Finding]:
    """Report ranges that surely are, or on a dashboard can become, too short."""
    if call.name not in _OF_TWO_SAMPLES:
        return
    argument = call.arguments[0]
    if isinstance(argument, Subquery):
        yield from _of_subquery(call, argument, query)
    elif isinstance(argument, Range) and not argument.extension:
        yield from _of_range(call, argument, query)


def _of_range(call: Call, argument: Range, query: CheckedQuery) -> Iterator[Finding]:
    window, interval = argument.duration, query.options.scrape_interval
    if isinstance(window, Number) and window.value < 2 * interval:
        yield Finding(
            f"`{call.name}` needs two samples, and in {text_of(window, query)} there often is "
            f"only one, at one scrape every {duration(interval)}",
            window.extent,
            f"write `[{duration(4 * interval)}]` or more",
        )
    elif isinstance(window, Variable) and _can_be_short(call, window, query):
        message = f"`{window.text}` can be as short as one scrape, and `{call.name}` needs two"
        yield Finding(message, window.extent, "write `$__rate_interval`")


def _can_be_short(call: Call, window: Variable, query: CheckedQuery) -> bool:
    """Whether a panel does not state a least interval that is long enough."""
    if call.name not in _OF_COUNTERS or window.text not in _INTERVALS:
        return False
    interval = query.source.interval
    is_panel = query.source.use is Use.PANEL
    return is_panel and (interval is None or interval < 2 * query.options.scrape_interval)


def _of_subquery(call: Call, subquery: Subquery, query: CheckedQuery) -> Iterator[Finding]:
    window, step = _seconds(subquery.duration), _seconds(subquery.step)
    if window is not None and step is not None and window < 2 * step:
        text = text_of(subquery.duration, query)
        yield Finding(
            f"`{call.name}` needs two samples, and this subquery has one in {text}",
            subquery.duration.extent,
            "make the range at least twice as long as the step",
        )


def _seconds(window: Expression | None) -> float | None:
    return window.value if isinstance(window, Number) else None


RULE: Final = QueryRule(CODE, on=Call, check=check)
