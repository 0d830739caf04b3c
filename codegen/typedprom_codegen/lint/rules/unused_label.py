"""A label that is declared but not used by any metric."""

from __future__ import annotations

from collections.abc import Iterator

from typedprom_codegen.codes.define import warning
from typedprom_codegen.diagnostics import Diagnostic
from typedprom_codegen.ir import Catalog
from typedprom_codegen.lint.rule import Rule


def check(catalog: Catalog) -> Iterator[Diagnostic]:
    """Report every label that no metric lists, unless the catalog has errors."""
    if not catalog.is_valid:
        return
    used = {label.span for metric in catalog.metrics() for label in metric.series_labels}
    for label in catalog.all_labels():
        if label.span not in used:
            yield Diagnostic(
                RULE.code,
                f"label `{label.key}` is declared but never used",
                label.span,
                help="list it under a metric's `labels`, or remove it",
            )


RULE = Rule(
    warning(
        "TP401",
        "unused-label",
        """
        A label is declared, but no metric lists it. Either it is no longer needed, or a metric that
        should have it does not list it.

        Wrong:

        ```yaml
        labels:
          country: {help: Where it is shipped., domain: {kind: open, budget: 50}}
        metrics:
          placed: {type: counter, help: Orders placed.}
        ```

        Right: `labels: [country]` on the metric, or remove the label.
        """,
    ),
    check,
)
