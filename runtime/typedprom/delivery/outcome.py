"""Outcome: what became of one delivery."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final


@dataclass(frozen=True, slots=True)
class Outcome:
    """Whether it was delivered; if not, why, as a sentence can go on after a colon.

    `refused` are families that the receiver will not take, with its own words; others got there.
    """

    delivered: bool
    reason: str = ""
    refused: Mapping[str, str] = field(default_factory=dict[str, str])


DELIVERED: Final = Outcome(delivered=True)
