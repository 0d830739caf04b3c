"""TP511: histogram_quantile of buckets that have lost their label `le`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from typedprom_codegen.codes.define import error
from typedprom_codegen.lint.histograms import buckets_argument
from typedprom_codegen.lint.query_rule import Finding, QueryRule
from typedprom_codegen.promql.nodes.aggregation import Aggregation
from typedprom_codegen.promql.nodes.call import Call
from typedprom_codegen.promql.nodes.expression import Expression
from typedprom_codegen.promql.nodes.selector import Selector
from typedprom_codegen.promql.tree import few_below
from typedprom_codegen.queries.checked import CheckedQuery
from typedprom_codegen.queries.known import BUCKET_LABEL, BUCKET_SUFFIX, SeriesPart

CODE: Final = error(
    "TP511",
    "query-quantile-without-le",
    """
    `histogram_quantile` reads the bounds of the buckets from their label `le`. An aggregation that
    drops it leaves nothing to read, and the result is empty. Native histograms need no `le`.

    Wrong:

    ```promql
    histogram_quantile(0.95, sum by (method) (rate(shop_request_duration_seconds_bucket[5m])))
    ```

    Right:

    ```promql
    histogram_quantile(0.95, sum by (method, le) (rate(shop_request_duration_seconds_bucket[5m])))
    ```
    """,
)


def check(call: Call, query: CheckedQuery) -> Iterator[Finding]:
    """Report buckets without `le`: of known metrics, and of names that end in `_bucket`."""
    buckets = buckets_argument(call)
    if buckets is None or query.type(buckets).labels.may_have(BUCKET_LABEL):
        return
    if not _are_buckets(buckets, query):
        return
    dropped_by = _dropping(buckets, query)
    if dropped_by is None:
        message = f"`{call.name}` needs the label `le`, which is not there any more"
        yield Finding(message, buckets.extent, "keep `le` in every operation on the buckets")
        return
    message = f"`{call.name}` needs the label `le`, which `{dropped_by.name}` drops"
    grouping = dropped_by.grouping
    extent = grouping.extent if grouping else dropped_by.name_extent
    yield Finding(message, extent, _help(dropped_by, query))


def _are_buckets(node: Expression, query: CheckedQuery) -> bool:
    """Whether all selectors below surely are of buckets of classic histograms."""
    selectors = [each for each in few_below(node) or () if isinstance(each, Selector)]
    return bool(selectors) and all(_is_of_buckets(each, query) for each in selectors)


def _is_of_buckets(selector: Selector, query: CheckedQuery) -> bool:
    series = query.known.get(selector.name)
    if series is not None:
        return series.part is SeriesPart.BUCKET
    return selector.name is not None and selector.name.endswith(BUCKET_SUFFIX)


def _dropping(node: Expression, query: CheckedQuery) -> Aggregation | None:
    """The first aggregation that drops `le`."""
    found = query.type(node).labels.gone.get(BUCKET_LABEL)
    if isinstance(found, Aggregation):
        return found
    for each in few_below(node) or ():
        if isinstance(each, Aggregation) and not query.type(each).labels.may_have(BUCKET_LABEL):
            node = each
    return node if isinstance(node, Aggregation) else None


def _help(aggregation: Aggregation, query: CheckedQuery) -> str:
    grouping = aggregation.grouping
    if grouping is None:
        return f"write `{aggregation.name} by (le) (…)`"
    names = [query.query.text[label.extent.start : label.extent.end] for label in grouping.labels]
    if grouping.keyword == "by":
        return f"write `{aggregation.name} by ({', '.join([*names, BUCKET_LABEL])}) (…)`"
    names = [name for name in names if name.strip("\"'`") != BUCKET_LABEL]
    return f"write `{aggregation.name} without ({', '.join(names)}) (…)`"


RULE: Final = QueryRule(CODE, on=Call, check=check)
