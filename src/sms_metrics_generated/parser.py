"""Parser: metrics of `parser`.

Reading out. Envelopes come from the ingest log, their payloads from the store; records of
events, artists and venues are extracted from them.

Generated from the catalog by typedprom: change the catalog, not this file.
"""

from __future__ import annotations

from typing import Final

from typedprom import Counter, Histogram

from ._catalog import CATALOG
from ._labels import PARSER_ERROR_TYPE_LABEL, PARSER_RESOLUTION_ERROR_TYPE_LABEL, SOURCE_ID_LABEL
from ._signatures import (
    CounterByParserResolutionErrorType,
    CounterBySourceId,
    CounterBySourceIdParserErrorType,
    HistogramBySourceId,
)

PARSER_PARSE_SUCCESS: Final = CounterBySourceId(
    CATALOG,
    key="parser.parse.success",
    name="sms_parser_parse_success_total",
    help="Envelopes parsed to the end, empty ones included.",
    labels=(SOURCE_ID_LABEL,),
    owner="sms",
)
"""Envelopes parsed to the end, empty ones included.

Counter `sms_parser_parse_success_total`.

Labels:

- `source_id`: The venue or station the data comes from, as its registry file is called (kexp,
  neumos). At most 100 distinct values.
"""

PARSER_PARSE_ERROR: Final = CounterBySourceIdParserErrorType(
    CATALOG,
    key="parser.parse.error",
    name="sms_parser_parse_error_total",
    help="Envelopes that could not be parsed. A source that starts to rise has changed its pages.",
    labels=(SOURCE_ID_LABEL, PARSER_ERROR_TYPE_LABEL),
    owner="sms",
)
"""Envelopes that could not be parsed. A source that starts to rise has changed its pages.

Counter `sms_parser_parse_error_total`.

Labels:

- `source_id`: The venue or station the data comes from, as its registry file is called (kexp,
  neumos). At most 100 distinct values.
- `error_type`: What could not be parsed; `schema` is a payload that no longer looks as its source
  used to send it, `unsupported` one that no parser is for. One of `encoding`, `json`, `html`,
  `schema`, `unsupported`, `payload`.
"""

PARSER_DURATION: Final = HistogramBySourceId(
    CATALOG,
    key="parser.duration",
    name="sms_parser_duration_seconds",
    help="Time to parse one envelope, its payload at hand.",
    labels=(SOURCE_ID_LABEL,),
    unit="seconds",
    buckets=(0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0),
    owner="sms",
)
"""Time to parse one envelope, its payload at hand.

Histogram `sms_parser_duration_seconds`, in seconds.

Labels:

- `source_id`: The venue or station the data comes from, as its registry file is called (kexp,
  neumos). At most 100 distinct values.

Buckets up to 0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30.
"""

PARSER_ENVELOPES_PROCESSED: Final = CounterBySourceId(
    CATALOG,
    key="parser.envelopes.processed",
    name="sms_parser_envelopes_processed_total",
    help="Envelopes read from the log and worked on, whatever came of it.",
    labels=(SOURCE_ID_LABEL,),
    owner="sms",
)
"""Envelopes read from the log and worked on, whatever came of it.

Counter `sms_parser_envelopes_processed_total`.

Labels:

- `source_id`: The venue or station the data comes from, as its registry file is called (kexp,
  neumos). At most 100 distinct values.
"""

PARSER_EMPTY_ENVELOPES: Final = CounterBySourceId(
    CATALOG,
    key="parser.empty_envelopes",
    name="sms_parser_empty_envelopes_total",
    help=(
        "Envelopes that held no record at all. Rises in a quiet season, or when a page was "
        "redesigned."
    ),
    labels=(SOURCE_ID_LABEL,),
    owner="sms",
)
"""Envelopes that held no record at all. Rises in a quiet season, or when a page was redesigned.

Counter `sms_parser_empty_envelopes_total`.

Labels:

- `source_id`: The venue or station the data comes from, as its registry file is called (kexp,
  neumos). At most 100 distinct values.
"""

PARSER_RECORDS_EXTRACTED: Final = CounterBySourceId(
    CATALOG,
    key="parser.records.extracted",
    name="sms_parser_records_extracted_total",
    help="Records read out of envelopes.",
    labels=(SOURCE_ID_LABEL,),
    owner="sms",
)
"""Records read out of envelopes.

Counter `sms_parser_records_extracted_total`.

Labels:

- `source_id`: The venue or station the data comes from, as its registry file is called (kexp,
  neumos). At most 100 distinct values.
"""

