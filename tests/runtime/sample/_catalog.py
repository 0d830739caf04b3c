"""The catalog of the sample."""

from typing import Final

from typedprom import Catalog, ExternalMetric

CATALOG: Final = Catalog(
    namespace="sample",
    title="Sample",
    description="Metrics for the tests of the runtime.",
    interface=1,
    external=(
        ExternalMetric(
            key="jobs.started",
            name="sample_jobs_started_total",
            type="counter",
            help="Jobs started.",
            replaced_by="jobs.runs",
            removal="2027-06-30",
        ),
    ),
)
