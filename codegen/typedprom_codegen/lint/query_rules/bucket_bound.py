"""TP514: a bound of buckets that the histogram does not have, or that is written otherwise."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from math import inf, isnan
from typing import Final

from typedprom_codegen.codes.define import error
from typedprom_codegen.lint.matcher_values import (
    extent_of,
    fixed_matchers,
    is_always_set,
    is_pattern,
    values_of,
)
from typedprom_codegen.lint.query_rule import Finding, QueryRule
from typedprom_codegen.message_parts import one_of
from typedprom_codegen.promql.nodes.selector import Matcher, Selector
from typedprom_codegen.promql.patterns import matches_whole
from typedprom_codegen.queries.bound_text import bound_text, go_text
from typedprom_codegen.queries.checked import CheckedQuery
from typedprom_codegen.queries.known import BUCKET_LABEL, Series, SeriesPart

CODE: Final = error(
    "TP514",
    "query-bucket-bound",
    """
    A matcher of `le` asks for a bound that the histogram does not have, or writes it in another way
    than the series. Labels are compared as text: clients for Python write `1.0`, never `1`, and
    Prometheus stores that. Clients for Go write `1`; Prometheus 2 stores that, and Prometheus 3
    stores `1.0` for them too.

    Wrong:

    ```promql
    sum(rate(shop_request_duration_seconds_bucket{le="1"}[5m]))
    ```

    ```promql
    sum(rate(shop_request_duration_seconds_bucket{le="0.3"}[5m]))
    ```

    Right:

    ```promql
    sum(rate(shop_request_duration_seconds_bucket{le="1.0"}[5m]))
    ```

    ```promql
    sum(rate(shop_request_duration_seconds_bucket{le="0.5"}[5m]))
    ```
    """,
)

_NORMALISES: Final = (3, 0)
"""The first Prometheus that stores bounds of all clients in one form."""

_NEAREST: Final = 2


def check(selector: Selector, query: CheckedQuery) -> Iterator[Finding]:
    """Report bounds that no series has."""
    series = query.known.get(selector.name) if selector.matchers else None
    if series is None or series.part is not SeriesPart.BUCKET:
        return
    for matcher in fixed_matchers(selector):
        if matcher.label.name == BUCKET_LABEL:
            yield from _of_matcher(matcher, series, query)


def _of_matcher(matcher: Matcher, series: Series, query: CheckedQuery) -> Iterator[Finding]:
    one_form = _has_one_form(series, query)
    bounds = series.metric.buckets
    parts = [part for part in values_of(matcher) if part.text]
    found = {part.text: _bound(part.text) for part in parts}
    right = {
        bound
        for text, bound in found.items()
        if bound is not None and text.replace("\\.", ".") in _texts(bound, one_form=one_form)
    }
    for part in parts:
        bound = found[part.text]
        if bound in right and (bounds is None or bound in (*bounds, inf)):
            continue  # as it should be; or another alternative writes the same bound rightly
        finding = _finding(part.text, bound, matcher, series, one_form=one_form)
        if finding is not None:
            yield Finding(finding[0], extent_of(part, matcher, query.query), finding[1])


def _has_one_form(series: Series, query: CheckedQuery) -> bool:
    """Whether bounds are surely stored as `bound_text` writes them."""
    version = query.options.version
    return is_always_set(series) or (version is not None and version >= _NORMALISES)


def _texts(bound: float, *, one_form: bool) -> set[str]:
    return {bound_text(bound)} if one_form else {bound_text(bound), go_text(bound)}


def _bound(text: str) -> float | None:
    try:
        bound = float(text.replace("\\.", ".").replace("\\+", "+"))
    except ValueError:
        return None
    return None if isnan(bound) else bound


def _finding(
    text: str, bound: float | None, matcher: Matcher, series: Series, *, one_form: bool
) -> tuple[str, str] | None:
    """The message and the help about one value; None if it can be right."""
    name, bounds = series.metric.name, series.metric.buckets
    if bound is None:
        return _of_text(text, matcher, name, bounds)
    if bounds is not None and bound not in (*bounds, inf):
        near = sorted(bounds, key=lambda each: abs(each - bound))[:_NEAREST]
        return (
            f"`{text}` is not a bucket bound of `{name}`; the nearest are {_listed(sorted(near))}",
            _bounds_help(bounds),
        )
    if is_pattern(matcher) and _matches(text, bound, one_form=one_form):
        return None
    written = bound_text(bound)
    return (
        f"the bucket bound `{text}` of `{name}` is written `{written}`",
        f"labels are compared as text: write `{written}`",
    )


def _of_text(
    text: str, matcher: Matcher, name: str, bounds: Sequence[float] | None
) -> tuple[str, str] | None:
    """About a value that is no number: a pattern for several bounds, or a mistake."""
    if not is_pattern(matcher):
        help = _bounds_help(bounds) if bounds is not None else "write a number, such as `0.5`"
        return f"`{text}` is not a bucket bound of `{name}`", help
    if bounds is None:
        return None
    if any(_matches(text, bound, one_form=False) for bound in (*bounds, inf)):
        return None
    return f"no bucket bound of `{name}` matches `{text}`", _bounds_help(bounds)


def _matches(pattern: str, bound: float, *, one_form: bool) -> bool:
    texts = _texts(bound, one_form=one_form)
    return any(matches_whole(pattern, text) is not False for text in texts)


def _bounds_help(bounds: Sequence[float]) -> str:
    return f"its bounds are {', '.join(f'`{bound_text(bound)}`' for bound in bounds)} and `+Inf`"


def _listed(bounds: Sequence[float]) -> str:
    return one_of([f"`{bound_text(bound)}`" for bound in bounds]).replace(" or ", " and ")


RULE: Final = QueryRule(CODE, on=Selector, check=check)
