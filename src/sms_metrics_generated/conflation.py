"""Conflation: metrics of `conflation`.

Matching. An entity is compared with the graph: it is new, it is already there, or the match is
ambiguous.

Generated from the catalog by typedprom: change the catalog, not this file.
"""

from __future__ import annotations

from typing import Final

from typedprom import Counter, Histogram

from ._catalog import CATALOG
from ._labels import CONFLATION_ERROR_TYPE_LABEL, CONFLATION_WARNING_TYPE_LABEL
from ._signatures import CounterByConflationErrorType, CounterByConflationWarningType

CONFLATION_RECORDS_PROCESSED: Final = Counter(
    CATALOG,
    key="conflation.records.processed",
    name="sms_conflation_records_processed_total",
    help="Entities compared with the graph, with any result.",
    owner="sms",
)
"""Entities compared with the graph, with any result.

Counter `sms_conflation_records_processed_total`.
"""

CONFLATION_RECORDS_SUCCESSFUL: Final = Counter(
    CATALOG,
    key="conflation.records.successful",
    name="sms_conflation_records_successful_total",
    help="Entities added to the graph, as a new one or merged into another.",
    owner="sms",
)
"""Entities added to the graph, as a new one or merged into another.

Counter `sms_conflation_records_successful_total`.
"""

CONFLATION_RECORDS_FAILED: Final = CounterByConflationErrorType(
    CATALOG,
    key="conflation.records.failed",
    name="sms_conflation_records_failed_total",
    help="Entities that did not reach the graph, by reason.",
    labels=(CONFLATION_ERROR_TYPE_LABEL,),
    owner="sms",
)
"""Entities that did not reach the graph, by reason.

Counter `sms_conflation_records_failed_total`.

Labels:

- `error_type`: Why an entity failed. missing_key: nothing to match it by; conflict: two sources
  contradict each other; store: the graph could not be written; internal: a bug. One of
  `missing_key`, `conflict`, `store`, `internal`.
"""

CONFLATION_CONFIDENCE_SCORE: Final = Histogram(
    CATALOG,
    key="conflation.confidence_score",
    name="sms_conflation_confidence_score",
    help="Confidence of the best match of one entity, from 0 (unknown) to 1 (the same).",
    unit="ratio",
    buckets=(0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0),
    owner="sms",
)
"""Confidence of the best match of one entity, from 0 (unknown) to 1 (the same).

Histogram `sms_conflation_confidence_score`, a ratio.

Buckets up to 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.
"""

CONFLATION_NEW_ENTITIES: Final = Counter(
    CATALOG,
    key="conflation.new_entities",
    name="sms_conflation_new_entities_total",
    help="Entities that matched nothing and were added to the graph. Rises with a new source.",
    owner="sms",
)
"""Entities that matched nothing and were added to the graph. Rises with a new source.

Counter `sms_conflation_new_entities_total`.
"""

CONFLATION_MATCHED_EXISTING: Final = Counter(
    CATALOG,
    key="conflation.matched_existing",
    name="sms_conflation_matched_existing_total",
    help="Entities matched with one in the graph.",
    owner="sms",
)
"""Entities matched with one in the graph.

Counter `sms_conflation_matched_existing_total`.
"""

CONFLATION_UPDATED_EXISTING: Final = Counter(
    CATALOG,
    key="conflation.updated_existing",
    name="sms_conflation_updated_existing_total",
    help="Entities in the graph to which a match added something.",
    owner="sms",
)
"""Entities in the graph to which a match added something.

Counter `sms_conflation_updated_existing_total`.
"""

CONFLATION_DUPLICATES: Final = Counter(
    CATALOG,
    key="conflation.duplicates",
    name="sms_conflation_duplicates_total",
    help="Entities that matched and added nothing.",
    owner="sms",
)
"""Entities that matched and added nothing.

Counter `sms_conflation_duplicates_total`.
"""

CONFLATION_UNCERTAIN_RESOLUTIONS: Final = Counter(
    CATALOG,
    key="conflation.uncertain_resolutions",
    name="sms_conflation_uncertain_resolutions_total",
    help="Matches accepted below the required confidence. They should be checked by hand.",
    owner="sms",
)
"""Matches accepted below the required confidence. They should be checked by hand.

Counter `sms_conflation_uncertain_resolutions_total`.
"""

