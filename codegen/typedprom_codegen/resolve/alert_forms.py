"""Resolves the form of an alert: its metrics, limits and windows, one function a form."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from typedprom_codegen import raw
from typedprom_codegen.codes import alerts as codes
from typedprom_codegen.diagnostics import Related
from typedprom_codegen.ir import (
    AbsentForm,
    AlertTest,
    AnyForm,
    CatalogQuery,
    ExprForm,
    FewerForm,
    Form,
    GaugeForm,
    LateForm,
    Metric,
    MetricType,
    NeverForm,
    QuantileForm,
    Ratio,
    RatioForm,
    SelectedSeries,
    Side,
    SilentForm,
    TestSeries,
)
from typedprom_codegen.load.yaml_nodes import EntrySpans
from typedprom_codegen.message_parts import quoted
from typedprom_codegen.resolve.alert_fields import FORMS
from typedprom_codegen.resolve.limits import limit, share
from typedprom_codegen.resolve.program_schedules import (
    schedules_of,
    schedules_that_fit,
    time_gauge,
)
from typedprom_codegen.resolve.quantities import plain
from typedprom_codegen.resolve.ratios import COUNTERS, find_ratio
from typedprom_codegen.resolve.rule_entries import RuleEntry, seconds
from typedprom_codegen.resolve.selections import Selection, check_by, select
from typedprom_codegen.sources.yaml_place import YamlPlace

_GAUGES: Final = frozenset({MetricType.GAUGE})
_HISTOGRAMS: Final = frozenset({MetricType.HISTOGRAM})
_ALL_TYPES: Final = frozenset(MetricType)

_SCHEDULES: Final = 3
"""How many of the longest schedule a window holds at least by default."""


@dataclass(frozen=True, slots=True)
class FormSource:
    """An alert as its file says it."""

    alert: raw.Alert
    entry: RuleEntry
    form: str

    def metric(self, key: str | None, fits: frozenset[MetricType], field: str) -> Metric | None:
        """The metric that a field names, if it fits."""
        return None if key is None else self.entry.metric(key, fits, field)

    def selection(self, *metrics: Metric) -> Selection:
        """The series of these metrics that the alert is about."""
        return select(self.entry, self.alert.where, self.alert.except_, metrics)

    @property
    def over(self) -> int:
        """The seconds to look back."""
        if self.alert.over is not None:
            return seconds(self.alert.over)
        return self.default_over

    @property
    def default_over(self) -> int:
        """The seconds to look back that hold whole runs."""
        shortest = FORMS[self.form].over
        if self.entry.component is not None and not self.entry.component.scheduled:
            return shortest
        longest = max((each.every for each in self.entry.within.catalog.schedules), default=0)
        return max(shortest, _SCHEDULES * longest)

    def least(self, default: int) -> int:
        """The least number of events."""
        return default if self.alert.least is None else self.alert.least

    def check_by(self, *metrics: Metric) -> None:
        """Report labels of `by` that the metrics do not have."""
        check_by(self.entry, self.alert.by or (), metrics)


def resolve_form(source: FormSource) -> Form | None:
    """The form of an alert; None if it has errors, which are reported."""
    return _FORMS[source.form](source)


def _any(source: FormSource) -> Form | None:
    metric = source.metric(source.alert.any, COUNTERS, "any")
    if metric is None:
        return None
    source.check_by(metric)
    above = Decimal(0) if source.alert.above is None else limit(source.entry, "above", metric)
    if above is None or not _is_count(above, source.entry):
        return None
    return AnyForm(source.selection(metric).of(metric), source.over, above)


def _is_count(above: Decimal, entry: RuleEntry) -> bool:
    """Whether a limit can be one of an increase, which is never negative."""
    if above >= 0:
        return True
    entry.report(
        codes.BAD_QUANTITY,
        f"`above` of {entry.called} is {quoted(entry.text('above'))}, "
        "but a counter never increases by less than 0",
        "above",
        help="remove it, or write 0 or more",
    )
    return False


def _ratio(source: FormSource) -> Form | None:
    ratio = find_ratio(source.alert.ratio or "", source.entry, "ratio")
    above = Decimal("0.5")
    if source.alert.above is not None:
        above = share(source.entry, "above") or Decimal(-1)
    if ratio is None or above < 0:
        return None
    source.check_by(*metrics_of(ratio))
    chosen = source.selection(*metrics_of(ratio))
    return RatioForm(
        ratio=ratio,
        bad=chosen.of_all(ratio.bad),
        good=chosen.of_all(ratio.good),
        whole=chosen.of_all(ratio.whole),
        over=source.over,
        above=above,
        least=source.least(2),
    )


def metrics_of(ratio: Ratio) -> tuple[Metric, ...]:
    """All counters of a ratio."""
    return (*ratio.bad, *ratio.good, *ratio.whole)


def _gauge(source: FormSource) -> Form | None:
    metric = source.metric(source.alert.gauge, _GAUGES, "gauge")
    if metric is None:
        return None
    source.check_by(metric)
    above = source.alert.above is not None
    threshold = limit(source.entry, "above" if above else "below", metric)
    if threshold is None:
        return None
    side = Side.ABOVE if above else Side.BELOW
    return GaugeForm(source.selection(metric).of(metric), side, threshold)


def _silent(source: FormSource) -> Form | None:
    metric = source.metric(source.alert.silent, COUNTERS, "silent")
    busy = source.metric(source.alert.while_, COUNTERS, "while")
    if metric is None or (busy is None and source.alert.while_ is not None):
        return None
    metrics = [each for each in (metric, busy) if each is not None]
    if busy is None and source.alert.least is not None:
        source.entry.report_key(
            codes.BAD_FORM,
            f"{source.entry.called} has `least`, but no `while`",
            "least",
            help="remove it, or add `while` with the counter that has at least so many events",
        )
    if busy is not None:
        _check_others("while", [busy], metric, source.entry)
    source.check_by(*metrics)
    chosen = source.selection(*metrics)
    return SilentForm(
        selected=chosen.of(metric),
        busy=chosen.of(busy) if busy else None,
        over=source.over,
        least=source.least(1),
    )


def _fewer(source: FormSource) -> Form | None:
    alert = source.alert
    metric = source.metric(alert.fewer, COUNTERS, "fewer")
    than = Decimal("0.5") if alert.than is None else share(source.entry, "than")
    others = [
        source.entry.metric(key, COUNTERS, "of", index) for index, key in enumerate(alert.of or ())
    ]
    known = [other for other in others if other is not None]
    if metric is None or than is None or len(known) < len(others):
        return None
    source.entry.check_repeated(alert.of or [], "of")
    _check_others("of", known, metric, source.entry)
    source.check_by(metric, *known)
    chosen = source.selection(metric, *known)
    return FewerForm(
        selected=chosen.of(metric),
        than=than,
        before=seconds(alert.before) if alert.before else None,
        of=chosen.of_all(known),
        over=source.over,
        least=source.least(10),
    )


def _check_others(field: str, others: Sequence[Metric], metric: Metric, entry: RuleEntry) -> None:
    """Report a counter that is compared with itself."""
    for index, other in enumerate(others):
        if other == metric:
            entry.report(
                codes.BAD_FORM,
                f"{entry.called} compares `{metric.local_key}` with itself, so it never fires",
                *((field, index) if field == "of" else (field,)),
                help=f"name another counter in `{field}`",
            )


def _quantile(source: FormSource) -> Form | None:
    metric = source.metric(source.alert.quantile, _HISTOGRAMS, "quantile")
    at = Decimal("0.95") if source.alert.at is None else share(source.entry, "at")
    if metric is None or at is None:
        return None
    source.check_by(metric)
    threshold = limit(source.entry, "above", metric)
    if threshold is None or not _can_be_exceeded(threshold, metric, source.entry):
        return None
    selected = source.selection(metric).of(metric)
    return QuantileForm(selected, at, source.over, threshold, source.least(10))


def _can_be_exceeded(threshold: Decimal, histogram: Metric, entry: RuleEntry) -> bool:
    """Whether a quantile can be above a limit: it never is above the largest bound."""
    largest = Decimal(repr(histogram.buckets[-1])) if histogram.buckets else None
    if largest is None or threshold < largest:
        return True
    entry.report(
        codes.BAD_QUANTITY,
        f"`above` of {entry.called} is {quoted(entry.text('above'))}, but no quantile of "
        f"`{histogram.local_key}` is above {plain(largest):f}, the largest bound of its buckets",
        "above",
        help="write a lower limit, or add larger bounds to its `buckets`",
        related=[Related(histogram.where("buckets"), "its buckets are here")],
    )
    return False


def _late(source: FormSource) -> Form | None:
    gauge = time_gauge(source.alert.late or "", source.entry, "late")
    if gauge is None:
        return None
    source.check_by(gauge)
    selected = source.selection(gauge).of(gauge)
    if source.alert.after is not None:
        return LateForm(selected, (), seconds(source.alert.after))
    schedules = schedules_of(selected, source.alert.by or (), source.entry)
    return LateForm(selected, schedules, None) if schedules else None


def _never(source: FormSource) -> Form | None:
    metric = source.metric(source.alert.never, _ALL_TYPES, "never")
    if metric is None:
        return None
    source.check_by(metric)
    selected = source.selection(metric).of(metric)
    schedules = schedules_of(selected, source.alert.by or (), source.entry)
    return NeverForm(selected, schedules) if schedules else None


def _absent(source: FormSource) -> Form | None:
    metric = source.metric(source.alert.absent, _ALL_TYPES, "absent")
    if metric is None:
        return None
    selected = source.selection(metric).of(metric)
    if source.alert.over is None:
        return AbsentForm(selected, _until_seen(selected, source))
    return AbsentForm(selected, source.over)


def _until_seen(selected: SelectedSeries, source: FormSource) -> int:
    """By when a program has run that records a series: before another is late, if it is known."""
    schedules = schedules_that_fit(selected, source.entry.within.catalog.schedules)
    known = [each.every for each in schedules if selected.metric.series_label(each.label)]
    return min(known) * 6 // 5 if known else source.default_over


def _expr(source: FormSource) -> Form | None:
    entry = source.entry
    query = CatalogQuery(
        name=str(entry.path[-1]),
        expr=source.alert.expr or "",
        place=YamlPlace(entry.file.source, (*entry.path, "expr")),
        where=entry.where,
    )
    return ExprForm(query, _tests(source.alert.tests or (), entry))


def _tests(tests: Sequence[raw.AlertTest], entry: RuleEntry) -> tuple[AlertTest, ...]:
    for index, test in enumerate(tests):
        if not test.fires and not test.quiet:
            entry.report(
                codes.BAD_FORM,
                f"the test {quoted(test.name)} of {entry.called} expects nothing",
                *("tests", index, "name"),
                help="add the times at which it `fires`, or is `quiet`",
            )
    return tuple(
        AlertTest(
            name=test.name,
            input=tuple(TestSeries(each.series, each.values) for each in test.series),
            fires=tuple(map(seconds, test.fires or ())),
            quiet=tuple(map(seconds, test.quiet or ())),
            labels=tuple((test.labels or {}).items()),
            span=EntrySpans(entry.file.source, (*entry.path, "tests", index))("name"),
        )
        for index, test in enumerate(tests)
    )


_FORMS: Final[Mapping[str, Callable[[FormSource], Form | None]]] = {
    "any": _any,
    "ratio": _ratio,
    "gauge": _gauge,
    "silent": _silent,
    "fewer": _fewer,
    "quantile": _quantile,
    "late": _late,
    "never": _never,
    "absent": _absent,
    "expr": _expr,
}
