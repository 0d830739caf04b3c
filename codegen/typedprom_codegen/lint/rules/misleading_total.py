"""A gauge or a histogram that is called like a counter."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from typedprom_codegen.codes.define import warning
from typedprom_codegen.diagnostics import Diagnostic
from typedprom_codegen.ir import FAMILY_SUFFIXES, Catalog, MetricType
from typedprom_codegen.lint.rule import Rule

COUNTER_SUFFIX: Final = FAMILY_SUFFIXES[MetricType.COUNTER]


def check(catalog: Catalog) -> Iterator[Diagnostic]:
    """Yields every metric but counters whose name ends like a counter's."""
    for metric in catalog.metrics():
        if metric.type is not MetricType.COUNTER and metric.name.endswith(COUNTER_SUFFIX):
            yield Diagnostic(
                RULE.code,
                f"{metric.type.value} `{metric.local_key}` is exposed as `{metric.name}`, and "
                f"`{COUNTER_SUFFIX}` is how counters end",
                metric.name_span,
                help="rename it, or make it a counter if it only grows",
                metric=metric.key,
            )


RULE = Rule(
    warning(
        "TP404",
        "misleading-total",
        """
        The name of a metric that is no counter ends in `_total`. Whoever reads it takes `rate` of
        it, and so do tools that go by names, which says nothing about a gauge.

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
