"""The incidents of a simulation: when each happens, and what it is about."""

from __future__ import annotations

import random
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from typing import Final

from examples.sms.simulation import SOURCES, Odds
from proofs.backtest.calendar import BEGAN, CRONTAB, HOUR, MINUTE, next_start
from proofs.backtest.kinds import KINDS, Kind

QUIET: Final = Odds(
    registry_damaged=0,
    request_fails=0.02,
    page_invalid=0.003,
    policy_denies=0.002,
    store_fails=0,
    log_fails=0,
    batch_unacknowledged=0.02,
    match_fails=0.01,
    command_fails=0.003,
)
_GAP: Final = (0.75, 2.0)  # hours between two incidents
_FIRST: Final = 5.0  # hours until the first
_OVERLAP: Final = 0.75  # how likely an incident begins before the one before has ended
_FOLLOWED: Final = 3.0  # hours after the last incident
_OF_A_SOURCE: Final = ("the registry is damaged", "a source is slow")  # no alert names it
_GONE: Final = 6.0  # hours of one that never ends


@dataclass(frozen=True, slots=True)
class Incident:
    """One incident: `target` is the source or command that it is about, or empty."""

    kind: Kind
    begins: float  # Unix time
    target: str = ""

    @property
    def ends(self) -> float:
        """When it is over, as a Unix time."""
        return self.begins + self.kind.hours * HOUR

    @property
    def touches(self) -> float:
        """When something that records first notices it."""
        own = next((command for command in CRONTAB if command == self.target), None)
        if own is not None:
            return next_start(own, self.begins)
        if self.kind.touches is None:
            return self.begins
        return next_start(self.kind.touches, next_start("ingester", self.begins))

    def active(self, at: float) -> bool:
        """Whether it is going on."""
        return self.begins <= at < self.ends

    def concerns(self, name: str) -> bool:
        """Whether it is about this source or command."""
        return self.target in ("", name)

    def changed(self, odds: Odds) -> Odds:
        """Return the odds while it is going on."""
        return replace(odds, **self.kind.changes)


def plan(seed: int, kinds: Sequence[Kind] = KINDS) -> list[Incident]:
    """Return an incident of each kind, in the order and at times of a seed.

    At most two go on at a time, and about different sources. What never ends is the last.
    """
    choice = random.Random(seed)  # noqa: S311 - not for secrets
    found = list[Incident]()
    for kind in sorted(choice.sample(kinds, len(kinds)), key=lambda kind: kind.is_for_good):
        at = _begin(kind, found, choice)
        target = _target(kind, choice, {one.target for one in found[-1:]})
        found.append(Incident(kind, float(at // MINUTE * MINUTE), target))
    return found


def _begin(kind: Kind, found: Sequence[Incident], choice: random.Random) -> float:
    over = max((one.ends for one in found[:-1]), default=0.0)
    for last in found[-1:]:
        is_possible = last.begins >= over and not (last.kind.apart or kind.apart)
        if is_possible and choice.random() < _OVERLAP:
            return choice.uniform(last.begins, last.ends)
    ended = max((one.ends for one in found), default=BEGAN + _FIRST * HOUR)
    return ended + choice.uniform(*_GAP) * HOUR


def _target(kind: Kind, choice: random.Random, taken: Collection[str]) -> str:
    if kind.label == "command":
        return choice.choice([*CRONTAB])
    if kind.label == "source_id" or kind.name in _OF_A_SOURCE:
        return choice.choice([source for source in SOURCES if source not in taken])
    return ""


def end_of(incidents: Sequence[Incident]) -> float:
    """Return when a simulation with these incidents may end, as a Unix time."""
    return max(
        one.begins + _GONE * HOUR if one.kind.is_for_good else one.ends + _FOLLOWED * HOUR
        for one in incidents
    )
