"""Renders diagnostics as text for people and as JSON for programs."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence

from typedprom_codegen.diagnostics import Diagnostic, Severity, Span
from typedprom_codegen.excerpt import SourceLines, excerpt, printable


def text(found: Sequence[Diagnostic], sources: SourceLines) -> str:
    """All diagnostics with excerpts, then their number; empty if there are none."""
    if not found:
        return ""
    blocks = ["\n".join(_block(diagnostic, sources)) for diagnostic in found]
    return "\n\n".join([*blocks, summary(found)]) + "\n"


def summary(found: Sequence[Diagnostic]) -> str:
    """The number of diagnostics of each severity: "3 errors, 1 warning"."""
    counts = [(severity.value, sum(d.severity is severity for d in found)) for severity in Severity]
    return ", ".join(f"{n} {word}{'s' if n > 1 else ''}" for word, n in counts if n)


def to_json(found: Sequence[Diagnostic]) -> str:
    """An array with one object per diagnostic, in order.

    Each has the keys code, name, severity ("error" or "warning"), message, help, subject (of a
    query outside of the catalog, such as a panel or an alert; else empty), related, and its
    position: path (from the project's folder, with forward slashes), line, column, end_line and
    end_column (from 1, in characters, the end exclusive). Each of related has a message and a
    position.
    """
    return json.dumps([_as_data(diagnostic) for diagnostic in found], indent=2) + "\n"


def _block(diagnostic: Diagnostic, sources: SourceLines) -> Iterator[str]:
    spans = [diagnostic.span, *(related.span for related in diagnostic.related)]
    gutter = len(str(max(max(span.line, span.end_line) for span in spans)))
    kind = f"{diagnostic.severity.value}[{diagnostic.code.id}]"
    yield f"{_position(diagnostic.span)}: {kind}: {printable(diagnostic.message)}"
    if diagnostic.subject:
        yield f"{' ' * gutter} in {printable(diagnostic.subject)}"
    yield from excerpt(sources, diagnostic.span, gutter)
    if diagnostic.help:
        yield f"{' ' * gutter} = help: {printable(diagnostic.help)}"
    for related in diagnostic.related:
        yield f"{_position(related.span)}: note: {printable(related.message)}"
        yield from excerpt(sources, related.span, gutter)


def _position(span: Span) -> str:
    return printable(str(span))


def _as_data(diagnostic: Diagnostic) -> dict[str, object]:
    return {
        "code": diagnostic.code.id,
        "name": diagnostic.code.name,
        "severity": diagnostic.severity.value,
        "message": diagnostic.message,
        "help": diagnostic.help,
        "subject": diagnostic.subject,
        **_position_as_data(diagnostic.span),
        "related": [
            {"message": related.message, **_position_as_data(related.span)}
            for related in diagnostic.related
        ],
    }


def _position_as_data(span: Span) -> dict[str, object]:
    return {
        "path": span.path,
        "line": span.line,
        "column": span.column,
        "end_line": span.end_line,
        "end_column": span.end_column,
    }
