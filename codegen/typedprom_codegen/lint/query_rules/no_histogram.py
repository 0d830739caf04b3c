"""TP512: a function of histograms, applied to what is not its kind of histogram."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from typedprom_codegen.codes.define import error
from typedprom_codegen.ir import MetricType
from typedprom_codegen.lint.histograms import OF_NATIVE, buckets_argument
from typedprom_codegen.lint.query_rule import Finding, QueryRule
from typedprom_codegen.message_parts import article
from typedprom_codegen.promql.nodes.call import Call
from typedprom_codegen.promql.nodes.expression import Expression
from typedprom_codegen.queries.checked import CheckedQuery
from typedprom_codegen.queries.known import BUCKET_LABEL, BUCKET_SUFFIX, Series, SeriesPart

CODE: Final = error(
    "TP512",
    "query-no-histogram",
    """
    A function of histograms gets something else, and returns nothing. `histogram_quantile` takes
    the `_bucket` series of a classic histogram, or a native histogram. `histogram_count`,
    `histogram_sum`, `histogram_avg` and the deviations only take native ones: a classic histogram
    has the series `_count` and `_sum`.

    Wrong:

    ```promql
    histogram_quantile(0.9, sum by (method) (rate(shop_request_duration_seconds_sum[5m])))
    ```

    Right:

    ```promql
    histogram_quantile(0.9, sum by (le) (rate(shop_request_duration_seconds_bucket[5m])))
    ```
    """,
)


def check(call: Call, query: CheckedQuery) -> Iterator[Finding]:
    """Report arguments of which it is known that they are no histogram of the right kind."""
    buckets = buckets_argument(call)
    if buckets is not None:
        yield from _of_buckets(call, buckets, query)
    elif call.name in OF_NATIVE:
        yield from _of_native(call, call.arguments[-1], query)


def _of_buckets(call: Call, argument: Expression, query: CheckedQuery) -> Iterator[Finding]:
    found = query.type(argument)
    if not found.series or found.is_native or found.labels.may_have(BUCKET_LABEL):
        return
    if any(each.part is SeriesPart.BUCKET or _may_be_native(each) for each in found.series):
        return  # without its `le`, which another rule reports
    series = found.series[0]
    yield Finding(
        f"`{call.name}` needs the buckets of a histogram, and `{series.name}` is {_words(series)}",
        argument.extent,
        _instead(series),
    )


def _of_native(call: Call, argument: Expression, query: CheckedQuery) -> Iterator[Finding]:
    found = query.type(argument)
    if not found.series or any(map(_may_be_native, found.series)):
        return
    series = found.series[0]
    message = f"`{call.name}` needs a native histogram, and `{series.name}` is {_words(series)}"
    instead = OF_NATIVE[call.name]
    if series.metric.type is MetricType.HISTOGRAM and instead:
        help = f"use {instead}: `{series.metric.name}` is a classic histogram"
    else:
        help = "only native histograms have it; use another metric"
    yield Finding(message, argument.extent, help)


def _may_be_native(series: Series) -> bool:
    return series.metric.is_native or series.metric.type is MetricType.UNKNOWN


def _words(series: Series) -> str:
    """What a series is, with an article."""
    metric = series.metric
    if series.part is SeriesPart.BUCKET:
        return "part of a classic histogram"
    if series.part in {SeriesPart.SUM, SeriesPart.COUNT}:
        return f"the {series.part.value} of {article(metric.type.value)}"
    if series.part is SeriesPart.CREATED:
        return "a timestamp"
    return article(metric.type.value)


def _instead(series: Series) -> str:
    metric = series.metric
    if metric.type is MetricType.HISTOGRAM:
        return f"use `{metric.name}{BUCKET_SUFFIX}`, and keep `le`"
    if metric.type is MetricType.SUMMARY:
        return f'a summary has its quantiles as series: `{metric.name}{{quantile="…"}}`'
    return "only histograms have quantiles; use the `_bucket` series of one"


RULE: Final = QueryRule(CODE, on=Call, check=check)
