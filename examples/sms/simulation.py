"""Simulates the environment of the pipeline from a seed: venues, answers, disks, errors."""

from __future__ import annotations

import json
import math
import random
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from sms_metrics_generated import SourcesDecision, SourcesErrorType

T = TypeVar("T")

SOURCES = (
    "barboza",
    "blue_moon",
    "conor_byrne",
    "darrells_tavern",
    "kexp",
    "neumos",
    "sea_monster",
    "sunset_tavern",
)
ERRORS: tuple[SourcesErrorType, ...] = (
    "timeout",
    "dns",
    "connect",
    "tls",
    "http_4xx",
    "http_5xx",
    "body",
)
_INVALID_PAGES = (
    b"\xff\xfe%s",
    b'{"events": "%s',
    b"<html>%s has moved</html>",
    b'{"shows": "%s"}',
    b"%%PDF %s",
)
_ADJECTIVES = ("Velvet", "Electric", "Quiet", "Northern", "Broken", "Golden", "Late", "Distant")
_NOUNS = ("Otters", "Ferries", "Neighbours", "Cedars", "Signals", "Sundays", "Cranes", "Tides")


@dataclass(frozen=True, slots=True)
class Answer:
    """The result of a request to a source: a payload or an error."""

    seconds: float
    payload: bytes
    error: SourcesErrorType | None = None


@dataclass(frozen=True, slots=True)
class Odds:
    """How likely it is that something fails, and that a page differs from the one before."""

    registry_damaged: float = 0.08
    request_fails: float = 0.15
    page_changed: float = 0.6
    page_invalid: float = 0.12
    policy_denies: float = 0.02
    store_fails: float = 0.06
    log_fails: float = 0.08
    batch_unacknowledged: float = 0.1
    match_fails: float = 0.02
    command_fails: float = 0.06


@dataclass(slots=True)
class Simulation:
    """The only source of randomness, so that a seed determines all events."""

    seed: int = 2026
    odds: Odds = field(default_factory=Odds)
    sources: tuple[str, ...] = SOURCES  # those with a registry entry
    _random: random.Random = field(init=False)
    _published: dict[str, bytes] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        self._random = random.Random(self.seed)  # noqa: S311 - not for secrets

    def now(self) -> float:
        """Return the Unix time."""
        return time.time()

    def odds_of(self, _name: str) -> Odds:
        """Return the odds for one source, command or disk; here all have the same."""
        return self.odds

    def chance(self, probability: float) -> bool:
        """Whether an event with this probability happens now."""
        return self._random.random() < probability

    def pick(self, options: Sequence[T]) -> T:
        """Return one of the options."""
        return self._random.choice(options)

    def number(self, lowest: int, highest: int) -> int:
        """Return an integer from `lowest` to `highest`, both included."""
        return self._random.randint(lowest, highest)

    def ratio(self, typical: float) -> float:
        """Return a number from 0 to 1, usually near `typical`."""
        return round(self._random.triangular(0.0, 1.0, typical), 3)

    def seconds(self, typical: float) -> float:
        """Return a duration, usually near `typical` seconds and sometimes much longer."""
        return round(self._random.lognormvariate(math.log(typical), 0.8), 6)

    def registry_entry(self, source_id: str) -> str | None:
        """Return the registry file of a source, sometimes truncated; None if it does not exist."""
        if source_id not in self.sources:
            return None
        entry = json.dumps({"endpoints": [f"/{source_id}/events", f"/{source_id}/calendar"]})
        damaged = self.chance(self.odds_of(source_id).registry_damaged)
        return entry[:-1] if damaged else entry

    def decision(self, _source_id: str) -> SourcesDecision:
        """Decide whether a source that exists is fetched now."""
        return self.pick(("due", "due", "due", "bypassed", "skipped"))

    def answer(self, endpoint: str) -> Answer:
        """Answer a request to an endpoint: often unchanged, sometimes invalid or an error."""
        odds = self.odds_of(endpoint.split("/")[1])
        if self.chance(odds.request_fails):
            return Answer(self.seconds(2.0), b"", self.pick(ERRORS))
        if endpoint not in self._published or self.chance(odds.page_changed):
            self._published[endpoint] = self.page(endpoint, odds)
        return Answer(self.seconds(0.4), self._published[endpoint])

    def page(self, endpoint: str, odds: Odds) -> bytes:
        """Return a new page of an endpoint, sometimes one that cannot be parsed."""
        if self.chance(odds.page_invalid):
            return self.pick(_INVALID_PAGES) % endpoint.encode()
        events = [self.event() for _ in range(self.pick((0, 1, 3, 6, 12, 40)))]
        return json.dumps({"endpoint": endpoint, "events": events}).encode()

    def event(self) -> dict[str, object]:
        """Return an event as a venue describes it."""
        return {
            "artist": f"{self.pick(_ADJECTIVES)} {self.pick(_NOUNS)}",
            "day": f"2026-12-{self.number(1, 31):02}",
            "price": self.pick((0, 12, 18, 25, 900)),
            "city": self.pick(("Seattle", "Tacoma", "")),
            "text": "doors at eight " * self.number(1, 60),
        }
