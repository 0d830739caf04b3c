"""Labels that a metric does not have, or that a call leaves out."""

from sms_metrics_generated import (
    GATEWAY_POLICY_CHECKS,
    HEARTBEAT,
    INGEST_LOG_CONSUMER_LAG_BYTES,
    NORMALIZE_CONFIDENCE,
    PIPELINE_DURATION,
    PIPELINE_LAST_RUN_TIMESTAMP,
    SOURCES_REQUEST_DURATION,
    SOURCES_REQUESTS_ERROR,
    SOURCES_REQUESTS_SUCCESS,
)

# E: mypy[call-arg] pyright[reportCallIssue] ty[missing-argument,unknown-argument] pyrefly[missing-argument,unexpected-keyword]
SOURCES_REQUESTS_SUCCESS.inc(sourc_id="kexp")
# E: mypy[call-arg] pyright[reportCallIssue] ty[missing-argument,unknown-argument] pyrefly[missing-argument,unexpected-keyword]
SOURCES_REQUESTS_SUCCESS.inc(source="kexp")
# E: mypy[call-arg] pyright[reportCallIssue] ty[missing-argument] pyrefly[missing-argument]
SOURCES_REQUESTS_SUCCESS.inc()
# E: mypy[call-arg] pyright[reportCallIssue] ty[missing-argument] pyrefly[missing-argument]
SOURCES_REQUESTS_SUCCESS.inc(1.0)
# E: mypy[call-arg] pyright[reportCallIssue] ty[missing-argument] pyrefly[missing-argument]
SOURCES_REQUESTS_ERROR.inc(source_id="kexp")
# E: mypy[call-arg] pyright[reportCallIssue] ty[missing-argument] pyrefly[missing-argument]
SOURCES_REQUESTS_ERROR.inc(error_type="dns")
# E: mypy[call-arg] pyright[reportCallIssue] ty[unknown-argument] pyrefly[unexpected-keyword]
SOURCES_REQUESTS_SUCCESS.inc(source_id="kexp", error_type="dns")
# E: mypy[arg-type,call-arg] pyright[reportCallIssue] ty[invalid-argument-type,missing-argument] pyrefly[bad-argument-type,missing-argument]
SOURCES_REQUESTS_SUCCESS.inc("kexp")
# E: mypy[arg-type,call-arg] pyright[reportCallIssue] ty[invalid-argument-type,missing-argument,too-many-positional-arguments] pyrefly[bad-argument-type,missing-argument,unexpected-positional-argument]
SOURCES_REQUESTS_ERROR.inc("kexp", "dns")
# E: mypy[call-arg] pyright[reportCallIssue] ty[missing-argument,too-many-positional-arguments] pyrefly[unexpected-positional-argument]
SOURCES_REQUESTS_ERROR.inc(1.0, "kexp", "dns")
# E: mypy[call-arg] pyright[reportCallIssue] ty[missing-argument,too-many-positional-arguments] pyrefly[unexpected-positional-argument]
SOURCES_REQUESTS_ERROR.inc(1.0, "kexp", error_type="dns")
# E: mypy[call-arg] pyright[reportCallIssue] ty[unknown-argument] pyrefly[unexpected-keyword]
HEARTBEAT.inc(source_id="kexp")
# E: mypy[arg-type] pyright[reportArgumentType] ty[invalid-argument-type] pyrefly[bad-argument-type]
HEARTBEAT.inc(1.0, 2.0)
# E: mypy[call-arg] pyright[reportCallIssue] ty[missing-argument,too-many-positional-arguments] pyrefly[unexpected-positional-argument]
SOURCES_REQUESTS_SUCCESS.labels("kexp")
# E: mypy[call-arg] pyright[reportCallIssue] ty[missing-argument] pyrefly[missing-argument]
SOURCES_REQUESTS_SUCCESS.labels()
# E: mypy[call-arg] pyright[reportCallIssue] ty[missing-argument] pyrefly[missing-argument]
SOURCES_REQUESTS_ERROR.labels(source_id="kexp")
# E: mypy[call-arg] pyright[reportCallIssue] ty[missing-argument,unknown-argument] pyrefly[missing-argument,unexpected-keyword]
SOURCES_REQUESTS_ERROR.labels(source_id="kexp", error="dns")
# E: mypy[call-arg] pyright[reportCallIssue] ty[missing-argument] pyrefly[missing-argument]
SOURCES_REQUEST_DURATION.observe(0.2)
# E: mypy[call-arg] pyright[reportCallIssue] ty[missing-argument,too-many-positional-arguments] pyrefly[unexpected-positional-argument]
SOURCES_REQUEST_DURATION.observe(0.2, "kexp")
# E: mypy[call-arg] pyright[reportCallIssue] ty[missing-argument] pyrefly[missing-argument]
SOURCES_REQUEST_DURATION.time()
# E: mypy[call-arg] pyright[reportCallIssue] ty[missing-argument,too-many-positional-arguments] pyrefly[unexpected-positional-argument]
SOURCES_REQUEST_DURATION.time("kexp")
# E: mypy[call-arg] pyright[reportCallIssue] ty[unknown-argument] pyrefly[unexpected-keyword]
NORMALIZE_CONFIDENCE.observe(0.9, source_id="kexp")
# E: mypy[call-arg] pyright[reportCallIssue] ty[missing-argument,unknown-argument] pyrefly[missing-argument,unexpected-keyword]
PIPELINE_DURATION.observe(1.0, comand="parse")
# E: mypy[call-arg] pyright[reportCallIssue] ty[missing-argument] pyrefly[missing-argument]
PIPELINE_LAST_RUN_TIMESTAMP.set(1.0)
# E: mypy[call-arg] pyright[reportCallIssue] ty[missing-argument,too-many-positional-arguments] pyrefly[unexpected-positional-argument]
PIPELINE_LAST_RUN_TIMESTAMP.set(1.0, "parse")
# E: mypy[call-arg] pyright[reportCallIssue] ty[missing-argument] pyrefly[missing-argument]
INGEST_LOG_CONSUMER_LAG_BYTES.dec(1.0)
# E: mypy[call-arg] pyright[reportCallIssue] ty[unknown-argument] pyrefly[unexpected-keyword]
INGEST_LOG_CONSUMER_LAG_BYTES.set(1.0, consumer="parser", source_id="kexp")
# E: mypy[call-arg] pyright[reportCallIssue] ty[missing-argument] pyrefly[missing-argument]
GATEWAY_POLICY_CHECKS.inc(outcome="allowed")
