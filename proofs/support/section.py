"""The result of a proof: a table and the failures."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Section:
    """A proof's part of the report. `failures` is empty if all promises hold."""

    title: str
    text: str
    failures: Sequence[str]

    def markdown(self) -> str:
        """Return the section as Markdown, with the failures below the table."""
        failed = "".join(f"\n- FAILED: {failure}" for failure in self.failures)
        return f"### {self.title}\n\n{self.text}\n{failed}"
