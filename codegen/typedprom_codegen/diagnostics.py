"""Spans, codes and diagnostics. `render.py` prints them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from enum import Enum


class Severity(Enum):
    """An error stops compilation; a warning fails only with --strict."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A part of a file. Lines and columns count from 1, in characters; the end is exclusive."""

    path: str  # relative to the project, with forward slashes
    line: int
    column: int
    end_line: int
    end_column: int

    def __str__(self) -> str:
        return f"{self.path}:{self.line}:{self.column}"


@dataclass(frozen=True, slots=True)
class Code:
    """A kind of diagnostic: its stable id, its name, and the page `typedprom explain` prints."""

    id: str  # "TP201"
    name: str  # "unknown-label"
    severity: Severity
    page: str  # Markdown: an explanation, a wrong and a right example


@dataclass(frozen=True, slots=True)
class Related:
    """A second position of a diagnostic, for example that of the first of two duplicates."""

    span: Span
    message: str


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """One problem: a message of one sentence, its position, and how to fix it."""

    code: Code
    message: str
    span: Span
    help: str
    related: tuple[Related, ...] = ()
    metric: str | None = None  # full key of the metric whose suppressions apply
    entry: str | None = None  # the alert or record whose suppressions apply: "alert `late`"
    subject: str = ""  # what a query belongs to: 'panel "Requests", target A'

    @property
    def severity(self) -> Severity:
        """The severity of its code."""
        return self.code.severity


@dataclass(slots=True)
class Diagnostics:
    """Collects diagnostics, so that one run reports all of them."""

    notes: list[str] = field(default_factory=list)  # lines that are neither errors nor warnings
    _found: list[Diagnostic] = field(default_factory=list)

    def report(
        self, code: Code, message: str, span: Span, *, help: str, related: Iterable[Related] = ()
    ) -> None:
        """Add one diagnostic."""
        self._found.append(Diagnostic(code, message, span, help, tuple(related)))

    def extend(self, found: Iterable[Diagnostic]) -> None:
        """Add diagnostics."""
        self._found.extend(found)

    def __iter__(self) -> Iterator[Diagnostic]:
        """Each diagnostic once, ordered by file, line, column, then code."""
        found = dict.fromkeys(self._found)  # an alias repeats the diagnostics of its value
        return iter(sorted(found, key=lambda d: (d.span, d.code.id, d.message)))

    @property
    def has_errors(self) -> bool:
        """Whether compilation must stop."""
        return any(d.severity is Severity.ERROR for d in self._found)

    @property
    def has_warnings(self) -> bool:
        """Whether there is any warning."""
        return any(d.severity is Severity.WARNING for d in self._found)
