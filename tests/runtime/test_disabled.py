"""`TYPEDPROM_DISABLED=1`: calls are accepted, nothing is registered or exposed."""

import os
import subprocess
import sys

import pytest

PROGRAM = """
import sys
import sms_metrics_generated as metrics
metrics.HEARTBEAT.inc()
metrics.CATALOG.announce(source_id=["kexp"])
metrics.SOURCES_REQUESTS_ERROR.inc(3, source_id="kexp", error_type="dns")
bound = metrics.SOURCES_REQUESTS_ERROR.labels(source_id="kexp", error_type="dns")
bound.inc(2, exemplar={"trace_id": "a"})
metrics.INGEST_LOG_ACTIVE_CONSUMERS.set(3)
metrics.INGEST_LOG_ACTIVE_CONSUMERS.set_function(lambda: 1)
with metrics.SOURCES_REQUEST_DURATION.time(source_id="kexp"):
    metrics.SOURCES_REQUEST_DURATION.observe(1.0, source_id="kexp")
try:
    with metrics.SOURCES_REQUESTS_ERROR.count_exceptions({KeyError: "dns"}, source_id="kexp"):
        raise KeyError
except KeyError:
    pass
metrics.SOURCES_REQUESTS_ERROR.remove(source_id="kexp", error_type="dns")
bound.inc()
metrics.SOURCES_REQUESTS_ERROR.clear()
import prometheus_client
print(sum(name in prometheus_client.generate_latest().decode() for name in ("sms_", "typedprom_")))
print(sum(len(metric.series()) for metric in metrics.CATALOG.metrics.values()))
"""


@pytest.mark.parametrize(
    ("said", "expected"),
    [("1", "0 0"), ("true", "0 0"), ("0", None), ("", None), ("False", None), ("no", None)],
)
def test_nothing_is_exposed_if_disabled(said: str, expected: str | None) -> None:
    environment = {**os.environ, "TYPEDPROM_DISABLED": said}
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    printed = " ".join(done.stdout.split())
    assert printed == expected if expected else printed.startswith("2 ")
