"""The variables of a dashboard, and the matchers that apply them to its queries."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import takewhile
from typing import Final

from typedprom_codegen.dashboard_panels import DATASOURCE_VARIABLE, variable_name
from typedprom_codegen.emit.grafana import model, text
from typedprom_codegen.ir import Label, Metric, MetricType
from typedprom_codegen.promql.nodes.selector import NAME_LABEL
from typedprom_codegen.queries.known import COUNT_SUFFIX, INSTANCE_LABEL, JOB_LABEL, TARGET_LABELS

UP: Final = "up"  # Prometheus stores this series for every target
_TARGET_HELP: Final = {
    JOB_LABEL: "The job that Prometheus scrapes.",
    INSTANCE_LABEL: "The process that was scraped.",
}


@dataclass(frozen=True, slots=True)
class Filters:
    """The labels a dashboard can be filtered by, and the name of the variable for each."""

    by_label: dict[str, str]
    all_value: str

    @property
    def variables(self) -> frozenset[str]:
        """The names of all the dashboard's variables."""
        return frozenset({DATASOURCE_VARIABLE, *self.by_label.values()})

    def of_targets(self) -> list[str]:
        """The matchers that fit every series: those for the labels of its scrape target."""
        return [_matcher(name, self.by_label[name]) for name in TARGET_LABELS]

    def matchers(self, metric: Metric) -> list[str]:
        """The matchers for a metric's series: only for labels it has, or nothing would match."""
        labels = dict.fromkeys((*TARGET_LABELS, *(label.name for label in metric.labels)))
        return [_matcher(name, self.by_label[name]) for name in labels if name in self.by_label]


def filters(labels: Iterable[Label], all_value: str) -> Filters:
    """Filters by job, instance and these labels."""
    names = dict.fromkeys((*TARGET_LABELS, *(label.name for label in labels)))
    return Filters({name: variable_name(name) for name in names}, all_value)


def templating(filters: Filters, metrics: Iterable[Metric]) -> model.Templating:
    """The variables at the top of a dashboard of these metrics."""
    shown = list(metrics)
    variables = [_variable(filters, label, shown) for label in filters.by_label]
    return model.Templating(list=(model.DatasourceVariable(), *variables))


def _variable(filters: Filters, label: str, metrics: list[Metric]) -> model.QueryVariable:
    """A variable with the values of a label in the selected jobs and instances."""
    having = [m for m in metrics if label in {*TARGET_LABELS, *(lab.name for lab in m.labels)}]
    before = TARGET_LABELS[: TARGET_LABELS.index(label) if label in TARGET_LABELS else None]
    matchers = [_matcher(name, filters.by_label[name]) for name in before]
    query = f"label_values({_selector(sorted(map(_sample_name, having)), matchers)}, {label})"
    return model.QueryVariable(
        all_value=filters.all_value,
        description=text.shown(_help(label, having), filters.variables),
        label=label.replace("_", " ").capitalize(),
        name=filters.by_label[label],
        query=model.VariableQuery(query=query),
    )


def _selector(names: list[str], matchers: list[str]) -> str:
    """A selector of the series with these names, by a common prefix if they have one."""
    first, *others = names or [UP]
    if not others:
        return first + (f"{{{', '.join(matchers)}}}" if matchers else "")
    pattern = _prefix_pattern(names) or "|".join(names)
    listed = ", ".join([f'{NAME_LABEL}=~"{pattern}"', *matchers])
    return f"{{{listed}}}"


def _prefix_pattern(names: list[str]) -> str:
    """A pattern of the first words that all names share; empty if there are none."""
    words = [name.split("_") for name in names]
    pairs = zip(min(words), max(words), strict=False)
    shared = [first for first, last in takewhile(lambda pair: pair[0] == pair[1], pairs)]
    return "_".join([*shared, ".+"]) if shared and shared not in words else ""


def _help(label: str, metrics: list[Metric]) -> str:
    """The help of a label; if components describe it differently, all of their texts."""
    if label in _TARGET_HELP:
        return _TARGET_HELP[label]
    meanings = {lab.help: None for m in metrics for lab in m.labels if lab.name == label}
    return " ".join(meanings)


def _sample_name(metric: Metric) -> str:
    """A series of the metric with one sample for each set of label values."""
    return metric.name + (COUNT_SUFFIX if metric.type is MetricType.HISTOGRAM else "")


def _matcher(label: str, variable: str) -> str:
    return f'{label}=~"${variable}"'
