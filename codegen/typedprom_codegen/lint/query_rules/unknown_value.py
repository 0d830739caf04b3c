"""TP504: a matcher with a value that the label never has."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from typedprom_codegen.codes.define import error
from typedprom_codegen.lint.matcher_values import (
    INVALID,
    extent_of,
    fixed_matchers,
    is_always_set,
    is_negative,
    is_pattern,
    values_of,
)
from typedprom_codegen.lint.query_rule import Finding, QueryRule
from typedprom_codegen.message_parts import did_you_mean, one_of
from typedprom_codegen.promql.alternatives import is_literal
from typedprom_codegen.promql.nodes.selector import Matcher, Selector
from typedprom_codegen.promql.patterns import matches_whole
from typedprom_codegen.queries.checked import CheckedQuery
from typedprom_codegen.queries.known import Series

CODE: Final = error(
    "TP504",
    "query-label-value",
    """
    A matcher asks for a value that its label never has, because the catalog lists all values and
    this is none of them. It finds nothing, or excludes nothing. Each alternative of a regular
    expression is looked at, because the others hide one that finds nothing.

    Wrong:

    ```promql
    sum(rate(shop_jobs_total{outcome="ded"}[5m]))
    ```

    ```promql
    sum(rate(shop_jobs_total{outcome!~"done|ok"}[5m]))
    ```

    Right:

    ```promql
    sum(rate(shop_jobs_total{outcome="dead"}[5m]))
    ```
    """,
)

_MOST_LISTED: Final = 12


def check(selector: Selector, query: CheckedQuery) -> Iterator[Finding]:
    """Report each value, and each alternative of a pattern, that the label never has."""
    series = query.known.get(selector.name) if selector.matchers else None
    if series is None:
        return
    labels = series.labels
    for matcher in fixed_matchers(selector):
        values = labels.get(matcher.label.name)
        if values is not None:
            yield from _of_matcher(matcher, values, series, query)


def _of_matcher(
    matcher: Matcher, values: frozenset[str], series: Series, query: CheckedQuery
) -> Iterator[Finding]:
    for part in values_of(matcher):
        if part.text:
            never = _never(part.text, matcher, values)
        else:
            never = not is_negative(matcher) and "" not in values and is_always_set(series)
        if not never:
            continue
        message = _message(part.text, matcher, values, series)
        yield Finding(message, extent_of(part, matcher, query.query), _help(values))


def _never(text: str, matcher: Matcher, values: frozenset[str]) -> bool:
    """Whether no value is `text`, or matches it as a pattern; unknown counts as no."""
    if text == INVALID or text in values:
        return False
    if not is_pattern(matcher) or is_literal(text):
        return True
    return all(matches_whole(text, value) is False for value in (*values, INVALID))


def _message(text: str, matcher: Matcher, values: frozenset[str], series: Series) -> str:
    label = f"label `{matcher.label.name}` of `{series.name}`"
    so = ", so this excludes nothing" if is_negative(matcher) else ""
    if not text:
        return f"{label} is never empty"
    if is_pattern(matcher) and not is_literal(text):
        return f"no value of {label} matches `{text}`{so}"
    return f"{label} is never `{text}`{so}{did_you_mean(text, values)}"


def _help(values: frozenset[str]) -> str:
    listed = [f"`{value}`" for value in sorted(values - {INVALID} or values)]
    if len(listed) > _MOST_LISTED:
        listed = [*listed[:_MOST_LISTED], f"one of {len(listed) - _MOST_LISTED} others"]
    return f"it is {one_of(listed)}"


RULE: Final = QueryRule(CODE, on=Selector, check=check)
