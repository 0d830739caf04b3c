"""Gateway: metrics of `gateway`.

Ingestion. A payload gets an envelope, is compared with known ones, and its bytes go to the
content-addressed store (CAS), where a file is named by the hash of its content.

Generated from the catalog by typedprom: change the catalog, not this file.
"""

from __future__ import annotations

from typing import Final

from typedprom import Counter, Histogram

from ._catalog import CATALOG
from ._labels import (
    GATEWAY_CAS_ERROR_TYPE_LABEL,
    GATEWAY_ERROR_TYPE_LABEL,
    GATEWAY_OPERATION_LABEL,
    GATEWAY_OUTCOME_LABEL,
    GATEWAY_POLICY_LABEL,
    SOURCE_ID_LABEL,
)
from ._signatures import (
    CounterByGatewayCasErrorType,
    CounterByGatewayPolicyGatewayOutcome,
    CounterBySourceId,
    CounterBySourceIdGatewayErrorType,
    HistogramByGatewayOperation,
    HistogramBySourceId,
)

GATEWAY_ENVELOPES_ACCEPTED: Final = CounterBySourceId(
    CATALOG,
    component="gateway",
    key="gateway.envelopes.accepted",
    name="sms_gateway_envelopes_accepted_total",
    help="Envelopes with a payload not seen before, passed on to the ingest log.",
    labels=(SOURCE_ID_LABEL,),
    owner="sms",
)
"""Envelopes with a payload not seen before, passed on to the ingest log.

Counter `sms_gateway_envelopes_accepted_total`.

Labels:

- `source_id`: The venue or station that the data comes from, by the name of its registry file
  (kexp, neumos). At most 100 distinct values.
"""

GATEWAY_ENVELOPES_DEDUPLICATED: Final = CounterBySourceId(
    CATALOG,
    component="gateway",
    key="gateway.envelopes.deduplicated",
    name="sms_gateway_envelopes_deduplicated_total",
    help=(
        "Envelopes dropped because their payload is known. Many of them mean that a source is "
        "fetched more often than it changes."
    ),
    labels=(SOURCE_ID_LABEL,),
    owner="sms",
)
"""Envelopes dropped because their payload is known. Many of them mean that a source is fetched
more often than it changes.

Counter `sms_gateway_envelopes_deduplicated_total`.

Labels:

- `source_id`: The venue or station that the data comes from, by the name of its registry file
  (kexp, neumos). At most 100 distinct values.
"""

GATEWAY_CAS_WRITES_SUCCESS: Final = Counter(
    CATALOG,
    key="gateway.cas.writes.success",
    name="sms_gateway_cas_writes_success_total",
    help="Payloads written to the store, except those that were already there.",
    owner="sms",
)
"""Payloads written to the store, except those that were already there.

Counter `sms_gateway_cas_writes_success_total`.
"""

GATEWAY_CAS_WRITES_ERROR: Final = CounterByGatewayCasErrorType(
    CATALOG,
    key="gateway.cas.writes.error",
    name="sms_gateway_cas_writes_error_total",
    help=(
        "Payloads that could not be written to the store. Each is lost until its source is fetched "
        "again."
    ),
    labels=(GATEWAY_CAS_ERROR_TYPE_LABEL,),
    owner="sms",
)
"""Payloads that could not be written to the store. Each is lost until its source is fetched again.

Counter `sms_gateway_cas_writes_error_total`.

Labels:

- `error_type`: Why the store could not write. One of `no_space`, `permission`, `io`, `checksum`.
"""

GATEWAY_CAS_WRITE_BYTES: Final = Histogram(
    CATALOG,
    key="gateway.cas.write.bytes",
    name="sms_gateway_cas_write_bytes",
    help="Size of a payload written to the store.",
    unit="bytes",
    buckets=(
        256.0,
        1024.0,
        4096.0,
        16384.0,
        65536.0,
        262144.0,
        1048576.0,
        4194304.0,
        16777216.0,
        67108864.0,
    ),
    owner="sms",
)
"""Size of a payload written to the store.

Histogram `sms_gateway_cas_write_bytes`, in bytes.

Buckets up to 256, 1024, 4096, 16384, 65536, 262144, 1048576, 4194304, 16777216, 67108864.
"""

GATEWAY_CAS_OPERATION_DURATION: Final = HistogramByGatewayOperation(
    CATALOG,
    key="gateway.cas.operation.duration",
    name="sms_gateway_cas_operation_duration_seconds",
    help="Duration of one operation on the store. Rises when the disk is slow or full.",
    labels=(GATEWAY_OPERATION_LABEL,),
    unit="seconds",
    buckets=(0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5),
    owner="sms",
)
"""Duration of one operation on the store. Rises when the disk is slow or full.

Histogram `sms_gateway_cas_operation_duration_seconds`, in seconds.

Labels:

- `operation`: The operation on the store. One of `read`, `write`, `stat`.

Buckets up to 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5.
"""

GATEWAY_RECORDS_INGESTED: Final = CounterBySourceId(
    CATALOG,
    component="gateway",
    key="gateway.records.ingested",
    name="sms_gateway_records_ingested_total",
    help="Records (pages, list items, API objects) in the accepted payloads.",
    labels=(SOURCE_ID_LABEL,),
    owner="sms",
)
"""Records (pages, list items, API objects) in the accepted payloads.

Counter `sms_gateway_records_ingested_total`.

Labels:

- `source_id`: The venue or station that the data comes from, by the name of its registry file
  (kexp, neumos). At most 100 distinct values.
"""

