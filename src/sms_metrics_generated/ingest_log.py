"""Ingest log: metrics of `ingest_log`.

The rotating NDJSON log of accepted envelopes, one JSON document per line. Consumers read it in
batches and acknowledge what they have processed.

Generated from the catalog by typedprom: change the catalog, not this file.
"""

from __future__ import annotations

from typing import Final

from typedprom import Counter, Gauge, Histogram

from ._catalog import CATALOG
from ._labels import INGEST_LOG_CONSUMER_LABEL, INGEST_LOG_ERROR_TYPE_LABEL
from ._signatures import (
    CounterByConsumer,
    CounterByIngestLogErrorType,
    GaugeByConsumer,
    HistogramByConsumer,
)

INGEST_LOG_WRITES_SUCCESS: Final = Counter(
    CATALOG,
    key="ingest_log.writes.success",
    name="sms_ingest_log_writes_success_total",
    help="Envelopes appended to the log.",
    owner="sms",
)
"""Envelopes appended to the log.

Counter `sms_ingest_log_writes_success_total`.
"""

INGEST_LOG_WRITES_ERROR: Final = CounterByIngestLogErrorType(
    CATALOG,
    key="ingest_log.writes.error",
    name="sms_ingest_log_writes_error_total",
    help="Envelopes that could not be appended. No later step will see them.",
    labels=(INGEST_LOG_ERROR_TYPE_LABEL,),
    owner="sms",
)
"""Envelopes that could not be appended. No later step will see them.

Counter `sms_ingest_log_writes_error_total`.

Labels:

- `error_type`: Why a line could not be appended. One of `no_space`, `permission`, `io`, `encode`,
  `rotate`.
"""

INGEST_LOG_WRITE_BYTES: Final = Histogram(
    CATALOG,
    key="ingest_log.write.bytes",
    name="sms_ingest_log_write_bytes",
    help="Size of one line of the log.",
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
"""Size of one line of the log.

Histogram `sms_ingest_log_write_bytes`, in bytes.

Buckets up to 256, 1024, 4096, 16384, 65536, 262144, 1048576, 4194304, 16777216, 67108864.
"""

INGEST_LOG_ROTATIONS: Final = Counter(
    CATALOG,
    key="ingest_log.rotations",
    name="sms_ingest_log_rotations_total",
    help="Times the log was closed at its size or age limit and a new file begun.",
    owner="sms",
)
"""Times the log was closed at its size or age limit and a new file begun.

Counter `sms_ingest_log_rotations_total`.
"""

INGEST_LOG_CURRENT_FILE_SIZE: Final = Gauge(
    CATALOG,
    key="ingest_log.current_file.size",
    name="sms_ingest_log_current_file_bytes",
    help="Size of the current file. It falls at each rotation; if it only rises, rotation fails.",
    unit="bytes",
    owner="sms",
)
"""Size of the current file. It falls at each rotation; if it only rises, rotation fails.

Gauge `sms_ingest_log_current_file_bytes`, in bytes.
"""

INGEST_LOG_ACTIVE_CONSUMERS: Final = Gauge(
    CATALOG,
    key="ingest_log.active_consumers",
    name="sms_ingest_log_active_consumers",
    help="Consumers that have the log open. Zero means that nothing is being parsed.",
    combine="live_sum",
    owner="sms",
)
"""Consumers that have the log open. Zero means that nothing is being parsed.

Gauge `sms_ingest_log_active_consumers`. The values of live processes are added.
"""

INGEST_LOG_CONSUMER_READS: Final = CounterByConsumer(
    CATALOG,
    key="ingest_log.consumer.reads",
    name="sms_ingest_log_consumer_reads_total",
    help="Batches a consumer read from the log.",
    labels=(INGEST_LOG_CONSUMER_LABEL,),
    owner="sms",
)
"""Batches a consumer read from the log.

Counter `sms_ingest_log_consumer_reads_total`.

Labels:

- `consumer`: The reader of the log, by its registered name (parser, archiver). At most 20 distinct
  values.
"""

INGEST_LOG_CONSUMER_ACKS: Final = CounterByConsumer(
    CATALOG,
    key="ingest_log.consumer.acks",
    name="sms_ingest_log_consumer_acks_total",
    help=(
        "Batches a consumer acknowledged. Fewer than its reads means that it fails while "
        "processing."
    ),
    labels=(INGEST_LOG_CONSUMER_LABEL,),
    owner="sms",
)
"""Batches a consumer acknowledged. Fewer than its reads means that it fails while processing.

Counter `sms_ingest_log_consumer_acks_total`.

Labels:

- `consumer`: The reader of the log, by its registered name (parser, archiver). At most 20 distinct
  values.
"""

INGEST_LOG_CONSUMER_READ_BATCH_SIZE: Final = HistogramByConsumer(
    CATALOG,
    key="ingest_log.consumer.read_batch_size",
    name="sms_ingest_log_consumer_read_batch_size",
    help="Envelopes in one batch a consumer read. Full batches mean that it is behind.",
    labels=(INGEST_LOG_CONSUMER_LABEL,),
    buckets=(1.0, 2.0, 5.0, 10.0, 20.0, 50.0, 100.0, 200.0, 500.0, 1000.0, 2000.0, 5000.0, 10000.0),
    owner="sms",
)
"""Envelopes in one batch a consumer read. Full batches mean that it is behind.

Histogram `sms_ingest_log_consumer_read_batch_size`.

Labels:

- `consumer`: The reader of the log, by its registered name (parser, archiver). At most 20 distinct
  values.

Buckets up to 1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10000.
"""

INGEST_LOG_CONSUMER_LAG_BYTES: Final = GaugeByConsumer(
    CATALOG,
    key="ingest_log.consumer.lag.bytes",
    name="sms_ingest_log_consumer_lag_bytes",
    help=(
        "Size of the log that a consumer has not acknowledged yet. Rises when it is too slow or "
        "stuck."
    ),
    labels=(INGEST_LOG_CONSUMER_LABEL,),
    unit="bytes",
    owner="sms",
)
"""Size of the log that a consumer has not acknowledged yet. Rises when it is too slow or stuck.

Gauge `sms_ingest_log_consumer_lag_bytes`, in bytes.

Labels:

- `consumer`: The reader of the log, by its registered name (parser, archiver). At most 20 distinct
  values.
"""

INGEST_LOG_SYMLINK_UPDATES: Final = Counter(
    CATALOG,
    key="ingest_log.symlink.updates",
    name="sms_ingest_log_symlink_updates_total",
    help="Times the link `current` was pointed at a new file. Follows the rotations one for one.",
    owner="sms",
)
"""Times the link `current` was pointed at a new file. Follows the rotations one for one.

Counter `sms_ingest_log_symlink_updates_total`.
"""
