"""`pushed` and `receiving()`: what a program pushed, in the words of what code recorded."""

from __future__ import annotations

import gzip
import math
import os
import socket
import subprocess
import sys
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from prometheus_client import (
    CollectorRegistry,
    Counter,
    Histogram,
    Summary,
    push_to_gateway,
    pushadd_to_gateway,
)

from sms_metrics_generated import (
    HEARTBEAT,
    INGEST_LOG_ACTIVE_CONSUMERS,
    NORMALIZE_CONFIDENCE,
    PIPELINE_LAST_RUN_TIMESTAMP,
    SOURCES_REQUEST_DURATION,
    SOURCES_REQUESTS_ERROR,
    SOURCES_REQUESTS_SUCCESS,
)
from tests.support.programs import ROOT
from typedprom.exposition.cell_renderer import RegistryRenderer
from typedprom.exposition.negotiation import PROTOBUF as PROTOBUF_FORMAT
from typedprom.testing import Pushed, receiving, recorded

INGESTER = """
import typedprom
from sms_metrics_generated import *
with typedprom.job("ingester"):
    SOURCES_REQUESTS_SUCCESS.inc(5, source_id="kexp")
    SOURCES_REQUESTS_SUCCESS.inc(2, source_id='a"b\\\\c')
    SOURCES_REQUESTS_ERROR.inc(source_id="kexp", error_type="dns")
    SOURCES_REQUEST_DURATION.observe(0.5, source_id="kexp")
    SOURCES_REQUEST_DURATION.observe(70, source_id="kexp")
    PIPELINE_LAST_RUN_TIMESTAMP.set(7, command="parse")
"""
INFOS = ROOT / "tests" / "golden" / "python_info_and_stateset" / "expected"


def run(program: str, environment: Mapping[str, str]) -> None:
    path = os.pathsep.join((str(ROOT), str(INFOS)))
    env = {**environment, "PYTHONPATH": path, "TYPEDPROM_INSTANCE": "here"}
    subprocess.run([sys.executable, "-c", program], env=env, check=True, timeout=60)


def test_what_a_command_pushed_is_asserted_like_what_code_recorded(pushed: Pushed) -> None:
    run(INGESTER, pushed.environment)
    requests = pushed.recorded(SOURCES_REQUESTS_SUCCESS, source_id="kexp")
    assert requests.delta == 5
    assert pushed.recorded(SOURCES_REQUESTS_SUCCESS).delta == 7
    assert pushed.recorded(SOURCES_REQUESTS_SUCCESS, source_id='a"b\\c').delta == 2
    assert pushed.recorded(SOURCES_REQUESTS_ERROR).where(error_type="dns").delta == 1
    duration = pushed.recorded(SOURCES_REQUEST_DURATION, source_id="kexp")
    assert (duration.count, duration.sum) == (2, 70.5)
    assert duration.buckets == {0.5: 1, math.inf: 1}
    assert pushed.recorded(PIPELINE_LAST_RUN_TIMESTAMP, command="parse").value == 7
    assert pushed.recorded(HEARTBEAT).delta == 0
    assert pushed.recorded(NORMALIZE_CONFIDENCE).count == 0
    assert len(pushed.pushes) == 1
    assert (pushed.pushes[0].method, pushed.groups) == ("PUT", [{"job": "sms", "instance": "here"}])
    ended = 'typedprom_job_runs_total{command="ingester", outcome="success"}'
    assert pushed.samples[ended] == 1
    assert recorded(SOURCES_REQUESTS_SUCCESS).delta == 0  # in this process


def test_a_block_has_what_was_pushed_in_it(pushed: Pushed) -> None:
    with pushed.recorded(SOURCES_REQUESTS_SUCCESS, source_id="kexp") as first:
        run(INGESTER, pushed.environment)
    with pushed.recorded(SOURCES_REQUESTS_SUCCESS, source_id="kexp") as second:
        run(INGESTER, pushed.environment)
        run(INGESTER, pushed.environment)
    assert (first.delta, second.delta) == (5, 10)
    assert pushed.recorded(SOURCES_REQUESTS_SUCCESS, source_id="kexp").delta == 15
    assert len(pushed.pushes) == 3


