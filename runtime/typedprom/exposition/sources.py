"""What a source of metrics promises to a server."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol


class UnreadableError(Exception):
    """What a source exposes cannot be read; the cause says why."""


class Source(Protocol):
    """Metrics that can be rendered. Any number of threads may ask at once."""

    def render(self, accept: str, names: Sequence[str]) -> tuple[str, bytes]:
        """Content type and body for an Accept header; where there are `names`, of those samples.

        Whatever it raises is answered with status 500 and logged once. UnreadableError is the
        source's own fault, anything else that of a collector.
        """
        ...
