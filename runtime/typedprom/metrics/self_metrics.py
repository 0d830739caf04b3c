"""The metrics that typedprom records about other metrics."""

from __future__ import annotations

from typing import Final

from typedprom.core.events import count_with
from typedprom.metrics.catalog import INTERFACE, Catalog
from typedprom.metrics.cells import CounterCell
from typedprom.metrics.instruments import LabelledCounter
from typedprom.metrics.labels import INVALID, OVERFLOW, ClosedLabel, OpenLabel

# As many as there are metrics and labels, which the catalogs limit.
_METRIC: Final = OpenLabel("metric", help="Name of the metric.", budget=1_000_000)
_LABEL: Final = OpenLabel(
    "label", help="Name of the label; empty where the metric has too many series.", budget=1_000_000
)

_FAULT: Final = ClosedLabel(
    "fault",
    help="What was wrong.",
    values=("disk_full", "file_full", "other_machine", "too_large", "unavailable"),
)

CATALOG: Final = Catalog(
    namespace="typedprom",
    title="typedprom",
    description="What typedprom could not record as it was given.",
    interface=INTERFACE,
)


class CounterByMetricLabel(LabelledCounter[dict[str, dict[str, CounterCell]]]):
    """A counter by `metric` and `label`."""

    __slots__ = ()

    def inc(self, amount: float, /, *, metric: str, label: str) -> None:
        """Add `amount`."""
        try:
            cell = self._cells[metric][label]
        except KeyError:
            cell = self._cell(metric, label)
        cell.inc(amount)


class CounterByFault(LabelledCounter[dict[str, CounterCell]]):
    """A counter by `fault`."""

    __slots__ = ()

    def inc(self, *, fault: str) -> None:
        """Add one."""
        self._cells[fault].inc()


LABEL_INVALID: Final = CounterByMetricLabel(
    CATALOG,
    key="label.invalid",
    name="typedprom_label_invalid_total",
    help="Times a label value was not allowed, and `_invalid` was recorded instead.",
    labels=(_METRIC, _LABEL),
)
SPOOL_FAULTS: Final = CounterByFault(
    CATALOG,
    key="spool.faults",
    name="typedprom_spool_faults_total",
    help="Times the spool could not be written to, and data stayed in memory.",
    labels=(_FAULT,),
)
LABEL_OVERFLOW: Final = CounterByMetricLabel(
    CATALOG,
    key="label.overflow",
    name="typedprom_label_overflow_total",
    help="Times a label value or a series was over budget, and `_overflow` was recorded instead.",
    labels=(_METRIC, _LABEL),
)

count_with({INVALID: LABEL_INVALID, OVERFLOW: LABEL_OVERFLOW})
