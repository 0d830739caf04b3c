"""TP506: matchers that no series can satisfy."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from typedprom_codegen.codes.define import error
from typedprom_codegen.lint.matcher_values import INVALID, fixed_matchers, is_always_set
from typedprom_codegen.lint.query_rule import Finding, QueryRule
from typedprom_codegen.promql.extent import Extent
from typedprom_codegen.promql.nodes.selector import Matcher, Selector
from typedprom_codegen.promql.patterns import matches_whole
from typedprom_codegen.queries.checked import CheckedQuery

CODE: Final = error(
    "TP506",
    "query-empty-match",
    """
    No series can satisfy a matcher, or all matchers of a label together, so the query finds
    nothing, whatever is recorded.

    Wrong:

    ```promql
    sum(rate(shop_orders_placed_total{country="de", country="fr"}[5m]))
    ```

    ```promql
    sum(rate(shop_jobs_total{outcome=~"d.*", outcome!~"dead|done"}[5m]))
    ```

    Right:

    ```promql
    sum(rate(shop_orders_placed_total{country=~"de|fr"}[5m]))
    ```
    """,
)

_ANYTHING: Final = frozenset({".*", "(.*)", "^.*$", "(?:.*)"})
_HELP: Final = "no series has such a label: correct one of the matchers, or remove it"


def check(selector: Selector, query: CheckedQuery) -> Iterator[Finding]:
    """Report labels whose matchers no value satisfies."""
    by_label: dict[str, list[Matcher]] = {}
    for matcher in fixed_matchers(selector):
        by_label.setdefault(matcher.label.name, []).append(matcher)
    for label, matchers in by_label.items():
        yield from _of_label(label, matchers, selector, query)


def _of_label(
    label: str, matchers: Sequence[Matcher], selector: Selector, query: CheckedQuery
) -> Iterator[Finding]:
    for matcher in matchers:
        if matcher.operator == "!~" and matcher.value in _ANYTHING:
            message = f'`{label}!~"{matcher.value}"` matches nothing'
            yield Finding(message, matcher.extent, _HELP)
            return
    fixed = next((each for each in matchers if each.operator == "="), None)
    if fixed is not None:
        other = next((each for each in matchers if _satisfies(each, fixed.value) is False), None)
        if other is not None:
            message = f"no series has {_said(fixed, query)} and {_said(other, query)}"
            yield Finding(message, _both(fixed, other), _HELP)
        return
    series = query.known.get(selector.name)
    values = series.labels.get(label) if series is not None else None
    if series is None or not values:
        return
    possible = {*values, INVALID} if is_always_set(series) else {*values, INVALID, ""}
    if all(_none_satisfy(value, matchers) for value in possible):
        if any(_alone_empty(each, values) for each in matchers):
            return  # it names values that the label does not have, which another rule reports
        message = f"no value of label `{label}` of `{selector.name}` satisfies its matchers"
        yield Finding(message, _both(matchers[0], matchers[-1]), _HELP)


def _alone_empty(matcher: Matcher, values: frozenset[str]) -> bool:
    """Whether a matcher asks for what no value is."""
    return matcher.operator == "=~" and not any(
        matches_whole(matcher.value, value) is not False for value in values
    )


def _none_satisfy(value: str, matchers: Sequence[Matcher]) -> bool:
    return any(_satisfies(matcher, value) is False for matcher in matchers)


def _satisfies(matcher: Matcher, value: str) -> bool | None:
    """Whether a value satisfies a matcher; None if that is not known."""
    match matcher.operator:
        case "=":
            return value == matcher.value
        case "!=":
            return value != matcher.value
        case "=~":
            return matches_whole(matcher.value, value)
    matches = matches_whole(matcher.value, value)
    return None if matches is None else not matches


def _said(matcher: Matcher, query: CheckedQuery) -> str:
    return f"`{query.query.text[matcher.extent.start : matcher.extent.end]}`"


def _both(one: Matcher, other: Matcher) -> Extent:
    extents = sorted((one.extent, other.extent))
    return Extent(extents[0].start, extents[-1].end)


RULE: Final = QueryRule(CODE, on=Selector, check=check)
