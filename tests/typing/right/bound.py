"""Handles of one series, stored and passed as arguments."""

from collections.abc import Iterable

from sms_metrics_generated import (
    PIPELINE_LAST_RUN_TIMESTAMP,
    SOURCES_REQUEST_DURATION,
    SOURCES_REQUESTS_ERROR,
    SourcesErrorType,
)
from typedprom import CounterCell, GaugeCell, HistogramCell


def count(series: CounterCell, times: Iterable[float]) -> None:
    for amount in times:
        series.inc(amount)


def measure(series: HistogramCell) -> None:
    series.observe(0.5)
    with series.time():
        pass


def set_gauges(series: GaugeCell) -> None:
    series.set(1)
    series.inc()
    series.dec(0.5)


def run(error_type: SourcesErrorType) -> None:
    count(SOURCES_REQUESTS_ERROR.labels(source_id="kexp", error_type=error_type), [1, 2.5])
    measure(SOURCES_REQUEST_DURATION.labels(source_id="kexp"))
    set_gauges(PIPELINE_LAST_RUN_TIMESTAMP.labels(command="parse"))
