"""Resolves `slos:`, the service level objectives of the catalog."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Final

from typedprom_codegen import names, raw
from typedprom_codegen.codes import alerts as codes
from typedprom_codegen.ir import (
    Indicator,
    LatencyIndicator,
    Metric,
    MetricType,
    RatioIndicator,
    ScheduleIndicator,
    Slo,
)
from typedprom_codegen.message_parts import did_you_mean, listed, one_of, quoted
from typedprom_codegen.resolve.alert_fields import DAY
from typedprom_codegen.resolve.alert_forms import metrics_of
from typedprom_codegen.resolve.declared_alerts import owner_of, runbook_text
from typedprom_codegen.resolve.limits import limit, share
from typedprom_codegen.resolve.program_schedules import run_times, schedules_that_fit
from typedprom_codegen.resolve.quantities import plain
from typedprom_codegen.resolve.ratios import find_ratio
from typedprom_codegen.resolve.rule_entries import RuleEntry, RuleScope, seconds
from typedprom_codegen.resolve.selections import select

_HISTOGRAMS: Final = frozenset({MetricType.HISTOGRAM})
_WINDOW: Final = 28 * DAY
_SHORTEST, _LONGEST = 1 * DAY, 90 * DAY
_LEAST: Final = 2

_KINDS: Final[Mapping[str, frozenset[str]]] = {
    "ratio": frozenset({"least"}),
    "of": frozenset({"below", "least"}),
    "schedule": frozenset(),
}
"""The fields of each kind, besides those of all kinds."""


def resolve_slos(within: RuleScope) -> tuple[Slo, ...]:
    """The objectives, by component and file order."""
    return tuple(_all(within))


def _all(within: RuleScope) -> Iterator[Slo]:
    for file, component in within.homes():
        for key, slo in (file.raw.slos or {}).items():
            entry = RuleEntry(file, ("slos", key), f"SLO `{key}`", component, within)
            resolved = _slo(slo, entry)
            if resolved is not None:
                yield resolved


def _slo(slo: raw.Slo, entry: RuleEntry) -> Slo | None:
    key = str(entry.path[-1])
    objective, window = share(entry, "objective"), _window(slo, entry)
    kind = _kind(slo, entry)
    indicator = _INDICATORS[kind](slo, entry) if kind else None
    if objective is None or window is None or indicator is None:
        return None
    return Slo(
        key=key,
        name=names.alert_name(entry.within.catalog.namespace, f"{key}_budget_burn"),
        component=entry.component.name if entry.component else None,
        indicator=indicator,
        objective=objective,
        window=window,
        least=_LEAST if slo.least is None else slo.least,
        help=slo.help or _promise(indicator, objective),
        runbook=runbook_text(slo),
        owner=slo.owner or owner_of(entry),
        span=entry.span,
        where=entry.where,
    )


def _promise(indicator: Indicator, objective: Decimal) -> str:
    """What is promised, in a sentence that fits the kind."""
    share_ = f"{(objective * 100).normalize():f}%"
    match indicator:
        case RatioIndicator():
            return f"{share_} of {indicator.ratio.local_key.replace('.', ' ')} do not fail."
        case LatencyIndicator():
            metric = indicator.selected.metric
            unit = f" {metric.unit}" if metric.unit else ""
            return f"{share_} of {metric.local_key} are at most {indicator.bound:f}{unit}."
        case ScheduleIndicator():
            return f"Programs keep their schedules {share_} of the time."


def _window(slo: raw.Slo, entry: RuleEntry) -> int | None:
    window = _WINDOW if slo.window is None else seconds(slo.window)
    if _SHORTEST <= window <= _LONGEST:
        return window
    entry.report(
        codes.BAD_OBJECTIVE,
        f"the window of {entry.called} is {quoted(slo.window or '')}, not between 1d and 90d",
        "window",
        help="write it like `window: 28d`",
    )
    return None


def _kind(slo: raw.Slo, entry: RuleEntry) -> str | None:
    there = {field.rstrip("_") for field in slo.model_fields_set}
    kinds = [kind for kind in _KINDS if kind in there]
    if len(kinds) != 1:
        has = f"the kinds {listed(f'`{kind}`' for kind in kinds)}" if kinds else "no kind"
        entry.report(
            codes.BAD_FORM,
            f"{entry.called} has {has}",
            *kinds[1:2],
            help=f"write one of {one_of(f'`{kind}`' for kind in _KINDS)}",
        )
        return None
    of_kinds = frozenset[str]().union(*_KINDS.values())
    foreign = sorted((there & of_kinds) - _KINDS[kinds[0]])
    for field in foreign:
        owners = [f"`{kind}`" for kind, fields in _KINDS.items() if field in fields]
        entry.report_key(
            codes.BAD_FORM,
            f"{entry.called} is of the kind `{kinds[0]}`, which has no `{field}`",
            field,
            help=f"remove it; `{field}` is for {listed(owners)}",
        )
    return None if foreign else kinds[0]


def _ratio(slo: raw.Slo, entry: RuleEntry) -> Indicator | None:
    ratio = find_ratio(slo.ratio or "", entry, "ratio")
    if ratio is None:
        return None
    chosen = select(entry, slo.where, slo.except_, metrics_of(ratio))
    return RatioIndicator(
        ratio=ratio,
        bad=chosen.of_all(ratio.bad),
        good=chosen.of_all(ratio.good),
        whole=chosen.of_all(ratio.whole),
    )


def _latency(slo: raw.Slo, entry: RuleEntry) -> Indicator | None:
    histogram = entry.metric(slo.of or "", _HISTOGRAMS, "of")
    if slo.below is None:
        entry.report(
            codes.BAD_FORM,
            f"{entry.called} is of the kind `of`, which needs `below`",
            help="add the largest good value, which is a bound of the histogram's buckets",
        )
    if histogram is None or slo.below is None:
        return None
    bound = limit(entry, "below", histogram)
    if bound is None or not _is_bound(bound, histogram, entry):
        return None
    selected = select(entry, slo.where, slo.except_, [histogram]).of(histogram)
    return LatencyIndicator(selected, bound)


def _is_bound(bound: Decimal, histogram: Metric, entry: RuleEntry) -> bool:
    bounds = [plain(Decimal(repr(each))) for each in histogram.buckets]
    if bound in bounds:
        return True
    if not bounds and entry.within.diagnostics.has_errors:
        return False  # the buckets are likely among what has errors
    near = sorted(sorted(bounds, key=lambda each: abs(each - bound))[:4])
    entry.report(
        codes.BAD_OBJECTIVE,
        f"`below` of {entry.called} is {quoted(entry.text('below'))}, which is not a bound of the "
        f"buckets of `{histogram.local_key}`",
        "below",
        help=f"write {one_of(f'`{each:f}`' for each in near)}, or add the bound to its `buckets`"
        if near
        else "its buckets are not known: list them under `buckets`",
    )
    return False


def _schedule(slo: raw.Slo, entry: RuleEntry) -> Indicator | None:
    label = slo.schedule or ""
    catalog = entry.within.catalog
    schedules = [each for each in catalog.schedules if each.label == label]
    if not schedules:
        known = dict.fromkeys(each.label for each in catalog.schedules)
        entry.report(
            codes.BAD_OBJECTIVE,
            f"{entry.called} names the label {quoted(label)}, which has no `schedules`"
            f"{did_you_mean(label, known)}",
            "schedule",
            help=f"add `schedules:` under `catalog:`, name another label, or remove {entry.called}",
        )
        return None
    gauge = run_times(label, catalog)
    if gauge is None:
        if not entry.within.unlabelled:  # else a gauge may lack it because of an error
            entry.report(
                codes.BAD_OBJECTIVE,
                f"no gauge with the label `{label}` has the times of runs for {entry.called}",
                "schedule",
                help="add a gauge with the unit `seconds` whose key ends in `timestamp`, "
                f"or remove {entry.called}",
            )
        return None
    selected = select(entry, slo.where, slo.except_, [gauge]).of(gauge)
    fitting = schedules_that_fit(selected, schedules)
    return ScheduleIndicator(selected, fitting) if fitting else None


_INDICATORS: Final = {"ratio": _ratio, "of": _latency, "schedule": _schedule}
