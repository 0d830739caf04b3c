"""The world around the pipeline, made up from a seed: venues, answers, disks, bad luck."""

from __future__ import annotations

import json
import math
import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from sms_metrics_generated import SourcesErrorType

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
TROUBLE: tuple[SourcesErrorType, ...] = (
    "timeout",
    "dns",
    "connect",
    "tls",
    "http_4xx",
    "http_5xx",
    "body",
)
_NONSENSE = (
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
    """What a request to a source came to: a payload, or what went wrong."""

    seconds: float
    payload: bytes
    error: SourcesErrorType | None = None


@dataclass(slots=True)
class World:
    """All chance comes from here, so that one seed is one course of events."""

    seed: int = 2026
    _dice: random.Random = field(init=False)
    _published: dict[str, bytes] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        self._dice = random.Random(self.seed)  # noqa: S311 - traffic, not secrets

    def chance(self, probability: float) -> bool:
        """Whether something of this probability happens now."""
        return self._dice.random() < probability

    def pick(self, options: Sequence[T]) -> T:
        """One of the options."""
        return self._dice.choice(options)

    def number(self, lowest: int, highest: int) -> int:
        """A whole number between two, both included."""
        return self._dice.randint(lowest, highest)

    def ratio(self, typical: float) -> float:
        """A number from 0 to 1, most often near `typical`."""
        return round(self._dice.triangular(0.0, 1.0, typical), 3)

    def seconds(self, typical: float) -> float:
        """How long something took that takes `typical` seconds, and now and then much longer."""
        return round(self._dice.lognormvariate(math.log(typical), 0.8), 6)

    def registry_entry(self, source_id: str) -> str | None:
        """The source's file in the registry, if there is one; somebody may be editing it."""
        if source_id not in SOURCES:
            return None
        entry = json.dumps({"endpoints": [f"/{source_id}/events", f"/{source_id}/calendar"]})
        return entry[:-1] if self.chance(0.08) else entry

    def answer(self, endpoint: str) -> Answer:
        """What requesting an endpoint gives: often the same as last time, sometimes nonsense."""
        if self.chance(0.15):
            return Answer(self.seconds(2.0), b"", self.pick(TROUBLE))
        if endpoint not in self._published or self.chance(0.6):
            self._published[endpoint] = self._page(endpoint)
        return Answer(self.seconds(0.4), self._published[endpoint])

    def _page(self, endpoint: str) -> bytes:
        if self.chance(0.12):
            return self.pick(_NONSENSE) % endpoint.encode()
        events = [self._event() for _ in range(self.pick((0, 1, 3, 6, 12, 40)))]
        return json.dumps({"endpoint": endpoint, "events": events}).encode()

    def _event(self) -> dict[str, object]:
        return {
            "artist": f"{self.pick(_ADJECTIVES)} {self.pick(_NOUNS)}",
            "day": f"2026-12-{self.number(1, 31):02}",
            "price": self.pick((0, 12, 18, 25, 900)),
            "city": self.pick(("Seattle", "Tacoma", "")),
            "text": "doors at eight " * self.number(1, 60),
        }
