"""What a Pushgateway holds: its series, by name and labels."""

from __future__ import annotations

from collections.abc import Mapping
from http.client import HTTPConnection

from prometheus_client.parser import text_string_to_metric_families

from tools.running import HOST

Labels = frozenset[tuple[str, str]]


def samples(port: int) -> dict[tuple[str, Labels], float]:
    """Every sample the gateway exposes."""
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
    """The sum of the samples of that name that have these labels among theirs; 0 for none."""
    wanted = labels.items()
    return sum(
        value for (found, its), value in samples(port).items() if found == name and wanted <= its
    )
