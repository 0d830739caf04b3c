"""Wrong use of typedprom.testing."""

from sms_metrics_generated import (
    HEARTBEAT,
    PIPELINE_LAST_RUN_TIMESTAMP,
    SOURCES_REQUEST_DURATION,
    SOURCES_REQUESTS_ERROR,
    SOURCES_REQUESTS_SUCCESS,
)
from typedprom.testing import Pushed, only_recorded, recorded

# E: mypy[call-overload] pyright[reportCallIssue] ty[no-matching-overload] pyrefly[no-matching-overload]
recorded(SOURCES_REQUESTS_SUCCESS, sourc_id="kexp")
# E: mypy[call-overload] pyright[reportCallIssue] ty[no-matching-overload] pyrefly[no-matching-overload]
recorded(SOURCES_REQUESTS_SUCCESS, "kexp")
# E: mypy[call-overload] pyright[reportCallIssue] ty[no-matching-overload] pyrefly[no-matching-overload]
recorded(SOURCES_REQUESTS_SUCCESS, source_id="kexp", error_type="dns")
# E: mypy[call-overload] pyright[reportArgumentType,reportCallIssue] ty[no-matching-overload] pyrefly[no-matching-overload]
recorded(SOURCES_REQUESTS_SUCCESS, source_id=7)
# E: mypy[call-overload] pyright[reportCallIssue] ty[no-matching-overload] pyrefly[no-matching-overload]
recorded(SOURCES_REQUESTS_ERROR, source_id="kexp")
# E: mypy[call-overload] pyright[reportArgumentType,reportCallIssue] ty[no-matching-overload] pyrefly[no-matching-overload]
recorded(SOURCES_REQUESTS_ERROR, source_id="kexp", error_type="timeot")
# E: mypy[call-overload] pyright[reportArgumentType,reportCallIssue] ty[no-matching-overload] pyrefly[no-matching-overload]
recorded(PIPELINE_LAST_RUN_TIMESTAMP, command="quality_gate")
# E: mypy[call-overload] pyright[reportCallIssue] ty[no-matching-overload] pyrefly[no-matching-overload]
recorded(SOURCES_REQUEST_DURATION, source="kexp")
# E: mypy[call-overload] pyright[reportArgumentType,reportCallIssue] ty[no-matching-overload] pyrefly[no-matching-overload]
recorded(HEARTBEAT, source_id="kexp")
# E: mypy[call-overload] pyright[reportArgumentType,reportCallIssue] ty[no-matching-overload] pyrefly[no-matching-overload]
recorded("sms_heartbeat_total")
# E: mypy[call-overload] pyright[reportCallIssue] ty[no-matching-overload] pyrefly[no-matching-overload]
recorded()
# E: mypy[arg-type] pyright[reportArgumentType] ty[invalid-argument-type] pyrefly[bad-argument-type]
only_recorded("sms_heartbeat_total")
# E: mypy[call-arg] pyright[reportCallIssue] ty[unknown-argument] pyrefly[unexpected-keyword]
only_recorded(HEARTBEAT, source_id="kexp")

requests = recorded(SOURCES_REQUESTS_SUCCESS, source_id="kexp")
# E: mypy[attr-defined] pyright[reportAttributeAccessIssue,reportUnknownMemberType] ty[missing-attribute] pyrefly[missing-attribute]
requests.count
# E: mypy[attr-defined] pyright[reportAttributeAccessIssue,reportUnknownMemberType] ty[missing-attribute] pyrefly[missing-attribute]
requests.value
# E: mypy[call-arg] pyright[reportCallIssue] ty[too-many-positional-arguments] pyrefly[bad-argument-count]
requests.where("kexp")
# E: mypy[arg-type] pyright[reportArgumentType] ty[invalid-argument-type] pyrefly[bad-argument-type]
requests.where(source_id=7)
# E: mypy[misc] pyright[reportAttributeAccessIssue] ty[invalid-assignment] pyrefly[read-only]
requests.delta = 1

duration = recorded(SOURCES_REQUEST_DURATION, source_id="kexp")
# E: mypy[attr-defined] pyright[reportAttributeAccessIssue,reportUnknownMemberType] ty[missing-attribute] pyrefly[missing-attribute]
duration.delta
# E: mypy[index] pyright[reportArgumentType] ty[invalid-argument-type] pyrefly[bad-index]
duration.buckets["0.5"]
# E: mypy[attr-defined] pyright[reportAttributeAccessIssue,reportUnknownMemberType] ty[missing-attribute] pyrefly[missing-attribute]
recorded(PIPELINE_LAST_RUN_TIMESTAMP, command="parse").count


def pushes(pushed: Pushed) -> None:
    """What a program pushed, asserted wrongly."""
    # E: mypy[call-overload] pyright[reportCallIssue] ty[no-matching-overload] pyrefly[no-matching-overload]
    pushed.recorded(SOURCES_REQUESTS_SUCCESS, sourc_id="kexp")
    # E: mypy[call-overload] pyright[reportArgumentType,reportCallIssue] ty[no-matching-overload] pyrefly[no-matching-overload]
    pushed.recorded(SOURCES_REQUESTS_ERROR, source_id="kexp", error_type="timeot")
    # E: mypy[attr-defined] pyright[reportAttributeAccessIssue,reportUnknownMemberType] ty[missing-attribute] pyrefly[missing-attribute]
    pushed.recorded(SOURCES_REQUEST_DURATION, source_id="kexp").delta
