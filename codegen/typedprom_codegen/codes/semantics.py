"""TP3xx: valid values that do not make sense where they are used."""

from __future__ import annotations

from typing import Final

from typedprom_codegen.codes.define import error

BAD_BUCKETS: Final = error(
    "TP301",
    "bad-buckets",
    """
    Upper bounds of a histogram must ascend and be finite. `+Inf` is implied and must not be listed.

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
    A closed label must list each value once. `_invalid` and `_overflow` are reserved: the library
    uses them for values that are invalid or over budget.

    Wrong: `values: [timeout, dns, timeout, _invalid]`

    Right: `values: [timeout, dns]`
    """,
)

BAD_PATTERN: Final = error(
    "TP303",
    "bad-pattern",
    """
    The pattern of a label must be a regular expression that Python can compile.

    Wrong: `pattern: "[a-z"`

    Right: `pattern: "[a-z]+"`
    """,
)

BAD_DEPRECATION: Final = error(
    "TP304",
    "bad-deprecation",
    """
    A deprecated metric must have a replacement (`replaced_by`) and the date of its removal
    (`removal`), which its users need to know; other metrics must not have these fields.

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
    `replaced_by` is a metric that is deprecated as well, or the metric itself.

    Wrong: `orders.lost` is replaced by `orders.gone`, which is replaced by `orders.cancelled`.

    Right: both are replaced by `orders.cancelled`.
    """,
)

BAD_DATE: Final = error(
    "TP306",
    "bad-date",
    """
    A date must be an existing day, written as year-month-day in quotes.

    Wrong: `removal: "2027-02-30"` or `removal: "30.06.2027"`

    Right: `removal: "2027-06-30"`
    """,
)

COUNTER_NAME: Final = error(
    "TP307",
    "counter-without-total",
    """
    The exposed name of a counter must end in `_total`: OpenMetrics requires it, and the client
    library adds it if it is missing. A counter of other code (`emitted: false`) can have any name.

    Wrong: `name: shop_orders_placed`

    Right: `name: shop_orders_placed_total`
    """,
)

BAD_THRESHOLDS: Final = error(
    "TP308",
    "bad-thresholds",
    """
    Thresholds must ascend and be finite: each applies from its value up to the next one.

    Wrong: `thresholds: [{value: 0.9, level: critical}, {value: 0.5, level: warning}]`

    Right: `thresholds: [{value: 0.5, level: warning}, {value: 0.9, level: critical}]`
    """,
)

BAD_PANEL: Final = error(
    "TP309",
    "panel-does-not-fit",
    """
    The panel or the aggregation does not fit the metric's type. A heatmap shows the buckets of a
    histogram, and `histogram_quantile` reads them; `rate` and `increase` are for counters and
    histograms, not for gauges.

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
    A list has the same entry twice: an aggregation, a suppressed code, a label or a metric of an
    alert, or the name of a query, which must be unique because it is the legend.

    Wrong: `queries: [{name: p50, expr: …}, {name: p50, expr: …}]`

    Right: `queries: [{name: p50, expr: …}, {name: p95, expr: …}]`
    """,
)

TOO_MANY_SERIES: Final = error(
    "TP311",
    "too-many-series",
    """
    Counters and histograms with only closed labels start with every combination of their values at
    zero. This metric would start with more than 10,000 series, which is expensive in every process,
    in Prometheus and on dashboards. Where a label says `siblings: zero`, each of its values begins
    such counters of a component, of which there may be 1,000.

    Wrong: three closed labels of 30 values each.

    Right: fewer labels or fewer values; or an `open` domain with a budget, if most combinations
    never occur.
    """,
)

INFO_NAME: Final = error(
    "TP312",
    "info-without-suffix",
    """
    The exposed name of an info must end in `_info`: OpenMetrics requires it, and the client library
    adds it if it is missing. An info of other code (`emitted: false`) can have any name.

    Wrong: `name: shop_build`

    Right: `name: shop_build_info`
    """,
)

BAD_SCHEDULE: Final = error(
    "TP313",
    "bad-schedule",
    """
    A schedule belongs to a value of a label that says which program recorded a series: a label of
    the catalog, or `job`.

    Wrong, where the label `command` is closed to `ingester` and `report`:

    ```yaml
    catalog: {namespace: shop, title: Shop, schedules: {command: {ingster: 1h}}}
    ```

    Right: `schedules: {command: {ingester: 1h}}`.
    """,
)

NOT_RECORDED: Final = error(
    "TP314",
    "not-recorded",
    """
    Generated code records counters, gauges, histograms with buckets, infos and statesets. Summaries
    (`summary`), native histograms (`native: true`) and metrics of unknown type (`unknown`) can only
    be declared for queries: other code records them.

    Wrong:

    ```yaml
    packing: {type: summary, unit: seconds, help: Time to pack an order.}
    ```

    Right:

    ```yaml
    packing: {type: summary, unit: seconds, help: Time to pack an order., emitted: false}
    ```
    """,
)

NEEDLESS_SIBLINGS: Final = error(
    "TP331",
    "needless-siblings",
    """
    `siblings: zero` lets counters begin at zero for values that nobody knew before. The values of a
    closed label are known: counters and histograms have all of them at zero from the start.

    Wrong:

    ```yaml
    channel:
      help: Where the order was placed.
      domain: {kind: closed, values: [web, app]}
      siblings: zero
    ```

    Right:

    ```yaml
    channel:
      help: Where the order was placed.
      domain: {kind: closed, values: [web, app]}
    ```
    """,
)
