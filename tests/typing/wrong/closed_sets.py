"""Closed sets that are confused with each other or narrowed too far."""

from sms_metrics_generated import (
    SOURCES_ERROR_TYPE_VALUES,
    SOURCES_REQUESTS_ERROR,
    GatewayErrorType,
    SourcesDecision,
    SourcesErrorType,
    is_gateway_outcome,
    is_sources_error_type,
)

# E: mypy[assignment] pyright[reportAssignmentType] ty[invalid-assignment] pyrefly[bad-assignment]
mistyped: SourcesErrorType = "dsn"
# E: mypy[assignment] pyright[reportAssignmentType] ty[invalid-assignment] pyrefly[bad-assignment]
decision: SourcesDecision = "timeout"
# E: mypy[assignment] pyright[reportAssignmentType] ty[invalid-assignment] pyrefly[bad-assignment]
cause: SourcesErrorType = SOURCES_ERROR_TYPE_VALUES
# E: mypy[arg-type] pyright[reportArgumentType] ty[invalid-argument-type] pyrefly[bad-argument-type]
is_sources_error_type(404)
# E: mypy[attr-defined] pyright[reportAttributeAccessIssue,reportUnknownMemberType] ty[missing-attribute] pyrefly[missing-attribute]
SOURCES_ERROR_TYPE_VALUES.append("new")
# E: mypy[index] pyright[reportIndexIssue] ty[invalid-assignment] pyrefly[unsupported-operation]
SOURCES_ERROR_TYPE_VALUES[0] = "new"


def record(text: str, other: GatewayErrorType) -> None:
    if not is_sources_error_type(text):
        # E: mypy[arg-type] pyright[reportArgumentType] ty[invalid-argument-type] pyrefly[bad-argument-type]
        SOURCES_REQUESTS_ERROR.inc(source_id="kexp", error_type=text)
    if is_gateway_outcome(text):
        # E: mypy[arg-type] pyright[reportArgumentType] ty[invalid-argument-type] pyrefly[bad-argument-type]
        SOURCES_REQUESTS_ERROR.inc(source_id="kexp", error_type=text)
    # E: mypy[arg-type] pyright[reportArgumentType] ty[invalid-argument-type] pyrefly[bad-argument-type]
    SOURCES_REQUESTS_ERROR.inc(source_id="kexp", error_type=other)