CONFLATION_POTENTIAL_DUPLICATES: Final = Counter(
    CATALOG,
    key="conflation.potential_duplicates",
    name="sms_conflation_potential_duplicates_total",
    help="Pairs inside the graph that look like one entity.",
    owner="sms",
)
"""Pairs inside the graph that look like one entity.

Counter `sms_conflation_potential_duplicates_total`.
"""

CONFLATION_ALTERNATIVE_MATCHES: Final = Counter(
    CATALOG,
    key="conflation.alternative_matches",
    name="sms_conflation_alternative_matches_total",
    help=(
        "Other candidates that an entity could be matched with. Rises as the graph gets ambiguous."
    ),
    owner="sms",
)
"""Other candidates that an entity could be matched with. Rises as the graph gets ambiguous.

Counter `sms_conflation_alternative_matches_total`.
"""

CONFLATION_WARNINGS: Final = CounterByConflationWarningType(
    CATALOG,
    key="conflation.warnings",
    name="sms_conflation_warnings_total",
    help="Doubts recorded while matching, by kind.",
    labels=(CONFLATION_WARNING_TYPE_LABEL,),
    owner="sms",
)
"""Doubts recorded while matching, by kind.

Counter `sms_conflation_warnings_total`.

Labels:

- `warning_type`: The kind of doubt about a match. One of `low_confidence`, `ambiguous_match`,
  `stale_entity`, `field_conflict`.
"""

CONFLATION_BATCHES_PROCESSED: Final = Counter(
    CATALOG,
    key="conflation.batches.processed",
    name="sms_conflation_batches_processed_total",
    help="Batches of entities processed, with any result.",
    owner="sms",
)
"""Batches of entities processed, with any result.

Counter `sms_conflation_batches_processed_total`.
"""

CONFLATION_BATCHES_SUCCESSFUL: Final = Counter(
    CATALOG,
    key="conflation.batches.successful",
    name="sms_conflation_batches_successful_total",
    help="Batches in which no entity failed.",
    owner="sms",
)
"""Batches in which no entity failed.

Counter `sms_conflation_batches_successful_total`.
"""

CONFLATION_BATCH_SIZE: Final = Histogram(
    CATALOG,
    key="conflation.batch.size",
    name="sms_conflation_batch_size",
    help="Entities in one batch.",
    buckets=(1.0, 2.0, 5.0, 10.0, 20.0, 50.0, 100.0, 200.0, 500.0, 1000.0, 2000.0, 5000.0, 10000.0),
    owner="sms",
)
"""Entities in one batch.

Histogram `sms_conflation_batch_size`.

Buckets up to 1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10000.
"""

CONFLATION_BATCH_PROCESSING_DURATION: Final = Histogram(
    CATALOG,
    key="conflation.batch.processing.duration",
    name="sms_conflation_batch_processing_duration_seconds",
    help="Time to process one batch. Rises as the graph grows.",
    unit="seconds",
    buckets=(0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0),
    owner="sms",
)
"""Time to process one batch. Rises as the graph grows.

Histogram `sms_conflation_batch_processing_duration_seconds`, in seconds.

Buckets up to 0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30.
"""

CONFLATION_BATCH_RECORDS_SUCCESSFUL: Final = Counter(
    CATALOG,
    key="conflation.batch.records.successful",
    name="sms_conflation_batch_records_successful_total",
    help="Entities added to the graph, counted when their batch is finished.",
    owner="sms",
)
"""Entities added to the graph, counted when their batch is finished.

Counter `sms_conflation_batch_records_successful_total`.
"""

CONFLATION_BATCH_RECORDS_FAILED: Final = Counter(
    CATALOG,
    key="conflation.batch.records.failed",
    name="sms_conflation_batch_records_failed_total",
    help="Entities not added to the graph, counted when their batch is finished.",
    owner="sms",
)
"""Entities not added to the graph, counted when their batch is finished.

Counter `sms_conflation_batch_records_failed_total`.
"""
