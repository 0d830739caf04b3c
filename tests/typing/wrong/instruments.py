"""Wrong causes, functions, exemplars and removals; decorated functions called wrongly."""

from sms_metrics_generated import (
    HEARTBEAT,
    INGEST_LOG_ACTIVE_CONSUMERS,
    INGEST_LOG_CONSUMER_LAG_BYTES,
    SOURCES_REQUEST_DURATION,
    SOURCES_REQUESTS_ERROR,
    SOURCES_REQUESTS_SUCCESS,
)

# E: mypy[dict-item] pyright[reportArgumentType] ty[invalid-argument-type] pyrefly[bad-assignment]
SOURCES_REQUESTS_ERROR.count_exceptions({TimeoutError: "refused"}, source_id="kexp")
# E: mypy[dict-item] pyright[reportArgumentType] ty[invalid-argument-type] pyrefly[bad-assignment]
SOURCES_REQUESTS_ERROR.count_exceptions({"TimeoutError": "timeout"}, source_id="kexp")
# E: mypy[call-arg] pyright[reportCallIssue] ty[missing-argument] pyrefly[missing-argument]
SOURCES_REQUESTS_ERROR.count_exceptions({TimeoutError: "timeout"})
# E: mypy[call-arg] pyright[reportCallIssue] ty[missing-argument] pyrefly[bad-argument-count]
SOURCES_REQUESTS_ERROR.count_exceptions(source_id="kexp")
# E: mypy[call-arg] pyright[reportCallIssue] ty[unknown-argument] pyrefly[unexpected-keyword]
SOURCES_REQUESTS_ERROR.count_exceptions({}, source_id="kexp", error_type="dns")
# E: mypy[arg-type] pyright[reportArgumentType] ty[invalid-argument-type] pyrefly[bad-argument-type]
SOURCES_REQUESTS_SUCCESS.count_exceptions("KeyError", source_id="kexp")
# E: mypy[arg-type] pyright[reportArgumentType] ty[invalid-argument-type] pyrefly[bad-argument-type]
HEARTBEAT.count_exceptions(int)
# E: mypy[arg-type] pyright[reportArgumentType] ty[invalid-argument-type] pyrefly[bad-argument-type]
HEARTBEAT.inc(1, exemplar="abc")
# E: mypy[dict-item] pyright[reportArgumentType] ty[invalid-argument-type] pyrefly[bad-assignment]
HEARTBEAT.inc(1, exemplar={"trace_id": 3})
# E: mypy[call-arg] pyright[reportCallIssue] ty[unknown-argument] pyrefly[unexpected-keyword]
SOURCES_REQUESTS_SUCCESS.inc(1, source_id="kexp", exemplar={"trace_id": "a"})
# E: mypy[arg-type] pyright[reportArgumentType] ty[invalid-argument-type] pyrefly[bad-argument-type]
INGEST_LOG_ACTIVE_CONSUMERS.set_function(3)
# E: mypy[arg-type,return-value] pyright[reportArgumentType] ty[invalid-argument-type] pyrefly[bad-argument-type]
INGEST_LOG_CONSUMER_LAG_BYTES.set_function(lambda: "3", consumer="parser")
# E: mypy[call-arg] pyright[reportCallIssue] ty[missing-argument] pyrefly[missing-argument]
INGEST_LOG_CONSUMER_LAG_BYTES.track_inprogress()
# E: mypy[attr-defined] pyright[reportAttributeAccessIssue,reportUnknownMemberType] ty[missing-attribute] pyrefly[missing-attribute]
SOURCES_REQUESTS_SUCCESS.track_inprogress(source_id="kexp")
# E: mypy[call-arg] pyright[reportCallIssue] ty[missing-argument] pyrefly[missing-argument]
SOURCES_REQUESTS_ERROR.remove(source_id="kexp")
# E: mypy[arg-type] pyright[reportArgumentType] ty[invalid-argument-type] pyrefly[bad-argument-type]
SOURCES_REQUESTS_ERROR.remove(source_id="kexp", error_type="refused")
# E: mypy[attr-defined] pyright[reportAttributeAccessIssue,reportUnknownMemberType] ty[missing-attribute] pyrefly[missing-attribute]
HEARTBEAT.remove()


@SOURCES_REQUEST_DURATION.time(source_id="kexp")
def fetch(url: str) -> bytes:
    return url.encode()


# E: mypy[arg-type] pyright[reportArgumentType] ty[invalid-argument-type] pyrefly[bad-argument-type]
fetch(3)
# E: mypy[attr-defined] pyright[reportAttributeAccessIssue,reportUnknownMemberType] ty[missing-attribute] pyrefly[missing-attribute]
fetch("a").upper().encode()