def test_infos_and_statesets(pushed: Pushed, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(INFOS))
    from metrics_info_and_stateset import WORKERS_BUILD, WORKERS_PHASE

    program = """
from metrics_info_and_stateset import WORKERS_BUILD, WORKERS_PHASE
WORKERS_BUILD.set(version="1.2", channel="canary")
WORKERS_PHASE.set("serving")
"""
    run(program, pushed.environment)
    assert pushed.recorded(WORKERS_BUILD).said == {"version": "1.2", "channel": "canary"}
    assert pushed.recorded(WORKERS_PHASE).state == "serving"


def test_a_service_is_waited_for(pushed: Pushed) -> None:
    program = f"{INGESTER}\nimport time; time.sleep(60)"
    env = {**pushed.environment, "PYTHONPATH": str(ROOT)}
    with subprocess.Popen([sys.executable, "-c", program], env=env) as service:
        try:
            pushed.wait_for(1, timeout=30)
            assert pushed.recorded(SOURCES_REQUESTS_SUCCESS, source_id="kexp").delta == 5
            with pytest.raises(AssertionError, match=r"of 99 pushes have arrived at http://127"):
                pushed.wait_for(99, timeout=0.01)
        finally:
            service.kill()


def test_labels_that_the_group_has_too(pushed: Pushed) -> None:
    grouping = {"TYPEDPROM_GROUPING": "source_id=batch,error_type=none"}
    run(INGESTER, {**pushed.environment, **grouping})
    assert pushed.groups[0]["source_id"] == "batch"
    assert pushed.recorded(SOURCES_REQUESTS_SUCCESS, source_id="kexp").delta == 5
    assert pushed.recorded(SOURCES_REQUESTS_ERROR, source_id="kexp", error_type="dns").delta == 1
    assert pushed.recorded(SOURCES_REQUEST_DURATION, source_id="kexp").count == 2


def test_wrong_labels_are_refused_as_ever(pushed: Pushed) -> None:
    with pytest.raises(ValueError, match="did you mean `timeout`"):
        pushed.recorded(SOURCES_REQUESTS_ERROR).where(error_type="timeot")


def test_the_environment_names_nothing_but_the_receiver(monkeypatch: pytest.MonkeyPatch) -> None:
    kept = {"TYPEDPROM_STRICT": "1", "TYPEDPROM_CELLS": "shared", "SHOP_URL": "x"}
    for name, value in kept.items():
        monkeypatch.setenv(name, value)
    for name in ("TYPEDPROM_TEXTFILE", "TYPEDPROM_DISABLED", "OTHER_PUSHGATEWAY_URL"):
        monkeypatch.setenv(name, "/elsewhere")
    monkeypatch.setenv("SMS_PUSHGATEWAY_URL", "http://production")
    with receiving() as pushed:
        environment = pushed.environment
        assert kept.items() <= environment.items()
        assert "/elsewhere" not in environment.values()
        assert environment["SMS_PUSHGATEWAY_URL"] == pushed.url
        assert environment["TYPEDPROM_PUSHGATEWAY_URL"] == pushed.url
        folder = Path(environment["TYPEDPROM_SPOOL_DIR"]).parent
        assert folder.is_dir()
    assert not folder.exists()


def request(pushed: Pushed, method: str, path: str, body: bytes = b"", **headers: str) -> int:
    connection = HTTPConnection(urlsplit(pushed.url).netloc, timeout=10)
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    connection.request(method, path, body, named)
    status = connection.getresponse().status
    connection.close()
    return status


