"""Normalize: metrics of `normalize`.

Normalising. Records of all kinds become standard venues, artists and events.

Generated from the catalog by typedprom: change the catalog, not this file.
"""

from __future__ import annotations

from typing import Final

from typedprom import Counter, Histogram

from ._catalog import CATALOG
from ._labels import NORMALIZE_STRATEGY_LABEL, NORMALIZE_WARNING_TYPE_LABEL
from ._signatures import CounterByNormalizeStrategy, CounterByNormalizeWarningType

NORMALIZE_RECORDS_PROCESSED: Final = CounterByNormalizeStrategy(
    CATALOG,
    key="normalize.records.processed",
    name="sms_normalize_records_processed_total",
    help="Records turned into entities, by how. More fallback means that a source has changed.",
    labels=(NORMALIZE_STRATEGY_LABEL,),
    owner="sms",
)
"""Records turned into entities, by how. More fallback means that a source has changed.

Counter `sms_normalize_records_processed_total`.

Labels:

- `strategy`: How a record was mapped. structured: from its schema.org data; mapped: by the source's
  own field map; heuristic: extracted from text; fallback: only partly mapped. One of `structured`,
  `mapped`, `heuristic`, `fallback`.
"""

NORMALIZE_CONFIDENCE: Final = Histogram(
    CATALOG,
    key="normalize.confidence",
    name="sms_normalize_confidence",
    help="Confidence of the mapping of one record, from 0 (a guess) to 1 (certain).",
    unit="ratio",
    buckets=(0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0),
    owner="sms",
)
"""Confidence of the mapping of one record, from 0 (a guess) to 1 (certain).

Histogram `sms_normalize_confidence`, a ratio.

Buckets up to 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.
"""

NORMALIZE_GEOCODING: Final = Counter(
    CATALOG,
    key="normalize.geocoding",
    name="sms_normalize_geocoding_total",
    help="Addresses that were given coordinates.",
    owner="sms",
)
"""Addresses that were given coordinates.

Counter `sms_normalize_geocoding_total`.
"""

NORMALIZE_WARNINGS: Final = CounterByNormalizeWarningType(
    CATALOG,
    key="normalize.warnings",
    name="sms_normalize_warnings_total",
    help="Doubts recorded while mapping records, by kind. A record can have several.",
    labels=(NORMALIZE_WARNING_TYPE_LABEL,),
    owner="sms",
)
"""Doubts recorded while mapping records, by kind. A record can have several.

Counter `sms_normalize_warnings_total`.

Labels:

- `warning_type`: The kind of doubt about a record. One of `missing_field`, `ambiguous_date`,
  `unknown_timezone`, `geocoding_failed`, `text_truncated`.
"""

NORMALIZE_BATCHES_PROCESSED: Final = Counter(
    CATALOG,
    key="normalize.batches.processed",
    name="sms_normalize_batches_processed_total",
    help="Batches of records that were mapped to entities.",
    owner="sms",
)
"""Batches of records that were mapped to entities.

Counter `sms_normalize_batches_processed_total`.
"""

NORMALIZE_BATCH_SIZE: Final = Histogram(
    CATALOG,
    key="normalize.batch.size",
    name="sms_normalize_batch_size",
    help="Records in one batch.",
    buckets=(1.0, 2.0, 5.0, 10.0, 20.0, 50.0, 100.0, 200.0, 500.0, 1000.0, 2000.0, 5000.0, 10000.0),
    owner="sms",
)
"""Records in one batch.

Histogram `sms_normalize_batch_size`.

Buckets up to 1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10000.
"""
