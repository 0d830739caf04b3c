"""A counter of the library that the environment names, set up as its documentation says.

It is set up at import, in each process that imports it, like the metrics module of any program.
"""

from __future__ import annotations

import atexit
import os
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from importlib import import_module
from threading import Thread

ADDRESS, JOB = os.environ["PROOFS_ADDRESS"], os.environ["PROOFS_JOB"]
SECONDS = float(os.environ["PROOFS_PUSH_SECONDS"])


@dataclass(frozen=True, slots=True)
class Recorder:
    """How a program counts once, its context manager, and how it pushes in the background."""

    count: Callable[[], object]
    session: Callable[[], AbstractContextManager[object]] = nullcontext
    push_in_background: Callable[[], object] = lambda: None


def _nothing() -> Recorder:
    return Recorder(lambda: None)


def _typedprom() -> Recorder:
    return Recorder(import_module("sms_metrics_generated").HEARTBEAT.inc)


def _typedprom_job() -> Recorder:
    typedprom = import_module("typedprom")
    return Recorder(_typedprom().count, lambda: typedprom.job("prover"))


def _prometheus_client() -> Recorder:
    client = import_module("prometheus_client")
    counter = client.Counter("sms_heartbeat", "A sign of life.")

    def push() -> None:
        key = {"instance": os.environ["PROOFS_INSTANCE"]}
        client.push_to_gateway(ADDRESS, JOB, client.REGISTRY, grouping_key=key)

    def push_in_background() -> None:
        Thread(target=push, daemon=True).start()

    atexit.register(push)
    return Recorder(counter.inc, push_in_background=push_in_background)


def _prometheus_pusher() -> Recorder:
    client, pusher = import_module("prometheus_client"), import_module("prometheus_pusher")
    counter = client.Counter("sms_heartbeat", "A sign of life.")
    adapter = pusher.MonitoringAdapter()
    adapter.startup(ADDRESS, JOB, client.REGISTRY, is_enabled=True)
    adapter.serve(worker_timeout=SECONDS)
    atexit.register(adapter.shutdown)
    return Recorder(counter.inc)


def _opentelemetry() -> Recorder:
    metrics = import_module("opentelemetry.sdk.metrics")
    export = import_module("opentelemetry.sdk.metrics.export")
    http = import_module("opentelemetry.exporter.otlp.proto.http.metric_exporter")
    resources = import_module("opentelemetry.sdk.resources")
    reader = export.PeriodicExportingMetricReader(
        http.OTLPMetricExporter(endpoint=f"http://{ADDRESS}/v1/metrics"),
        export_interval_millis=1000 * SECONDS,
    )
    resource = resources.Resource.create({"service.name": JOB})
    provider = metrics.MeterProvider([reader], resource)
    counter = provider.get_meter("proofs").create_counter("sms_heartbeat")
    return Recorder(lambda: counter.add(1))


_RECORDERS = {
    "nothing": _nothing,
    "typedprom": _typedprom,
    "typedprom, job": _typedprom_job,
    "prometheus_client": _prometheus_client,
    "OpenTelemetry": _opentelemetry,
    "prometheus-pusher": _prometheus_pusher,
}
RECORDER = _RECORDERS[os.environ["PROOFS_LIBRARY"]]()
