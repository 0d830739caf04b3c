"""What can be said about a catalog: spans, codes, diagnostics. `render.py` prints them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from enum import Enum


class Severity(Enum):
    """How bad it is. An error stops compilation, a warning fails only under --strict."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A stretch of a file. Lines and columns count from 1, in characters; the end is exclusive."""

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
    page: str  # Markdown: what it means, a wrong example, the mended one


@dataclass(frozen=True, slots=True)
class Related:
    """A second place that belongs to a diagnostic: where the first of two duplicates stands."""

    span: Span
    message: str


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """One finding: what is wrong in one sentence, where, and what to do about it."""

    code: Code
    message: str
    span: Span
    help: str
    related: tuple[Related, ...] = ()
    metric: str | None = None  # full key of the metric it is about, whose suppressions apply

    @property
    def severity(self) -> Severity:
        """That of its code."""
        return self.code.severity


@dataclass(slots=True)
class Diagnostics:
    """Collects findings, so that one run reports them all."""

    _found: list[Diagnostic] = field(default_factory=list)

    def report(
        self, code: Code, message: str, span: Span, *, help: str, related: Iterable[Related] = ()
    ) -> None:
        """Adds one finding."""
        self._found.append(Diagnostic(code, message, span, help, tuple(related)))

    def extend(self, found: Iterable[Diagnostic]) -> None:
        """Adds findings made elsewhere."""
        self._found.extend(found)

    def __iter__(self) -> Iterator[Diagnostic]:
        """Each once, in reading order: by file, line, column, then code."""
        found = dict.fromkeys(self._found)  # what an alias repeats is found at every use
        return iter(sorted(found, key=lambda d: (d.span, d.code.id, d.message)))

    @property
    def has_errors(self) -> bool:
        """Whether compilation has to stop."""
        return any(d.severity is Severity.ERROR for d in self._found)

    @property
    def has_warnings(self) -> bool:
        """Whether --strict has something to fail on."""
        return any(d.severity is Severity.WARNING for d in self._found)
