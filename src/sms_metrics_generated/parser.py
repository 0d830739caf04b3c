"""Parser: metrics of `parser`.

Parsing. Envelopes come from the ingest log, their payloads from the store; records of events,
artists and venues are extracted from them.

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
    component="parser",
    key="parser.parse.success",
    name="sms_parser_parse_success_total",
    help="Envelopes parsed completely, including empty ones.",
    labels=(SOURCE_ID_LABEL,),
    owner="sms",
)
"""Envelopes parsed completely, including empty ones.

Counter `sms_parser_parse_success_total`.

Labels:

- `source_id`: The venue or station that the data comes from, by the name of its registry file
  (kexp, neumos). At most 100 distinct values.
"""

PARSER_PARSE_ERROR: Final = CounterBySourceIdParserErrorType(
    CATALOG,
    component="parser",
    key="parser.parse.error",
    name="sms_parser_parse_error_total",
    help=(
        "Envelopes that could not be parsed. If it rises for a source, that source has changed its "
        "pages."
    ),
    labels=(SOURCE_ID_LABEL, PARSER_ERROR_TYPE_LABEL),
    owner="sms",
)
"""Envelopes that could not be parsed. If it rises for a source, that source has changed its pages.

Counter `sms_parser_parse_error_total`.

Labels:

- `source_id`: The venue or station that the data comes from, by the name of its registry file
  (kexp, neumos). At most 100 distinct values.
- `error_type`: Why an envelope could not be parsed. One of `encoding`, `json`, `html`, `schema`,
  `unsupported`, `payload`.
"""

PARSER_DURATION: Final = HistogramBySourceId(
    CATALOG,
    component="parser",
    key="parser.duration",
    name="sms_parser_duration_seconds",
    help="Time to parse one envelope, without fetching its payload.",
    labels=(SOURCE_ID_LABEL,),
    unit="seconds",
    buckets=(0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0),
    owner="sms",
)
"""Time to parse one envelope, without fetching its payload.

Histogram `sms_parser_duration_seconds`, in seconds.

Labels:

- `source_id`: The venue or station that the data comes from, by the name of its registry file
  (kexp, neumos). At most 100 distinct values.

Buckets up to 0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30.
"""

PARSER_ENVELOPES_PROCESSED: Final = CounterBySourceId(
    CATALOG,
    component="parser",
    key="parser.envelopes.processed",
    name="sms_parser_envelopes_processed_total",
    help="Envelopes read from the log and processed, with any result.",
    labels=(SOURCE_ID_LABEL,),
    owner="sms",
)
"""Envelopes read from the log and processed, with any result.

Counter `sms_parser_envelopes_processed_total`.

Labels:

- `source_id`: The venue or station that the data comes from, by the name of its registry file
  (kexp, neumos). At most 100 distinct values.
"""

PARSER_EMPTY_ENVELOPES: Final = CounterBySourceId(
    CATALOG,
    component="parser",
    key="parser.empty_envelopes",
    name="sms_parser_empty_envelopes_total",
    help="Envelopes without records. Rises in a quiet season, or when a page was redesigned.",
    labels=(SOURCE_ID_LABEL,),
    owner="sms",
)
"""Envelopes without records. Rises in a quiet season, or when a page was redesigned.

Counter `sms_parser_empty_envelopes_total`.

Labels:

- `source_id`: The venue or station that the data comes from, by the name of its registry file
  (kexp, neumos). At most 100 distinct values.
"""

PARSER_RECORDS_EXTRACTED: Final = CounterBySourceId(
    CATALOG,
    component="parser",
    key="parser.records.extracted",
    name="sms_parser_records_extracted_total",
    help="Records that parsing found in the payloads.",
    labels=(SOURCE_ID_LABEL,),
    owner="sms",
)
"""Records that parsing found in the payloads.

Counter `sms_parser_records_extracted_total`.

Labels:

- `source_id`: The venue or station that the data comes from, by the name of its registry file
  (kexp, neumos). At most 100 distinct values.
"""

PARSER_RECORDS_PER_ENVELOPE: Final = HistogramBySourceId(
    CATALOG,
    component="parser",
    key="parser.records_per_envelope",
    name="sms_parser_records_per_envelope",
    help="Records in one envelope that has any.",
    labels=(SOURCE_ID_LABEL,),
    buckets=(1.0, 2.0, 5.0, 10.0, 20.0, 50.0, 100.0, 200.0, 500.0, 1000.0, 2000.0, 5000.0, 10000.0),
    owner="sms",
)
"""Records in one envelope that has any.

Histogram `sms_parser_records_per_envelope`.

Labels:

- `source_id`: The venue or station that the data comes from, by the name of its registry file
  (kexp, neumos). At most 100 distinct values.

Buckets up to 1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10000.
"""

PARSER_BYTES_PROCESSED: Final = HistogramBySourceId(
    CATALOG,
    component="parser",
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

- `source_id`: The venue or station that the data comes from, by the name of its registry file
  (kexp, neumos). At most 100 distinct values.

Buckets up to 256, 1024, 4096, 16384, 65536, 262144, 1048576, 4194304, 16777216, 67108864.
"""

PARSER_BATCHES_PROCESSED: Final = Counter(
    CATALOG,
    key="parser.batches.processed",
    name="sms_parser_batches_processed_total",
    help="Batches of envelopes whose payloads were parsed.",
    owner="sms",
)
"""Batches of envelopes whose payloads were parsed.

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
    help="Payloads of envelopes that were found in the store.",
    owner="sms",
)
"""Payloads of envelopes that were found in the store.

Counter `sms_parser_payload_resolutions_success_total`.
"""

PARSER_PAYLOAD_RESOLUTIONS_ERROR: Final = CounterByParserResolutionErrorType(
    CATALOG,
    key="parser.payload.resolutions.error",
    name="sms_parser_payload_resolutions_error_total",
    help="Payloads of envelopes that are missing in the store. It is damaged or pruned too early.",
    labels=(PARSER_RESOLUTION_ERROR_TYPE_LABEL,),
    owner="sms",
)
"""Payloads of envelopes that are missing in the store. It is damaged or pruned too early.

Counter `sms_parser_payload_resolutions_error_total`.

Labels:

- `error_type`: Why the payload could not be read from the store. One of `not_found`, `checksum`,
  `io`.
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
