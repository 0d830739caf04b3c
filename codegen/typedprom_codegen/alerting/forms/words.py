"""Words about metrics and numbers, for the texts of alerts."""

from __future__ import annotations

from decimal import Decimal
from itertools import groupby
from typing import Final

from typedprom_codegen.alerting.notation import number
from typedprom_codegen.ir import Metric
from typedprom_codegen.promql.nodes.number import duration

VALUE: Final = "{{ $value }}"

_HUMAN: Final = {
    "seconds": "{{ $value | humanizeDuration }}",
    "bytes": "{{ $value | humanize1024 }}B",
    "ratio": "{{ $value | humanizePercentage }}",
}
_FAILURES: Final = frozenset({"error", "failed", "failure"})
_BINARY: Final = ((2**40, "TiB"), (2**30, "GiB"), (2**20, "MiB"), (2**10, "KiB"))


def words(metric: Metric) -> str:
    """A metric's key as words, without its unit and without one word twice: `consumer lag`."""
    found = _split(metric.key)
    if found[-1] == metric.unit and len(found) > 1:
        found.pop()
    return " ".join(word for word, _ in groupby(found))


def failed(metric: Metric) -> str:
    """What failed, where the metric's key ends in a word for it: `requests failed`; else empty."""
    *what, last = words(metric).split(" ")
    return " ".join((*what, "failed")) if what and last in _FAILURES else ""


def readable(key: str) -> str:
    """A key as words."""
    return " ".join(_split(key))


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


def _split(key: str) -> list[str]:
    return key.replace(".", "_").split("_")


def _bytes(value: Decimal) -> str:
    for size, unit in _BINARY:
        if value >= size and value % size == 0:
            return f"{number(value / size)}{unit}"
    return f"{number(value)} bytes"