PARSER_RECORDS_PER_ENVELOPE: Final = HistogramBySourceId(
    CATALOG,
    key="parser.records_per_envelope",
    name="sms_parser_records_per_envelope",
    help="Records in one envelope that had any.",
    labels=(SOURCE_ID_LABEL,),
    buckets=(1.0, 2.0, 5.0, 10.0, 20.0, 50.0, 100.0, 200.0, 500.0, 1000.0, 2000.0, 5000.0, 10000.0),
    owner="sms",
)
"""Records in one envelope that had any.

Histogram `sms_parser_records_per_envelope`.

Labels:

- `source_id`: The venue or station the data comes from, as its registry file is called (kexp,
  neumos). At most 100 distinct values.

Buckets up to 1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10000.
"""

PARSER_BYTES_PROCESSED: Final = HistogramBySourceId(
    CATALOG,
    key="parser.bytes.processed",
    name="sms_parser_bytes_processed",
    help="Size of the payload of one parsed envelope.",
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
"""Size of the payload of one parsed envelope.

Histogram `sms_parser_bytes_processed`, in bytes.

Labels:

- `source_id`: The venue or station the data comes from, as its registry file is called (kexp,
  neumos). At most 100 distinct values.

Buckets up to 256, 1024, 4096, 16384, 65536, 262144, 1048576, 4194304, 16777216, 67108864.
"""

PARSER_BATCHES_PROCESSED: Final = Counter(
    CATALOG,
    key="parser.batches.processed",
    name="sms_parser_batches_processed_total",
    help="Batches of envelopes worked through.",
    owner="sms",
)
"""Batches of envelopes worked through.

Counter `sms_parser_batches_processed_total`.
"""

PARSER_BATCH_SIZE: Final = Histogram(
    CATALOG,
    key="parser.batch.size",
    name="sms_parser_batch_size",
    help="Envelopes in one batch.",
    buckets=(1.0, 2.0, 5.0, 10.0, 20.0, 50.0, 100.0, 200.0, 500.0, 1000.0, 2000.0, 5000.0, 10000.0),
    owner="sms",
)
"""Envelopes in one batch.

Histogram `sms_parser_batch_size`.

Buckets up to 1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10000.
"""

PARSER_BATCH_RECORDS_WRITTEN: Final = Histogram(
    CATALOG,
    key="parser.batch.records_written",
    name="sms_parser_batch_records_written",
    help="Records written at the end of one batch.",
    buckets=(1.0, 2.0, 5.0, 10.0, 20.0, 50.0, 100.0, 200.0, 500.0, 1000.0, 2000.0, 5000.0, 10000.0),
    owner="sms",
)
"""Records written at the end of one batch.

Histogram `sms_parser_batch_records_written`.

Buckets up to 1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10000.
"""

PARSER_PAYLOAD_RESOLUTIONS_SUCCESS: Final = Counter(
    CATALOG,
    key="parser.payload.resolutions.success",
    name="sms_parser_payload_resolutions_success_total",
    help="Payloads found in the store for the envelope that names them.",
    owner="sms",
)
"""Payloads found in the store for the envelope that names them.

Counter `sms_parser_payload_resolutions_success_total`.
"""

PARSER_PAYLOAD_RESOLUTIONS_ERROR: Final = CounterByParserResolutionErrorType(
    CATALOG,
    key="parser.payload.resolutions.error",
    name="sms_parser_payload_resolutions_error_total",
    help=(
        "Payloads an envelope names and the store could not give. The store is damaged or pruned "
        "too early."
    ),
    labels=(PARSER_RESOLUTION_ERROR_TYPE_LABEL,),
    owner="sms",
)
"""Payloads an envelope names and the store could not give. The store is damaged or pruned too
early.

Counter `sms_parser_payload_resolutions_error_total`.

Labels:

- `error_type`: Why the store could not give the payload. One of `not_found`, `checksum`, `io`.
"""

PARSER_PAYLOAD_RESOLUTION_DURATION: Final = Histogram(
    CATALOG,
    key="parser.payload.resolution.duration",
    name="sms_parser_payload_resolution_duration_seconds",
    help="Time to fetch the payload of one envelope from the store.",
    unit="seconds",
    buckets=(0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5),
    owner="sms",
)
"""Time to fetch the payload of one envelope from the store.

Histogram `sms_parser_payload_resolution_duration_seconds`, in seconds.

Buckets up to 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5.
"""
