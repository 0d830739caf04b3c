"""How often the rules of a test are evaluated, and their series sampled."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import gcd
from typing import Final

MINUTE: Final = 60
"""Seconds between samples in tests that people write."""

_LOOK_BACK: Final = 300  # seconds for which Prometheus finds a sample
_MOST_STEPS: Final = 150
_MOST_OF_FEW_SERIES: Final = 1000
_PARTS: Final = 4  # of the shortest window


@dataclass(frozen=True, slots=True)
class Pace:
    """Seconds between evaluations, and between samples."""

    step: int
    sample: int

    def shows(self, hold: int) -> bool:
        """Whether half and twice as many seconds would make a difference."""
        return not hold or hold > self.step

    def up(self, seconds: int) -> int:
        """The first evaluation that is not before a second."""
        return -(-seconds // self.step) * self.step


def pace(windows: Iterable[int], holds: Iterable[int], length: int) -> Pace:
    """The longest steps that meet the ends of all windows, and fall between those of `holds`.

    In a test of a given length, there are few enough: some holds are then shorter than a step.
    """
    return _paced([w for w in windows if w], holds, length, _MOST_STEPS)


def finer_pace(over: int, holds: Iterable[int], length: int) -> Pace:
    """The same for a test of few series, which is cheap enough to have many more steps."""
    return _paced([over], holds, length, _MOST_OF_FEW_SERIES)


def pace_of_memory(known: Iterable[int]) -> Pace:
    """For a test in which what is known for these times is forgotten."""
    times = [*known]
    part = min(times) // 14
    return pace([part - part % (_PARTS * _LOOK_BACK) or part], [], max(times))


def _paced(windows: Sequence[int], holds: Iterable[int], length: int, most: int) -> Pace:
    step = gcd(*windows)
    while min(windows) // step < _PARTS and step % 2 == 0:
        step //= 2
    for hold in sorted(filter(None, holds), reverse=True):
        shorter = _between(step, hold)
        if length // shorter <= most:
            step = shorter
    return Pace(step, _sampled(step))


def _between(step: int, hold: int) -> int:
    """A divisor of a step, at most half of a hold that it divides."""
    shared = gcd(step, hold)
    return shared if shared < hold or shared % 2 else shared // 2


def _sampled(step: int) -> int:
    """The longest time between samples that divides a step, and finds each event between two."""
    parts = (step // n for n in range(2, step + 1) if step % n == 0)
    return next((part for part in parts if part <= _LOOK_BACK), 1)  # 1 where a step is a second
