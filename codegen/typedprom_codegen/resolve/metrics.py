"""Resolves a metric: its labels, its name, its defaults."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from typedprom_codegen import names, raw
from typedprom_codegen.codes import fields, references, semantics
from typedprom_codegen.diagnostics import Diagnostics, Related, Span
from typedprom_codegen.ir import (
    FAMILY_SUFFIXES,
    ClosedDomain,
    Combine,
    Label,
    Metric,
    MetricType,
    Stability,
)
from typedprom_codegen.load.validation import LoadedFile
from typedprom_codegen.load.yaml_nodes import EntrySpans, Path
from typedprom_codegen.message_parts import did_you_mean, one_of
from typedprom_codegen.resolve.accepted_warnings import resolve_suppressions
from typedprom_codegen.resolve.buckets import resolve_buckets
from typedprom_codegen.resolve.dashboard_hints import resolve_dashboard
from typedprom_codegen.resolve.deprecation import resolve_deprecation
from typedprom_codegen.resolve.labels import check_values, combinations
from typedprom_codegen.resolve.scope import Scope

MOST_SERIES: Final = 10_000
"""The most series that a metric can start with; the runtime has the same limit."""

_STARTING_AT_ZERO: Final = frozenset({MetricType.COUNTER, MetricType.HISTOGRAM})
_WITHOUT_SUFFIX: Final = {
    MetricType.COUNTER: semantics.COUNTER_NAME,
    MetricType.INFO: semantics.INFO_NAME,
}


_OF_OTHERS: Final = frozenset({MetricType.SUMMARY, MetricType.UNKNOWN})
_INSTEAD: Final = {
    MetricType.SUMMARY: "record a histogram instead, or ",
    MetricType.UNKNOWN: "write its type, or ",
    MetricType.HISTOGRAM: "remove `native`, or ",
}


@dataclass(frozen=True, slots=True)
class ComponentContext:
    """The component of a metric."""

    file: LoadedFile
    scope: Scope
    component: str
    prefix: str
    owner: str | None
    labels: Mapping[str, Label]  # shared ones and the component's own

    def key(self, *path: str | int) -> Span:
        """The span of a key below `metrics:`."""
        return self.file.source.key("metrics", *path)

    def value(self, *path: str | int) -> Span:
        """The span of a value below `metrics:`."""
        return self.file.source.value("metrics", *path)

    def fields(self, *path: str | int) -> EntrySpans:
        """The spans of the fields of an entry below `metrics:`."""
        return EntrySpans(self.file.source, ("metrics", *path))


def resolve_metric(
    key: str, metric: raw.Metric, context: ComponentContext, diagnostics: Diagnostics
) -> Metric:
    """The metric with all defaults filled in. Errors are reported."""
    type_ = MetricType(metric.type)
    full_key = names.full_key(context.prefix, key)
    unit = None if isinstance(metric, raw.Info | raw.Stateset) else metric.unit
    hints, budget = None, None
    if not isinstance(metric, raw.Summary | raw.Unknown):
        hints, budget = metric.dashboard, metric.budget
    suffix = FAMILY_SUFFIXES.get(type_, "")
    derived = names.metric_name(context.scope.header.namespace, full_key, unit, suffix=suffix)
    name = metric.name or derived
    labels = _labels((key, "labels"), metric.labels or [], context, diagnostics)
    info_labels = _info_labels(key, metric, context, diagnostics)
    resolved = Metric(
        key=full_key,
        local_key=key,
        name=name,
        constant=names.metric_constant(full_key),
        component=context.component,
        type=type_,
        unit=unit,
        help=metric.help,
        labels=labels,
        buckets=_buckets(key, metric, context, diagnostics),
        combine=_combine(metric),
        stability=Stability(metric.stability or "stable"),
        deprecation=resolve_deprecation(context.file, key, metric, diagnostics),
        owner=metric.owner or context.owner,
        emitted=metric.emitted is not False,
        dashboard=resolve_dashboard(context.file, key, type_, hints, diagnostics),
        suppressions=resolve_suppressions(
            metric.suppress or [], context.file.source, ("metrics", key, "suppress"), diagnostics
        ),
        span=context.key(key),
        where=context.fields(key),
        budget=budget,
        info_labels=info_labels,
        state=_state(key, full_key, name, metric, context, diagnostics),
        native=isinstance(metric, raw.Histogram) and metric.native is True,
    )
    _check_recorded(resolved, diagnostics)
    _check_name(resolved, diagnostics)
    _check_series(resolved, diagnostics)
    return resolved


def _buckets(
    key: str, metric: raw.Metric, context: ComponentContext, diagnostics: Diagnostics
) -> tuple[float, ...]:
    if not isinstance(metric, raw.Histogram):
        return ()
    if metric.native:
        _check_no_buckets(key, metric, context, diagnostics)
        return ()
    if metric.buckets is None and metric.emitted is False:
        return ()  # only those that others chose are known, if anybody wrote them down
    return resolve_buckets(context.file, key, metric.buckets, context.scope, diagnostics)


def _check_no_buckets(
    key: str, metric: raw.Histogram, context: ComponentContext, diagnostics: Diagnostics
) -> None:
    if metric.buckets is not None:
        diagnostics.report(
            semantics.BAD_BUCKETS,
            f"native histogram `{key}` has `buckets`",
            context.key(key, "buckets"),
            help="remove `buckets`, or `native`",
        )


def _combine(metric: raw.Metric) -> Combine:
    combine = metric.combine if isinstance(metric, raw.Gauge) else None
    return Combine(combine) if combine else Combine.LAST


def _info_label_names(metric: raw.Metric) -> list[str]:
    return metric.info_labels if isinstance(metric, raw.Info) else []


def _info_labels(
    key: str, metric: raw.Metric, context: ComponentContext, diagnostics: Diagnostics
) -> tuple[Label, ...]:
    listed = _info_label_names(metric)
    for index, name in enumerate(listed):
        if name in (metric.labels or ()):
            diagnostics.report(
                references.REPEATED_LABEL,
                f"label `{name}` is listed in `labels` and in `info_labels`",
                context.value(key, "info_labels", index),
                help="`labels` distinguish series, `info_labels` describe one: remove one",
            )
    return _labels((key, "info_labels"), listed, context, diagnostics)


def _state(
    key: str,
    full_key: str,
    name: str,
    metric: raw.Metric,
    context: ComponentContext,
    diagnostics: Diagnostics,
) -> Label | None:
    """The label of a stateset. In OpenMetrics it has the name of the metric."""
    if not isinstance(metric, raw.Stateset):
        return None
    path: Path = ("metrics", key, "states")
    prefix = f"metric `{key}` lists the state"
    check_values(context.file, path, prefix, metric.states, diagnostics)
    return Label(
        key=full_key,
        name=name,
        help=metric.help,
        domain=ClosedDomain(tuple(metric.states)),
        component=context.component,
        parameter="state",
        stem=full_key.replace(".", "_"),
        span=context.key(key, "states"),
        where=context.fields(key),
    )


def _labels(
    path: Path, listed: list[str], context: ComponentContext, diagnostics: Diagnostics
) -> tuple[Label, ...]:
    found: dict[str, Label] = {}
    for index, name in enumerate(listed):
        span = context.value(*path, index)
        if name in listed[:index]:
            first = context.value(*path, listed.index(name))
            diagnostics.report(
                references.REPEATED_LABEL,
                f"label `{name}` is listed twice",
                span,
                help="remove one of the two",
                related=[Related(first, "it is first listed here")],
            )
        elif name in context.labels:
            found[name] = context.labels[name]
        elif not _declared_elsewhere(name, context):
            _unknown_label(name, span, context, diagnostics)
    return tuple(found.values())


def _declared_elsewhere(name: str, context: ComponentContext) -> bool:
    """Whether the label is declared, but invalid or in a file that could not be read."""
    return context.file.is_broken("labels", name) or context.scope.may_share_label(name)


def _unknown_label(
    name: str, span: Span, context: ComponentContext, diagnostics: Diagnostics
) -> None:
    owners = context.scope.label_owners(name)
    near = "" if owners else did_you_mean(name, context.labels)
    help_ = "declare it under `labels:` of this file, or beside `catalog:` to share it"
    if owners:
        others = " and ".join(f"`{owner}`" for owner in owners)
        help_ = f"{others} has its own; declare it here as well, or move it beside `catalog:`"
    diagnostics.report(
        references.UNKNOWN_LABEL, f"label `{name}` is not declared{near}", span, help=help_
    )


def _check_recorded(metric: Metric, diagnostics: Diagnostics) -> None:
    """Report a metric of a kind that generated code does not record."""
    if not (metric.emitted and (metric.native or metric.type in _OF_OTHERS)):
        return
    diagnostics.report(
        semantics.NOT_RECORDED,
        f"generated code cannot record {_called(metric)}",
        metric.where("native" if metric.native else "type"),
        help=_INSTEAD.get(metric.type, "") + "add `emitted: false` if other code records it",
    )


def _called(metric: Metric) -> str:
    if metric.type is MetricType.UNKNOWN:
        return f"`{metric.local_key}`, whose type is unknown"
    return f"{'native ' if metric.native else ''}{metric.type.value} `{metric.local_key}`"


def _check_name(metric: Metric, diagnostics: Diagnostics) -> None:
    suffix = FAMILY_SUFFIXES.get(metric.type, "")
    if metric.emitted and ":" in metric.name:
        diagnostics.report(
            fields.ILLEGAL_NAME,
            f"the name of {metric.type.value} `{metric.local_key}` has a colon",
            metric.where("name"),
            help="colons are for recording rules; if other code records it, add `emitted: false`",
        )
    if metric.emitted and not metric.name.endswith(suffix):
        diagnostics.report(
            _WITHOUT_SUFFIX[metric.type],
            f"the name of {metric.type.value} `{metric.local_key}` does not end in `{suffix}`",
            metric.where("name"),
            help=f"rename it to `{metric.name}{suffix}`, or remove `name`",
        )


def _check_series(metric: Metric, diagnostics: Diagnostics) -> None:
    if not metric.emitted or metric.type not in _STARTING_AT_ZERO:
        return
    series = combinations(metric.labels)
    if metric.budget is not None and series > metric.budget:
        diagnostics.report(
            semantics.TOO_MANY_SERIES,
            f"metric `{metric.local_key}` would start with {series:,} series, "
            f"more than its budget of {metric.budget:,}",
            metric.span,
            help="raise the budget, or remove it: closed labels cannot have more series",
        )
    if series > MOST_SERIES:
        sizes = one_of([f"`{label.name}`" for label in metric.labels]).replace(" or ", " and ")
        diagnostics.report(
            semantics.TOO_MANY_SERIES,
            f"metric `{metric.local_key}` would start with {series:,} series, "
            f"more than {MOST_SERIES:,}",
            metric.span,
            help=f"every combination of {sizes} starts at 0: remove a label, or use an open domain",
        )
