"""A gauge or histogram whose name ends in `_total`, like a counter's."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from typedprom_codegen.codes.define import warning
from typedprom_codegen.diagnostics import Diagnostic
from typedprom_codegen.ir import FAMILY_SUFFIXES, Catalog, MetricType
from typedprom_codegen.lint.rule import Rule

COUNTER_SUFFIX: Final = FAMILY_SUFFIXES[MetricType.COUNTER]


def check(catalog: Catalog) -> Iterator[Diagnostic]:
    """Report every metric whose name ends in `_total` and that is not a counter."""
    for metric in catalog.metrics():
        if metric.type is not MetricType.COUNTER and metric.name.endswith(COUNTER_SUFFIX):
            yield Diagnostic(
                RULE.code,
                f"the name of {metric.type.value} `{metric.local_key}` ends in "
                f"`{COUNTER_SUFFIX}`, like a counter's: `{metric.name}`",
                metric.where("name"),
                help="rename it, or make it a counter if it only increases",
                metric=metric.key,
            )


RULE = Rule(
    warning(
        "TP404",
        "misleading-total",
        """
        The name of a metric ends in `_total`, but the metric is not a counter. Readers and tools
        expect a counter and apply `rate`, which is meaningless for a gauge.

        Wrong:

        ```yaml
        open.total: {type: gauge, help: Orders open now.}
        ```

        Right:

        ```yaml
        open: {type: gauge, help: Orders open now.}
        ```
        """,
    ),
    check,
)
