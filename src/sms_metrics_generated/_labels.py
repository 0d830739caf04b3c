"""The labels: types and values of closed labels, and the label objects."""

from __future__ import annotations

from typing import Final, Literal, TypeAlias, TypeGuard

from typedprom import ClosedLabel, OpenLabel

SOURCE_ID_LABEL: Final = OpenLabel(
    "source_id",
    help=(
        "The venue or station that the data comes from, by the name of its registry file (kexp, "
        "neumos)."
    ),
    budget=100,
    siblings="zero",
)

ConflationErrorType: TypeAlias = Literal["missing_key", "conflict", "store", "internal"]
"""Why an entity failed. missing_key: nothing to match it by; conflict: two sources contradict each
other; store: the graph could not be written; internal: a bug.
"""

CONFLATION_ERROR_TYPE_VALUES: Final[tuple[ConflationErrorType, ...]] = (
    "missing_key",
    "conflict",
    "store",
    "internal",
)


def is_conflation_error_type(value: str) -> TypeGuard[ConflationErrorType]:
    """Whether `value` is one of `CONFLATION_ERROR_TYPE_VALUES`; narrows its type."""
    return value in CONFLATION_ERROR_TYPE_VALUES


CONFLATION_ERROR_TYPE_LABEL: Final = ClosedLabel(
    "error_type",
    help=(
        "Why an entity failed. missing_key: nothing to match it by; conflict: two sources "
        "contradict each other; store: the graph could not be written; internal: a bug."
    ),
    values=CONFLATION_ERROR_TYPE_VALUES,
)

ConflationWarningType: TypeAlias = Literal[
    "low_confidence",
    "ambiguous_match",
    "stale_entity",
    "field_conflict",
]
"""The kind of doubt about a match."""

CONFLATION_WARNING_TYPE_VALUES: Final[tuple[ConflationWarningType, ...]] = (
    "low_confidence",
    "ambiguous_match",
    "stale_entity",
    "field_conflict",
)


def is_conflation_warning_type(value: str) -> TypeGuard[ConflationWarningType]:
    """Whether `value` is one of `CONFLATION_WARNING_TYPE_VALUES`; narrows its type."""
    return value in CONFLATION_WARNING_TYPE_VALUES


CONFLATION_WARNING_TYPE_LABEL: Final = ClosedLabel(
    "warning_type",
    help="The kind of doubt about a match.",
    values=CONFLATION_WARNING_TYPE_VALUES,
)

EnrichStrategy: TypeAlias = Literal["coordinates", "gazetteer", "text", "none"]
"""Where the additions came from. coordinates: the position; gazetteer: a list of places; text:
words of the description; none: nothing could be added.
"""

ENRICH_STRATEGY_VALUES: Final[tuple[EnrichStrategy, ...]] = (
    "coordinates",
    "gazetteer",
    "text",
    "none",
)


def is_enrich_strategy(value: str) -> TypeGuard[EnrichStrategy]:
    """Whether `value` is one of `ENRICH_STRATEGY_VALUES`; narrows its type."""
    return value in ENRICH_STRATEGY_VALUES


ENRICH_STRATEGY_LABEL: Final = ClosedLabel(
    "strategy",
    help=(
        "Where the additions came from. coordinates: the position; gazetteer: a list of places; "
        "text: words of the description; none: nothing could be added."
    ),
    values=ENRICH_STRATEGY_VALUES,
)

EnrichWarningType: TypeAlias = Literal[
    "no_coordinates",
    "unknown_city",
    "ambiguous_city",
    "too_many_tags",
]
"""The kind of doubt about the additions."""

ENRICH_WARNING_TYPE_VALUES: Final[tuple[EnrichWarningType, ...]] = (
    "no_coordinates",
    "unknown_city",
    "ambiguous_city",
    "too_many_tags",
)


def is_enrich_warning_type(value: str) -> TypeGuard[EnrichWarningType]:
    """Whether `value` is one of `ENRICH_WARNING_TYPE_VALUES`; narrows its type."""
    return value in ENRICH_WARNING_TYPE_VALUES


ENRICH_WARNING_TYPE_LABEL: Final = ClosedLabel(
    "warning_type",
    help="The kind of doubt about the additions.",
    values=ENRICH_WARNING_TYPE_VALUES,
)

