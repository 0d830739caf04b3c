"""Label values outside a closed set, and values that are not strings."""

from enum import Enum

from sms_metrics_generated import (
    GATEWAY_CAS_OPERATION_DURATION,
    PIPELINE_LAST_RUN_TIMESTAMP,
    QUALITY_GATE_ISSUES_DETECTED,
    SOURCES_CADENCE_CHECKS,
    SOURCES_REQUESTS_ERROR,
    SOURCES_REQUESTS_SUCCESS,
    SourcesErrorType,
)


class Cause(Enum):
    TIMEOUT = "timeout"


def record(cause: str, maybe: SourcesErrorType | None) -> None:
    # E: mypy[arg-type] pyright[reportArgumentType] ty[invalid-argument-type] pyrefly[bad-argument-type]
    SOURCES_REQUESTS_ERROR.inc(source_id="kexp", error_type=cause)
    # E: mypy[arg-type] pyright[reportArgumentType] ty[invalid-argument-type] pyrefly[bad-argument-type]
    SOURCES_REQUESTS_ERROR.inc(source_id="kexp", error_type=maybe)


# E: mypy[arg-type] pyright[reportArgumentType] ty[invalid-argument-type] pyrefly[bad-argument-type]
SOURCES_REQUESTS_ERROR.inc(source_id="kexp", error_type="timeot")
# E: mypy[arg-type] pyright[reportArgumentType] ty[invalid-argument-type] pyrefly[bad-argument-type]
SOURCES_REQUESTS_ERROR.inc(source_id="kexp", error_type="TIMEOUT")
# E: mypy[arg-type] pyright[reportArgumentType] ty[invalid-argument-type] pyrefly[bad-argument-type]
SOURCES_REQUESTS_ERROR.inc(source_id="kexp", error_type="")
# E: mypy[arg-type] pyright[reportArgumentType] ty[invalid-argument-type] pyrefly[bad-argument-type]
SOURCES_REQUESTS_ERROR.inc(source_id="kexp", error_type=Cause.TIMEOUT)
# E: mypy[arg-type] pyright[reportArgumentType] ty[invalid-argument-type] pyrefly[bad-argument-type]
SOURCES_REQUESTS_ERROR.inc(source_id="timeout", error_type="kexp")
# E: mypy[arg-type] pyright[reportArgumentType] ty[invalid-argument-type] pyrefly[bad-argument-type]
SOURCES_REQUESTS_ERROR.labels(source_id="kexp", error_type="_overflow")
# E: mypy[arg-type] pyright[reportArgumentType] ty[invalid-argument-type] pyrefly[bad-argument-type]
SOURCES_REQUESTS_SUCCESS.inc(source_id=7)
# E: mypy[arg-type] pyright[reportArgumentType] ty[invalid-argument-type] pyrefly[bad-argument-type]
SOURCES_REQUESTS_SUCCESS.inc(source_id=None)
# E: mypy[arg-type] pyright[reportArgumentType] ty[invalid-argument-type] pyrefly[bad-argument-type]
SOURCES_REQUESTS_SUCCESS.inc(source_id=b"kexp")
# E: mypy[arg-type] pyright[reportArgumentType] ty[invalid-argument-type] pyrefly[bad-argument-type]
SOURCES_CADENCE_CHECKS.inc(source_id="kexp", decision="late")
# E: mypy[arg-type] pyright[reportArgumentType] ty[invalid-argument-type] pyrefly[bad-argument-type]
QUALITY_GATE_ISSUES_DETECTED.inc(issue_type="missing_data", severity="fatal")
# E: mypy[arg-type] pyright[reportArgumentType] ty[invalid-argument-type] pyrefly[bad-argument-type]
QUALITY_GATE_ISSUES_DETECTED.inc(issue_type="error", severity="missing_data")
# E: mypy[arg-type] pyright[reportArgumentType] ty[invalid-argument-type] pyrefly[bad-argument-type]
GATEWAY_CAS_OPERATION_DURATION.observe(0.1, operation="delete")
# E: mypy[arg-type] pyright[reportArgumentType] ty[invalid-argument-type] pyrefly[bad-argument-type]
GATEWAY_CAS_OPERATION_DURATION.time(operation="delete")
# E: mypy[arg-type] pyright[reportArgumentType] ty[invalid-argument-type] pyrefly[bad-argument-type]
PIPELINE_LAST_RUN_TIMESTAMP.set(1.0, command="quality_gate")
