"""What the pipeline did, as a list of facts; the program's own count is made from these alone."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Heartbeat:
    """The service recorded a heartbeat."""


@dataclass(frozen=True, slots=True)
class Run:
    """A command ended."""

    command: str
    ended_at: float
    seconds: float
    error: str | None


@dataclass(frozen=True, slots=True)
class RegistryLoad:
    """A registry entry was loaded."""

    error: str | None


@dataclass(frozen=True, slots=True)
class CadenceCheck:
    """The cadence decided whether a source is fetched now."""

    source_id: str
    decision: str


@dataclass(frozen=True, slots=True)
class Fetch:
    """A request to a source ended."""

    source_id: str
    seconds: float
    size: int
    error: str | None


@dataclass(frozen=True, slots=True)
class Arrival:
    """A payload reached the gateway and was looked up in the store."""

    source_id: str
    size: int
    seconds: float


@dataclass(frozen=True, slots=True)
class PolicyCheck:
    """An envelope was checked against a policy."""

    policy: str
    outcome: str


@dataclass(frozen=True, slots=True)
class StoreOperation:
    """The store carried out an operation."""

    operation: str
    seconds: float


@dataclass(frozen=True, slots=True)
class StoreWrite:
    """A payload was written to the store, or the write failed."""

    size: int
    error: str | None


@dataclass(frozen=True, slots=True)
class Accepted:
    """An envelope was stored and logged."""

    source_id: str
    size: int
    records: int
    seconds: float


@dataclass(frozen=True, slots=True)
class Duplicate:
    """An envelope had a payload that was already stored."""

    source_id: str


@dataclass(frozen=True, slots=True)
class Refused:
    """An envelope was refused."""

    source_id: str
    error: str


@dataclass(frozen=True, slots=True)
class Append:
    """A line was appended to the ingest log, or that failed; `size` is the file size afterwards."""

    line: int
    size: int
    error: str | None


@dataclass(frozen=True, slots=True)
class Rotation:
    """The ingest log started a new file."""


@dataclass(frozen=True, slots=True)
class Consumers:
    """The number of consumers of the log changed."""

    count: int


@dataclass(frozen=True, slots=True)
class Read:
    """A consumer read a batch."""

    consumer: str
    envelopes: int


@dataclass(frozen=True, slots=True)
class Ack:
    """A consumer acknowledged a batch."""

    consumer: str


@dataclass(frozen=True, slots=True)
class Lag:
    """The number of bytes of the log that a consumer has not read yet."""

    consumer: str
    size: int


@dataclass(frozen=True, slots=True)
class Resolution:
    """The payload of an envelope was looked up in the store."""

    seconds: float
    error: str | None


@dataclass(frozen=True, slots=True)
class Parsing:
    """An envelope was parsed; `seconds` and `size` count only if its payload was found."""

    source_id: str
    seconds: float
    size: int
    records: int
    error: str | None


@dataclass(frozen=True, slots=True)
class ParserBatch:
    """A batch of envelopes was parsed."""

    envelopes: int
    written: int


@dataclass(frozen=True, slots=True)
class Normalized:
    """A record was normalized to an entity."""

    strategy: str
    confidence: float
    geocoded: bool
    warnings: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Judged:
    """The quality gate accepted or rejected an entity."""

    verdict: str
    score: float
    issues: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Enriched:
    """An entity was enriched."""

    strategy: str
    confidence: float
    binned: bool
    city: bool
    tags: int
    warnings: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Conflated:
    """An entity was compared with the graph; `result` is new, updated, duplicate or the error."""

    result: str
    confidence: float
    uncertain: bool
    alternatives: int
    look_alikes: int
    warnings: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Batch:
    """A step between parser and graph processed a batch."""

    component: str
    size: int


@dataclass(frozen=True, slots=True)
class ConflationBatch:
    """A batch of entities was conflated."""

    seconds: float
    successful: int
    failed: int


Fact = (
    Heartbeat
    | Run
    | RegistryLoad
    | CadenceCheck
    | Fetch
    | Arrival
    | PolicyCheck
    | StoreOperation
    | StoreWrite
    | Accepted
    | Duplicate
    | Refused
    | Append
    | Rotation
    | Consumers
    | Read
    | Ack
    | Lag
    | Resolution
    | Parsing
    | ParserBatch
    | Normalized
    | Judged
    | Enriched
    | Conflated
    | Batch
    | ConflationBatch
)


@dataclass(slots=True)
class Journal:
    """All facts, in the order of time."""

    facts: list[Fact] = field(default_factory=list)

    def note(self, fact: Fact) -> None:
        """Add a fact."""
        self.facts.append(fact)
