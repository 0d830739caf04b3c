"""Amounts that are not numbers, are missing, or are given by name."""

from decimal import Decimal

from sms_metrics_generated import (
    HEARTBEAT,
    INGEST_LOG_ACTIVE_CONSUMERS,
    NORMALIZE_CONFIDENCE,
    PIPELINE_LAST_RUN_TIMESTAMP,
    SOURCES_REQUEST_DURATION,
    SOURCES_REQUESTS_SUCCESS,
)

# E: mypy[arg-type] pyright[reportArgumentType] ty[invalid-argument-type] pyrefly[bad-argument-type]
HEARTBEAT.inc("1")
# E: mypy[arg-type] pyright[reportArgumentType] ty[invalid-argument-type] pyrefly[bad-argument-type]
HEARTBEAT.inc(None)
# E: mypy[call-arg] pyright[reportCallIssue] ty[positional-only-parameter-as-kwarg] pyrefly[unexpected-keyword]
HEARTBEAT.inc(amount=1.0)
# E: mypy[arg-type] pyright[reportArgumentType] ty[invalid-argument-type] pyrefly[bad-argument-type]
SOURCES_REQUESTS_SUCCESS.inc("1", source_id="kexp")
# E: mypy[call-arg] pyright[reportCallIssue] ty[positional-only-parameter-as-kwarg] pyrefly[unexpected-keyword]
SOURCES_REQUESTS_SUCCESS.inc(amount=2.0, source_id="kexp")
# E: mypy[arg-type] pyright[reportArgumentType] ty[invalid-argument-type] pyrefly[bad-argument-type]
SOURCES_REQUESTS_SUCCESS.inc(Decimal(1), source_id="kexp")
# E: mypy[call-arg] pyright[reportCallIssue] ty[missing-argument] pyrefly[bad-argument-count]
SOURCES_REQUEST_DURATION.observe(source_id="kexp")
# E: mypy[arg-type] pyright[reportArgumentType] ty[invalid-argument-type] pyrefly[bad-argument-type]
SOURCES_REQUEST_DURATION.observe("0.2", source_id="kexp")
# E: mypy[call-arg] pyright[reportCallIssue] ty[positional-only-parameter-as-kwarg] pyrefly[unexpected-keyword]
SOURCES_REQUEST_DURATION.observe(amount=0.2, source_id="kexp")
# E: mypy[call-arg] pyright[reportCallIssue] ty[missing-argument] pyrefly[bad-argument-count]
NORMALIZE_CONFIDENCE.observe()
# E: mypy[arg-type] pyright[reportArgumentType] ty[invalid-argument-type] pyrefly[bad-argument-type]
NORMALIZE_CONFIDENCE.observe([0.9])
# E: mypy[call-arg] pyright[reportCallIssue] ty[missing-argument] pyrefly[bad-argument-count]
INGEST_LOG_ACTIVE_CONSUMERS.set()
# E: mypy[call-arg] pyright[reportCallIssue] ty[positional-only-parameter-as-kwarg] pyrefly[unexpected-keyword]
INGEST_LOG_ACTIVE_CONSUMERS.set(value=1.0)
# E: mypy[arg-type] pyright[reportArgumentType] ty[invalid-argument-type] pyrefly[bad-argument-type]
PIPELINE_LAST_RUN_TIMESTAMP.set("now", command="parse")
# E: mypy[arg-type] pyright[reportArgumentType] ty[invalid-argument-type] pyrefly[bad-argument-type]
PIPELINE_LAST_RUN_TIMESTAMP.set(1j, command="parse")
