"""TP3xx, continued: ratios, alerts, objectives and records that do not make sense."""

from __future__ import annotations

from typing import Final

from typedprom_codegen.codes.define import error

UNKNOWN_METRIC: Final = error(
    "TP315",
    "unknown-metric-in-rule",
    """
    A ratio, an alert or an objective names a metric that does not exist. In the file of a
    component, metrics of the component are named by their keys, as under `metrics:`; all others by
    their full keys, with the prefix of their component.

    Wrong, where the metric is `payment.failed`:

    ```yaml
    alerts: {payments_failing: {any: payments.failed}}
    ```

    Right: `alerts: {payments_failing: {any: payment.failed}}`.

    If the metric has been removed, remove the alert as well, or let it name another metric.
    """,
)

WRONG_METRIC: Final = error(
    "TP316",
    "metric-does-not-fit",
    """
    A metric has a type or a unit that the form of the alert or the objective cannot use: `any`,
    `silent`, `fewer` and ratios count, so they need counters; `gauge` needs a gauge; `late` needs a
    gauge with times (unit `seconds`); `quantile` and latencies need histograms.

    Wrong: `{gauge: placed, above: 100}`, where `placed` is a counter.

    Right: `{any: placed, above: 100, over: 1h}`.
    """,
)

DEPRECATED_METRIC: Final = error(
    "TP317",
    "deprecated-metric-in-rule",
    """
    A ratio, an alert or an objective names a deprecated metric, so it would stop working silently
    on the day of its removal.

    Wrong: `{any: lost}`, where `lost` is deprecated and replaced by `orders.cancelled`.

    Right: `{any: cancelled}`.
    """,
)

BAD_FORM: Final = error(
    "TP318",
    "bad-alert-form",
    """
    An alert has exactly one form, and the fields that the form has: `any`, `ratio`, `gauge`,
    `silent`, `fewer`, `quantile`, `late`, `never`, `absent` or `expr`; or it is `disabled`, and has
    nothing else. An objective is of one kind: `ratio`, `of` with `below`, or `schedule`.

    Wrong: `{any: payment.failed, gauge: queue.bytes}`, or `{any: payment.failed, at: 90%}`.

    Right: `{any: payment.failed, over: 3h}`.
    """,
)

BAD_QUANTITY: Final = error(
    "TP319",
    "bad-quantity",
    """
    A limit must be finite and in the unit of what it limits: a percentage for ratios, a time for
    metrics in seconds, a size for metrics in bytes, and a plain number otherwise. A plain number
    without a unit is always in the metric's unit.

    Wrong: `{gauge: queue.bytes, above: 30m}`.

    Right: `{gauge: queue.bytes, above: 64MiB}`.
    """,
)

BAD_RULE_LABEL: Final = error(
    "TP320",
    "label-of-no-series",
    """
    `by`, `where` or `except` names a label that the metric does not have, or a value that the label
    never has. For a ratio, all of its metrics must have the labels of `by`, and at least one those
    of `where` and `except`.

    Wrong: `{any: payment.failed, by: [contry]}`.

    Right: `{any: payment.failed, by: [country]}`.
    """,
)

DUPLICATE_RULE: Final = error(
    "TP321",
    "duplicate-alert",
    """
    Two alerts, two objectives or two records of the catalog have the same key or the same name.
    Alertmanager and runbooks could not tell them apart.

    Wrong: `failing` under `alerts:` of `orders.yaml` and of `delivery.yaml`.

    Right: `orders_failing` and `delivery_failing`.
    """,
)

UNKNOWN_SEVERITY: Final = error(
    "TP322",
    "unknown-severity",
    """
    An alert has a severity that the catalog does not list.

    Wrong: `severity: critical`, where the catalog has `page`, `ticket` and `info`.

    Right: `severity: page`, or `critical: Wakes somebody.` under `severities:`.
    """,
)

