"""A label that Prometheus itself adds to every scraped series."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from typedprom_codegen.codes.define import warning
from typedprom_codegen.diagnostics import Diagnostic
from typedprom_codegen.ir import Catalog
from typedprom_codegen.lint.rule import Rule

TARGET_LABELS: Final = frozenset({"job", "instance"})


def check(catalog: Catalog) -> Iterator[Diagnostic]:
    """Report every metric with a label of the scrape target."""
    for metric in catalog.metrics():
        for label in metric.series_labels:
            if label.name in TARGET_LABELS:
                yield Diagnostic(
                    RULE.code,
                    f"metric `{metric.local_key}` has the label `{label.name}`, "
                    "which Prometheus adds itself",
                    metric.label_span(label),
                    help=f"Prometheus renames it to `exported_{label.name}`: choose another name",
                    metric=metric.key,
                )


RULE = Rule(
    warning(
        "TP403",
        "target-label",
        """
        Prometheus adds the labels `job` and `instance` to every series that it scrapes. A metric's
        own label of that name is renamed to `exported_job` or `exported_instance`, so queries that
        are based on the catalog find nothing. Only `honor_labels: true` keeps its name.

        Wrong:

        ```yaml
        labels:
          job: {help: Which job ran., domain: {kind: open, budget: 20}}
        ```

        Right: another name, such as `task`; or a suppression, if the scrape honours labels.

        ```yaml
        suppress: [{code: TP403, reason: The exporter is scraped with honor_labels.}]
        ```
        """,
    ),
    check,
)
