"""Simulates the environment of the pipeline from a seed: venues, answers, disks, errors."""

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


@dataclass(slots=True)
class Simulation:
    """The only source of randomness, so that a seed determines all events."""

    seed: int = 2026
    _random: random.Random = field(init=False)
    _published: dict[str, bytes] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        self._random = random.Random(self.seed)  # noqa: S311 - not for secrets

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
        if source_id not in SOURCES:
            return None
        entry = json.dumps({"endpoints": [f"/{source_id}/events", f"/{source_id}/calendar"]})
        return entry[:-1] if self.chance(0.08) else entry

    def answer(self, endpoint: str) -> Answer:
        """Answer a request to an endpoint: often unchanged, sometimes invalid or an error."""
        if self.chance(0.15):
            return Answer(self.seconds(2.0), b"", self.pick(ERRORS))
        if endpoint not in self._published or self.chance(0.6):
            self._published[endpoint] = self._page(endpoint)
        return Answer(self.seconds(0.4), self._published[endpoint])

    def _page(self, endpoint: str) -> bytes:
        if self.chance(0.12):
            return self.pick(_INVALID_PAGES) % endpoint.encode()
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
