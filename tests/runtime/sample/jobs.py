"""The metrics of the sample's one component."""

from typing import Final

from tests.runtime.sample._catalog import CATALOG
from tests.runtime.sample._labels import CITY, JOBS_ERROR_TYPE, JOBS_SEVERITY, SOURCE_ID
from tests.runtime.sample._signatures import (
    CounterByCity,
    CounterByErrorTypeSeverity,
    CounterBySourceIdErrorType,
    GaugeByErrorType,
    HistogramBySourceId,
)
from typedprom import Counter, Gauge, Histogram

HEARTBEAT: Final = Counter(
    CATALOG, key="heartbeat", name="sample_heartbeat_total", help="Signs of life.", owner="sms"
)
JOBS_RUNS: Final = CounterBySourceIdErrorType(
    CATALOG,
    key="jobs.runs",
    name="sample_jobs_runs_total",
    help="Runs.",
    labels=(SOURCE_ID, JOBS_ERROR_TYPE),
)
JOBS_ERRORS: Final = CounterByErrorTypeSeverity(
    CATALOG,
    key="jobs.errors",
    name="sample_jobs_errors_total",
    help="Errors.",
    labels=(JOBS_ERROR_TYPE, JOBS_SEVERITY),
)
JOBS_VENUES: Final = CounterByCity(
    CATALOG, key="jobs.venues", name="sample_jobs_venues_total", help="Venues.", labels=(CITY,)
)
JOBS_QUEUE: Final = Gauge(
    CATALOG,
    key="jobs.queue",
    name="sample_jobs_queue_bytes",
    help="Waiting.",
    unit="bytes",
    combine="sum",
)
JOBS_LAST_RUN: Final = GaugeByErrorType(
    CATALOG,
    key="jobs.last_run",
    name="sample_jobs_last_run_timestamp_seconds",
    help="Last failure.",
    labels=(JOBS_ERROR_TYPE,),
    unit="seconds",
    stability="experimental",
)
JOBS_DURATION: Final = HistogramBySourceId(
    CATALOG,
    key="jobs.duration",
    name="sample_jobs_duration_seconds",
    help="How long a job takes.",
    labels=(SOURCE_ID,),
    unit="seconds",
    buckets=(0.1, 0.5, 1, 2.5, 5, 10),
)
JOBS_PAYLOAD: Final = Histogram(
    CATALOG,
    key="jobs.payload",
    name="sample_jobs_payload",
    help="Payload.",
    unit="bytes",
    buckets=(256.0, 1024.0, 1048576.0),
)
