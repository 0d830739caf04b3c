"""An OTLP receiver built from the published protobufs, and what tests send to it."""

from __future__ import annotations

import gzip
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from opentelemetry.proto.collector.metrics.v1.metrics_service_pb2 import (
    ExportMetricsServiceRequest,
    ExportMetricsServiceResponse,
)
from opentelemetry.proto.metrics.v1.metrics_pb2 import Metric

from tools.running import serving
from typedprom.metrics.definition import Definition, Family, LabelDefinition, Numbers

BEGAN = 1_700_000_000.5
SECONDS = 20.0  # much more than a push to this machine takes
GROUPING = {"job": "ingester", "instance": "host-1"}


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
    with serving(server):
        yield server.server_port


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