GATEWAY_PROCESSING_DURATION: Final = HistogramBySourceId(
    CATALOG,
    component="gateway",
    key="gateway.processing.duration",
    name="sms_gateway_processing_duration_seconds",
    help="Time to wrap, compare and decide about one payload, without writing it.",
    labels=(SOURCE_ID_LABEL,),
    unit="seconds",
    buckets=(0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0),
    owner="sms",
)
"""Time to wrap, compare and decide about one payload, without writing it.

Histogram `sms_gateway_processing_duration_seconds`, in seconds.

Labels:

- `source_id`: The venue or station that the data comes from, by the name of its registry file
  (kexp, neumos). At most 100 distinct values.

Buckets up to 0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30.
"""

GATEWAY_PAYLOAD_BYTES: Final = HistogramBySourceId(
    CATALOG,
    component="gateway",
    key="gateway.payload.bytes",
    name="sms_gateway_payload_bytes",
    help="Size of a payload on arrival, duplicates and refused ones included.",
    labels=(SOURCE_ID_LABEL,),
    unit="bytes",
    buckets=(
        256.0,
        1024.0,
        4096.0,
        16384.0,
        65536.0,
        262144.0,
        1048576.0,
        4194304.0,
        16777216.0,
        67108864.0,
    ),
    owner="sms",
)
"""Size of a payload on arrival, duplicates and refused ones included.

Histogram `sms_gateway_payload_bytes`, in bytes.

Labels:

- `source_id`: The venue or station that the data comes from, by the name of its registry file
  (kexp, neumos). At most 100 distinct values.

Buckets up to 256, 1024, 4096, 16384, 65536, 262144, 1048576, 4194304, 16777216, 67108864.
"""

GATEWAY_POLICY_CHECKS: Final = CounterByGatewayPolicyGatewayOutcome(
    CATALOG,
    key="gateway.policy.checks",
    name="sms_gateway_policy_checks_total",
    help="Envelopes checked against a rule, by rule and result. Denied ones are not accepted.",
    labels=(GATEWAY_POLICY_LABEL, GATEWAY_OUTCOME_LABEL),
    owner="sms",
)
"""Envelopes checked against a rule, by rule and result. Denied ones are not accepted.

Counter `sms_gateway_policy_checks_total`.

Labels:

- `policy`: The rule that an envelope was checked against. One of `source_enabled`, `payload_size`,
  `content_type`, `envelope_version`.
- `outcome`: Whether the envelope passed the rule. One of `allowed`, `denied`.
"""

GATEWAY_INGEST_SUCCESS: Final = CounterBySourceId(
    CATALOG,
    component="gateway",
    key="gateway.ingest.success",
    name="sms_gateway_ingest_success_total",
    help="Envelopes accepted from end to end, stored and logged or already stored.",
    labels=(SOURCE_ID_LABEL,),
    owner="sms",
)
"""Envelopes accepted from end to end, stored and logged or already stored.

Counter `sms_gateway_ingest_success_total`.

Labels:

- `source_id`: The venue or station that the data comes from, by the name of its registry file
  (kexp, neumos). At most 100 distinct values.
"""

GATEWAY_INGEST_ERROR: Final = CounterBySourceIdGatewayErrorType(
    CATALOG,
    component="gateway",
    key="gateway.ingest.error",
    name="sms_gateway_ingest_error_total",
    help="Envelopes that were not accepted, by the step that failed.",
    labels=(SOURCE_ID_LABEL, GATEWAY_ERROR_TYPE_LABEL),
    owner="sms",
)
"""Envelopes that were not accepted, by the step that failed.

Counter `sms_gateway_ingest_error_total`.

Labels:

- `source_id`: The venue or station that the data comes from, by the name of its registry file
  (kexp, neumos). At most 100 distinct values.
- `error_type`: The step that failed. One of `invalid_envelope`, `policy_denied`, `cas_write`,
  `log_write`.
"""

GATEWAY_BYTES_INGESTED: Final = HistogramBySourceId(
    CATALOG,
    component="gateway",
    key="gateway.bytes.ingested",
    name="sms_gateway_bytes_ingested",
    help="Size of a payload that was accepted and kept.",
    labels=(SOURCE_ID_LABEL,),
    unit="bytes",
    buckets=(
        256.0,
        1024.0,
        4096.0,
        16384.0,
        65536.0,
        262144.0,
        1048576.0,
        4194304.0,
        16777216.0,
        67108864.0,
    ),
    owner="sms",
)
"""Size of a payload that was accepted and kept.

Histogram `sms_gateway_bytes_ingested`, in bytes.

Labels:

- `source_id`: The venue or station that the data comes from, by the name of its registry file
  (kexp, neumos). At most 100 distinct values.

Buckets up to 256, 1024, 4096, 16384, 65536, 262144, 1048576, 4194304, 16777216, 67108864.
"""

GATEWAY_INGEST_DURATION: Final = HistogramBySourceId(
    CATALOG,
    component="gateway",
    key="gateway.ingest.duration",
    name="sms_gateway_ingest_duration_seconds",
    help="Time from receiving an envelope until it was stored and logged.",
    labels=(SOURCE_ID_LABEL,),
    unit="seconds",
    buckets=(0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0),
    owner="sms",
)
"""Time from receiving an envelope until it was stored and logged.

Histogram `sms_gateway_ingest_duration_seconds`, in seconds.

Labels:

- `source_id`: The venue or station that the data comes from, by the name of its registry file
  (kexp, neumos). At most 100 distinct values.

Buckets up to 0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30.
"""
