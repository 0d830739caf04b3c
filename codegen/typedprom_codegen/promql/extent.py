"""Parts of a query by offset, and the error at one of them."""

from __future__ import annotations

from typing import NamedTuple


class Extent(NamedTuple):
    """A part of a query: offsets in characters, from 0, the end exclusive."""

    start: int
    end: int

    def contains(self, other: Extent) -> bool:
        """Whether `other` is inside of this part."""
        return self.start <= other.start and other.end <= self.end


class QuerySyntaxError(ValueError):
    """Something in a query that Prometheus would reject, with its position."""

    def __init__(self, message: str, extent: Extent) -> None:
        super().__init__(message)
        self.message = message
        self.extent = extent