GatewayErrorType: TypeAlias = Literal["invalid_envelope", "policy_denied", "cas_write", "log_write"]
"""The step that failed.

- `invalid_envelope`: The envelope lacks a field, or has one of the wrong type.
- `policy_denied`: A rule does not allow the envelope, as it should.
- `cas_write`: The store could not write the payload.
- `log_write`: The ingest log could not write the envelope.
"""

GATEWAY_ERROR_TYPE_VALUES: Final[tuple[GatewayErrorType, ...]] = (
    "invalid_envelope",
    "policy_denied",
    "cas_write",
    "log_write",
)


def is_gateway_error_type(value: str) -> TypeGuard[GatewayErrorType]:
    """Whether `value` is one of `GATEWAY_ERROR_TYPE_VALUES`; narrows its type."""
    return value in GATEWAY_ERROR_TYPE_VALUES


GATEWAY_ERROR_TYPE_LABEL: Final = ClosedLabel(
    "error_type",
    help="The step that failed.",
    values=GATEWAY_ERROR_TYPE_VALUES,
)

GatewayCasErrorType: TypeAlias = Literal["no_space", "permission", "io", "checksum"]
"""Why the store could not write.

- `no_space`: The disk is full.
- `permission`: The command may not write there.
- `io`: The disk or its file system failed.
- `checksum`: The bytes that were read back are others than those that were written.
"""

GATEWAY_CAS_ERROR_TYPE_VALUES: Final[tuple[GatewayCasErrorType, ...]] = (
    "no_space",
    "permission",
    "io",
    "checksum",
)


def is_gateway_cas_error_type(value: str) -> TypeGuard[GatewayCasErrorType]:
    """Whether `value` is one of `GATEWAY_CAS_ERROR_TYPE_VALUES`; narrows its type."""
    return value in GATEWAY_CAS_ERROR_TYPE_VALUES


GATEWAY_CAS_ERROR_TYPE_LABEL: Final = ClosedLabel(
    "error_type",
    help="Why the store could not write.",
    values=GATEWAY_CAS_ERROR_TYPE_VALUES,
)

GatewayOperation: TypeAlias = Literal["read", "write", "stat"]
"""The operation on the store."""

GATEWAY_OPERATION_VALUES: Final[tuple[GatewayOperation, ...]] = ("read", "write", "stat")


def is_gateway_operation(value: str) -> TypeGuard[GatewayOperation]:
    """Whether `value` is one of `GATEWAY_OPERATION_VALUES`; narrows its type."""
    return value in GATEWAY_OPERATION_VALUES


GATEWAY_OPERATION_LABEL: Final = ClosedLabel(
    "operation",
    help="The operation on the store.",
    values=GATEWAY_OPERATION_VALUES,
)

GatewayPolicy: TypeAlias = Literal[
    "source_enabled",
    "payload_size",
    "content_type",
    "envelope_version",
]
"""The rule that an envelope was checked against."""

GATEWAY_POLICY_VALUES: Final[tuple[GatewayPolicy, ...]] = (
    "source_enabled",
    "payload_size",
    "content_type",
    "envelope_version",
)


def is_gateway_policy(value: str) -> TypeGuard[GatewayPolicy]:
    """Whether `value` is one of `GATEWAY_POLICY_VALUES`; narrows its type."""
    return value in GATEWAY_POLICY_VALUES


GATEWAY_POLICY_LABEL: Final = ClosedLabel(
    "policy",
    help="The rule that an envelope was checked against.",
    values=GATEWAY_POLICY_VALUES,
)

GatewayOutcome: TypeAlias = Literal["allowed", "denied"]
"""Whether the envelope passed the rule."""

GATEWAY_OUTCOME_VALUES: Final[tuple[GatewayOutcome, ...]] = ("allowed", "denied")


def is_gateway_outcome(value: str) -> TypeGuard[GatewayOutcome]:
    """Whether `value` is one of `GATEWAY_OUTCOME_VALUES`; narrows its type."""
    return value in GATEWAY_OUTCOME_VALUES


