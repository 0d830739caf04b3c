"""Makes entities for the graph from records: normalize, quality gate, enrich."""

from __future__ import annotations

from dataclasses import dataclass

from examples.sms.journal import Batch, Enriched, Journal, Judged, Normalized
from examples.sms.parser import Record
from examples.sms.simulation import Simulation
from sms_metrics_generated import (
    ENRICH_BATCH_SIZE,
    ENRICH_BATCHES_PROCESSED,
    ENRICH_CITY_TAGGING,
    ENRICH_CONFIDENCE,
    ENRICH_RECORDS_PROCESSED,
    ENRICH_SPATIAL_BINNING,
    ENRICH_TAGS_ADDED,
    ENRICH_WARNINGS,
    NORMALIZE_BATCH_SIZE,
    NORMALIZE_BATCHES_PROCESSED,
    NORMALIZE_CONFIDENCE,
    NORMALIZE_GEOCODING,
    NORMALIZE_RECORDS_PROCESSED,
    NORMALIZE_STRATEGY_VALUES,
    NORMALIZE_WARNINGS,
    QUALITY_GATE_BATCH_SIZE,
    QUALITY_GATE_BATCHES_PROCESSED,
    QUALITY_GATE_ISSUES_DETECTED,
    QUALITY_GATE_QUALITY_SCORE,
    QUALITY_GATE_RECORDS_ACCEPTED,
    QUALITY_GATE_RECORDS_ACCEPTED_WITH_WARNINGS,
    QUALITY_GATE_RECORDS_QUARANTINED,
    EnrichStrategy,
    EnrichWarningType,
    NormalizeWarningType,
    QualityGateIssueType,
    QualityGateSeverity,
)

_CITIES = ("Seattle", "Tacoma")
_TAGS = ("doors", "eight", "free", "late", "all ages")


@dataclass(frozen=True, slots=True)
class Entity:
    """A record in standard form, with a confidence."""

    record: Record
    confidence: float
    tags: tuple[str, ...] = ()


def normalize(simulation: Simulation, journal: Journal, records: list[Record]) -> list[Entity]:
    """Convert a batch of records to standard form."""
    NORMALIZE_BATCHES_PROCESSED.inc()
    NORMALIZE_BATCH_SIZE.observe(len(records))
    journal.note(Batch("normalize", len(records)))
    return [_normalize(simulation, journal, record) for record in records]


def _normalize(simulation: Simulation, journal: Journal, record: Record) -> Entity:
    strategy = simulation.pick(NORMALIZE_STRATEGY_VALUES)
    confidence = simulation.ratio(0.4 if strategy == "fallback" else 0.85)
    warnings: list[NormalizeWarningType] = []
    if not record.city:
        warnings.append("missing_field")
    if len(record.text) > 600:
        warnings.append("text_truncated")
    NORMALIZE_RECORDS_PROCESSED.inc(strategy=strategy)
    NORMALIZE_CONFIDENCE.observe(confidence)
    if record.city:
        NORMALIZE_GEOCODING.inc()
    for warning in warnings:
        NORMALIZE_WARNINGS.inc(warning_type=warning)
    journal.note(Normalized(strategy, confidence, bool(record.city), tuple(warnings)))
    return Entity(record, confidence)


def judge(simulation: Simulation, journal: Journal, entities: list[Entity]) -> list[Entity]:
    """Apply the quality gate to a batch of entities and return those that pass."""
    QUALITY_GATE_BATCHES_PROCESSED.inc()
    QUALITY_GATE_BATCH_SIZE.observe(len(entities))
    journal.note(Batch("quality_gate", len(entities)))
    return [entity for entity in entities if _passes(simulation, journal, entity)]


def _passes(simulation: Simulation, journal: Journal, entity: Entity) -> bool:
    issues = _issues(entity)
    for issue_type, severity in issues:
        QUALITY_GATE_ISSUES_DETECTED.inc(issue_type=issue_type, severity=severity)
    score = simulation.ratio(max(0.1, 0.95 - 0.3 * len(issues)))
    QUALITY_GATE_QUALITY_SCORE.observe(score)
    if any(severity in ("error", "critical") for _, severity in issues):
        verdict = "quarantined"
        QUALITY_GATE_RECORDS_QUARANTINED.inc()
    elif issues:
        verdict = "warnings"
        QUALITY_GATE_RECORDS_ACCEPTED_WITH_WARNINGS.inc()
    else:
        verdict = "accepted"
        QUALITY_GATE_RECORDS_ACCEPTED.inc()
    journal.note(Judged(verdict, score, tuple(issues)))
    return verdict != "quarantined"


def _issues(entity: Entity) -> list[tuple[QualityGateIssueType, QualityGateSeverity]]:
    issues: list[tuple[QualityGateIssueType, QualityGateSeverity]] = []
    if not entity.record.city:
        issues.append(("incomplete_geography", "warning"))
    if entity.record.price > 500:
        issues.append(("out_of_range", "error"))
    if entity.record.day.endswith("31"):
        issues.append(("temporal_inconsistency", "info"))
    if entity.confidence < 0.2:
        issues.append(("low_confidence", "critical"))
    return issues


def enrich(simulation: Simulation, journal: Journal, entities: list[Entity]) -> list[Entity]:
    """Add city, area and tags to a batch of entities."""
    ENRICH_BATCHES_PROCESSED.inc()
    ENRICH_BATCH_SIZE.observe(len(entities))
    journal.note(Batch("enrich", len(entities)))
    return [_enrich(simulation, journal, entity) for entity in entities]


def _enrich(simulation: Simulation, journal: Journal, entity: Entity) -> Entity:
    known_city = entity.record.city in _CITIES
    strategy: EnrichStrategy = "gazetteer" if known_city else "text"
    warnings: tuple[EnrichWarningType, ...] = (
        () if known_city else ("no_coordinates", "unknown_city")
    )
    tags = tuple(tag for tag in _TAGS if tag in entity.record.text)
    confidence = simulation.ratio(0.9 if known_city else 0.3)
    ENRICH_RECORDS_PROCESSED.inc(strategy=strategy)
    ENRICH_CONFIDENCE.observe(confidence)
    ENRICH_TAGS_ADDED.observe(len(tags))
    if known_city:
        ENRICH_SPATIAL_BINNING.inc()
        ENRICH_CITY_TAGGING.inc()
    for warning in warnings:
        ENRICH_WARNINGS.inc(warning_type=warning)
    journal.note(Enriched(strategy, confidence, known_city, known_city, len(tags), warnings))
    return Entity(entity.record, confidence, tags)