NOTHING_TO_DO: Final = error(
    "TP323",
    "nothing-to-do",
    """
    An alert of the most urgent severity does not say what to do. The person it wakes needs to know.

    Wrong: `{any: payment.failed, severity: page}`.

    Right:

    ```yaml
    payments_failing:
      any: payment.failed
      severity: page
      do: Look at the status page of the payment provider.
    ```
    """,
)

BAD_LINK: Final = error(
    "TP324",
    "bad-link",
    """
    `runbooks` and `dashboards` are addresses that begin with `http://` or `https://`. That of
    runbooks has `{alert}` where the name of the alert stands, that of dashboards `{dashboard}`
    where the uid of the dashboard stands.

    Wrong: `runbooks: https://example.org/runbooks`

    Right: `runbooks: https://example.org/runbooks/{alert}`
    """,
)

BAD_FLOW: Final = error(
    "TP325",
    "bad-flow",
    """
    `flow` names a component that does not exist, or names one twice.

    Wrong: `flow: [orders, stockroom]`, where the component is `stock_room`.

    Right: `flow: [orders, stock_room]`.
    """,
)

BAD_RATIO: Final = error(
    "TP326",
    "bad-ratio",
    """
    A ratio has the counters of what failed (`bad`), and either those of what succeeded (`good`) or
    those of all that happened (`all`). Alerts and objectives name ratios by their keys: those of
    other components with the prefix.

    Wrong: `ratios: {payments: {bad: [payment.failed]}}`

    Right: `ratios: {payments: {bad: [payment.failed], good: [placed]}}`
    """,
)

NOTHING_TO_DISABLE: Final = error(
    "TP327",
    "nothing-to-disable",
    """
    `disabled` turns off a derived alert, but no alert with this key is derived. Alerts are derived
    from schedules (`command_late`, `command_never_ran`, `command_failing` for the label
    `command`), and in a catalog without schedules and alerts of its own, `absent` and `stale`.

    Wrong: `alerts: {comand_late: {disabled: The report is started by hand.}}`

    Right: `alerts: {command_late: {disabled: The report is started by hand.}}`
    """,
)

TWO_THRESHOLDS: Final = error(
    "TP328",
    "two-thresholds",
    """
    The panel of a metric and an alert say different limits for the same level, or two alerts do:
    the panel would be red while nothing is wrong, or the other way round. `critical` is the most
    urgent severity, `warning` all others.

    Wrong: the threshold `{value: 100, level: critical}` of a gauge, and an alert
    `{gauge: queue.length, above: 200, severity: page}`.

    Right: `{gauge: queue.length, above: critical, severity: page}`.
    """,
)

BAD_OBJECTIVE: Final = error(
    "TP329",
    "bad-objective",
    """
    An objective is strictly between 0 and 100 %, for a window of 1d to 90d. The limit of a latency
    (`below`) is a bound of the histogram's buckets, because what is between two bounds is not known
    exactly. An objective for a schedule needs schedules of the label, and one gauge with the times
    of runs.

    Wrong: `{of: packing.duration, below: 4s, objective: 90%}`, where the bounds are 1, 5 and 10.

    Right: `{of: packing.duration, below: 5s, objective: 90%}`.
    """,
)

UNALARMED_OBJECTIVE: Final = error(
    "TP332",
    "objective-without-alerts",
    """
    An objective has no alert. Its error budget is watched in pairs of windows, and none fits: the
    short window is under two schedules of the program that records the events, or more than all of
    the events would have to be bad.

    Wrong: an objective of 50 % in 28 days for a program that runs once a day.

    Right: an objective of 95 %, and an alert of the form `ratio` over `2d`; for a service,
    `scheduled: false` under `component:`.
    """,
)

BAD_RECORD: Final = error(
    "TP330",
    "bad-record",
    """
    The name of a record must not be that of a metric, or of a rule that the catalog makes itself,
    and has colons, so that everybody sees that it is recorded: `level:metric:operation`.

    Wrong: `records: {shop_orders_rate: {expr: …, help: …}}`

    Right: `records: {"country:shop_orders_placed:rate5m": {expr: …, help: …}}`
    """,
)
