"""TP3xx: values that are well formed and make no sense."""

from __future__ import annotations

from typing import Final

from typedprom_codegen.codes.define import error

BAD_BUCKETS: Final = error(
    "TP301",
    "bad-buckets",
    """
    Upper bounds of a histogram ascend and are finite. `+Inf` is always there and is not listed.

    Wrong:

    ```yaml
    buckets: {kind: explicit, bounds: [0.1, 1, 0.5, .inf]}
    ```

    Right:

    ```yaml
    buckets: {kind: explicit, bounds: [0.1, 0.5, 1]}
    ```
    """,
)

BAD_VALUES: Final = error(
    "TP302",
    "bad-label-values",
    """
    The values of a closed label are each listed once. `_invalid` and `_overflow` are reserved for
    what the library counts when a value is not legal or over budget.

    Wrong: `values: [timeout, dns, timeout, _invalid]`

    Right: `values: [timeout, dns]`
    """,
)

BAD_PATTERN: Final = error(
    "TP303",
    "bad-pattern",
    """
    The pattern of a label is a regular expression in Python's syntax, and it has to compile.

    Wrong: `pattern: "[a-z"`

    Right: `pattern: "[a-z]+"`
    """,
)

BAD_DEPRECATION: Final = error(
    "TP304",
    "bad-deprecation",
    """
    A deprecated metric says what replaces it (`replaced_by`) and from when on it may be gone
    (`removal`); a metric that is not deprecated says neither. Users of a metric who read that it is
    deprecated need both to act.

    Wrong:

    ```yaml
    lost: {type: counter, help: Orders lost., stability: deprecated}
    ```

    Right:

    ```yaml
    lost:
      type: counter
      help: Orders lost.
      stability: deprecated
      replaced_by: orders.cancelled
      removal: "2027-06-30"
    ```
    """,
)

BAD_REPLACEMENT: Final = error(
    "TP305",
    "bad-replacement",
    """
    `replaced_by` leads to a metric that is deprecated as well, or to the metric itself.

    Wrong: `orders.lost` is replaced by `orders.gone`, which is replaced by `orders.cancelled`.

    Right: both are replaced by `orders.cancelled`.
    """,
)

BAD_DATE: Final = error(
    "TP306",
    "bad-date",
    """
    A date is written year-month-day, in quotes, and exists.

    Wrong: `removal: "2027-02-30"` or `removal: "30.06.2027"`

    Right: `removal: "2027-06-30"`
    """,
)

COUNTER_NAME: Final = error(
    "TP307",
    "counter-without-total",
    """
    The exposed name of a counter ends in `_total`; OpenMetrics demands it, and the client library
    adds it where it is missing. A counter of others (`emitted: false`) may be called anything.

    Wrong: `name: shop_orders_placed`

    Right: `name: shop_orders_placed_total`
    """,
)

BAD_THRESHOLDS: Final = error(
    "TP308",
    "bad-thresholds",
    """
    Thresholds ascend and are finite: each holds from its value up to the next one.

    Wrong: `thresholds: [{value: 0.9, level: critical}, {value: 0.5, level: warning}]`

    Right: `thresholds: [{value: 0.5, level: warning}, {value: 0.9, level: critical}]`
    """,
)

BAD_PANEL: Final = error(
    "TP309",
    "panel-does-not-fit",
    """
    The panel or the aggregation does not fit the metric's type. A heatmap draws the buckets of a
    histogram; `histogram_quantile` reads them; `rate` and `increase` are for what only grows, so
    not for gauges.

    Wrong:

    ```yaml
    placed: {type: counter, help: Orders placed., dashboard: {panel: heatmap}}
    ```

    Right:

    ```yaml
    placed: {type: counter, help: Orders placed., dashboard: {panel: timeseries}}
    ```
    """,
)

REPEATED_ENTRY: Final = error(
    "TP310",
    "repeated-entry",
    """
    A list names the same thing twice: an aggregation, a suppressed code, or a query's name, which
    is what tells the lines of a panel apart.

    Wrong: `queries: [{name: p50, expr: …}, {name: p50, expr: …}]`

    Right: `queries: [{name: p50, expr: …}, {name: p95, expr: …}]`
    """,
)

TOO_MANY_SERIES: Final = error(
    "TP311",
    "too-many-series",
    """
    Counters and histograms whose labels are all closed start with every combination of values at
    zero. This metric would start with more than 10,000 series, which is costly in every process, in
    Prometheus and on every dashboard.

    Wrong: three closed labels of 30 values each.

    Right: fewer labels or fewer values; or an `open` domain with a budget where most combinations
    never occur.
    """,
)

INFO_NAME: Final = error(
    "TP312",
    "info-without-suffix",
    """
    The exposed name of an info ends in `_info`; OpenMetrics demands it, and the client library adds
    it where it is missing. An info of others (`emitted: false`) may be called anything.

    Wrong: `name: shop_build`

    Right: `name: shop_build_info`
    """,
)
