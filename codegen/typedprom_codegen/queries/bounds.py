"""Bounds of values: an interval."""

from __future__ import annotations

from typing import NamedTuple


class Bounds(NamedTuple):
    """The least and the greatest value that is possible; both can be infinite."""

    least: float = float("-inf")
    greatest: float = float("inf")


ANY = Bounds()
