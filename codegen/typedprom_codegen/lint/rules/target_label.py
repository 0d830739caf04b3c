"""A label that the scrape adds to every series."""

from __future__ import annotations

from collections.abc import Iterator

from typedprom_codegen.codes.define import warning
from typedprom_codegen.diagnostics import Diagnostic
from typedprom_codegen.ir import Catalog
from typedprom_codegen.lint.rule import Rule
from typedprom_codegen.queries.known import TARGET_LABELS


def check(catalog: Catalog) -> Iterator[Diagnostic]:
    """Report every metric with a label of the scrape target."""
    added = {*TARGET_LABELS, *catalog.target_labels}
    for metric in filter(lambda metric: metric.emitted, catalog.metrics()):
        for label in metric.series_labels:
            if label.name in added:
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
        Prometheus adds the labels `job` and `instance` to every series that it scrapes, and those
        that the catalog or the configuration names in `target_labels`. A metric's own label of that
        name is renamed, `job` to `exported_job`, so queries that are based on the catalog find
        nothing. Only `honor_labels: true` keeps its name. Metrics of other code are not checked.

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
