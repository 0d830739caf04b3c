"""TP2xx: references between declarations, duplicates, and names that collide."""

from __future__ import annotations

from typing import Final

from typedprom_codegen.codes.define import error

DUPLICATE_COMPONENT: Final = error(
    "TP201",
    "duplicate-component",
    """
    Two files declare a component with the same name. A component is one file, one Python module and
    one dashboard.

    Wrong: `name: orders` in `orders.yaml` and in `old_orders.yaml`.

    Right: rename one of them, or move its metrics to the other file. Two components can have the
    same `prefix`.
    """,
)

DUPLICATE_METRIC: Final = error(
    "TP202",
    "duplicate-metric",
    """
    Two metrics have the same full key, which is the component's prefix and the key. This can happen
    in different files if two components have the same prefix.

    Wrong: `placed` in component `orders`, and `orders.placed` in a component with `prefix: ""`.

    Right: rename or remove one of them.
    """,
)

UNKNOWN_LABEL: Final = error(
    "TP203",
    "unknown-label",
    """
    A metric lists a label that is declared neither in its own file nor in the file with `catalog:`.
    Metrics cannot use labels of other components.

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
    A component declares a label that is already a shared label of the catalog. The name would be
    ambiguous.

    Wrong: `country` under `labels:` of `catalog.yaml` and of `orders.yaml`.

    Right: remove or rename the component's label. Two components can have labels of the same name.
    """,
)

UNKNOWN_PRESET: Final = error(
    "TP205",
    "unknown-preset",
    """
    A histogram refers to a bucket preset that is neither built in nor under `buckets:` of the
    catalog. The built-in presets are `default`, `latency`, `duration`, `bytes`, `ratio` and
    `count`.

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
    `replaced_by` is not the full key of a metric of this catalog. The full key is the component's
    prefix and the metric's key.

    Wrong: `replaced_by: placed`

    Right: `replaced_by: orders.placed`
    """,
)

NAME_COLLISION: Final = error(
    "TP207",
    "prometheus-name-collision",
    """
    Two metrics would have series of the same name. A histogram `x` has `x_bucket`, `x_sum`,
    `x_count` and `x_created`; a counter `x_total` also has `x_created`, and its family is `x`,
    which cannot be the name of another metric.

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
    Two declarations would have the same name in the generated Python. `orders.placed_late` and
    `orders.placed.late` are both `ORDERS_PLACED_LATE`; the label `class` becomes the parameter
    `class_`, which can be the name of another label.

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
    A label has a name that Prometheus uses itself: `le` for the buckets of histograms, `quantile`
    for summaries, and names that begin with `__`. Or a name that no query can group by: `inf`,
    `nan` and `without`, in lower or upper case.

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
    The name is reserved: `typedprom_…` for this library, `process_…` and `python_…` for collectors
    of the client library, `up`, `scrape_…` and `ALERTS…` for Prometheus. A catalog can declare such
    a metric only with `emitted: false`, to describe what other code records. The keywords `inf`,
    `nan`, `bool`, `on`, `ignoring`, `group_left`, `group_right` and `atan2`, in lower or upper
    case, cannot be names at all, because no query can select them.

    Wrong: `name: process_cpu_seconds_total`

    Right: `name: shop_worker_cpu_seconds_total`
    """,
)

CONSTANT_LABEL: Final = error(
    "TP213",
    "constant-label",
    """
    A metric has a label with the name of a constant label of the catalog. Each of its series would
    have the label twice.

    Wrong:

    ```yaml
    catalog: {namespace: shop, title: Shop, constant_labels: {region: eu}}
    labels:
      region: {help: Where it is shipped., domain: {kind: open, budget: 50}}
    ```

    Right: another name for one of the two, such as `country`; or no constant label.
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

    Right: correct the code, or fix the error. `typedprom explain TP403` explains a code.
    """,
)
