"""The gateway: wraps a payload in an envelope, checks it against policies, stores and logs it."""

from __future__ import annotations

from dataclasses import dataclass

from examples.sms.ingest_log import AppendError, Envelope, IngestLog
from examples.sms.journal import Accepted, Arrival, Duplicate, Journal, PolicyCheck, Refused
from examples.sms.simulation import Simulation
from examples.sms.sources import Payload
from examples.sms.store import Store, WriteError, digest_of
from sms_metrics_generated import (
    GATEWAY_BYTES_INGESTED,
    GATEWAY_ENVELOPES_ACCEPTED,
    GATEWAY_ENVELOPES_DEDUPLICATED,
    GATEWAY_INGEST_DURATION,
    GATEWAY_INGEST_ERROR,
    GATEWAY_INGEST_SUCCESS,
    GATEWAY_PAYLOAD_BYTES,
    GATEWAY_POLICY_CHECKS,
    GATEWAY_POLICY_VALUES,
    GATEWAY_PROCESSING_DURATION,
    GATEWAY_RECORDS_INGESTED,
    GatewayErrorType,
    GatewayOutcome,
    GatewayPolicy,
)

_LARGEST = 32_768


@dataclass(slots=True)
class Gateway:
    """Accepts or refuses payloads for the store and the log."""

    simulation: Simulation
    journal: Journal
    store: Store
    log: IngestLog

    def take_in(self, payload: Payload) -> None:
        """Store a payload if the policies allow it and it is new."""
        source_id, size = payload.source_id, len(payload.data)
        self._arrived(source_id, size)
        if not all(self._allows(policy, payload.data) for policy in GATEWAY_POLICY_VALUES):
            self._refuse(source_id, "policy_denied")
            return
        if self.store.has(digest_of(payload.data)):
            GATEWAY_ENVELOPES_DEDUPLICATED.inc(source_id=source_id)
            GATEWAY_INGEST_SUCCESS.inc(source_id=source_id)
            self.journal.note(Duplicate(source_id))
            return
        try:
            self.log.append(Envelope(source_id, self.store.write(payload.data), size))
        except WriteError:
            self._refuse(source_id, "cas_write")
        except AppendError:
            self._refuse(source_id, "log_write")
        else:
            self._accept(payload)

    def _arrived(self, source_id: str, size: int) -> None:
        seconds = self.simulation.seconds(0.01)
        GATEWAY_PAYLOAD_BYTES.observe(size, source_id=source_id)
        GATEWAY_PROCESSING_DURATION.observe(seconds, source_id=source_id)
        self.journal.note(Arrival(source_id, size, seconds))

    def _allows(self, policy: GatewayPolicy, data: bytes) -> bool:
        passes = {
            "source_enabled": not self.simulation.chance(self.simulation.odds.policy_denies),
            "payload_size": len(data) <= _LARGEST,
            "content_type": not data.startswith(b"%PDF"),
            "envelope_version": True,
        }
        outcome: GatewayOutcome = "allowed" if passes[policy] else "denied"
        GATEWAY_POLICY_CHECKS.inc(policy=policy, outcome=outcome)
        self.journal.note(PolicyCheck(policy, outcome))
        return passes[policy]

    def _refuse(self, source_id: str, error: GatewayErrorType) -> None:
        GATEWAY_INGEST_ERROR.inc(source_id=source_id, error_type=error)
        self.journal.note(Refused(source_id, error))

    def _accept(self, payload: Payload) -> None:
        source_id, size = payload.source_id, len(payload.data)
        records = payload.data.count(b'"artist"')
        seconds = self.simulation.seconds(0.05)
        GATEWAY_ENVELOPES_ACCEPTED.inc(source_id=source_id)
        GATEWAY_INGEST_SUCCESS.inc(source_id=source_id)
        GATEWAY_RECORDS_INGESTED.inc(records, source_id=source_id)
        GATEWAY_BYTES_INGESTED.observe(size, source_id=source_id)
        GATEWAY_INGEST_DURATION.observe(seconds, source_id=source_id)
        self.journal.note(Accepted(source_id, size, records, seconds))
