"""What a proof comes to: a table, and what of it is not as it must be."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Section:
    """A proof's part of the report. `failures` is empty where everything is as promised."""

    title: str
    text: str
    failures: Sequence[str]

    def markdown(self) -> str:
        """The part, with its failures, if there are any, below the table."""
        failed = "".join(f"\n- FAILED: {failure}" for failure in self.failures)
        return f"### {self.title}\n\n{self.text}\n{failed}"
