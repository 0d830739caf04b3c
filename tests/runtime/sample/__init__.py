"""A package in the shape of a generated one, written by hand for the tests of the runtime."""

from tests.runtime.sample._catalog import CATALOG
from tests.runtime.sample._labels import (
    JOBS_ERROR_TYPE_VALUES,
    JobsErrorType,
    JobsSeverity,
    is_jobs_error_type,
)
from tests.runtime.sample.jobs import (
    HEARTBEAT,
    JOBS_DURATION,
    JOBS_ERRORS,
    JOBS_LAST_RUN,
    JOBS_PAYLOAD,
    JOBS_QUEUE,
    JOBS_RUNS,
    JOBS_VENUES,
)

__all__ = [
    "CATALOG",
    "HEARTBEAT",
    "JOBS_DURATION",
    "JOBS_ERRORS",
    "JOBS_ERROR_TYPE_VALUES",
    "JOBS_LAST_RUN",
    "JOBS_PAYLOAD",
    "JOBS_QUEUE",
    "JOBS_RUNS",
    "JOBS_VENUES",
    "JobsErrorType",
    "JobsSeverity",
    "is_jobs_error_type",
]

CATALOG.register()
