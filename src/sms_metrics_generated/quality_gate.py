"""Quality gate: metrics of `quality_gate`.

Quality checks. An entity is accepted, accepted with warnings, or put into quarantine.

Generated from the catalog by typedprom: change the catalog, not this file.
"""

from __future__ import annotations

from typing import Final

from typedprom import Counter, Histogram

from ._catalog import CATALOG
from ._labels import QUALITY_GATE_ISSUE_TYPE_LABEL, QUALITY_GATE_SEVERITY_LABEL
from ._signatures import CounterByQualityGateIssueTypeQualityGateSeverity

QUALITY_GATE_RECORDS_ACCEPTED: Final = Counter(
    CATALOG,
    key="quality_gate.records.accepted",
    name="sms_quality_gate_records_accepted_total",
    help="Entities without faults, passed on.",
    owner="sms",
)
"""Entities without faults, passed on.

Counter `sms_quality_gate_records_accepted_total`.
"""

QUALITY_GATE_RECORDS_ACCEPTED_WITH_WARNINGS: Final = Counter(
    CATALOG,
    key="quality_gate.records.accepted_with_warnings",
    name="sms_quality_gate_records_accepted_with_warnings_total",
    help="Entities passed on in spite of smaller faults.",
    owner="sms",
)
"""Entities passed on in spite of smaller faults.

Counter `sms_quality_gate_records_accepted_with_warnings_total`.
"""

QUALITY_GATE_RECORDS_QUARANTINED: Final = Counter(
    CATALOG,
    key="quality_gate.records.quarantined",
    name="sms_quality_gate_records_quarantined_total",
    help="Entities held back for review. Rises when a source or its mapping breaks.",
    owner="sms",
)
"""Entities held back for review. Rises when a source or its mapping breaks.

Counter `sms_quality_gate_records_quarantined_total`.
"""

QUALITY_GATE_QUALITY_SCORE: Final = Histogram(
    CATALOG,
    key="quality_gate.quality_score",
    name="sms_quality_gate_quality_score",
    help="Quality of one checked entity, from 0 (useless) to 1 (faultless).",
    unit="ratio",
    buckets=(0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0),
    owner="sms",
)
"""Quality of one checked entity, from 0 (useless) to 1 (faultless).

Histogram `sms_quality_gate_quality_score`, a ratio.

Buckets up to 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.
"""

QUALITY_GATE_ISSUES_DETECTED: Final = CounterByQualityGateIssueTypeQualityGateSeverity(
    CATALOG,
    key="quality_gate.issues.detected",
    name="sms_quality_gate_issues_detected_total",
    help="Faults found, by kind and severity. An entity can have several.",
    labels=(QUALITY_GATE_ISSUE_TYPE_LABEL, QUALITY_GATE_SEVERITY_LABEL),
    owner="sms",
)
"""Faults found, by kind and severity. An entity can have several.

Counter `sms_quality_gate_issues_detected_total`.

Labels:

- `issue_type`: What is wrong with an entity. One of `missing_data`, `invalid_format`,
  `out_of_range`, `suspicious_value`, `incomplete_geography`, `temporal_inconsistency`,
  `low_confidence`, `duplication_concern`.
- `severity`: How bad it is. An entity with an error or worse goes into quarantine. One of `info`,
  `warning`, `error`, `critical`.
"""

QUALITY_GATE_BATCHES_PROCESSED: Final = Counter(
    CATALOG,
    key="quality_gate.batches.processed",
    name="sms_quality_gate_batches_processed_total",
    help="Batches of entities checked.",
    owner="sms",
)
"""Batches of entities checked.

Counter `sms_quality_gate_batches_processed_total`.
"""

QUALITY_GATE_BATCH_SIZE: Final = Histogram(
    CATALOG,
    key="quality_gate.batch.size",
    name="sms_quality_gate_batch_size",
    help="Entities in one batch.",
    buckets=(1.0, 2.0, 5.0, 10.0, 20.0, 50.0, 100.0, 200.0, 500.0, 1000.0, 2000.0, 5000.0, 10000.0),
    owner="sms",
)
"""Entities in one batch.

Histogram `sms_quality_gate_batch_size`.

Buckets up to 1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10000.
"""
