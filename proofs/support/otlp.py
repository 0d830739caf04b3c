"""A receiver of OpenTelemetry's metrics over HTTP that stores the last value of each counter."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Lock
from typing import cast

from opentelemetry.proto.collector.metrics.v1.metrics_service_pb2 import (
    ExportMetricsServiceRequest,
    ExportMetricsServiceResponse,
)

from tools.running import HOST, serving


class Receiver(ThreadingHTTPServer):
    """Stores the values that arrive. A stream is a resource and a start timestamp."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__((HOST, 0), _Handler)
        self._lock = Lock()
        self._streams: dict[tuple[str, bytes, int], float] = {}

    def store(self, body: bytes) -> None:
        """Store the values of one export."""
        with self._lock:
            for resource in ExportMetricsServiceRequest.FromString(body).resource_metrics:
                attributes = {a.key: a.value.string_value for a in resource.resource.attributes}
                key = resource.resource.SerializeToString(deterministic=True)
                for scope in resource.scope_metrics:
                    for point in (p for m in scope.metrics for p in m.sum.data_points):
                        stream = (attributes["service.name"], key, point.start_time_unix_nano)
                        self._streams[stream] = point.as_double or float(point.as_int)

    def total(self, service: str) -> float:
        """Return the sum over the streams of that service."""
        with self._lock:
            return sum(value for (name, *_), value in self._streams.items() if name == service)


class _Handler(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        """Receive an export."""
        body = self.rfile.read(int(self.headers["Content-Length"]))
        cast("Receiver", self.server).store(body)
        answer = ExportMetricsServiceResponse().SerializeToString()
        self.send_response(200)
        self.send_header("Content-Type", "application/x-protobuf")
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, *_: object) -> None:
        """Do not log."""


@contextmanager
def receiver() -> Iterator[Receiver]:
    """Yield a receiver on a free port."""
    server = Receiver()
    with serving(server):
        yield server
