"""OTLP: what a receiver built from the published protobufs gets, and what happens without one."""

from __future__ import annotations

import gzip
import logging
import os
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from opentelemetry.proto.collector.metrics.v1.metrics_service_pb2 import (
    ExportMetricsServiceRequest,
    ExportMetricsServiceResponse,
)
from opentelemetry.proto.common.v1.common_pb2 import KeyValue
from opentelemetry.proto.metrics.v1.metrics_pb2 import (
    AGGREGATION_TEMPORALITY_CUMULATIVE,
    Metric,
    NumberDataPoint,
)

from tests.support.programs import run_python
from tools.running import free_port
from typedprom.delivery.otlp import OTLP
from typedprom.misuse import forget
from typedprom.spool.families import Definition, Family, LabelDefinition, Numbers

NANS = [float("nan")] * 3
BEGAN = 1_700_000_000.5
SECONDS = 20.0  # much more than a push to this machine takes
GROUPING = {"job": "ingester", "instance": "host-1"}


@pytest.fixture(autouse=True)
def _everything_is_reported_again(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    for name in [name for name in os.environ if name.startswith("OTEL_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("NO_PROXY", "127.0.0.1,localhost,receiver.invalid")
    undo = forget()
    yield
    undo()


@dataclass
class Receiver:
    """An OTLP receiver: what it was sent, and how it answers, one status after the other."""

    statuses: list[int] = field(default_factory=list)
    requests: list[ExportMetricsServiceRequest] = field(default_factory=list)
    headers: list[Mapping[str, str]] = field(default_factory=list)
    paths: list[str] = field(default_factory=list)
    port: int = 0

    @property
    def endpoint(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def take(self, handler: BaseHTTPRequestHandler) -> None:
        body = handler.rfile.read(int(handler.headers["Content-Length"]))
        if handler.headers.get("Content-Encoding") == "gzip":
            body = gzip.decompress(body)
        self.requests.append(ExportMetricsServiceRequest.FromString(body))
        self.headers.append(dict(handler.headers))
        self.paths.append(handler.path)
        answer = ExportMetricsServiceResponse().SerializeToString()
        handler.send_response(self.statuses.pop(0) if self.statuses else 200)
        handler.send_header("Content-Type", "application/x-protobuf")
        handler.send_header("Content-Length", str(len(answer)))
        handler.end_headers()
        handler.wfile.write(answer)

    def metrics(self) -> dict[str, Metric]:
        (request,) = self.requests
        (resource,) = request.resource_metrics
        (scope,) = resource.scope_metrics
        return {metric.name: metric for metric in scope.metrics}


@contextmanager
def answering(take: Callable[[BaseHTTPRequestHandler], None]) -> Iterator[int]:
    """A server on a free port that has `take` do what each POST asks for."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            take(self)

        def log_message(self, format: str, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    server.block_on_close = False
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield server.server_port
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    receiver = Receiver()
    with answering(receiver.take) as receiver.port:
        yield receiver


def family(definition: Definition, *series: tuple[Mapping[str, str], Numbers]) -> Family:
    return Family(definition, {tuple(sorted(labels.items())): list(n) for labels, n in series})


REQUESTS = family(
    Definition("sms_requests_total", "counter", "Requests.", labels=(LabelDefinition("source"),)),
    ({"source": "a"}, [BEGAN, 5.0]),
    ({"source": "b"}, [BEGAN + 1, 0.0]),
)
SENT = family(
    Definition("sms_sent_bytes_total", "counter", "Bytes sent.", unit="bytes"), ({}, [BEGAN, 2.5])
)
LATENCY = family(
    Definition("sms_latency_seconds", "histogram", "How long.", unit="seconds", buckets=(0.1, 1.0)),
    ({"zone": "eu"}, [BEGAN, 3.0, 2.0, 1.0, 4.25]),
)
QUEUE = family(Definition("sms_queue_fill_ratio", "gauge", "Fill.", unit="ratio"), ({}, [9.0, 0.5]))
BUILD = family(
    Definition("sms_build_info", "info", "Build.", info_labels=("version",)),
    ({"version": "1.2"}, [9.0, 1.0]),
)
MODE = family(
    Definition("sms_mode", "stateset", "Mode.", states=("on", "off")), ({"zone": "eu"}, [9.0, 1.0])
)


def deadline() -> float:
    return time.monotonic() + SECONDS


def texts(attributes: Iterable[KeyValue]) -> dict[str, str]:
    return {one.key: one.value.string_value for one in attributes}


def numbers(points: Iterable[NumberDataPoint]) -> list[tuple[dict[str, str], float]]:
    return [(texts(point.attributes), point.as_double) for point in points]


def test_a_counter_arrives_whole(receiver: Receiver) -> None:
    before = time.time_ns()
    outcome = OTLP(receiver.endpoint, GROUPING).push([REQUESTS], deadline())
    assert outcome.delivered, outcome
    metric = receiver.metrics()["sms_requests_total"]
    assert (metric.description, metric.unit) == ("Requests.", "")
    assert metric.sum.is_monotonic
    assert metric.sum.aggregation_temporality == AGGREGATION_TEMPORALITY_CUMULATIVE
    assert numbers(metric.sum.data_points) == [({"source": "a"}, 5.0), ({"source": "b"}, 0.0)]
    assert [point.start_time_unix_nano for point in metric.sum.data_points] == [
        1_700_000_000_500_000_000,
        1_700_000_001_500_000_000,
    ]
    assert all(before <= point.time_unix_nano <= time.time_ns() for point in metric.sum.data_points)


def test_a_histogram_arrives_whole(receiver: Receiver) -> None:
    assert OTLP(receiver.endpoint, GROUPING).push([LATENCY], deadline()).delivered
    metric = receiver.metrics()["sms_latency_seconds"]
    assert metric.unit == "s"
    assert metric.histogram.aggregation_temporality == AGGREGATION_TEMPORALITY_CUMULATIVE
    (point,) = metric.histogram.data_points
    assert texts(point.attributes) == {"zone": "eu"}
    assert (point.count, point.sum) == (6, 4.25)
    assert list(point.bucket_counts) == [3, 2, 1]
    assert list(point.explicit_bounds) == [0.1, 1.0]
    assert point.start_time_unix_nano == 1_700_000_000_500_000_000
    assert not point.HasField("min")
    assert not point.HasField("max")


def test_a_sum_that_can_fall_is_left_out(receiver: Receiver) -> None:
    drift = family(
        Definition("sms_drift_seconds", "histogram", "Drift.", buckets=(-1.0, 1.0)),
        ({}, [BEGAN, 1.0, 0.0, 0.0, -3.0]),
    )
    assert OTLP(receiver.endpoint, GROUPING).push([drift], deadline()).delivered
    (point,) = receiver.metrics()["sms_drift_seconds"].histogram.data_points
    assert point.count == 1
    assert not point.HasField("sum")


def test_gauges_infos_and_statesets_arrive_as_gauges(receiver: Receiver) -> None:
    assert OTLP(receiver.endpoint, GROUPING).push([QUEUE, BUILD, MODE], deadline()).delivered
    metrics = receiver.metrics()
    assert numbers(metrics["sms_queue_fill_ratio"].gauge.data_points) == [({}, 0.5)]
    assert numbers(metrics["sms_build_info"].gauge.data_points) == [({"version": "1.2"}, 1.0)]
    assert numbers(metrics["sms_mode"].gauge.data_points) == [
        ({"zone": "eu", "sms_mode": "on"}, 0.0),
        ({"zone": "eu", "sms_mode": "off"}, 1.0),
    ]
    # The unit "1" would have a receiver append a `_ratio`, and another one take it away elsewhere.
    assert {metric.unit for metric in metrics.values()} == {""}


def test_a_state_that_is_not_in_the_set_arrives_as_invalid(receiver: Receiver) -> None:
    mode = family(MODE.definition, ({}, [9.0, -1.0]))
    assert OTLP(receiver.endpoint, GROUPING).push([mode], deadline()).delivered
    assert numbers(receiver.metrics()["sms_mode"].gauge.data_points) == [
        ({"sms_mode": "on"}, 0.0),
        ({"sms_mode": "off"}, 0.0),
        ({"sms_mode": "_invalid"}, 1.0),
    ]


def test_the_group_becomes_the_resource_and_labels_of_every_series(receiver: Receiver) -> None:
    sink = OTLP(receiver.endpoint, GROUPING | {"team": "ingest"})
    assert sink.push([SENT, LATENCY], deadline()).delivered
    (resource,) = receiver.requests[0].resource_metrics
    assert texts(resource.resource.attributes) == {
        "service.name": "ingester",
        "service.instance.id": "host-1",
        "team": "ingest",
    }
    (scope,) = resource.scope_metrics
    assert (scope.scope.name, scope.scope.version) == ("", "")
    metrics = receiver.metrics()
    (sent,) = metrics["sms_sent_bytes_total"].sum.data_points
    (latency,) = metrics["sms_latency_seconds"].histogram.data_points
    assert texts(sent.attributes) == {"team": "ingest"}
    assert texts(latency.attributes) == {"team": "ingest", "zone": "eu"}


def test_a_metric_without_series_is_not_sent(receiver: Receiver) -> None:
    empty = Family(REQUESTS.definition)
    assert OTLP(receiver.endpoint, GROUPING).push([empty, SENT], deadline()).delivered
    assert list(receiver.metrics()) == ["sms_sent_bytes_total"]


def test_a_clock_that_was_put_back_does_not_make_counting_begin_in_the_future(
    receiver: Receiver,
) -> None:
    early = family(SENT.definition, ({}, [time.time() + 3600, 1.0]))
    assert OTLP(receiver.endpoint, GROUPING).push([early], deadline()).delivered
    (point,) = receiver.metrics()["sms_sent_bytes_total"].sum.data_points
    assert point.start_time_unix_nano == point.time_unix_nano


@pytest.mark.parametrize(
    ("given", "asked"),
    [
        ("", "/v1/metrics"),
        ("/", "/v1/metrics"),
        ("/v1/metrics", "/v1/metrics"),
        ("/api/v1/otlp", "/api/v1/otlp/v1/metrics"),
        ("/api/v1/otlp/v1/metrics/", "/api/v1/otlp/v1/metrics"),
        ("/otlp?tenant=a", "/otlp/v1/metrics?tenant=a"),
    ],
)
def test_the_endpoint_may_be_the_receiver_or_the_whole_address(
    receiver: Receiver, given: str, asked: str
) -> None:
    assert OTLP(receiver.endpoint + given, GROUPING).push([SENT], deadline()).delivered
    assert receiver.paths == [asked]


def test_the_exporters_environment_applies(
    receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_COMPRESSION", "gzip")
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_HEADERS", "authorization=Bearer%20secret")
    assert OTLP(receiver.endpoint, GROUPING).push([REQUESTS], deadline()).delivered
    assert receiver.headers[0]["Content-Encoding"] == "gzip"
    assert receiver.headers[0]["authorization"] == "Bearer secret"
    assert len(receiver.metrics()["sms_requests_total"].sum.data_points) == 2


def test_a_refusal_is_an_outcome_and_not_in_the_log(
    receiver: Receiver, caplog: pytest.LogCaptureFixture
) -> None:
    receiver.statuses = [400]
    with caplog.at_level(logging.DEBUG):
        outcome = OTLP(receiver.endpoint, GROUPING).push([SENT], deadline())
    assert not outcome.delivered
    assert "400" in outcome.reason
    assert {record.name.partition(".")[0] for record in caplog.records} <= {"urllib3"}


def test_what_another_thread_has_the_exporter_log_is_left_alone(
    caplog: pytest.LogCaptureFixture,
) -> None:
    logger = logging.getLogger("opentelemetry.exporter.otlp.proto.http.metric_exporter")

    def refuse(handler: BaseHTTPRequestHandler) -> None:
        logger.error("from another exporter")  # in the server's thread, during the push
        handler.send_error(400)

    with answering(refuse) as port:
        OTLP(f"http://127.0.0.1:{port}", GROUPING).push([SENT], deadline())
    logger.error("from the program")
    messages = [record.getMessage() for record in caplog.records if record.name == logger.name]
    assert messages == ["from another exporter", "from the program"]


def test_what_may_pass_is_tried_again(receiver: Receiver) -> None:
    receiver.statuses = [503]
    assert OTLP(receiver.endpoint, GROUPING).push([SENT], deadline()).delivered
    assert len(receiver.requests) == 2


def test_a_receiver_that_stays_unavailable_is_given_up_in_time(receiver: Receiver) -> None:
    receiver.statuses = [503] * 100
    assert_bounded(OTLP(receiver.endpoint, GROUPING))


def test_a_receiver_that_is_not_there_is_given_up_in_time() -> None:
    assert_bounded(OTLP(f"http://127.0.0.1:{free_port()}", GROUPING))


def test_a_name_that_does_not_resolve_is_given_up_in_time() -> None:
    assert_bounded(OTLP("http://receiver.invalid:4318", GROUPING))


def test_an_address_that_is_none_is_reported() -> None:
    assert_bounded(OTLP("nonsense", GROUPING))


def test_a_receiver_that_hangs_is_left_behind_and_waited_for_by_the_next_push() -> None:
    released = threading.Event()
    received: list[int] = []

    def hang(handler: BaseHTTPRequestHandler) -> None:
        handler.rfile.read(int(handler.headers["Content-Length"]))
        handler.send_response(200)
        handler.end_headers()
        received.append(1)
        while not released.wait(0.05):  # so that no timeout of the exporter's own goes off
            handler.wfile.write(b"\0")

    with answering(hang) as port:
        sink = OTLP(f"http://127.0.0.1:{port}", GROUPING)
        assert_bounded(sink)
        again = assert_bounded(sink)
        assert again == "the push before this one has not ended"
        assert received == [1]
        released.set()
        assert sink.push([SENT], deadline()).delivered


def test_a_push_may_have_all_the_time_there_is(receiver: Receiver) -> None:
    assert OTLP(receiver.endpoint, GROUPING).push([SENT], float("inf")).delivered


def test_a_push_without_time_sends_nothing(receiver: Receiver) -> None:
    outcome = OTLP(receiver.endpoint, GROUPING).push([SENT], time.monotonic() - 1)
    assert not outcome.delivered
    time.sleep(0.2)
    assert receiver.requests == []


def test_what_cannot_be_encoded_is_reported(receiver: Receiver) -> None:
    broken = family(SENT.definition, ({}, [BEGAN, "many"]))  # type: ignore[list-item]
    outcome = OTLP(receiver.endpoint, GROUPING).push([broken], deadline())
    assert not outcome.delivered
    assert "encode" in outcome.reason
    assert receiver.requests == []


def test_a_family_that_is_damaged_does_not_keep_others_back(
    receiver: Receiver, caplog: pytest.LogCaptureFixture
) -> None:
    damaged = [
        family(Definition("sms requests_total", "counter", "Requests."), ({}, [BEGAN, 1.0])),
        family(Definition("sms_short", "histogram", "Short.", buckets=(1.0,)), ({}, [BEGAN, 1.0])),
        family(QUEUE.definition, ({"__name__": "stolen"}, [BEGAN, 1.0])),
        family(Definition("sms_surrogate", "gauge", "\ud800"), ({}, [BEGAN, 1.0])),
        family(Definition("sms_nan", "histogram", "NaN.", buckets=(1.0,)), ({}, [BEGAN, *NANS])),
    ]
    assert OTLP(receiver.endpoint, GROUPING).push([*damaged, SENT], deadline()).delivered
    assert list(receiver.metrics()) == ["sms_sent_bytes_total"]
    assert [record.name for record in caplog.records].count("typedprom") == len(damaged)


def test_a_push_goes_on_where_no_thread_can_be_started(
    receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    class NoThread(threading.Thread):
        def start(self) -> None:
            raise RuntimeError("can't create new thread at interpreter shutdown")

    monkeypatch.setattr("typedprom.delivery.otlp.Thread", NoThread)
    sink = OTLP(receiver.endpoint, GROUPING)
    assert sink.push([SENT], deadline()).delivered
    assert sink.push([SENT], deadline()).delivered


def test_a_password_in_the_address_is_sent_and_shown_nowhere(receiver: Receiver) -> None:
    receiver.statuses = [400]
    sink = OTLP(f"http://me:secret@127.0.0.1:{receiver.port}", GROUPING)
    outcome = sink.push([SENT], deadline())
    assert receiver.headers[0]["Authorization"].startswith("Basic ")
    assert sink.name == f"{receiver.endpoint}/v1/metrics"
    assert "secret" not in outcome.reason


def test_a_forked_child_pushes_too(receiver: Receiver) -> None:
    sink = OTLP(receiver.endpoint, GROUPING)
    assert sink.push([SENT], deadline()).delivered
    done = run_python("-c", FORKING, receiver.endpoint)
    assert (done.returncode, done.stderr) == (0, "")
    assert len(receiver.requests) == 4


FORKING = """
import os, sys, time
from typedprom.delivery.otlp import OTLP
from typedprom.spool.families import Definition, Family

sent = Family(Definition("sms_sent_bytes_total", "counter", "Bytes."), {(): [1.0, 2.0]})
sink = OTLP(sys.argv[1], {"job": "ingester"})
assert not any(name.startswith("opentelemetry") for name in sys.modules)

def push():
    return sink.push([sent], time.monotonic() + 20).delivered

def in_child():
    if (child := os.fork()) == 0:
        os._exit(0 if push() else 1)
    return os.waitpid(child, 0)[1] == 0

sys.exit(not all([in_child(), push(), in_child()]))
"""


def test_a_push_works_while_the_interpreter_shuts_down(receiver: Receiver) -> None:
    """Where no thread can be started any more."""
    done = run_python("-c", AT_EXIT, receiver.endpoint)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("Outcome(delivered=True,")
    assert len(receiver.requests) == 1


AT_EXIT = """
import atexit, sys, time
from typedprom.delivery.otlp import OTLP
from typedprom.spool.families import Definition, Family

sent = Family(Definition("sms_sent_bytes_total", "counter", "Bytes."), {(): [1.0, 2.0]})
sink = OTLP(sys.argv[1], {"job": "ingester"})
atexit.register(lambda: print(sink.push([sent], time.monotonic() + 20)))
"""


def test_without_opentelemetry_the_message_says_what_to_install() -> None:
    done = run_python("-c", WITHOUT)
    assert (done.returncode, done.stderr) == (0, "")
    assert "`pip install typedprom[otlp]`" in done.stdout


WITHOUT = """
import sys, time
sys.modules["opentelemetry"] = None
from typedprom.delivery.otlp import OTLP
sink = OTLP("http://127.0.0.1:1", {"job": "ingester"})
print(sink.push([], time.monotonic() + 20).reason)
"""


def assert_bounded(sink: OTLP) -> str:
    """A push that cannot succeed ends soon after its deadline; the reason it gives."""
    began = time.monotonic()
    outcome = sink.push([SENT], began + 1.0)
    assert time.monotonic() - began < 1.0 + 5.0  # the machine may be loaded
    assert not outcome.delivered
    assert outcome.reason
    return outcome.reason
