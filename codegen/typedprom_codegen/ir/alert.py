"""Alerts in their forms, objectives and recorded queries: what the catalog asks of the metrics.

Durations are whole seconds. Thresholds are exact decimals in the unit of the metric: a ratio is
from 0 to 1.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from decimal import Decimal
from enum import Enum

from typedprom_codegen.diagnostics import Span
from typedprom_codegen.ir.facts import AlertSeverity, Ratio, Schedule
from typedprom_codegen.ir.field_spans import FieldSpans
from typedprom_codegen.ir.metric import CatalogQuery, Metric, Suppression


@dataclass(frozen=True, slots=True)
class LabelValues:
    """Some values of a label."""

    label: str
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SelectedSeries:
    """Some series of a metric: those with the values of `where` and none of those of `unless`."""

    metric: Metric
    where: tuple[LabelValues, ...] = ()
    unless: tuple[LabelValues, ...] = ()

    def allows(self, label: str, value: str) -> bool:
        """Whether series with this value of a label can be among them."""
        return all(value in each.values for each in self.where if each.label == label) and not any(
            value in each.values for each in self.unless if each.label == label
        )

    def without(self, label: str) -> SelectedSeries:
        """The same series with any value of a label."""
        return replace(
            self,
            where=tuple(each for each in self.where if each.label != label),
            unless=tuple(each for each in self.unless if each.label != label),
        )


class Side(Enum):
    """On which side of its threshold a value is wrong."""

    ABOVE = ">"
    BELOW = "<"


@dataclass(frozen=True, slots=True)
class AnyForm:
    """`any`: the counter increased, by more than `above`, within `over`."""

    selected: SelectedSeries
    over: int
    above: Decimal  # 0 where not stated


@dataclass(frozen=True, slots=True)
class RatioForm:
    """`ratio`: the share of what failed is above a limit, and at least `least` failed."""

    ratio: Ratio
    bad: tuple[SelectedSeries, ...]
    good: tuple[SelectedSeries, ...]
    whole: tuple[SelectedSeries, ...]
    over: int
    above: Decimal
    least: int


@dataclass(frozen=True, slots=True)
class GaugeForm:
    """`gauge`: the largest value (or smallest, for BELOW) of the gauge is beyond a threshold."""

    selected: SelectedSeries
    side: Side
    threshold: Decimal


@dataclass(frozen=True, slots=True)
class SilentForm:
    """`silent`: the counter did not increase within `over`, or is absent.

    With `busy`, only where that counter increased by at least `least` meanwhile.
    """

    selected: SelectedSeries
    busy: SelectedSeries | None
    over: int
    least: int


@dataclass(frozen=True, slots=True)
class FewerForm:
    """`fewer`: the counter increased by less than a share of what it did `before`, or of others.

    Either `before` is the seconds to look back, or `of` are the counters to compare with. What it
    is compared with must have increased by at least `least`.
    """

    selected: SelectedSeries
    than: Decimal
    before: int | None
    of: tuple[SelectedSeries, ...]
    over: int
    least: int


@dataclass(frozen=True, slots=True)
class QuantileForm:
    """`quantile`: a quantile of what a histogram observed within `over` is above a threshold."""

    selected: SelectedSeries
    at: Decimal  # from 0 to 1
    over: int
    threshold: Decimal
    least: int  # observations


@dataclass(frozen=True, slots=True)
class LateForm:
    """`late`: the time that a gauge holds is longer ago than 2.25 schedules of its program.

    Without schedules, longer ago than `after`.
    """

    selected: SelectedSeries
    schedules: tuple[Schedule, ...]  # of one label, which is a label of the metric
    after: int | None


@dataclass(frozen=True, slots=True)
class NeverForm:
    """`never`: the series of a scheduled program are absent, for each value of the label."""

    selected: SelectedSeries
    schedules: tuple[Schedule, ...]


@dataclass(frozen=True, slots=True)
class AbsentForm:
    """`absent`: no series of the metric has been seen for `over`."""

    selected: SelectedSeries
    over: int


@dataclass(frozen=True, slots=True)
class TestSeries:
    """The samples of one series in a test, in promtool's notation."""

    __test__ = False  # for pytest

    series: str
    values: str


