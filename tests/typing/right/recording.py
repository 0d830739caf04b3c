"""Every way to record."""

from sms_metrics_generated import (
    GATEWAY_CAS_WRITE_BYTES,
    HEARTBEAT,
    INGEST_LOG_ACTIVE_CONSUMERS,
    INGEST_LOG_CONSUMER_LAG_BYTES,
    NORMALIZE_CONFIDENCE,
    PIPELINE_LAST_RUN_TIMESTAMP,
    QUALITY_GATE_ISSUES_DETECTED,
    SOURCES_CADENCE_CHECKS,
    SOURCES_REQUEST_DURATION,
    SOURCES_REQUESTS_ERROR,
    SOURCES_REQUESTS_SUCCESS,
)


def count(source: str) -> None:
    HEARTBEAT.inc()
    HEARTBEAT.inc(2)
    HEARTBEAT.inc(2.5)
    SOURCES_REQUESTS_SUCCESS.inc(source_id=source)
    SOURCES_REQUESTS_SUCCESS.inc(3, source_id="kexp")
    SOURCES_REQUESTS_ERROR.inc(source_id="kexp", error_type="timeout")
    SOURCES_REQUESTS_ERROR.inc(0.5, error_type="dns", source_id=source)
    SOURCES_CADENCE_CHECKS.inc(source_id=source, decision="due")
    QUALITY_GATE_ISSUES_DETECTED.inc(issue_type="missing_data", severity="warning")


def measure(source: str) -> None:
    SOURCES_REQUEST_DURATION.observe(0.2, source_id=source)
    SOURCES_REQUEST_DURATION.observe(1, source_id=source)
    with SOURCES_REQUEST_DURATION.time(source_id=source):
        NORMALIZE_CONFIDENCE.observe(0.9)
    with GATEWAY_CAS_WRITE_BYTES.time():
        pass


def set_gauges() -> None:
    INGEST_LOG_ACTIVE_CONSUMERS.set(3)
    INGEST_LOG_ACTIVE_CONSUMERS.inc()
    INGEST_LOG_ACTIVE_CONSUMERS.dec(2)
    INGEST_LOG_CONSUMER_LAG_BYTES.set(10, consumer="parser")
    INGEST_LOG_CONSUMER_LAG_BYTES.inc(consumer="parser")
    INGEST_LOG_CONSUMER_LAG_BYTES.dec(5.0, consumer="parser")
    PIPELINE_LAST_RUN_TIMESTAMP.set(1.0, command="quality-gate")
