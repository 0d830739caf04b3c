"""The metrics of jobs: last run, last success, duration and outcomes."""

from __future__ import annotations

from typing import Final, Literal, TypeAlias, get_args

from typedprom.metrics.cells import CounterCell, GaugeCell, HistogramCell
from typedprom.metrics.instruments import LabelledCounter, LabelledGauge, LabelledHistogram
from typedprom.metrics.labels import ClosedLabel, OpenLabel
from typedprom.metrics.self_metrics import CATALOG

Ending: TypeAlias = Literal["success", "failure", "terminated"]

OUTCOMES: Final[tuple[Ending, ...]] = get_args(Ending)

_COMMAND: Final = OpenLabel("command", help="What the job is called.", budget=1_000)
_OUTCOME: Final = ClosedLabel(
    "outcome", help="The outcome; `terminated` means by a signal.", values=OUTCOMES
)


class GaugeByCommand(LabelledGauge[dict[str, GaugeCell]]):
    """A gauge by `command`."""

    __slots__ = ()

    def labels(self, *, command: str) -> GaugeCell:
        """Return the series of this command."""
        return self._cell(command)


class HistogramByCommand(LabelledHistogram[dict[str, HistogramCell]]):
    """A histogram by `command`."""

    __slots__ = ()

    def observe(self, amount: float, /, *, command: str) -> None:
        """Count `amount` into its bucket."""
        self._cell(command).observe(amount)


class CounterByCommandOutcome(LabelledCounter[dict[str, dict[str, CounterCell]]]):
    """A counter by `command` and `outcome`."""

    __slots__ = ()

    def labels(self, *, command: str, outcome: Ending) -> CounterCell:
        """Return the series of this command and outcome."""
        return self._cell(command, outcome)


LAST_RUN: Final = GaugeByCommand(
    CATALOG,
    key="job.last_run.timestamp",
    name="typedprom_job_last_run_timestamp_seconds",
    help="When a job last ended, well or badly, in Unix time.",
    unit="seconds",
    combine="max",
    labels=(_COMMAND,),
)
LAST_SUCCESS: Final = GaugeByCommand(
    CATALOG,
    key="job.last_success.timestamp",
    name="typedprom_job_last_success_timestamp_seconds",
    help="When a job last ended well, in Unix time.",
    unit="seconds",
    combine="max",
    labels=(_COMMAND,),
)
DURATION: Final = HistogramByCommand(
    CATALOG,
    key="job.duration",
    name="typedprom_job_duration_seconds",
    help="Time from the start of a job to its end.",
    unit="seconds",
    buckets=(0.1, 0.5, 1, 5, 15, 60, 300, 900, 3_600, 14_400),
    labels=(_COMMAND,),
)
RUNS: Final = CounterByCommandOutcome(
    CATALOG,
    key="job.runs",
    name="typedprom_job_runs_total",
    help="Jobs that ended, by outcome.",
    labels=(_COMMAND, _OUTCOME),
)

CATALOG.register()
