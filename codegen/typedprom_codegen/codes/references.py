"""TP2xx: references between declarations, duplicates, and names that collide."""

from __future__ import annotations

from typing import Final

from typedprom_codegen.codes.define import error

DUPLICATE_COMPONENT: Final = error(
    "TP201",
    "duplicate-component",
    """
    Two files declare a component of the same name. A component is one file, one Python module and
    one dashboard.

    Wrong: `name: orders` in `orders.yaml` and in `old_orders.yaml`.

    Right: rename one of them, or move its metrics into the other file. Two components may share a
    `prefix`.
    """,
)

DUPLICATE_METRIC: Final = error(
    "TP202",
    "duplicate-metric",
    """
    Two metrics have the same full key: the component's prefix and the key. This happens across
    files when two components have the same prefix.

    Wrong: `placed` in component `orders`, and `orders.placed` in a component with `prefix: ""`.

    Right: rename or remove one of them.
    """,
)

UNKNOWN_LABEL: Final = error(
    "TP203",
    "unknown-label",
    """
    A metric lists a label that is declared neither in its own file nor in the file with `catalog:`.
    Labels of other components cannot be used.

    Wrong:

    ```yaml
    labels:
      country: {help: Where it is shipped., domain: {kind: open, budget: 50}}
    metrics:
      placed: {type: counter, help: Orders placed., labels: [contry]}
    ```

    Right: `labels: [country]`.
    """,
)

DUPLICATE_LABEL: Final = error(
    "TP204",
    "duplicate-label",
    """
    A component declares a label that the catalog shares already. One name would mean two things in
    one file.

    Wrong: `country` under `labels:` of `catalog.yaml` and of `orders.yaml`.

    Right: remove the component's, or rename it. Labels of one name in two components are fine.
    """,
)

UNKNOWN_PRESET: Final = error(
    "TP205",
    "unknown-preset",
    """
    A histogram refers to a bucket preset that is neither built in nor under `buckets:` of the
    catalog. The built-in ones are `default`, `latency`, `duration`, `bytes`, `ratio` and `count`.

    Wrong:

    ```yaml
    buckets: {kind: preset, name: latencies}
    ```

    Right:

    ```yaml
    buckets: {kind: preset, name: latency}
    ```
    """,
)

UNKNOWN_REPLACEMENT: Final = error(
    "TP206",
    "unknown-replacement",
    """
    `replaced_by` names a metric that this catalog does not declare. It takes the full key: the
    component's prefix and the metric's key.

    Wrong: `replaced_by: placed`

    Right: `replaced_by: orders.placed`
    """,
)

NAME_COLLISION: Final = error(
    "TP207",
    "prometheus-name-collision",
    """
    Two metrics would expose series of the same name. A histogram `x` exposes `x_bucket`, `x_sum`,
    `x_count` and `x_created`, a counter `x_total` also `x_created`; and the family of a counter
    `x_total` is `x`, which no gauge may be called.

    Wrong:

    ```yaml
    wait: {type: histogram, help: Time in the queue.}
    wait.count: {type: gauge, help: Orders in the queue.}
    ```

    Right: rename one of them, for example `queue.length`.
    """,
)

PYTHON_COLLISION: Final = error(
    "TP208",
    "python-name-collision",
    """
    Two declarations would get the same name in the generated Python. `orders.placed_late` and
    `orders.placed.late` are both `ORDERS_PLACED_LATE`; the label `class` becomes the parameter
    `class_`, which another label of the metric may be called.

    Wrong:

    ```yaml
    placed.late: {type: counter, help: Orders placed late.}
    placed_late: {type: gauge, help: Late orders open now.}
    ```

    Right: rename one of them.
    """,
)

RESERVED_LABEL: Final = error(
    "TP209",
    "reserved-label",
    """
    A label name that Prometheus uses itself: `le` for the buckets of histograms, `quantile` for
    summaries, and everything that begins with `__`. Or one that no query can group by: `inf`, `nan`
    and `without`, in any case of letters.

    Wrong:

    ```yaml
    labels:
      quantile: {help: Which part., domain: {kind: open, budget: 4}}
    ```

    Right: another name, for example `share`.
    """,
)

REPEATED_LABEL: Final = error(
    "TP210",
    "repeated-label",
    """
    A metric lists the same label twice.

    Wrong: `labels: [country, channel, country]`

    Right: `labels: [country, channel]`
    """,
)

RESERVED_NAME: Final = error(
    "TP211",
    "reserved-metric-name",
    """
    The name belongs to others: `typedprom_…` to this library, `process_…` and `python_…` to the
    client library's own collectors, `up`, `scrape_…` and `ALERTS…` to Prometheus. A catalog may
    declare such a metric only with `emitted: false`, to describe what others record. Words of the
    query language, `inf`, `nan`, `bool`, `on`, `ignoring`, `group_left`, `group_right` and `atan2`
    in any case of letters, are nobody's: no query can select them.

    Wrong: `name: process_cpu_seconds_total`

    Right: `name: shop_worker_cpu_seconds_total`
    """,
)

CONSTANT_LABEL: Final = error(
    "TP213",
    "constant-label",
    """
    A metric has a label that the catalog declares constant. Each of its series would have the label
    twice.

    Wrong:

    ```yaml
    catalog: {namespace: shop, title: Shop, constant_labels: {region: eu}}
    labels:
      region: {help: Where it is shipped., domain: {kind: open, budget: 50}}
    ```

    Right: another name for one of the two, `country`; or no constant label.
    """,
)

UNKNOWN_SUPPRESSION: Final = error(
    "TP212",
    "unknown-suppression",
    """
    A suppression names a code that does not exist, or the code of an error. Only warnings can be
    suppressed.

    Wrong:

    ```yaml
    suppress: [{code: TP203, reason: The label comes later.}]
    ```

    Right: correct the code, or mend the error. `typedprom explain TP403` says what a code means.
    """,
)