@dataclass(frozen=True, slots=True)
class AlertTest:
    """A test of an alert that is a query: when it fires, with which labels, and when not."""

    name: str
    input: tuple[TestSeries, ...]
    fires: tuple[int, ...]  # seconds after the start
    quiet: tuple[int, ...]
    labels: tuple[tuple[str, str], ...]  # of the query's result
    span: Span


@dataclass(frozen=True, slots=True)
class ExprForm:
    """`expr`: a query in PromQL, with the tests that its author wrote."""

    query: CatalogQuery
    tests: tuple[AlertTest, ...]


Form = (
    AnyForm
    | RatioForm
    | GaugeForm
    | SilentForm
    | FewerForm
    | QuantileForm
    | LateForm
    | NeverForm
    | AbsentForm
    | ExprForm
)


@dataclass(frozen=True, slots=True)
class RunbookText:
    """What an alert's author knows and no machine does; empty where it says nothing."""

    do: str = ""  # Markdown: what to do; never empty for the most urgent severity
    lost: str = ""  # what is lost while it lasts
    silence: str = ""  # when to silence it


@dataclass(frozen=True, slots=True)
class Alert:
    """One alert, declared or derived from facts. It becomes one Prometheus rule, or a few."""

    key: str  # unique in the catalog: "source_failing"
    name: str  # "SmsSourceFailing"
    component: str | None  # None: beside `catalog:`
    form: Form
    by: tuple[str, ...]  # labels that tell its instances apart
    severity: AlertSeverity
    hold: int  # seconds of `for`
    keep: int  # seconds of `keep_firing_for`
    summary: str  # a sentence; empty: one that fits the form
    description: str
    runbook: RunbookText
    owner: str | None
    is_derived: bool  # from a fact; nobody wrote it
    span: Span  # of its key; of the fact that it is derived from
    where: FieldSpans = field(compare=False, repr=False)
    suppressions: tuple[Suppression, ...] = ()

    @property
    def called(self) -> str:
        """What messages call it."""
        return f"{'derived ' if self.is_derived else ''}alert `{self.key}`"


@dataclass(frozen=True, slots=True)
class LatencyIndicator:
    """How many observations were at most `bound`, which is a bound of the histogram's buckets."""

    selected: SelectedSeries
    bound: Decimal


@dataclass(frozen=True, slots=True)
class RatioIndicator:
    """How many events did not fail."""

    ratio: Ratio
    bad: tuple[SelectedSeries, ...]
    good: tuple[SelectedSeries, ...]
    whole: tuple[SelectedSeries, ...]


@dataclass(frozen=True, slots=True)
class ScheduleIndicator:
    """For how much of the time programs kept their schedules, by the times in a gauge."""

    selected: SelectedSeries
    schedules: tuple[Schedule, ...]


Indicator = RatioIndicator | LatencyIndicator | ScheduleIndicator


@dataclass(frozen=True, slots=True)
class Slo:
    """A service level objective: the share of good events in a window."""

    key: str  # unique in the catalog: "fetching"
    name: str  # of its alerts: "SmsFetchingBudgetBurn"
    component: str | None
    indicator: Indicator
    objective: Decimal  # 0.95
    window: int
    least: int  # bad events in the long window of a pair, so that one of two does not alert
    help: str  # what is promised, in a sentence
    runbook: RunbookText
    owner: str | None
    span: Span
    where: FieldSpans = field(compare=False, repr=False)

    @property
    def called(self) -> str:
        """What messages call it."""
        return f"SLO `{self.key}`"


@dataclass(frozen=True, slots=True)
class RecordedValue:
    """A series that a record gives at a time."""

    time: int  # seconds after the start
    labels: tuple[tuple[str, str], ...]
    value: Decimal


@dataclass(frozen=True, slots=True)
class RecordTest:
    """A test of a record: at some times all that it gives, at others nothing."""

    name: str
    input: tuple[TestSeries, ...]
    gives: tuple[RecordedValue, ...]
    empty: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Record:
    """A recording rule that the catalog declares: a query with a name of its own."""

    name: str  # "source_id:sms_requests:rate5m"
    query: CatalogQuery
    component: str | None
    help: str
    tests: tuple[RecordTest, ...]
    span: Span
    where: FieldSpans = field(compare=False, repr=False)
    suppressions: tuple[Suppression, ...] = ()

    @property
    def called(self) -> str:
        """What messages call it."""
        return f"record `{self.name}`"