GATEWAY_OUTCOME_LABEL: Final = ClosedLabel(
    "outcome",
    help="Whether the envelope passed the rule.",
    values=GATEWAY_OUTCOME_VALUES,
)

IngestLogErrorType: TypeAlias = Literal["no_space", "permission", "io", "encode", "rotate"]
"""Why a line could not be appended.

- `no_space`: The disk is full.
- `permission`: The command may not write there.
- `io`: The disk or its file system failed.
- `encode`: The envelope cannot be written as JSON.
- `rotate`: No new file could be begun.
"""

INGEST_LOG_ERROR_TYPE_VALUES: Final[tuple[IngestLogErrorType, ...]] = (
    "no_space",
    "permission",
    "io",
    "encode",
    "rotate",
)


def is_ingest_log_error_type(value: str) -> TypeGuard[IngestLogErrorType]:
    """Whether `value` is one of `INGEST_LOG_ERROR_TYPE_VALUES`; narrows its type."""
    return value in INGEST_LOG_ERROR_TYPE_VALUES


INGEST_LOG_ERROR_TYPE_LABEL: Final = ClosedLabel(
    "error_type",
    help="Why a line could not be appended.",
    values=INGEST_LOG_ERROR_TYPE_VALUES,
)

INGEST_LOG_CONSUMER_LABEL: Final = OpenLabel(
    "consumer",
    help="The reader of the log, by its registered name (parser, archiver).",
    budget=20,
)

NormalizeStrategy: TypeAlias = Literal["structured", "mapped", "heuristic", "fallback"]
"""How a record was mapped. structured: from its schema.org data; mapped: by the source's own field
map; heuristic: extracted from text; fallback: only partly mapped.
"""

NORMALIZE_STRATEGY_VALUES: Final[tuple[NormalizeStrategy, ...]] = (
    "structured",
    "mapped",
    "heuristic",
    "fallback",
)


def is_normalize_strategy(value: str) -> TypeGuard[NormalizeStrategy]:
    """Whether `value` is one of `NORMALIZE_STRATEGY_VALUES`; narrows its type."""
    return value in NORMALIZE_STRATEGY_VALUES


NORMALIZE_STRATEGY_LABEL: Final = ClosedLabel(
    "strategy",
    help=(
        "How a record was mapped. structured: from its schema.org data; mapped: by the source's "
        "own field map; heuristic: extracted from text; fallback: only partly mapped."
    ),
    values=NORMALIZE_STRATEGY_VALUES,
)

NormalizeWarningType: TypeAlias = Literal[
    "missing_field",
    "ambiguous_date",
    "unknown_timezone",
    "geocoding_failed",
    "text_truncated",
]
"""The kind of doubt about a record."""

NORMALIZE_WARNING_TYPE_VALUES: Final[tuple[NormalizeWarningType, ...]] = (
    "missing_field",
    "ambiguous_date",
    "unknown_timezone",
    "geocoding_failed",
    "text_truncated",
)


def is_normalize_warning_type(value: str) -> TypeGuard[NormalizeWarningType]:
    """Whether `value` is one of `NORMALIZE_WARNING_TYPE_VALUES`; narrows its type."""
    return value in NORMALIZE_WARNING_TYPE_VALUES


NORMALIZE_WARNING_TYPE_LABEL: Final = ClosedLabel(
    "warning_type",
    help="The kind of doubt about a record.",
    values=NORMALIZE_WARNING_TYPE_VALUES,
)

ParserErrorType: TypeAlias = Literal["encoding", "json", "html", "schema", "unsupported", "payload"]
"""Why an envelope could not be parsed.

- `encoding`: The bytes of its payload are not text in the encoding that it states.
- `json`: Its payload is not valid JSON.
- `html`: Its payload is HTML without anything that was looked for.
- `schema`: Its payload has a new structure.
- `unsupported`: There is no parser for its content type.
- `payload`: The store does not have its payload, or could not read it.
"""

PARSER_ERROR_TYPE_VALUES: Final[tuple[ParserErrorType, ...]] = (
    "encoding",
    "json",
    "html",
    "schema",
    "unsupported",
    "payload",
)


