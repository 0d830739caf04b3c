"""Conflation: decides whether an entity is new, already in the graph, or ambiguous."""

from __future__ import annotations

from dataclasses import dataclass, field

from examples.sms.journal import Conflated, ConflationBatch, Journal
from examples.sms.refine import Entity
from examples.sms.simulation import Simulation
from sms_metrics_generated import (
    CONFLATION_ALTERNATIVE_MATCHES,
    CONFLATION_BATCH_PROCESSING_DURATION,
    CONFLATION_BATCH_RECORDS_FAILED,
    CONFLATION_BATCH_RECORDS_SUCCESSFUL,
    CONFLATION_BATCH_SIZE,
    CONFLATION_BATCHES_PROCESSED,
    CONFLATION_BATCHES_SUCCESSFUL,
    CONFLATION_CONFIDENCE_SCORE,
    CONFLATION_DUPLICATES,
    CONFLATION_ERROR_TYPE_VALUES,
    CONFLATION_MATCHED_EXISTING,
    CONFLATION_NEW_ENTITIES,
    CONFLATION_POTENTIAL_DUPLICATES,
    CONFLATION_RECORDS_FAILED,
    CONFLATION_RECORDS_PROCESSED,
    CONFLATION_RECORDS_SUCCESSFUL,
    CONFLATION_UNCERTAIN_RESOLUTIONS,
    CONFLATION_UPDATED_EXISTING,
    CONFLATION_WARNINGS,
    ConflationWarningType,
)


@dataclass(slots=True)
class Graph:
    """The known days on which an artist plays, by artist."""

    simulation: Simulation
    journal: Journal
    _days: dict[str, set[str]] = field(default_factory=dict)

    def conflate(self, entities: list[Entity]) -> None:
        """Add a batch of entities to the graph."""
        successful = sum(self._conflate(entity) for entity in entities)
        failed = len(entities) - successful
        seconds = self.simulation.seconds(0.3)
        CONFLATION_BATCHES_PROCESSED.inc()
        CONFLATION_BATCH_SIZE.observe(len(entities))
        CONFLATION_BATCH_PROCESSING_DURATION.observe(seconds)
        CONFLATION_BATCH_RECORDS_SUCCESSFUL.inc(successful)
        CONFLATION_BATCH_RECORDS_FAILED.inc(failed)
        if not failed:
            CONFLATION_BATCHES_SUCCESSFUL.inc()
        self.journal.note(ConflationBatch(seconds, successful, failed))

    def _conflate(self, entity: Entity) -> bool:
        """Add an entity and return whether the graph contains it now."""
        CONFLATION_RECORDS_PROCESSED.inc()
        confidence = self.simulation.ratio(0.8)
        CONFLATION_CONFIDENCE_SCORE.observe(confidence)
        alternatives = self.simulation.number(0, 2)
        CONFLATION_ALTERNATIVE_MATCHES.inc(alternatives)
        look_alikes = self.simulation.pick((0, 0, 0, 1))
        CONFLATION_POTENTIAL_DUPLICATES.inc(look_alikes)
        warnings = _doubts(confidence, alternatives)
        for warning in warnings:
            CONFLATION_WARNINGS.inc(warning_type=warning)
        uncertain = confidence < 0.3
        if uncertain:
            CONFLATION_UNCERTAIN_RESOLUTIONS.inc()
        result = self._resolve(entity)
        self.journal.note(
            Conflated(result, confidence, uncertain, alternatives, look_alikes, warnings)
        )
        return result in ("new", "updated", "duplicate")

    def _resolve(self, entity: Entity) -> str:
        if self.simulation.chance(self.simulation.odds.match_fails):
            error = self.simulation.pick(CONFLATION_ERROR_TYPE_VALUES)
            CONFLATION_RECORDS_FAILED.inc(error_type=error)
            return error
        CONFLATION_RECORDS_SUCCESSFUL.inc()
        return self._merge(entity.record.artist, entity.record.day)

    def _merge(self, artist: str, day: str) -> str:
        known = self._days.get(artist)
        if known is None:
            self._days[artist] = {day}
            CONFLATION_NEW_ENTITIES.inc()
            return "new"
        CONFLATION_MATCHED_EXISTING.inc()
        if day in known:
            CONFLATION_DUPLICATES.inc()
            return "duplicate"
        known.add(day)
        CONFLATION_UPDATED_EXISTING.inc()
        return "updated"


def _doubts(confidence: float, alternatives: int) -> tuple[ConflationWarningType, ...]:
    doubts: list[ConflationWarningType] = []
    if confidence < 0.3:
        doubts.append("low_confidence")
    if alternatives > 1:
        doubts.append("ambiguous_match")
    return tuple(doubts)
