"""The environment of a simulated pipeline: a clock, and odds that incidents change."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from examples.sms.simulation import SOURCES, Answer, Odds, Simulation
from proofs.backtest.calendar import BEGAN, HOUR
from proofs.backtest.incidents import QUIET, Incident
from proofs.backtest.kinds import SLOW
from sms_metrics_generated import SourcesDecision

NEW_SOURCE = "tractor_tavern"  # added to the registry later
_ADDED = BEGAN + 30 * HOUR


@dataclass(slots=True)
class World(Simulation):
    """A simulation whose time is set, not waited for."""

    odds: Odds = QUIET
    sources: tuple[str, ...] = (*SOURCES, NEW_SOURCE)
    incidents: Sequence[Incident] = ()
    clock: float = BEGAN
    _skipped: set[str] = field(default_factory=set)

    def now(self) -> float:
        """Return the Unix time by the clock of the host."""
        return self.clock + sum(one.kind.clock for one in self.active()) * HOUR

    def active(self, name: str = "") -> Iterator[Incident]:
        """Yield the incidents that are going on and concern that source or command."""
        return (one for one in self.incidents if one.active(self.clock) and one.concerns(name))

    def is_active(self, kind: str, name: str = "") -> bool:
        """Whether an incident of that kind is going on and concerns that source or command."""
        return any(one.kind.name == kind for one in self.active(name))

    def odds_of(self, name: str) -> Odds:
        """Return the odds for one source or command, as incidents change them."""
        odds = self.odds
        for one in self.active(name):
            odds = one.changed(odds)
        return odds

    def present(self) -> tuple[str, ...]:
        """Return the sources that are in the registry by now."""
        return self.sources if self.clock >= _ADDED else self.sources[:-1]

    def decision(self, source_id: str) -> SourcesDecision:
        """Fetch a source in each run but about every tenth, never missing two."""
        if source_id not in self._skipped and self.chance(0.1):
            self._skipped.add(source_id)
            return "skipped"
        self._skipped.discard(source_id)
        return "due"

    def answer(self, endpoint: str) -> Answer:
        """Answer a request to an endpoint, late if its source is slow."""
        answer = Simulation.answer(self, endpoint)
        slow = self.is_active("a source is slow", endpoint.split("/")[1])
        return replace(answer, seconds=answer.seconds + SLOW) if slow else answer

    def page(self, endpoint: str, odds: Odds) -> bytes:
        """Return a new page; with a new structure if the pages of its source changed."""
        if self.is_active("pages changed", endpoint.split("/")[1]):
            return json.dumps({"endpoint": endpoint, "shows": [self.event()]}).encode()
        return Simulation.page(self, endpoint, odds)

    def event(self) -> dict[str, object]:
        """Return an event, at times with an impossible price."""
        event = Simulation.event(self)
        return event | {"price": 9000} if self.is_active("quarantine rises") else event
