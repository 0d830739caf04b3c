"""What the pipeline did, fact by fact: the program's own count is made from this alone."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Beat:
    """The process was alive."""


@dataclass(frozen=True, slots=True)
class Run:
    """A command ended."""

    command: str
    ended_at: float
    seconds: float
    error: str | None


@dataclass(frozen=True, slots=True)
class RegistryLoad:
    """A registry entry was asked for."""

    error: str | None


@dataclass(frozen=True, slots=True)
class CadenceCheck:
    """It was decided whether a source is fetched now."""

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
    """A payload reached the gateway and was compared with what is known."""

    source_id: str
    size: int
    seconds: float


@dataclass(frozen=True, slots=True)
class PolicyCheck:
    """An envelope was held against a rule."""

    policy: str
    outcome: str


@dataclass(frozen=True, slots=True)
class StoreOperation:
    """The store was asked for something."""

    operation: str
    seconds: float


@dataclass(frozen=True, slots=True)
class StoreWrite:
    """A payload was to be written to the store."""

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
    """An envelope held a payload that is known."""

    source_id: str


@dataclass(frozen=True, slots=True)
class Refused:
    """An envelope was not taken in."""

    source_id: str
    error: str


@dataclass(frozen=True, slots=True)
class Append:
    """A line was to be appended to the ingest log; `size` is that of the file after it."""

    line: int
    size: int
    error: str | None


@dataclass(frozen=True, slots=True)
class Rotation:
    """The ingest log began a new file."""


@dataclass(frozen=True, slots=True)
class Consumers:
    """So many consumers have the log open now."""

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
    """So many bytes of the log a consumer has still before it."""

    consumer: str
    size: int


@dataclass(frozen=True, slots=True)
class Resolution:
    """An envelope's payload was looked for in the store."""

    seconds: float
    error: str | None


@dataclass(frozen=True, slots=True)
class Parsing:
    """An envelope was worked on; `seconds` and `size` count only where its payload was there."""

    source_id: str
    seconds: float
    size: int
    records: int
    error: str | None


@dataclass(frozen=True, slots=True)
class ParserBatch:
    """A batch of envelopes was worked through."""

    envelopes: int
    written: int


@dataclass(frozen=True, slots=True)
class Normalized:
    """A record became an entity."""

    strategy: str
    confidence: float
    geocoded: bool
    warnings: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Judged:
    """The quality gate judged an entity."""

    verdict: str
    score: float
    issues: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Enriched:
    """An entity got what could be added."""

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
    """A step between parser and graph worked through a batch."""

    component: str
    size: int


@dataclass(frozen=True, slots=True)
class ConflationBatch:
    """How a batch of conflation went."""

    seconds: float
    successful: int
    failed: int


Fact = (
    Beat
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
    """All facts, in the order in which they happened."""

    facts: list[Fact] = field(default_factory=list)

    def note(self, fact: Fact) -> None:
        """Keep a fact."""
        self.facts.append(fact)
