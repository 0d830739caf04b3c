"""Objectives as rules: counts of bad and of all events, and alerts on the budget that burns."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from typing import Final, assert_never

from typedprom_codegen.alerting import alert_rules, record_names
from typedprom_codegen.alerting.burn_pairs import BurnPair, useful_pairs
from typedprom_codegen.alerting.counts import events_of, increase_of, total
from typedprom_codegen.alerting.forms.late_form import age_of
from typedprom_codegen.alerting.forms.schedule_groups import by_interval
from typedprom_codegen.alerting.forms.words import amount, readable
from typedprom_codegen.alerting.increase import Births
from typedprom_codegen.alerting.links import dashboard_url
from typedprom_codegen.alerting.notation import (
    aggregated,
    indented,
    matcher,
    matchers,
    quotient,
    selector,
    string,
)
from typedprom_codegen.alerting.rule_model import AlertingRule, RecordingRule
from typedprom_codegen.alerting.templates import literal
from typedprom_codegen.ir import (
    Catalog,
    LabelValues,
    LatencyIndicator,
    RatioIndicator,
    Schedule,
    ScheduleIndicator,
    SelectedSeries,
    Slo,
)
from typedprom_codegen.promql.nodes.number import duration
from typedprom_codegen.queries.bound_text import bound_text, go_text
from typedprom_codegen.queries.known import BUCKET_LABEL, BUCKET_SUFFIX

_HOLDS: Final = (120, 900)
"""Seconds of `for`, of the pairs for the most urgent severity and of the others."""


def windows(slo: Slo, catalog: Catalog) -> list[int]:
    """The windows over which events are counted, the shortest first."""
    pairs = useful_pairs(slo, catalog)
    return sorted({slo.window, *(w for pair in pairs for w in (pair.long, pair.short))})


def records(slo: Slo, window: int, catalog: Catalog, births: Births) -> Iterator[RecordingRule]:
    """The rules that count an objective's events in a window."""
    namespace = catalog.namespace
    name_of_bad = record_names.bad(namespace, window)
    bad, every = _events(slo, selector(name_of_bad, _of(slo)), window, catalog, births)
    labels = ((record_names.SLO_LABEL, slo.key),)
    yield RecordingRule(name_of_bad, bad, labels, None)
    yield RecordingRule(record_names.all_events(namespace, window), every, labels, None)


def lateness(slo: Slo, catalog: Catalog, births: Births) -> Iterator[RecordingRule]:
    """The rules that record which programs are late, for an objective about schedules.

    Nothing is recorded while a Pushgateway is not reached: programs may run, and nobody knows.
    """
    indicator = slo.indicator
    if not isinstance(indicator, ScheduleIndicator):
        return
    late = "\nor ".join(_late(indicator, group) for group in by_interval(indicator.schedules))
    yield RecordingRule(
        record_names.late(catalog.namespace),
        f"({late})\nunless on () (\n{indented(births.unreached_gateways)}\n)",
        ((record_names.SLO_LABEL, slo.key),),
        None,
    )


def _late(indicator: ScheduleIndicator, group: Sequence[Schedule]) -> str:
    label, every = group[0].label, group[0].every
    programs = LabelValues(label, tuple(schedule.value for schedule in group))
    return f"{age_of(indicator.selected, (label,), programs, every)} > bool {group[0].late_after}"


def burn_alerts(slo: Slo, pairs: Sequence[BurnPair], catalog: Catalog) -> Iterator[AlertingRule]:
    """An alert for each severity that one of these pairs is for."""
    for urgency, hold in enumerate(_HOLDS):
        chosen = [pair for pair in pairs if pair.urgency == urgency]
        if chosen:
            severity = catalog.severities[min(urgency, len(catalog.severities) - 1)]
            yield AlertingRule(
                name=slo.name,
                expr="\nor ".join(_burns(slo, pair, catalog.namespace) for pair in chosen),
                hold=hold,
                keep=0,
                labels=alert_rules.severity_labels(
                    severity.name, slo.owner, (record_names.SLO_LABEL, slo.key)
                ),
                annotations=_annotations(slo, chosen, catalog),
                source=slo,
            )


