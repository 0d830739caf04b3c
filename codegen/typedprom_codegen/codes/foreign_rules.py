"""TP53x: rule files, and alerts of Grafana."""

from __future__ import annotations

from typing import Final

from typedprom_codegen.codes.define import error, warning

NOT_RULES: Final = warning(
    "TP531",
    "not-rules",
    """
    A file that `--rules` names has no rules. These are read: rule files of Prometheus, Mimir and
    Thanos (`groups:`), `PrometheusRule` objects and lists of them, and alerts that Grafana manages
    (`apiVersion: 1`). Other objects of Kubernetes are passed over without a word.

    Wrong, where the folder contains a `values.yaml` as well:

    ```
    typedprom check --rules 'monitoring/*.yaml'
    ```

    Right:

    ```
    typedprom check --rules 'monitoring/rules/*.yaml'
    ```
    """,
)

INVALID_RULE: Final = error(
    "TP532",
    "invalid-rule",
    """
    Prometheus would refuse the rule, and with it the whole file: the rule has no `expr`, neither
    `alert` nor `record` or both of them, an unknown field, or a field that only alerts can have; or
    two groups of the file have the same name.

    Wrong:

    ```yaml
    - record: job:orders:rate5m
      expr: sum by (job) (rate(shop_orders_placed_total[5m]))
      for: 5m
    ```

    Right:

    ```yaml
    - record: job:orders:rate5m
      expr: sum by (job) (rate(shop_orders_placed_total[5m]))
    ```
    """,
)

DUPLICATE_RULE: Final = warning(
    "TP533",
    "duplicate-rule",
    """
    Two rules of a file have the same name and the same labels, and select the same series. Of two
    recording rules, each writes into the series of the other. Two such alerts cannot be told apart
    by Alertmanager.

    Wrong:

    ```yaml
    - {alert: OrdersStuck, expr: shop_orders_open > 100, labels: {severity: ticket}}
    - {alert: OrdersStuck, expr: shop_orders_open > 500, labels: {severity: ticket}}
    ```

    Right:

    ```yaml
    - {alert: OrdersStuck, expr: shop_orders_open > 100, labels: {severity: ticket}}
    - {alert: OrdersStuck, expr: shop_orders_open > 500, labels: {severity: page}}
    ```
    """,
)

RULE_DURATION: Final = error(
    "TP534",
    "rule-duration",
    """
    A duration in a rule file is not one that Prometheus reads: whole numbers, each with a unit, the
    largest first (`y`, `w`, `d`, `h`, `m`, `s`, `ms`).

    Wrong:

    ```yaml
    for: 1.5h
    ```

    Right:

    ```yaml
    for: 1h30m
    ```
    """,
)
