"""Where a push goes and how it ends: receivers that refuse, hang or are not there, forks, exits."""

from __future__ import annotations

import logging
import threading
import time
from base64 import b64encode
from http.server import BaseHTTPRequestHandler

import pytest

from tests.delivery.otlp.receiver import (
    BEGAN,
    GROUPING,
    QUEUE,
    REQUESTS,
    SENT,
    Receiver,
    answering,
    deadline,
    family,
)
from tests.support.programs import run_python
from tools.running import free_port
from typedprom.delivery.sinks import SinkResult, otlp
from typedprom.delivery.sinks.otlp import OTLP
from typedprom.metrics.definition import Definition

NANS = [float("nan")] * 3


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


@pytest.mark.parametrize("status", [300, 301, 302, 303, 304, 307, 308])
def test_a_redirection_is_no_delivery_and_is_not_followed(receiver: Receiver, status: int) -> None:
    def redirect(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(status)
        handler.send_header("Location", f"http://u:secret@127.0.0.1:{receiver.port}/x?token=secret")
        handler.send_header("Content-Length", "0")
        handler.end_headers()

    with answering(redirect) as port:
        outcome = OTLP(f"http://me:pw@127.0.0.1:{port}", GROUPING).push([SENT], deadline())
    assert outcome == SinkResult(
        False,
        f"answers {status}, a redirection to {receiver.endpoint}/..., which is not followed: "
        "set TYPEDPROM_OTLP_ENDPOINT to the address of the receiver itself",
    )
    assert receiver.requests == []


@pytest.mark.parametrize("location", ["", "/secret", "//secret", "http://[secret", "http://secret"])
def test_a_redirection_repeats_nothing(location: str) -> None:
    def redirect(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(307, "to secret")
        handler.send_header("Location", location)
        handler.send_header("Content-Length", "0")
        handler.end_headers()

    with answering(redirect) as port:
        sink = OTLP(f"http://me:secret@127.0.0.1:{port}", GROUPING)
        outcome = sink.push([SENT], deadline())
    assert not outcome.delivered
    assert "secret" not in outcome.reason


HEADERS = [
    "authorization=Bearer%20Xq7vZk2wPm9L",
    "authorization=Bearer Xq7vZk2wPm9L",
    "api-key=Xq7vZk2wPm9L,x-tenant=a",
    f"authorization=Basic {b64encode(b'user:Xq7vZk2wPm9L').decode()}",
    "api-key:Xq7vZk2wPm9L",
    "Xq7vZk2wPm9L",
    "=Xq7vZk2wPm9L",
    "api key=Xq7vZk2wPm9L",
    "api-key=Xq7vZk2wPm9L%0A",
    "api-key=%0AXq7vZk2wPm9L",
    "api-key=Xq7vZk2wPm9L%C3%A9%E2%82%AC",
    "api-key=Xq7vZk2wPm9L=,,",
]


@pytest.mark.parametrize("headers", HEADERS)
@pytest.mark.parametrize("variable", ["HEADERS", "METRICS_HEADERS"])
def test_headers_are_shown_nowhere(
    headers: str,
    variable: str,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    def repeat(handler: BaseHTTPRequestHandler) -> None:
        sent = " ".join(handler.headers.values())
        handler.send_response(401, f"{sent.swapcase()} is wrong, not Xq7vZk2wPm9L")
        handler.send_header("Content-Length", "0")
        handler.end_headers()

    monkeypatch.setenv(f"OTEL_EXPORTER_OTLP_{variable}", headers)
    with answering(repeat) as port, caplog.at_level(logging.DEBUG):
        outcome = OTLP(f"http://127.0.0.1:{port}", GROUPING).push([SENT], deadline())
    assert not outcome.delivered
    said = f"{outcome} {caplog.text}".casefold()
    assert "xq7v" not in said
    assert b64encode(b"user:Xq7vZk").decode()[:8].casefold() not in said


def test_a_query_is_shown_nowhere(caplog: pytest.LogCaptureFixture) -> None:
    sink = OTLP(f"http://127.0.0.1:{free_port()}/a/b?token=Xq7vZk2wPm9L", GROUPING)
    with caplog.at_level(logging.DEBUG):
        reason = assert_bounded(sink)
    assert "Xq7v" not in f"{reason} {sink!r} {sink.name} {caplog.text}"
    assert sink.name.endswith("/.../v1/metrics")


DEBUGGING = """
import logging, time
logging.basicConfig(level=logging.DEBUG)
from tests.delivery.otlp.receiver import GROUPING, SENT
from typedprom.delivery.sinks.otlp import OTLP
OTLP("http://127.0.0.1:{}/a/Xq7vZk2w?token=Xq7vZk2w", GROUPING).push([SENT], time.monotonic() + 9)
"""


def test_a_query_is_shown_nowhere_in_the_first_push_of_a_process(receiver: Receiver) -> None:
    port = receiver.endpoint.rpartition(":")[2]
    assert "Xq7v" not in run_python("-c", DEBUGGING.format(port)).stderr
    assert receiver.paths == ["/a/Xq7vZk2w/v1/metrics?token=Xq7vZk2w"]


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
    def start_thread(_: object) -> None:
        raise RuntimeError("can't create new thread at interpreter shutdown")

    monkeypatch.setattr(otlp, "start_thread", start_thread)
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
    # A thread that was joined may be there a moment longer, of which 3.12 warns.
    done = run_python("-W", "ignore::DeprecationWarning", "-c", FORKING, receiver.endpoint)
    assert (done.returncode, done.stderr) == (0, "")
    assert len(receiver.requests) == 4


FORKING = """
import os, sys, time
from typedprom.delivery.sinks.otlp import OTLP
from typedprom.metrics.definition import Definition, Family

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
    assert done.stdout.startswith("SinkResult(delivered=True,")
    assert len(receiver.requests) == 1


AT_EXIT = """
import atexit, sys, time
from typedprom.delivery.sinks.otlp import OTLP
from typedprom.metrics.definition import Definition, Family

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
from typedprom.delivery.sinks.otlp import OTLP
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
