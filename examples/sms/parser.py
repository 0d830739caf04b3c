"""The parser: reads envelopes from the log and payloads from the store, and returns records."""

from __future__ import annotations

import json
from dataclasses import dataclass

from examples.sms.ingest_log import Envelope, IngestLog
from examples.sms.journal import Journal, ParserBatch, Parsing, Resolution
from examples.sms.simulation import Simulation
from examples.sms.store import Store
from sms_metrics_generated import (
    PARSER_BATCH_RECORDS_WRITTEN,
    PARSER_BATCH_SIZE,
    PARSER_BATCHES_PROCESSED,
    PARSER_BYTES_PROCESSED,
    PARSER_DURATION,
    PARSER_EMPTY_ENVELOPES,
    PARSER_ENVELOPES_PROCESSED,
    PARSER_PARSE_ERROR,
    PARSER_PARSE_SUCCESS,
    PARSER_PAYLOAD_RESOLUTION_DURATION,
    PARSER_PAYLOAD_RESOLUTIONS_ERROR,
    PARSER_PAYLOAD_RESOLUTIONS_SUCCESS,
    PARSER_RECORDS_EXTRACTED,
    PARSER_RECORDS_PER_ENVELOPE,
    ParserErrorType,
)

CONSUMER = "parser"


@dataclass(frozen=True, slots=True)
class Record:
    """One event, as described by a source."""

    source_id: str
    artist: str
    day: str
    price: int
    city: str
    text: str


class ParseError(Exception):
    """A payload could not be read; `error_type` says why."""

    def __init__(self, error_type: ParserErrorType) -> None:
        super().__init__(error_type)
        self.error_type = error_type


@dataclass(slots=True)
class Parser:
    """Parses the payloads of the log, as one of its consumers."""

    simulation: Simulation
    journal: Journal
    store: Store
    log: IngestLog

    def parse_batch(self) -> list[Record] | None:
        """Parse the next batch and acknowledge it, unless an error happens first.

        Return None at the end of the log.
        """
        envelopes = self.log.read(CONSUMER)
        if not envelopes:
            return None
        records = [record for envelope in envelopes for record in self._parse(envelope)]
        PARSER_BATCHES_PROCESSED.inc()
        PARSER_BATCH_SIZE.observe(len(envelopes))
        PARSER_BATCH_RECORDS_WRITTEN.observe(len(records))
        self.journal.note(ParserBatch(len(envelopes), len(records)))
        if not self.simulation.chance(self.simulation.odds.batch_unacknowledged):
            self.log.acknowledge(CONSUMER, len(envelopes))
        return records

    def _parse(self, envelope: Envelope) -> list[Record]:
        source_id, seconds = envelope.source_id, self.simulation.seconds(0.03)
        PARSER_ENVELOPES_PROCESSED.inc(source_id=source_id)
        try:
            records = records_of(source_id, self._resolve(envelope))
        except ParseError as error:
            PARSER_PARSE_ERROR.inc(source_id=source_id, error_type=error.error_type)
            self.journal.note(Parsing(source_id, seconds, envelope.size, 0, error.error_type))
            return []
        PARSER_PARSE_SUCCESS.inc(source_id=source_id)
        PARSER_DURATION.observe(seconds, source_id=source_id)
        PARSER_BYTES_PROCESSED.observe(envelope.size, source_id=source_id)
        if records:
            PARSER_RECORDS_EXTRACTED.inc(len(records), source_id=source_id)
            PARSER_RECORDS_PER_ENVELOPE.observe(len(records), source_id=source_id)
        else:
            PARSER_EMPTY_ENVELOPES.inc(source_id=source_id)
        self.journal.note(Parsing(source_id, seconds, envelope.size, len(records), None))
        return records

    def _resolve(self, envelope: Envelope) -> bytes:
        payload = self.store.read(envelope.digest)
        seconds = self.simulation.seconds(0.005)
        PARSER_PAYLOAD_RESOLUTION_DURATION.observe(seconds)
        if payload is None:
            PARSER_PAYLOAD_RESOLUTIONS_ERROR.inc(error_type="not_found")
            self.journal.note(Resolution(seconds, "not_found"))
            raise ParseError("payload")
        PARSER_PAYLOAD_RESOLUTIONS_SUCCESS.inc()
        self.journal.note(Resolution(seconds, None))
        return payload


def records_of(source_id: str, payload: bytes) -> list[Record]:
    """Return the records of a payload; ParseError if its format is not that of the source."""
    try:
        text = payload.decode()
    except UnicodeDecodeError as error:
        raise ParseError("encoding") from error
    if text.startswith("<"):
        raise ParseError("html")
    try:
        document = json.loads(text)
    except json.JSONDecodeError as error:
        raise ParseError("json") from error
    if "events" not in document:
        raise ParseError("schema")
    return [Record(source_id, **event) for event in document["events"]]
