"""prometheus_client's exporters expose the generated package, and real parsers accept it."""

from __future__ import annotations

import subprocess
from collections.abc import Iterable
from http.client import HTTPConnection
from pathlib import Path

import pytest
from prometheus_client import (
    REGISTRY,
    Metric,
    generate_latest,
    push_to_gateway,
    start_http_server,
)
from prometheus_client.openmetrics.exposition import generate_latest as generate_openmetrics
from prometheus_client.openmetrics.parser import (
    text_string_to_metric_families as read_openmetrics,
)
from prometheus_client.parser import text_string_to_metric_families as read_text

import sms_metrics_generated as sms
from tests.sms.inventory import INVENTORY
from tests.support.needs import require_servers
from tools.running import HOST, pushgateway
from tools.servers import program

# The traffic is recorded once for all tests.
pytestmark = [pytest.mark.usefixtures("traffic"), pytest.mark.typedprom_not_isolated]

FAMILIES = {name.removesuffix("_total"): entry for name, entry in INVENTORY.items()}


def _types(families: Iterable[Metric]) -> dict[str, str]:
    return {f.name: f.type for f in families if f.name in FAMILIES}


def test_text_exposition_has_every_metric_with_its_type() -> None:
    found = _types(read_text(generate_latest().decode()))
    assert found == {name: entry.type for name, entry in FAMILIES.items()}


def test_openmetrics_has_every_metric_and_a_unit_if_the_name_ends_with_it() -> None:
    exposition = generate_openmetrics(REGISTRY).decode()  # type: ignore[no-untyped-call]
    families = list(read_openmetrics(exposition))  # type: ignore[no-untyped-call]
    assert _types(families) == {name: entry.type for name, entry in FAMILIES.items()}
    for family in families:
        if entry := FAMILIES.get(family.name):
            in_name = bool(entry.unit) and family.name.endswith(f"_{entry.unit}")
            assert family.unit == (entry.unit if in_name else "")


def test_help_is_exposed_as_the_catalog_has_it() -> None:
    helps = {f.name: f.documentation for f in read_text(generate_latest().decode())}
    for metric in sms.CATALOG.metrics.values():
        assert helps[metric.family] == metric.help


def test_metrics_are_served_over_http() -> None:
    server, thread = start_http_server(0, addr=HOST)
    try:
        assert _types(read_text(_get(server.server_port, "/metrics"))).keys() == FAMILIES.keys()
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def test_a_real_pushgateway_accepts_and_exposes_them(tmp_path: Path) -> None:
    require_servers()
    with pushgateway(tmp_path) as gateway:
        push_to_gateway(gateway.address, job="sms", registry=REGISTRY)
        families = list(read_text(_get(gateway.port, "/metrics")))
    assert _types(families) == {name: entry.type for name, entry in FAMILIES.items()}
    (heartbeat,) = (f for f in families if f.name == "sms_heartbeat")
    (sample,) = heartbeat.samples
    assert sample.labels["job"] == "sms"
    assert sample.value == REGISTRY.get_sample_value("sms_heartbeat_total")


def test_promtool_does_not_report_our_names() -> None:
    require_servers()
    exposition = generate_latest()
    done = subprocess.run(
        [program("promtool"), "check", "metrics"],
        input=exposition,
        capture_output=True,
        check=False,
    )
    complaints = (done.stdout + done.stderr).decode().splitlines()
    assert [line for line in complaints if line.startswith("sms_")] == []


def _get(port: int, path: str) -> str:
    connection = HTTPConnection(HOST, port, timeout=10)
    try:
        connection.request("GET", path)
        return connection.getresponse().read().decode()
    finally:
        connection.close()
