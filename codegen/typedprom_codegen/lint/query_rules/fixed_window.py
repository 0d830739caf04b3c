"""TP524: the rate over a fixed window, on a dashboard that can be zoomed."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import Final

from typedprom_codegen.codes.define import warning
from typedprom_codegen.lint.query_rule import Finding, QueryRule
from typedprom_codegen.lint.query_text import text_of
from typedprom_codegen.promql.nodes.call import Call
from typedprom_codegen.promql.nodes.number import Number
from typedprom_codegen.promql.nodes.range import Range
from typedprom_codegen.promql.nodes.subquery import Subquery
from typedprom_codegen.promql.tree import MOST_PARTS
from typedprom_codegen.queries.checked import CheckedQuery
from typedprom_codegen.queries.meaning import Meaning
from typedprom_codegen.sources.source_query import Use

CODE: Final = warning(
    "TP524",
    "query-fixed-window",
    """
    A graph of a rate over a fixed window of minutes. Zoomed out, the points are further apart than
    the window, and what happened in between is on no point. `$__rate_interval` is as long as the
    points are apart, and long enough for two samples. Windows of 15 minutes and more
    are not reported: they say what is measured.

    Wrong:

    ```promql
    sum(rate(shop_orders_placed_total{job=~"$job"}[5m]))
    ```

    Right:

    ```promql
    sum(rate(shop_orders_placed_total{job=~"$job"}[$__rate_interval]))
    ```
    """,
)

_RATE: Final = "rate"  # not `irate`, which takes two samples of any window
_LONG: Final = 15 * 60.0  # seconds
RATE_INTERVAL: Final = "$__rate_interval"


def check(call: Call, query: CheckedQuery) -> Iterator[Finding]:
    """Report short windows in queries of graphs."""
    source = query.source
    if call.name != _RATE or source.use is not Use.PANEL:
        return
    if source.is_generated or source.is_instant:
        return
    argument = call.arguments[0]
    if not isinstance(argument, Range) or not isinstance(argument.duration, Number):
        return
    duration = argument.duration
    if duration.value >= _LONG or (source.interval or 0) > duration.value:
        return
    if query.type(argument).meaning not in {Meaning.COUNTER, Meaning.UNKNOWN}:
        return  # which another rule reports
    around = list(islice(query.above(call), MOST_PARTS + 1))
    if len(around) > MOST_PARTS or any(isinstance(each, Subquery) for each in around):
        return  # whose step the window fits
    text = text_of(duration, query)
    message = f"`{_RATE}` over {text} misses what is between the points of a zoomed-out graph"
    yield Finding(message, duration.extent, f"write `[{RATE_INTERVAL}]`")


RULE: Final = QueryRule(CODE, on=Call, check=check)