def is_parser_error_type(value: str) -> TypeGuard[ParserErrorType]:
    """Whether `value` is one of `PARSER_ERROR_TYPE_VALUES`; narrows its type."""
    return value in PARSER_ERROR_TYPE_VALUES


PARSER_ERROR_TYPE_LABEL: Final = ClosedLabel(
    "error_type",
    help="Why an envelope could not be parsed.",
    values=PARSER_ERROR_TYPE_VALUES,
)

ParserResolutionErrorType: TypeAlias = Literal["not_found", "checksum", "io"]
"""Why the payload could not be read from the store."""

PARSER_RESOLUTION_ERROR_TYPE_VALUES: Final[tuple[ParserResolutionErrorType, ...]] = (
    "not_found",
    "checksum",
    "io",
)


def is_parser_resolution_error_type(value: str) -> TypeGuard[ParserResolutionErrorType]:
    """Whether `value` is one of `PARSER_RESOLUTION_ERROR_TYPE_VALUES`; narrows its type."""
    return value in PARSER_RESOLUTION_ERROR_TYPE_VALUES


PARSER_RESOLUTION_ERROR_TYPE_LABEL: Final = ClosedLabel(
    "error_type",
    help="Why the payload could not be read from the store.",
    values=PARSER_RESOLUTION_ERROR_TYPE_VALUES,
)

PipelineCommand: TypeAlias = Literal[
    "ingester",
    "gateway-once",
    "parse",
    "normalize",
    "quality-gate",
    "enrich",
    "conflation",
    "serve",
]
"""The subcommand that ran, as typed."""

PIPELINE_COMMAND_VALUES: Final[tuple[PipelineCommand, ...]] = (
    "ingester",
    "gateway-once",
    "parse",
    "normalize",
    "quality-gate",
    "enrich",
    "conflation",
    "serve",
)


def is_pipeline_command(value: str) -> TypeGuard[PipelineCommand]:
    """Whether `value` is one of `PIPELINE_COMMAND_VALUES`; narrows its type."""
    return value in PIPELINE_COMMAND_VALUES


PIPELINE_COMMAND_LABEL: Final = ClosedLabel(
    "command",
    help="The subcommand that ran, as typed.",
    values=PIPELINE_COMMAND_VALUES,
)

PipelineErrorType: TypeAlias = Literal[
    "config",
    "network",
    "storage",
    "data",
    "interrupted",
    "internal",
]
"""What ended the command.

- `config`: Settings or arguments.
- `network`: A server that was needed.
- `storage`: A disk or a file.
- `data`: Input that it could not use.
- `interrupted`: A signal.
- `internal`: A bug.
"""

PIPELINE_ERROR_TYPE_VALUES: Final[tuple[PipelineErrorType, ...]] = (
    "config",
    "network",
    "storage",
    "data",
    "interrupted",
    "internal",
)


def is_pipeline_error_type(value: str) -> TypeGuard[PipelineErrorType]:
    """Whether `value` is one of `PIPELINE_ERROR_TYPE_VALUES`; narrows its type."""
    return value in PIPELINE_ERROR_TYPE_VALUES


PIPELINE_ERROR_TYPE_LABEL: Final = ClosedLabel(
    "error_type",
    help="What ended the command.",
    values=PIPELINE_ERROR_TYPE_VALUES,
)

QualityGateIssueType: TypeAlias = Literal[
    "missing_data",
    "invalid_format",
    "out_of_range",
    "suspicious_value",
    "incomplete_geography",
    "temporal_inconsistency",
    "low_confidence",
    "duplication_concern",
]
"""What is wrong with an entity."""

QUALITY_GATE_ISSUE_TYPE_VALUES: Final[tuple[QualityGateIssueType, ...]] = (
    "missing_data",
    "invalid_format",
    "out_of_range",
    "suspicious_value",
    "incomplete_geography",
    "temporal_inconsistency",
    "low_confidence",
    "duplication_concern",
)


def is_quality_gate_issue_type(value: str) -> TypeGuard[QualityGateIssueType]:
    """Whether `value` is one of `QUALITY_GATE_ISSUE_TYPE_VALUES`; narrows its type."""
    return value in QUALITY_GATE_ISSUE_TYPE_VALUES


