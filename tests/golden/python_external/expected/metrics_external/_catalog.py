"""The catalog of this package, with the external metrics it describes."""

from __future__ import annotations

from typing import Final

from typedprom import Catalog, ExternalMetric

CATALOG: Final = Catalog(
    namespace="app",
    title="App",
    description="Deprecated metrics, emitted and not.",
    interface=1,
    external=(
        ExternalMetric(
            key="legacy.runs",
            name="app_runs_total",
            type="counter",
            help="Runs, before they were counted by their end.",
            replaced_by="runs.finished",
            removal="2027-06-30",
        ),
        ExternalMetric(
            key="legacy.node.load",
            name="node_load1",
            type="gauge",
            help="Load of the host, from another exporter.",
        ),
        ExternalMetric(
            key="legacy.node.pauses",
            name="go_gc_duration_seconds",
            type="summary",
            help="Pauses for garbage collection, from another exporter.",
        ),
        ExternalMetric(
            key="legacy.node.latency",
            name="http_request_duration_seconds",
            type="histogram",
            help="Time to answer, from another exporter.",
        ),
        ExternalMetric(
            key="legacy.node.depth",
            name="queue_depth",
            type="unknown",
            help="A number of another exporter.",
        ),
    ),
)
