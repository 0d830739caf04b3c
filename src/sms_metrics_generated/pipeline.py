"""Pipeline: metrics of `pipeline`.

Commands started by cron or a person, with their durations and failures.

Generated from the catalog by typedprom: change the catalog, not this file.
"""

from __future__ import annotations

from typing import Final

from ._catalog import CATALOG
from ._labels import PIPELINE_COMMAND_LABEL, PIPELINE_ERROR_TYPE_LABEL
from ._signatures import (
    CounterByPipelineCommandPipelineErrorType,
    GaugeByPipelineCommand,
    HistogramByPipelineCommand,
)

PIPELINE_LAST_RUN_TIMESTAMP: Final = GaugeByPipelineCommand(
    CATALOG,
    key="pipeline.last_run.timestamp",
    name="sms_pipeline_last_run_timestamp_seconds",
    help=(
        "When the command last finished, with success or failure, as a Unix time. If that is "
        "longer ago than the command's schedule, cron no longer starts it."
    ),
    labels=(PIPELINE_COMMAND_LABEL,),
    unit="seconds",
    combine="max",
    owner="sms",
)
"""When the command last finished, with success or failure, as a Unix time. If that is longer ago
than the command's schedule, cron no longer starts it.

Gauge `sms_pipeline_last_run_timestamp_seconds`, in seconds. The largest value of all processes
is exposed.

Labels:

- `command`: The subcommand that ran, as typed. One of `ingester`, `gateway-once`, `parse`,
  `normalize`, `quality-gate`, `enrich`, `conflation`, `serve`.
"""

PIPELINE_DURATION: Final = HistogramByPipelineCommand(
    CATALOG,
    key="pipeline.duration",
    name="sms_pipeline_duration_seconds",
    help="Time from start to end of one run of a command. Rises with the backlog it works through.",
    labels=(PIPELINE_COMMAND_LABEL,),
    unit="seconds",
    buckets=(0.1, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0, 120.0, 300.0, 600.0, 1800.0, 3600.0),
    owner="sms",
)
"""Time from start to end of one run of a command. Rises with the backlog it works through.

Histogram `sms_pipeline_duration_seconds`, in seconds.

Labels:

- `command`: The subcommand that ran, as typed. One of `ingester`, `gateway-once`, `parse`,
  `normalize`, `quality-gate`, `enrich`, `conflation`, `serve`.

Buckets up to 0.1, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300, 600, 1800, 3600.
"""

PIPELINE_ERRORS: Final = CounterByPipelineCommandPipelineErrorType(
    CATALOG,
    key="pipeline.errors",
    name="sms_pipeline_errors_total",
    help="Runs of a command that failed, by the cause. Counted once per run.",
    labels=(PIPELINE_COMMAND_LABEL, PIPELINE_ERROR_TYPE_LABEL),
    owner="sms",
)
"""Runs of a command that failed, by the cause. Counted once per run.

Counter `sms_pipeline_errors_total`.

Labels:

- `command`: The subcommand that ran, as typed. One of `ingester`, `gateway-once`, `parse`,
  `normalize`, `quality-gate`, `enrich`, `conflation`, `serve`.
- `error_type`: What ended the command. One of `config`, `network`, `storage`, `data`,
  `interrupted`, `internal`.
"""
