"""The service of a simulation: what each scrape of it returns, from one deploy to the next."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from examples.sms.journal import Heartbeat, Journal
from examples.sms.store import Store
from examples.sms.tally import tally_of
from proofs.backtest.calendar import SCRAPED_EVERY
from proofs.backtest.exposed import Moment, exposed
from proofs.backtest.incidents import Incident
from proofs.backtest.jobs import Counted
from proofs.backtest.world import World
from sms_metrics_generated import (
    HEARTBEAT,
    INGEST_LOG_ACTIVE_CONSUMERS,
    INGEST_LOG_CONSUMER_LAG_BYTES,
    PARSER_PAYLOAD_RESOLUTIONS_ERROR,
    PARSER_PAYLOAD_RESOLUTIONS_SUCCESS,
)

TARGET: Final = 'job="sms-serve",instance="host-1:9464"'
_CONSUMER: Final = "search"
_BEATS: Final = 3  # between two scrapes
_READERS: Final = (2, 12)  # that ask for a payload between two scrapes
_BYTES: Final = 2_000_000  # that reach the log between two scrapes


@dataclass(slots=True)
class Served:
    """All scrapes of one process, and what it recorded before each."""

    scrapes: list[Moment] = field(default_factory=list)
    counted: list[Counted] = field(default_factory=list)


def serve(
    seed: int, incidents: Sequence[Incident], begins: float, ends: float, names: Collection[str]
) -> Served:
    """Run the service in this process, which has recorded nothing before, until it is replaced."""
    world = World(seed, incidents=incidents)
    served, service = Served(), _Service(world)
    INGEST_LOG_ACTIVE_CONSUMERS.inc()
    for at in range(int(begins), int(ends), SCRAPED_EVERY):
        world.clock = at
        service.work()
        served.scrapes.append(Moment(at, _scraped(names)))
        served.counted.append(Counted(at, tally_of(service.journal.facts).counters))
        service.journal.facts.clear()
    return served


def _scraped(names: Collection[str]) -> Mapping[str, str]:
    return exposed(names, TARGET)


@dataclass(slots=True)
class _Service:
    world: World
    journal: Journal = field(default_factory=Journal)
    store: Store = field(init=False)
    digest: str = field(init=False)
    behind: int = 0

    def __post_init__(self) -> None:
        self.store = Store(self.world, self.journal)
        self.digest = self.store.write(b"a payload that readers ask for")

    def work(self) -> None:
        """Do what the service does between two scrapes, unless it hangs."""
        if self.world.is_active("the heartbeat stops"):
            return
        for _ in range(_BEATS):
            HEARTBEAT.inc()
            self.journal.note(Heartbeat())
        for _ in range(self.world.number(*_READERS)):
            self._answer()
        self._consume()

    def _answer(self) -> None:
        """Answer a reader with a payload of the store."""
        self.store.read(self.digest)
        if self.world.chance(0.001):
            PARSER_PAYLOAD_RESOLUTIONS_ERROR.inc(error_type="io")
        else:
            PARSER_PAYLOAD_RESOLUTIONS_SUCCESS.inc()

    def _consume(self) -> None:
        """Read what has reached the log."""
        stuck = self.world.is_active("a consumer is behind")
        self.behind = self.behind + _BYTES if stuck else self.world.number(0, _BYTES)
        INGEST_LOG_CONSUMER_LAG_BYTES.set(self.behind, consumer=_CONSUMER)
