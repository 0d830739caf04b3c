"""Fetches sources: registry entries, cadences, requests to the venues."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from examples.sms.journal import CadenceCheck, Fetch, Journal, RegistryLoad
from examples.sms.simulation import Simulation
from sms_metrics_generated import (
    SOURCES_CADENCE_CHECKS,
    SOURCES_PAYLOAD_BYTES,
    SOURCES_REGISTRY_LOADS_ERROR,
    SOURCES_REGISTRY_LOADS_SUCCESS,
    SOURCES_REQUEST_DURATION,
    SOURCES_REQUESTS_ERROR,
    SOURCES_REQUESTS_SUCCESS,
    SourcesRegistryErrorType,
)


@dataclass(frozen=True, slots=True)
class Payload:
    """The bytes that a source sent."""

    source_id: str
    data: bytes


def fetch_all(
    simulation: Simulation, journal: Journal, source_ids: Iterable[str]
) -> Iterator[Payload]:
    """Fetch every endpoint of every source that is due."""
    for source_id in source_ids:
        endpoints = load_entry(simulation, journal, source_id)
        if endpoints and is_due(simulation, journal, source_id):
            for endpoint in endpoints:
                if payload := fetch(simulation, journal, source_id, endpoint):
                    yield payload


def load_entry(simulation: Simulation, journal: Journal, source_id: str) -> list[str]:
    """Return the endpoints of a source's registry entry; empty without a valid entry."""
    text = simulation.registry_entry(source_id)
    if text is None:
        return _entry_failed(journal, "missing")
    try:
        endpoints: list[str] = json.loads(text)["endpoints"]
    except json.JSONDecodeError:
        return _entry_failed(journal, "invalid")
    SOURCES_REGISTRY_LOADS_SUCCESS.inc()
    journal.note(RegistryLoad(None))
    return endpoints


def _entry_failed(journal: Journal, error: SourcesRegistryErrorType) -> list[str]:
    SOURCES_REGISTRY_LOADS_ERROR.inc(error_type=error)
    journal.note(RegistryLoad(error))
    return []


def is_due(simulation: Simulation, journal: Journal, source_id: str) -> bool:
    """Whether a source is fetched now, by its cadence or because a user forced it."""
    decision = simulation.decision(source_id)
    SOURCES_CADENCE_CHECKS.inc(source_id=source_id, decision=decision)
    journal.note(CadenceCheck(source_id, decision))
    return decision != "skipped"


def fetch(
    simulation: Simulation, journal: Journal, source_id: str, endpoint: str
) -> Payload | None:
    """Request one endpoint; None if the request fails."""
    answer = simulation.answer(endpoint)
    journal.note(Fetch(source_id, answer.seconds, len(answer.payload), answer.error))
    SOURCES_REQUEST_DURATION.observe(answer.seconds, source_id=source_id)
    if answer.error is not None:
        SOURCES_REQUESTS_ERROR.inc(source_id=source_id, error_type=answer.error)
        return None
    SOURCES_REQUESTS_SUCCESS.inc(source_id=source_id)
    SOURCES_PAYLOAD_BYTES.observe(len(answer.payload), source_id=source_id)
    return Payload(source_id, answer.payload)
