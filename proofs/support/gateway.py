"""Reads the series that a Pushgateway exposes, by name and labels."""

from __future__ import annotations

from collections.abc import Mapping
from http.client import HTTPConnection

from prometheus_client.parser import text_string_to_metric_families

from tools.running import HOST

Labels = frozenset[tuple[str, str]]


def samples(port: int) -> dict[tuple[str, Labels], float]:
    """Return every sample that the gateway exposes."""
    connection = HTTPConnection(HOST, port, timeout=30)
    try:
        connection.request("GET", "/metrics")
        text = connection.getresponse().read().decode()
    finally:
        connection.close()
    return {
        (sample.name, frozenset(sample.labels.items())): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def total(port: int, name: str, labels: Mapping[str, str]) -> float:
    """Return the sum of the samples with that name and these labels; 0 if there are none."""
    wanted = labels.items()
    return sum(
        value for (found, its), value in samples(port).items() if found == name and wanted <= its
    )
