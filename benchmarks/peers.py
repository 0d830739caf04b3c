"""The libraries that we compare with: how each makes its metrics and how it is called.

Each has a counter by `source_id` and `error_type` and a histogram of 15 buckets by `source_id`.
Libraries that are not installed or do not support this Python are left out.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib import import_module
from importlib.metadata import PackageNotFoundError, version

from sms_metrics_generated._labels import SOURCES_ERROR_TYPE_LABEL
from sms_metrics_generated._signatures import (
    CounterBySourceIdSourcesErrorType,
    HistogramBySourceId,
)
from typedprom import Catalog, OpenLabel

# prometheus_client's default buckets; with +Inf there are 15
BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1.0, 2.5, 5.0, 7.5, 10.0)
LABELS = ("source_id", "error_type")

LABELLED, LABELLED_FLOAT = "labelled inc()", "labelled inc(3.0)"
PREBOUND, PREBOUND_FLOAT, PREBOUND_INT = "prebound inc()", "prebound inc(3.0)", "prebound inc(3)"
OBSERVE, OBSERVE_LOW = "labelled observe(0.3), bucket 8", "labelled observe(0.007), bucket 2"
OBSERVE_INT = "labelled observe(3), an int"
Names = dict[str, object]


@dataclass(frozen=True, slots=True)
class Library:
    """One library. Its statements use the names that `names()` makes.

    `recording` has a statement for each case that the library supports. `series` has two: they
    make a series of the counter and of the histogram with the `source_id` of `i` and record in it.
    """

    name: str
    names: Callable[[], Names]
    recording: Mapping[str, str]
    series: tuple[str, str]

    def installed(self) -> str | None:
        """Return the installed version, or None."""
        try:
            return version(self.name)
        except PackageNotFoundError:
            return None


def _typedprom() -> Names:
    catalog = Catalog(namespace="bench", title="", description="", interface=1)
    source_id = OpenLabel("source_id", help="", budget=1_000_000)
    counter = CounterBySourceIdSourcesErrorType(
        catalog,
        key="inc",
        name="bench_inc_total",
        help="h",
        labels=(source_id, SOURCES_ERROR_TYPE_LABEL),
    )
    histogram = HistogramBySourceId(
        catalog, key="observe", name="bench_observe", help="h", labels=(source_id,), buckets=BUCKETS
    )
    bound = counter.labels(source_id="kexp", error_type="dns")
    return {"inc": counter, "bound": bound, "observe": histogram}


def _prometheus_client() -> Names:
    client = import_module("prometheus_client")
    counter = client.Counter("inc", "h", LABELS, registry=None)
    histogram = client.Histogram("observe", "h", LABELS[:1], buckets=BUCKETS, registry=None)
    return {"inc": counter, "bound": counter.labels("kexp", "dns"), "observe": histogram}


def _promrs() -> Names:
    promrs = import_module("promrs")
    registry = promrs.CollectorRegistry()
    counter = promrs.Counter("inc", "h", list(LABELS), registry=registry)
    histogram = promrs.Histogram(
        "observe", "h", list(LABELS[:1]), buckets=BUCKETS, registry=registry
    )
    bound = counter.labels(source_id="kexp", error_type="dns")
    return {"inc": counter, "bound": bound, "observe": histogram}


def _pytheus() -> Names:
    metrics, registry = import_module("pytheus.metrics"), import_module("pytheus.registry")
    own = registry.CollectorRegistry()
    counter = metrics.Counter("inc", "h", required_labels=LABELS, registry=own)
    histogram = metrics.Histogram(
        "observe", "h", required_labels=LABELS[:1], buckets=BUCKETS, registry=own
    )
    bound = counter.labels({"source_id": "kexp", "error_type": "dns"})
    return {"inc": counter, "bound": bound, "observe": histogram}


def _aioprometheus() -> Names:
    aioprometheus = import_module("aioprometheus")
    registry = aioprometheus.Registry()
    counter = aioprometheus.Counter("inc", "h", registry=registry)
    histogram = aioprometheus.Histogram("observe", "h", registry=registry, buckets=BUCKETS)
    return {"inc": counter, "observe": histogram}


def _opentelemetry() -> Names:
    metrics = import_module("opentelemetry.sdk.metrics")
    export = import_module("opentelemetry.sdk.metrics.export")
    provider = metrics.MeterProvider([export.InMemoryMetricReader()])
    meter = provider.get_meter("bench")
    histogram = meter.create_histogram("observe", explicit_bucket_boundaries_advisory=BUCKETS)
    return {"inc": meter.create_counter("inc"), "observe": histogram}


_KEYWORDS = "source_id='kexp', error_type='timeout'"
_DICT = "{'source_id': 'kexp', 'error_type': 'timeout'}"
_PREBOUND = {
    PREBOUND: "bound.inc()",
    PREBOUND_FLOAT: "bound.inc(3.0)",
    PREBOUND_INT: "bound.inc(3)",
}


def _by_child(labels: str, source: str) -> dict[str, str]:
    """Return the cases of a library that looks up the series first."""
    return {
        LABELLED: f"inc.labels({labels}).inc()",
        LABELLED_FLOAT: f"inc.labels({labels}).inc(3.0)",
        **_PREBOUND,
        OBSERVE: f"observe.labels({source}).observe(0.3)",
        OBSERVE_LOW: f"observe.labels({source}).observe(0.007)",
        OBSERVE_INT: f"observe.labels({source}).observe(3)",
    }


TYPEDPROM = Library(
    "typedprom",
    _typedprom,
    {
        LABELLED: f"inc.inc({_KEYWORDS})",
        LABELLED_FLOAT: f"inc.inc(3.0, {_KEYWORDS})",
        **_PREBOUND,
        OBSERVE: "observe.observe(0.3, source_id='kexp')",
        OBSERVE_LOW: "observe.observe(0.007, source_id='kexp')",
        OBSERVE_INT: "observe.observe(3, source_id='kexp')",
    },
    ("inc.inc(source_id=str(i), error_type='dns')", "observe.observe(0.3, source_id=str(i))"),
)
_CHILD_SERIES = (
    "inc.labels(source_id=str(i), error_type='dns').inc()",
    "observe.labels(source_id=str(i)).observe(0.3)",
)
PEERS = (
    Library(
        "prometheus_client",
        _prometheus_client,
        _by_child(_KEYWORDS, "source_id='kexp'"),
        _CHILD_SERIES,
    ),
    Library("promrs", _promrs, _by_child(_KEYWORDS, "source_id='kexp'"), _CHILD_SERIES),
    Library(
        "pytheus",
        _pytheus,
        _by_child(_DICT, "{'source_id': 'kexp'}"),
        (
            "inc.labels({'source_id': str(i), 'error_type': 'dns'}).inc()",
            "observe.labels({'source_id': str(i)}).observe(0.3)",
        ),
    ),
    Library(
        "aioprometheus",
        _aioprometheus,
        {
            LABELLED: f"inc.inc({_DICT})",
            LABELLED_FLOAT: f"inc.add({_DICT}, 3.0)",
            OBSERVE: "observe.observe({'source_id': 'kexp'}, 0.3)",
            OBSERVE_LOW: "observe.observe({'source_id': 'kexp'}, 0.007)",
            OBSERVE_INT: "observe.observe({'source_id': 'kexp'}, 3)",
        },
        (
            "inc.inc({'source_id': str(i), 'error_type': 'dns'})",
            "observe.observe({'source_id': str(i)}, 0.3)",
        ),
    ),
    Library(
        "opentelemetry-sdk",
        _opentelemetry,
        {
            LABELLED: f"inc.add(1, {_DICT})",
            LABELLED_FLOAT: f"inc.add(3.0, {_DICT})",
            OBSERVE: "observe.record(0.3, {'source_id': 'kexp'})",
            OBSERVE_LOW: "observe.record(0.007, {'source_id': 'kexp'})",
            OBSERVE_INT: "observe.record(3, {'source_id': 'kexp'})",
        },
        (
            "inc.add(1, {'source_id': str(i), 'error_type': 'dns'})",
            "observe.record(0.3, {'source_id': str(i)})",
        ),
    ),
)


def present() -> tuple[Library, ...]:
    """Return the installed peers and print which are not installed."""
    missing = [peer.name for peer in PEERS if peer.installed() is None]
    if missing:
        print(f"left out, not installed: {', '.join(missing)}")
    return tuple(peer for peer in PEERS if peer.name not in missing)