def test_it_is_a_pushgateway_for_other_clients_too(pushed: Pushed) -> None:
    registry = CollectorRegistry()
    Counter("jobs", "…", ["kind"], registry=registry).labels("a b").inc(3)
    Histogram("seconds", "…", registry=registry, buckets=(1, 2)).observe(1.5)
    push_to_gateway(pushed.url, "cron", registry, grouping_key={"path": "/a/b", "empty": ""})
    assert pushed.groups == [{"job": "cron", "path": "/a/b", "empty": ""}]
    assert pushed.samples['jobs_total{kind="a b"}'] == 3
    assert pushed.samples['seconds_bucket{le="2.0"}'] == 1
    registry = CollectorRegistry()
    Counter("others", "…", registry=registry).inc()
    pushadd_to_gateway(pushed.url, "cron", registry, grouping_key={"path": "/a/b", "empty": ""})
    assert {"others_total", 'jobs_total{kind="a b"}'} <= {*pushed.samples}
    text = b'# HELP more_total x\nmore_total { a = "1,2" , b="\\n}" , } 4 1700000000\n\nless -Inf\n'
    assert request(pushed, "PUT", "/metrics/job@base64/L2E", text) == 200
    assert (
        request(pushed, "PUT", "/metrics/job/b", gzip.compress(text), Content_Encoding="gzip")
        == 200
    )
    assert [group["job"] for group in pushed.groups] == ["cron", "/a", "b"]
    assert request(pushed, "DELETE", "/metrics/job/b") == 202
    assert [group["job"] for group in pushed.groups] == ["cron", "/a"]
    assert pushed.samples['more_total{a="1,2", b="\\n}"}'] == 4
    assert pushed.samples["less"] == -math.inf
    assert [push.method for push in pushed.pushes] == ["PUT", "POST", "PUT", "PUT"]


def test_a_body_in_chunks_and_a_summary(pushed: Pushed) -> None:
    registry = CollectorRegistry()
    Summary("waited_seconds", "…", ["kind"], registry=registry).labels("a").observe(1.5)
    body = RegistryRenderer().render(registry, PROTOBUF_FORMAT)
    connection = HTTPConnection(urlsplit(pushed.url).netloc, timeout=10)
    connection.request(
        "PUT",
        "/metrics/job/a",
        iter([body[:5], body[5:]]),
        {"Content-Type": PROTOBUF, "Transfer-Encoding": "chunked"},
        encode_chunked=True,
    )
    with connection.getresponse() as answer:
        assert answer.status == 200
    connection.request("POST", "/metrics/job/a", b"b 1\n")  # on the same connection
    assert connection.getresponse().status == 200
    connection.close()
    assert pushed.samples == {
        'waited_seconds_count{kind="a"}': 1,
        'waited_seconds_sum{kind="a"}': 1.5,
        "b": 1,
    }


@pytest.mark.parametrize(
    "head", ["Content-Length: 90", "Content-Length: -1", "Content-Length: a", "A: b"]
)
def test_a_body_that_was_cut_off_is_no_push(head: str, pushed: Pushed) -> None:
    chunked = "Transfer-Encoding: chunked\r\n" if head == "A: b" else ""
    request = f"PUT /metrics/job/a HTTP/1.1\r\n{head}\r\n{chunked}\r\n90\r\na 1\n"
    address = urlsplit(pushed.url)
    with socket.create_connection((address.hostname, address.port), 10) as client:
        client.sendall(request.encode())
        client.shutdown(socket.SHUT_WR)
        assert client.recv(64).startswith(b"HTTP/1.1 400 ")
    assert pushed.pushes == []


def test_many_push_at_once(pushed: Pushed) -> None:
    def push(number: int) -> int:
        return request(pushed, "PUT", f"/metrics/job/{number}", b"a_total 1\n")

    with ThreadPoolExecutor(40) as threads:
        assert {*threads.map(push, range(200))} == {200}
    assert len(pushed.groups) == 200


PROTOBUF = "application/vnd.google.protobuf; proto=io.prometheus.client.MetricFamily"