QUALITY_GATE_ISSUE_TYPE_LABEL: Final = ClosedLabel(
    "issue_type",
    help="What is wrong with an entity.",
    values=QUALITY_GATE_ISSUE_TYPE_VALUES,
)

QualityGateSeverity: TypeAlias = Literal["info", "warning", "error", "critical"]
"""How bad it is. An entity with an error or worse goes into quarantine."""

QUALITY_GATE_SEVERITY_VALUES: Final[tuple[QualityGateSeverity, ...]] = (
    "info",
    "warning",
    "error",
    "critical",
)


def is_quality_gate_severity(value: str) -> TypeGuard[QualityGateSeverity]:
    """Whether `value` is one of `QUALITY_GATE_SEVERITY_VALUES`; narrows its type."""
    return value in QUALITY_GATE_SEVERITY_VALUES


QUALITY_GATE_SEVERITY_LABEL: Final = ClosedLabel(
    "severity",
    help="How bad it is. An entity with an error or worse goes into quarantine.",
    values=QUALITY_GATE_SEVERITY_VALUES,
)

SourcesErrorType: TypeAlias = Literal[
    "timeout",
    "dns",
    "connect",
    "tls",
    "http_4xx",
    "http_5xx",
    "body",
]
"""Why the request failed.

- `timeout`: The source did not answer in time.
- `dns`: The name of its host could not be resolved.
- `connect`: Its host refused the connection, or cannot be reached.
- `tls`: The encrypted connection failed, for example because of an expired certificate.
- `http_4xx`: It refused the request. 404 means that the page moved, 403 and 429 that it blocks
  us.
- `http_5xx`: It is broken.
- `body`: The response ended before it was complete.
"""

SOURCES_ERROR_TYPE_VALUES: Final[tuple[SourcesErrorType, ...]] = (
    "timeout",
    "dns",
    "connect",
    "tls",
    "http_4xx",
    "http_5xx",
    "body",
)


def is_sources_error_type(value: str) -> TypeGuard[SourcesErrorType]:
    """Whether `value` is one of `SOURCES_ERROR_TYPE_VALUES`; narrows its type."""
    return value in SOURCES_ERROR_TYPE_VALUES


SOURCES_ERROR_TYPE_LABEL: Final = ClosedLabel(
    "error_type",
    help="Why the request failed.",
    values=SOURCES_ERROR_TYPE_VALUES,
)

SourcesRegistryErrorType: TypeAlias = Literal["missing", "invalid"]
"""What is wrong with the registry entry.

- `missing`: The list of sources names an entry that does not exist.
- `invalid`: The entry is not valid JSON, or lacks a field.
"""

SOURCES_REGISTRY_ERROR_TYPE_VALUES: Final[tuple[SourcesRegistryErrorType, ...]] = (
    "missing",
    "invalid",
)


def is_sources_registry_error_type(value: str) -> TypeGuard[SourcesRegistryErrorType]:
    """Whether `value` is one of `SOURCES_REGISTRY_ERROR_TYPE_VALUES`; narrows its type."""
    return value in SOURCES_REGISTRY_ERROR_TYPE_VALUES


SOURCES_REGISTRY_ERROR_TYPE_LABEL: Final = ClosedLabel(
    "error_type",
    help="What is wrong with the registry entry.",
    values=SOURCES_REGISTRY_ERROR_TYPE_VALUES,
)

SourcesDecision: TypeAlias = Literal["due", "skipped", "bypassed"]
"""due: the source is fetched now; skipped: it was fetched too recently; bypassed: it is fetched
anyway, because the command was told to.
"""

SOURCES_DECISION_VALUES: Final[tuple[SourcesDecision, ...]] = ("due", "skipped", "bypassed")


def is_sources_decision(value: str) -> TypeGuard[SourcesDecision]:
    """Whether `value` is one of `SOURCES_DECISION_VALUES`; narrows its type."""
    return value in SOURCES_DECISION_VALUES


SOURCES_DECISION_LABEL: Final = ClosedLabel(
    "decision",
    help=(
        "due: the source is fetched now; skipped: it was fetched too recently; bypassed: it is "
        "fetched anyway, because the command was told to."
    ),
    values=SOURCES_DECISION_VALUES,
)
