"""A deprecated metric whose replacement is of another type."""

from __future__ import annotations

from collections.abc import Iterator

from typedprom_codegen.codes.define import warning
from typedprom_codegen.diagnostics import Diagnostic, Related
from typedprom_codegen.ir import Catalog
from typedprom_codegen.lint.rule import Rule


def check(catalog: Catalog) -> Iterator[Diagnostic]:
    """Yields every deprecated metric that is replaced by one of another type."""
    metrics = {metric.key: metric for metric in catalog.metrics()}
    for metric in metrics.values():
        target = metrics.get(metric.deprecation.replaced_by) if metric.deprecation else None
        if metric.deprecation and target and target.type is not metric.type:
            yield Diagnostic(
                RULE.code,
                f"{metric.type.value} `{metric.local_key}` is replaced by `{target.key}`, which is "
                f"of type {target.type.value}",
                metric.deprecation.span,
                help="queries and calls cannot just be renamed: name a metric of the same type",
                related=(Related(target.span, f"`{target.key}` is declared here"),),
                metric=metric.key,
            )


RULE = Rule(
    warning(
        "TP405",
        "replacement-of-another-type",
        """
        A deprecated metric is replaced by one of another type. Its users cannot just rename it:
        queries take `rate` of a counter and not of a gauge, and code calls other methods.

        Wrong, where `orders.open` is a gauge:

        ```yaml
        lost:
          type: counter
          help: Orders lost.
          stability: deprecated
          replaced_by: orders.open
          removal: "2027-06-30"
        ```

        Right: `replaced_by` a counter; or a suppression, where the other type is meant.

        ```yaml
        suppress: [{code: TP405, reason: What is open now answers what was asked of it.}]
        ```
        """,
    ),
    check,
)
