"""TP528: an alert on absence that fires after one missed scrape."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from typedprom_codegen.codes.define import warning
from typedprom_codegen.lint.conditions import ABSENCE
from typedprom_codegen.lint.query_rule import Finding, QueryRule
from typedprom_codegen.promql.nodes.binary import Binary
from typedprom_codegen.promql.nodes.call import Call
from typedprom_codegen.promql.nodes.expression import Expression
from typedprom_codegen.promql.nodes.number import Number, duration
from typedprom_codegen.promql.nodes.range import Range
from typedprom_codegen.promql.nodes.subquery import Subquery
from typedprom_codegen.promql.tree import MOST_PARTS
from typedprom_codegen.queries.checked import CheckedQuery

_BESIDES: Final = frozenset({"and", "unless"})
"""Operations whose right side only decides which series of the left one remain."""

CODE: Final = warning(
    "TP528",
    "query-hasty-absence",
    """
    An alert on `absent` whose `for` is shorter than two scrapes. A single failed scrape, or a
    restart of Prometheus, which begins before anything is scraped, makes it fire. The range of
    `absent_over_time` counts as well.

    Wrong:

    ```yaml
    alert: ShopGone
    expr: absent(shop_carts_open)
    ```

    Right:

    ```yaml
    alert: ShopGone
    expr: absent(shop_carts_open)
    for: 5m
    ```
    """,
)


def check(call: Call, query: CheckedQuery) -> Iterator[Finding]:
    """Report `absent` in an alert that does not wait."""
    alert = query.source.alert
    if call.name not in ABSENCE or alert is None or alert.hold is None:
        return
    if not _alone_fires(call, query):
        return
    window = _window(call)
    least = 2 * query.options.scrape_interval
    if window is None or alert.hold + window >= least:
        return
    message = f"alert `{alert.name}` fires after one missed scrape, because it waits less than two"
    yield Finding(message, call.name_extent, f"state `for: {duration(least)}` or more")


def _alone_fires(call: Call, query: CheckedQuery) -> bool:
    """Whether the alert is on this absence, and does not only ask for it besides."""
    node: Expression = call
    for depth, parent in enumerate(query.above(call)):
        if isinstance(parent, Binary) and parent.operator in _BESIDES and node is parent.right:
            return False
        if depth > MOST_PARTS:
            return False
        node = parent
    return True


def _window(call: Call) -> float | None:
    """The seconds that something must be absent; None if they are not known."""
    if call.name == "absent":
        return 0.0
    argument = call.arguments[0]
    if isinstance(argument, Range | Subquery) and isinstance(argument.duration, Number):
        return argument.duration.value
    return None


RULE: Final = QueryRule(CODE, on=Call, check=check)