@pytest.mark.parametrize(
    ("path", "body", "headers", "status"),
    [
        ("/metrics", b"", {}, 404),
        ("/metrics/job", b"", {}, 404),
        ("/metrics/instance/a", b"", {}, 404),
        ("/api/v1/write", b"", {}, 404),
        ("/metrics/job/a", b"no numbers\n", {}, 400),
        ("/metrics/job/a", b'a{b="c} 1\n', {}, 400),
        ("/metrics/job/a", b'a{b="c" d="e"} 1\n', {}, 400),
        ("/metrics/job/a", b"1a 1\n", {}, 400),
        ("/metrics/job/a", b"\xff\n", {}, 400),
        ("/metrics/job/a", b"a 1\n", {"Content_Encoding": "gzip"}, 400),
        ("/metrics/job/a", b"\x05\x0a", {"Content_Type": PROTOBUF}, 400),
        ("/metrics/job/a", b"\x02\x0f\x01", {"Content_Type": PROTOBUF}, 400),
    ],
)
def test_what_no_pushgateway_takes_is_refused(
    path: str, body: bytes, headers: dict[str, str], status: int, pushed: Pushed
) -> None:
    assert request(pushed, "PUT", path, body, **headers) == status
    assert pushed.pushes == []
    assert request(pushed, "GET", "/-/ready") == 200


FAILING = """
import subprocess, sys
from sms_metrics_generated import HEARTBEAT, SOURCES_REQUESTS_SUCCESS
PROGRAM = '''
from sms_metrics_generated import SOURCES_REQUESTS_SUCCESS
SOURCES_REQUESTS_SUCCESS.inc(3, source_id="kepx")
'''
def test_near_miss(pushed):
    subprocess.run([sys.executable, "-c", PROGRAM], env=pushed.environment, check=True)
    assert pushed.recorded(SOURCES_REQUESTS_SUCCESS, source_id="kexp").delta == 3
def test_nothing(pushed):
    assert pushed.recorded(HEARTBEAT).delta == 1
"""


def session(folder: Path, *options: str) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *options, "."],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    return done.stdout + done.stderr


def test_a_failure_says_what_was_pushed_instead(tmp_path: Path) -> None:
    (tmp_path / "test_it.py").write_text(FAILING)
    said = session(tmp_path)
    near = (
        '{source_id="kexp"} did not change\nE         other series of sms_sources_requests_success'
    )
    assert near in said
    assert '{source_id="kepx"} +3' in said
    assert "nothing was pushed to http://127.0.0.1:" in said
    assert "; does the command run with `pushed.environment`?" in said
    assert "2 failed" in said


CONFTEST = """
import os
import pytest
from typedprom.testing import receiving
RECEIVING = receiving()
PUSHED = RECEIVING.__enter__()
os.environ.update(PUSHED.environment)
@pytest.fixture
def pushed():
    return PUSHED
def pytest_unconfigure():
    RECEIVING.__exit__(None, None, None)
"""
IN_PROCESS = """
import typedprom
from sms_metrics_generated import HEARTBEAT
def test_it(pushed):
    with pushed.recorded(HEARTBEAT) as r:
        HEARTBEAT.inc(3)
        assert typedprom.deliver()
    assert r.delta == 3
"""


def test_what_this_process_delivers_is_received_where_metrics_were_imported_for_that(
    tmp_path: Path,
) -> None:
    (tmp_path / "conftest.py").write_text(CONFTEST)
    (tmp_path / "test_it.py").write_text(IN_PROCESS)
    assert "1 passed" in session(tmp_path)


def test_gauges_of_processes_that_ended(pushed: Pushed) -> None:
    run(
        "from sms_metrics_generated import *; INGEST_LOG_ACTIVE_CONSUMERS.set(3)",
        pushed.environment,
    )
    with pytest.raises(AssertionError, match="has no value"):
        _ = pushed.recorded(INGEST_LOG_ACTIVE_CONSUMERS).value
