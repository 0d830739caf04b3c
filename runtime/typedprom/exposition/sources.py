"""Sources: what a server asks for the metrics it serves."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple, Protocol


class Exposition(NamedTuple):
    """Metrics in one format: the body of a response, and its Content-Type."""

    body: bytes
    content_type: str


class UnreadableError(Exception):
    """A source cannot read its metrics; the cause says why."""


class Source(Protocol):
    """Metrics that can be rendered. Any number of threads may ask at once."""

    def render(self, accept: str, names: Sequence[str]) -> tuple[str, bytes]:
        """Content type and body for an Accept header; with `names`, only of samples so named.

        What it raises is answered with status 500: UnreadableError is its own fault.
        """
        ...
