"""What is scraped: by a Prometheus that is told how, and by ourselves, sample by sample."""

from __future__ import annotations

import json
from collections import Counter
from http.client import HTTPConnection, HTTPResponse
from pathlib import Path
from urllib.parse import urlencode

from prometheus_client.openmetrics.parser import (
    text_string_to_metric_families as read_openmetrics,
)
from prometheus_client.parser import text_string_to_metric_families as read_text

from tools.running import HOST

Job = dict[str, object]

_PROTOBUF = (
    "application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=delimited"
)
# What Prometheus sends, by its version; CREATED with created-timestamp-zero-ingestion turned on.
PROMETHEUS_2_42 = (
    "application/openmetrics-text;version=1.0.0,application/openmetrics-text;version=0.0.1;q=0.75,"
    "text/plain;version=0.0.4;q=0.5,*/*;q=0.1"
)
PROMETHEUS_2_53 = (
    "application/openmetrics-text;version=1.0.0;q=0.5,"
    "application/openmetrics-text;version=0.0.1;q=0.4,text/plain;version=0.0.4;q=0.3,*/*;q=0.2"
)
PROMETHEUS_2_53_CREATED = (
    f"{_PROTOBUF};q=0.5,application/openmetrics-text;version=1.0.0;q=0.4,"
    "application/openmetrics-text;version=0.0.1;q=0.3,text/plain;version=0.0.4;q=0.2,*/*;q=0.1"
)
PROMETHEUS_3_5 = (
    "application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.6,"
    "application/openmetrics-text;version=0.0.1;q=0.5,"
    "text/plain;version=1.0.0;escaping=allow-utf-8;q=0.4,text/plain;version=0.0.4;q=0.3,*/*;q=0.2"
)
PROMETHEUS_3_5_CREATED = (
    f"{_PROTOBUF};q=0.6,application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.5,"
    "application/openmetrics-text;version=0.0.1;q=0.4,"
    "text/plain;version=1.0.0;escaping=allow-utf-8;q=0.3,text/plain;version=0.0.4;q=0.2,*/*;q=0.1"
)


def configure(path: Path, jobs: dict[str, Job], port: int) -> None:
    """Have the Prometheus whose configuration this is scrape the port, once a job."""
    config = {
        "global": {"scrape_interval": "1s", "scrape_timeout": "1s"},
        "scrape_configs": [
            {"job_name": name, "static_configs": [{"targets": [f"{HOST}:{port}"]}], **job}
            for name, job in jobs.items()
        ],
    }
    path.write_text(json.dumps(config), encoding="utf-8")  # JSON is YAML


def scrape(port: int, accept: str = "", *names: str) -> tuple[HTTPResponse, bytes]:
    """One scrape, of samples with these names if there are any."""
    query = urlencode([("name[]", name) for name in names])
    connection = HTTPConnection(HOST, port, timeout=60)
    try:
        connection.request("GET", f"/metrics?{query}", headers={"Accept": accept})
        response = connection.getresponse()
        return response, response.read()
    finally:
        connection.close()


def samples(port: int, accept: str = "", *names: str) -> dict[str, float]:
    """Every sample of a scrape by name and labels. No family and no sample is there twice."""
    response, body = scrape(port, accept, *names)
    assert response.status == 200, body
    text = body.decode()
    types = Counter(line.split()[2] for line in text.splitlines() if line.startswith("# TYPE "))
    assert all(count == 1 for count in types.values()), types
    if response.headers["Content-Type"].startswith("application/openmetrics-text"):
        families = [*read_openmetrics(text)]  # type: ignore[no-untyped-call]
    else:
        families = [*read_text(text)]
    found: dict[str, float] = {}
    for sample in (sample for family in families for sample in family.samples):
        inside = ",".join(f'{name}="{value}"' for name, value in sorted(sample.labels.items()))
        key = sample.name + (f"{{{inside}}}" if inside else "")
        assert key not in found
        found[key] = sample.value
    return found
