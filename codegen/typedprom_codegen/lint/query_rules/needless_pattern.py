"""TP525: a regular expression that says no more than `=`, or nothing."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from typedprom_codegen.codes.define import warning
from typedprom_codegen.lint.matcher_values import fixed_matchers, is_pattern
from typedprom_codegen.lint.query_rule import Finding, QueryRule
from typedprom_codegen.promql.alternatives import alternatives_in, is_literal
from typedprom_codegen.promql.nodes.call import Call
from typedprom_codegen.promql.nodes.selector import Matcher, Selector
from typedprom_codegen.queries.checked import CheckedQuery

CODE: Final = warning(
    "TP525",
    "query-needless-pattern",
    """
    A regular expression matches one text, so `=` says the same and is faster; or it matches every
    value, so the matcher says nothing; or it has anchors, although Prometheus always compares the
    whole value; or it has an empty alternative, which matches series without the label.

    Wrong:

    ```promql
    sum(rate(shop_orders_placed_total{country=~"de"}[5m]))
    ```

    ```promql
    sum(rate(shop_orders_placed_total{country=~"^(de|fr)$"}[5m]))
    ```

    ```promql
    sum(rate(shop_orders_placed_total{country=~".*"}[5m]))
    ```

    Right:

    ```promql
    sum(rate(shop_orders_placed_total{country="de"}[5m]))
    ```

    ```promql
    sum(rate(shop_orders_placed_total{country=~"de|fr"}[5m]))
    ```
    """,
)

_ANYTHING: Final = frozenset({".*", "(.*)", "(?:.*)"})


def check(selector: Selector, query: CheckedQuery) -> Iterator[Finding]:
    """Report each pattern of which less would say the same."""
    if selector.name is None and _names_labels(selector, query):
        return
    series = query.known.get(selector.name)
    for matcher in fixed_matchers(selector):
        if is_pattern(matcher):
            closed = series.labels.get(matcher.label.name) if series is not None else None
            found = _problem(matcher, closed)
            if found is not None:
                yield Finding(found[0], matcher.extent, found[1])


def _names_labels(selector: Selector, query: CheckedQuery) -> bool:
    """Whether it is the `{version=~".*"}` of `info`, which says which labels are added."""
    parent = query.parents.get(selector)
    return isinstance(parent, Call) and parent.name == "info"


def _problem(matcher: Matcher, closed: frozenset[str] | None) -> tuple[str, str] | None:
    """The message and the help about a pattern; None if there is nothing to say.

    `closed` are the label's values, if they are listed: another rule reports others.
    """
    pattern, label = matcher.value, matcher.label.name
    plain = pattern.removeprefix("^")
    if plain.endswith("$") and not plain.endswith("\\$"):
        plain = plain[:-1]
    if plain in _ANYTHING:
        if matcher.operator == "=~":
            return f'`{label}=~"{pattern}"` matches every series', "remove the matcher"
        return None  # it matches none, which another rule reports
    if is_literal(plain):
        if closed is not None and plain not in closed:
            return None
        sign = "=" if matcher.operator == "=~" else "!="
        return (
            f"`{matcher.operator}` has no pattern here: `{sign}` says the same",
            f'write `{label}{sign}"{plain}"`',
        )
    if plain != pattern:
        return (
            "a matcher always compares the whole value, so its pattern needs no anchors",
            f'write `{label}{matcher.operator}"{plain}"`',
        )
    inner = [each.text for each in alternatives_in(pattern)][1:-1]
    if "" in inner:
        return (
            f"`{pattern}` has an empty alternative, which matches series without `{label}`",
            "remove one of the two `|`",
        )
    return None


RULE: Final = QueryRule(CODE, on=Selector, check=check)
