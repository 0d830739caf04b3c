"""A component whose counters begin at zero with the first recording of a source."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from tests.runtime.sample._labels import JOBS_ERROR_TYPE, JOBS_ERROR_TYPE_VALUES
from tests.runtime.sample._signatures import CounterBySourceIdErrorType, HistogramBySourceId
from typedprom import Catalog, LabelledCounter, OpenLabel
from typedprom.metrics.cells import CounterCell
from typedprom.metrics.labels import Label

SOURCE = OpenLabel("source_id", help="h", budget=3, siblings="zero")
ERRORS = JOBS_ERROR_TYPE_VALUES


class CounterBySource(LabelledCounter[dict[str, CounterCell]]):
    """A counter by one label."""

    __slots__ = ()

    def inc(self, amount: float = 1.0, /, *, source_id: str) -> None:
        self._cell(source_id).inc(amount)

    def remove(self, *, source_id: str) -> None:
        self._remove(source_id)


class AnnouncingCatalog(Catalog):
    """A catalog as it is generated for labels whose values can be announced."""

    __slots__ = ()

    def announce(self, *, source_id: Iterable[str] = (), city: Iterable[str] = ()) -> None:
        self._announce({"source_id": source_id, "city": city})


def announcing(namespace: str = "fresh") -> AnnouncingCatalog:
    return AnnouncingCatalog(namespace=namespace, title="", description="", interface=1)


@dataclass
class Sources:
    """A component whose label `source_id` asks for siblings."""

    catalog: AnnouncingCatalog
    label: Label
    component: str = "sources"

    def __post_init__(self) -> None:
        at, key = self.component, f"{self.component}."
        name = f"x_{at}"
        by_source, by_error = (self.label,), (self.label, JOBS_ERROR_TYPE)
        self.success = CounterBySource(
            self.catalog,
            component=at,
            key=f"{key}success",
            name=f"{name}_success_total",
            help="h",
            labels=by_source,
        )
        self.error = CounterBySourceIdErrorType(
            self.catalog,
            component=at,
            key=f"{key}error",
            name=f"{name}_error_total",
            help="h",
            labels=by_error,
        )
        self.seconds = HistogramBySourceId(
            self.catalog,
            component=at,
            key=f"{key}seconds",
            name=f"{name}_seconds",
            help="h",
            labels=by_source,
            buckets=(1.0,),
        )


def values(counter: LabelledCounter[object]) -> dict[tuple[str, ...], float]:
    """The value of each series, by its label values."""
    return {of: cell.snapshot() for of, cell in counter.series()}


def zeros(source: str) -> dict[tuple[str, ...], float]:
    return {(source, error): 0.0 for error in ERRORS}
