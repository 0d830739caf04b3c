"""The content-addressed store: payloads by the hash of their bytes."""

from __future__ import annotations

from dataclasses import dataclass, field
from hashlib import sha256

from examples.sms.journal import Journal, StoreOperation, StoreWrite
from examples.sms.simulation import Simulation
from sms_metrics_generated import (
    GATEWAY_CAS_OPERATION_DURATION,
    GATEWAY_CAS_WRITE_BYTES,
    GATEWAY_CAS_WRITES_ERROR,
    GATEWAY_CAS_WRITES_SUCCESS,
    GatewayCasErrorType,
    GatewayOperation,
)

_DISK_ERRORS: tuple[GatewayCasErrorType, ...] = ("no_space", "permission", "io", "checksum")


class WriteError(Exception):
    """The store could not write a payload."""


@dataclass(slots=True)
class Store:
    """A store in memory, with a simulated disk."""

    simulation: Simulation
    journal: Journal
    _files: dict[str, bytes] = field(default_factory=dict)

    def has(self, digest: str) -> bool:
        """Whether the store has a payload with this hash."""
        self._operated("stat", 0.0008)
        return digest in self._files

    def read(self, digest: str) -> bytes | None:
        """Return the payload with this hash, None if it was removed."""
        self._operated("read", 0.004)
        return self._files.get(digest)

    def write(self, payload: bytes) -> str:
        """Store a payload and return its hash; WriteError if the disk refuses."""
        self._operated("write", 0.02)
        if self.simulation.chance(self.simulation.odds_of("store").store_fails):
            error = self.simulation.pick(_DISK_ERRORS)
            GATEWAY_CAS_WRITES_ERROR.inc(error_type=error)
            self.journal.note(StoreWrite(len(payload), error))
            raise WriteError(error)
        digest = digest_of(payload)
        self._files[digest] = payload
        GATEWAY_CAS_WRITES_SUCCESS.inc()
        GATEWAY_CAS_WRITE_BYTES.observe(len(payload))
        self.journal.note(StoreWrite(len(payload), None))
        return digest

    def prune(self) -> None:
        """Remove a payload, sometimes before the parser has read it."""
        if self._files:
            del self._files[self.simulation.pick(sorted(self._files))]

    def _operated(self, operation: GatewayOperation, typical: float) -> None:
        seconds = self.simulation.seconds(typical)
        GATEWAY_CAS_OPERATION_DURATION.observe(seconds, operation=operation)
        self.journal.note(StoreOperation(operation, seconds))


def digest_of(payload: bytes) -> str:
    """Return the hash under which the store has a payload."""
    return sha256(payload).hexdigest()
