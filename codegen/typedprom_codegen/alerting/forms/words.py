"""Words about metrics and numbers, for the texts of alerts."""

from __future__ import annotations

from decimal import Decimal
from typing import Final

from typedprom_codegen.alerting.notation import duration, number
from typedprom_codegen.ir import Metric

VALUE: Final = "{{ $value }}"

_HUMAN: Final = {
    "seconds": "{{ $value | humanizeDuration }}",
    "bytes": "{{ $value | humanize1024 }}B",
    "ratio": "{{ $value | humanizePercentage }}",
}
_BINARY: Final = ((2**40, "TiB"), (2**30, "GiB"), (2**20, "MiB"), (2**10, "KiB"))


def words(metric: Metric) -> str:
    """A metric's key as words: `requests error`."""
    return metric.key.replace(".", " ").replace("_", " ")


def value_of(metric: Metric) -> str:
    """A template of the value of a query in the unit of a metric."""
    return _HUMAN.get(metric.unit or "", VALUE)


def amount(value: Decimal, metric: Metric) -> str:
    """A number in the unit of a metric, as people read it: `64MiB`, `30m`, `50%`."""
    if metric.unit == "bytes":
        return _bytes(value)
    if metric.unit == "seconds" and value >= 1 and value == int(value):
        return duration(int(value))
    if metric.unit == "ratio":
        return percent(value)
    return number(value)


def percent(share: Decimal) -> str:
    """A share as a percentage."""
    return f"{number(share * 100)}%"


def _bytes(value: Decimal) -> str:
    for size, unit in _BINARY:
        if value >= size and value % size == 0:
            return f"{number(value / size)}{unit}"
    return f"{number(value)} bytes"
