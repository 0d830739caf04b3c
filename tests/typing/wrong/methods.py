"""Methods of other instruments, and attributes that do not exist."""

from sms_metrics_generated import (
    HEARTBEAT,
    INGEST_LOG_ACTIVE_CONSUMERS,
    NORMALIZE_CONFIDENCE,
    PIPELINE_LAST_RUN_TIMESTAMP,
    SOURCES_REQUEST_DURATION,
    SOURCES_REQUESTS_SUCCESS,
)

# E: mypy[attr-defined] pyright[reportAttributeAccessIssue,reportUnknownMemberType] ty[missing-attribute] pyrefly[missing-attribute]
HEARTBEAT.dec()
# E: mypy[attr-defined] pyright[reportAttributeAccessIssue,reportUnknownMemberType] ty[missing-attribute] pyrefly[missing-attribute]
HEARTBEAT.set(1.0)
# E: mypy[attr-defined] pyright[reportAttributeAccessIssue,reportUnknownMemberType] ty[missing-attribute] pyrefly[missing-attribute]
HEARTBEAT.labels()
# E: mypy[operator] pyright[reportCallIssue] ty[not-callable] pyrefly[not-callable]
HEARTBEAT()
# E: mypy[attr-defined] pyright[reportAttributeAccessIssue,reportUnknownMemberType] ty[missing-attribute] pyrefly[missing-attribute]
SOURCES_REQUESTS_SUCCESS.dec(source_id="kexp")
# E: mypy[attr-defined] pyright[reportAttributeAccessIssue,reportUnknownMemberType] ty[missing-attribute] pyrefly[missing-attribute]
SOURCES_REQUESTS_SUCCESS.observe(1.0, source_id="kexp")
# E: mypy[attr-defined] pyright[reportAttributeAccessIssue,reportUnknownMemberType] ty[missing-attribute] pyrefly[missing-attribute]
SOURCES_REQUESTS_SUCCESS.time(source_id="kexp")
# E: mypy[attr-defined] pyright[reportAttributeAccessIssue,reportUnknownMemberType] ty[missing-attribute] pyrefly[missing-attribute]
SOURCES_REQUESTS_SUCCESS.increment(source_id="kexp")
# E: mypy[attr-defined] pyright[reportAttributeAccessIssue,reportUnknownMemberType] ty[missing-attribute] pyrefly[missing-attribute]
SOURCES_REQUEST_DURATION.inc(source_id="kexp")
# E: mypy[attr-defined] pyright[reportAttributeAccessIssue,reportUnknownMemberType] ty[missing-attribute] pyrefly[missing-attribute]
SOURCES_REQUEST_DURATION.set(0.2, source_id="kexp")
# E: mypy[attr-defined] pyright[reportAttributeAccessIssue,reportUnknownMemberType] ty[missing-attribute] pyrefly[missing-attribute]
PIPELINE_LAST_RUN_TIMESTAMP.observe(1.0, command="parse")
# E: mypy[attr-defined] pyright[reportAttributeAccessIssue,reportUnknownMemberType] ty[missing-attribute] pyrefly[missing-attribute]
INGEST_LOG_ACTIVE_CONSUMERS.time()
# E: mypy[attr-defined] pyright[reportAttributeAccessIssue,reportUnknownMemberType] ty[missing-attribute] pyrefly[missing-attribute]
NORMALIZE_CONFIDENCE.inc()
# E: mypy[attr-defined] pyright[reportAttributeAccessIssue,reportUnknownMemberType] ty[missing-attribute] pyrefly[missing-attribute]
NORMALIZE_CONFIDENCE.labels()
# E: mypy[arg-type] pyright[reportArgumentType] ty[invalid-argument-type] pyrefly[bad-argument-type]
NORMALIZE_CONFIDENCE.time(print)
# E: mypy[arg-type] pyright[reportArgumentType] ty[invalid-argument-type] pyrefly[bad-argument-type]
INGEST_LOG_ACTIVE_CONSUMERS.track_inprogress(print)
