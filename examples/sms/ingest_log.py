"""The rotating NDJSON log of accepted envelopes, read by consumers."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field

from examples.sms.journal import Ack, Append, Consumers, Journal, Lag, Read, Rotation
from examples.sms.simulation import Simulation
from sms_metrics_generated import (
    INGEST_LOG_ACTIVE_CONSUMERS,
    INGEST_LOG_CONSUMER_ACKS,
    INGEST_LOG_CONSUMER_LAG_BYTES,
    INGEST_LOG_CONSUMER_READ_BATCH_SIZE,
    INGEST_LOG_CONSUMER_READS,
    INGEST_LOG_CURRENT_FILE_SIZE,
    INGEST_LOG_ROTATIONS,
    INGEST_LOG_SYMLINK_UPDATES,
    INGEST_LOG_WRITE_BYTES,
    INGEST_LOG_WRITES_ERROR,
    INGEST_LOG_WRITES_SUCCESS,
    IngestLogErrorType,
)

BATCH = 16
_FILE_LIMIT = 2_000
_DISK_ERRORS: tuple[IngestLogErrorType, ...] = ("no_space", "permission", "io")


@dataclass(frozen=True, slots=True)
class Envelope:
    """The metadata of an accepted payload."""

    source_id: str
    digest: str
    size: int


class AppendError(Exception):
    """An envelope could not be appended to the log."""


@dataclass(slots=True)
class IngestLog:
    """The log and the position of each consumer."""

    simulation: Simulation
    journal: Journal
    _lines: list[bytes] = field(default_factory=list)
    _file_size: int = 0
    _acknowledged: dict[str, int] = field(default_factory=dict)

    def append(self, envelope: Envelope) -> None:
        """Write one line, to a new file if this one is full; AppendError if the disk refuses."""
        line = json.dumps(asdict(envelope)).encode() + b"\n"
        if self.simulation.chance(self.simulation.odds_of("ingest_log").log_fails):
            error = self.simulation.pick(_DISK_ERRORS)
            INGEST_LOG_WRITES_ERROR.inc(error_type=error)
            self.journal.note(Append(len(line), self._file_size, error))
            raise AppendError(error)
        if self._file_size + len(line) > _FILE_LIMIT:
            self._rotate()
        self._lines.append(line)
        self._file_size += len(line)
        INGEST_LOG_WRITES_SUCCESS.inc()
        INGEST_LOG_WRITE_BYTES.observe(len(line))
        INGEST_LOG_CURRENT_FILE_SIZE.set(self._file_size)
        self.journal.note(Append(len(line), self._file_size, None))
        for consumer in self._acknowledged:
            self._report_lag(consumer)

    def _rotate(self) -> None:
        self._file_size = 0
        INGEST_LOG_ROTATIONS.inc()
        INGEST_LOG_SYMLINK_UPDATES.inc()
        self.journal.note(Rotation())

    def open(self, consumer: str) -> None:
        """Register a consumer, which reads from the beginning."""
        self._acknowledged[consumer] = 0
        INGEST_LOG_ACTIVE_CONSUMERS.inc()
        self.journal.note(Consumers(len(self._acknowledged)))

    def close(self, consumer: str) -> None:
        """Unregister a consumer."""
        del self._acknowledged[consumer]
        INGEST_LOG_ACTIVE_CONSUMERS.dec()
        self.journal.note(Consumers(len(self._acknowledged)))

    def read(self, consumer: str) -> list[Envelope]:
        """Return the next unacknowledged batch of the consumer; empty at the end of the log."""
        start = self._acknowledged[consumer]
        lines = self._lines[start : start + BATCH]
        if lines:
            INGEST_LOG_CONSUMER_READS.inc(consumer=consumer)
            INGEST_LOG_CONSUMER_READ_BATCH_SIZE.observe(len(lines), consumer=consumer)
            self.journal.note(Read(consumer, len(lines)))
        return [Envelope(**json.loads(line)) for line in lines]

    def acknowledge(self, consumer: str, envelopes: int) -> None:
        """Advance the consumer by that number of envelopes."""
        self._acknowledged[consumer] += envelopes
        INGEST_LOG_CONSUMER_ACKS.inc(consumer=consumer)
        self.journal.note(Ack(consumer))
        self._report_lag(consumer)

    def _report_lag(self, consumer: str) -> None:
        lag = sum(map(len, self._lines[self._acknowledged[consumer] :]))
        INGEST_LOG_CONSUMER_LAG_BYTES.set(lag, consumer=consumer)
        self.journal.note(Lag(consumer, lag))
