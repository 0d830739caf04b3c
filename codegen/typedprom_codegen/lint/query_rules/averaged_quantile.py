"""TP529: quantiles that are added up or averaged."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from typedprom_codegen.codes.define import warning
from typedprom_codegen.lint.query_rule import Finding, QueryRule
from typedprom_codegen.promql.nodes.aggregation import Aggregation
from typedprom_codegen.promql.nodes.call import Call
from typedprom_codegen.promql.tree import without_parentheses
from typedprom_codegen.queries.checked import CheckedQuery
from typedprom_codegen.queries.meaning import Meaning

CODE: Final = warning(
    "TP529",
    "query-averaged-quantile",
    """
    The average of quantiles is not the quantile of all, and their sum means nothing: an instance
    with three requests counts as much as one with three thousand. Add up the buckets first. The
    average of a summary's quantiles is not reported, because a summary has nothing else; `max` is
    the honest way to show many.

    Wrong:

    ```promql
    avg(histogram_quantile(0.95, rate(shop_request_duration_seconds_bucket[5m])))
    ```

    Right:

    ```promql
    histogram_quantile(0.95, sum by (le) (rate(shop_request_duration_seconds_bucket[5m])))
    ```
    """,
)

_QUANTILES: Final = frozenset({"histogram_quantile", "histogram_quantiles"})


def check(aggregation: Aggregation, query: CheckedQuery) -> Iterator[Finding]:
    """Report `avg` and `sum` of `histogram_quantile`, and `sum` of a summary's quantiles."""
    if aggregation.name not in {"avg", "sum"}:
        return
    inner = without_parentheses(aggregation.expression)
    if isinstance(inner, Call) and inner.name in _QUANTILES:
        help = "add up the buckets inside of `histogram_quantile`, or show the `max` of quantiles"
    elif aggregation.name == "sum" and query.type(inner).meaning is Meaning.QUANTILE:
        help = "use `max`, or the rate of the sum by the rate of the count"
    else:
        return
    message = f"`{aggregation.name}` of quantiles is not a quantile"
    yield Finding(message, aggregation.name_extent, help)


RULE: Final = QueryRule(CODE, on=Aggregation, check=check)
