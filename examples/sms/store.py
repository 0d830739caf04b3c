"""The content-addressed store: a payload is kept under the hash of its bytes."""

from __future__ import annotations

from dataclasses import dataclass, field
from hashlib import sha256

from examples.sms.journal import Journal, StoreOperation, StoreWrite
from examples.sms.world import World
from sms_metrics_generated import (
    GATEWAY_CAS_OPERATION_DURATION,
    GATEWAY_CAS_WRITE_BYTES,
    GATEWAY_CAS_WRITES_ERROR,
    GATEWAY_CAS_WRITES_SUCCESS,
    GatewayCasErrorType,
    GatewayOperation,
)

_DISK_TROUBLE: tuple[GatewayCasErrorType, ...] = ("no_space", "permission", "io", "checksum")


class WriteError(Exception):
    """The store could not keep a payload."""


@dataclass(slots=True)
class Store:
    """A store in memory, on a disk that is made up."""

    world: World
    journal: Journal
    _files: dict[str, bytes] = field(default_factory=dict)

    def has(self, digest: str) -> bool:
        """Whether there is a payload of this hash."""
        self._operated("stat", 0.0008)
        return digest in self._files

    def read(self, digest: str) -> bytes | None:
        """The payload of this hash, None where it is gone."""
        self._operated("read", 0.004)
        return self._files.get(digest)

    def write(self, payload: bytes) -> str:
        """Keep a payload and return its hash; WriteError where the disk refuses."""
        self._operated("write", 0.02)
        if self.world.chance(0.06):
            error = self.world.pick(_DISK_TROUBLE)
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
        """Forget a payload, too early for whoever still wants to read it."""
        if self._files:
            del self._files[self.world.pick(sorted(self._files))]

    def _operated(self, operation: GatewayOperation, typical: float) -> None:
        seconds = self.world.seconds(typical)
        GATEWAY_CAS_OPERATION_DURATION.observe(seconds, operation=operation)
        self.journal.note(StoreOperation(operation, seconds))


def digest_of(payload: bytes) -> str:
    """The name a payload has in the store."""
    return sha256(payload).hexdigest()