def _burns(slo: Slo, pair: BurnPair, namespace: str) -> str:
    """Whether the share of bad events is too large in both windows, with enough bad events.

    The label `slo` of the first series selects all others. For schedules, any evaluation counts:
    there are many of them, and as many at any time.
    """
    bad = selector(record_names.bad(namespace, pair.long), _of(slo))
    if not isinstance(slo.indicator, ScheduleIndicator):
        bad = f"({bad} >= {slo.least})"
    short, limit = record_names.bad(namespace, pair.short), quotient(pair.limit(slo))
    every, every_short = (record_names.all_events(namespace, w) for w in (pair.long, pair.short))
    return f"{bad} / {every} > {limit}\nand {short} / {every_short} > {limit}"


def _annotations(
    slo: Slo, pairs: Sequence[BurnPair], catalog: Catalog
) -> tuple[tuple[str, str], ...]:
    windows = " or ".join(duration(pair.long) for pair in pairs)
    name = literal(readable(slo.key))
    summary = f"Objective {name}: its error budget burns too quickly, over {windows}"
    description = (
        f"{literal(slo.help)} {{{{ $value | humanizePercentage }}}} of {_bad(slo)}; the "
        f"objective allows {quotient((1 - Fraction(slo.objective)) * 100)}% within "
        f"{duration(slo.window)}."
    )
    dashboard = dashboard_url(catalog, slo, ())
    return alert_rules.annotated(summary, description, catalog, slo.name, dashboard)


def _bad(slo: Slo) -> str:
    """What a share of bad events is a share of: `events are bad`."""
    match slo.indicator:
        case RatioIndicator():
            return "events are bad"
        case LatencyIndicator() as latency:
            metric = latency.selected.metric
            verb = "took longer than" if metric.unit == "seconds" else "are above"
            return f"events {verb} {amount(latency.bound, metric)}"
        case ScheduleIndicator():
            return "the time was late"
        case _:
            assert_never(slo.indicator)


def _of(slo: Slo) -> tuple[str, ...]:
    return (f"{record_names.SLO_LABEL}={string(slo.key)}",)


def _events(slo: Slo, bad: str, window: int, catalog: Catalog, births: Births) -> tuple[str, str]:
    """Two queries: for bad events, and for all, which can use the record of the bad ones."""
    match slo.indicator:
        case RatioIndicator() as ratio:
            failed = _sum(ratio.bad, window, births)
            if ratio.whole:
                return failed, _sum(ratio.whole, window, births)
            return failed, _sum(ratio.good, window, births, bad)
        case LatencyIndicator() as latency:
            every = _sum((latency.selected,), window, births)
            fast = births.events(_bucket(latency), window)
            return f"{every}\n- {aggregated('sum', (), fast)}", every
        case ScheduleIndicator():
            late = selector(record_names.late(catalog.namespace), _of(slo))
            over = f"({late}[{duration(window)}])"
            return f"sum(sum_over_time{over})", f"sum(count_over_time{over})"
        case _:
            assert_never(slo.indicator)


def _sum(counted: Sequence[SelectedSeries], window: int, births: Births, *recorded: str) -> str:
    """The events of all of these metrics; a record has a label of its own, so it can be added."""
    parts = [
        increase_of(each, births)(selector(events_of(each), matchers(each)), window)
        for each in counted
    ]
    if len(parts) == 1:
        return aggregated("sum", (), "\nor ".join([*parts, *recorded]))
    sums = [aggregated("sum", (), part) for part in parts]
    return total([*sums, *recorded], ())


def _bucket(latency: LatencyIndicator) -> str:
    """The selector of the bucket, whose bound is written in one of two ways."""
    bound = float(latency.bound)
    texts = tuple(dict.fromkeys((go_text(bound), bound_text(bound))))
    name = latency.selected.metric.name + BUCKET_SUFFIX
    within = matcher(LabelValues(BUCKET_LABEL, texts))
    return selector(name, [*matchers(latency.selected), within])
