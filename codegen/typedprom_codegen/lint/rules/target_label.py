"""A label that Prometheus sets on every scraped series itself."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from typedprom_codegen.codes.define import warning
from typedprom_codegen.diagnostics import Diagnostic
from typedprom_codegen.ir import Catalog
from typedprom_codegen.lint.rule import Rule

TARGET_LABELS: Final = frozenset({"job", "instance"})


def check(catalog: Catalog) -> Iterator[Diagnostic]:
    """Yields every metric with a label of the scrape target."""
    for metric in catalog.metrics():
        for label in metric.series_labels:
            if label.name in TARGET_LABELS:
                yield Diagnostic(
                    RULE.code,
                    f"metric `{metric.local_key}` has the label `{label.name}`, "
                    "which Prometheus sets itself",
                    metric.label_span(label),
                    help=f"it is stored as `exported_{label.name}`: choose another name",
                    metric=metric.key,
                )


RULE = Rule(
    warning(
        "TP403",
        "target-label",
        """
        Prometheus puts the labels `job` and `instance` on every series it scrapes. A metric's own
        label of that name is renamed to `exported_job` or `exported_instance`, so that queries
        written against the catalog find nothing. Only with `honor_labels: true` it stays.

        Wrong:

        ```yaml
        labels:
          job: {help: Which job ran., domain: {kind: open, budget: 20}}
        ```

        Right: another name, `task`; or a suppression where the scrape honours labels.

        ```yaml
        suppress: [{code: TP403, reason: The exporter is scraped with honor_labels.}]
        ```
        """,
    ),
    check,
)
