"""A deprecated metric whose replacement has another type."""

from __future__ import annotations

from collections.abc import Iterator

from typedprom_codegen.codes.define import warning
from typedprom_codegen.diagnostics import Diagnostic, Related
from typedprom_codegen.ir import Catalog
from typedprom_codegen.lint.rule import Rule


def check(catalog: Catalog) -> Iterator[Diagnostic]:
    """Report every deprecated metric whose replacement has another type."""
    metrics = {metric.key: metric for metric in catalog.metrics()}
    for metric in metrics.values():
        target = metrics.get(metric.deprecation.replaced_by) if metric.deprecation else None
        if metric.deprecation and target and target.type is not metric.type:
            yield Diagnostic(
                RULE.code,
                f"{metric.type.value} `{metric.local_key}` is replaced by {target.type.value} "
                f"`{target.key}`",
                metric.where("replaced_by"),
                help="name a metric of the same type, so that users only have to change the name",
                related=(Related(target.span, f"`{target.key}` is declared here"),),
                metric=metric.key,
            )


RULE = Rule(
    warning(
        "TP405",
        "replacement-of-another-type",
        """
        A deprecated metric is replaced by a metric of another type. Changing the name is not
        enough then: `rate` is for counters and not for gauges, and code calls other methods.

        Wrong, where `orders.open` is a gauge:

        ```yaml
        lost:
          type: counter
          help: Orders lost.
          stability: deprecated
          replaced_by: orders.open
          removal: "2027-06-30"
        ```

        Right: a counter as `replaced_by`; or a suppression, if the other type is intended.

        ```yaml
        suppress: [{code: TP405, reason: Dashboards show open orders instead.}]
        ```
        """,
    ),
    check,
)
