"""Renders source excerpts: the lines of a span, with carets below the right columns."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from unicodedata import category

from typedprom_codegen.diagnostics import Span
from typedprom_codegen.escape import width as columns
from typedprom_codegen.load.file_text import LINE_BREAK

WIDTH = 100  # columns of source; longer lines are cut around the caret
CONTEXT = 40  # columns before the caret in a cut line
NEAR = 400  # characters around the caret that are measured, even in a very long line
TAB = 4
LARGEST = 1 << 24  # bytes; larger files have no excerpts

_UNSAFE = {"Cc", "Cf", "Cs", "Zl", "Zp"}  # can move a terminal's cursor or reverse its text


def printable(text: str) -> str:
    """`text` with every character escaped that a terminal would not show as itself."""
    return "".join(_shown(character) for character in text)


class SourceLines:
    """The lines of a project's files. Each file is read once, for its first excerpt."""

    def __init__(self, project: Path) -> None:
        self._project = project
        self._lines: dict[str, list[str]] = {}

    def line(self, path: str, number: int) -> str | None:
        """Line `number` (from 1) of a file; None if it cannot be read."""
        if path not in self._lines:
            self._lines[path] = self._read(path)
        lines = self._lines[path]
        return lines[number - 1] if 1 <= number <= len(lines) else None

    def _read(self, path: str) -> list[str]:
        try:
            file = self._project / path
            if not file.is_file() or file.stat().st_size > LARGEST:
                return []
            text = file.read_bytes().decode("utf-8-sig", errors="replace")
        except (OSError, ValueError):
            return []
        return LINE_BREAK.split(text)


def excerpt(sources: SourceLines, span: Span, gutter: int) -> Iterator[str]:
    """The first and the last line of `span`, underlined; empty if its file cannot be read."""
    first = sources.line(span.path, span.line)
    if first is None:
        return
    empty = " " * gutter + " |"
    yield empty
    last_line, last = _last_line(sources, span)
    end = span.end_column - 1 if last_line == span.line == span.end_line else len(first)
    yield from _underlined(first, span.column - 1, end, f"{span.line:<{gutter}} |", empty)
    if last_line == span.line:
        return
    if last_line > span.line + 1:
        yield "..."
    start = len(last) - len(last.lstrip())
    end = span.end_column - 1 if last_line == span.end_line else len(last)
    yield from _underlined(last, start, end, f"{last_line:<{gutter}} |", empty)


def _last_line(sources: SourceLines, span: Span) -> tuple[int, str]:
    """The last line of `span` that is not blank within the span."""
    for number in range(span.end_line, span.line, -1):
        line = sources.line(span.path, number) or ""
        covered = line[: span.end_column - 1] if number == span.end_line else line
        if covered.strip():
            return number, line
    return span.line, ""


def _underlined(line: str, start: int, end: int, head: str, empty: str) -> Iterator[str]:
    """`line` as shown, and carets below its characters from `start` up to `end`."""
    start = min(start, len(line))
    skipped = max(0, start - NEAR)
    near = line[skipped : start + NEAR]
    cells = list(_cells(near))
    start, end = start - skipped, end - skipped
    first, last = _window(cells, start)
    text = "".join(shown for shown, _ in cells[first:last])
    before = "…" if skipped or first else ""
    after = "…" if last < len(line) - skipped else ""
    indent = len(before) + sum(width for _, width in cells[first:start])
    carets = sum(width for _, width in cells[start : min(end, last)])
    yield f"{head} {before}{text}{after}".rstrip()
    yield f"{empty} {' ' * indent}{'^' * max(carets, 1)}"


def _cells(line: str) -> Iterator[tuple[str, int]]:
    """For each character: how it is shown, and its width in columns."""
    column = 0
    for character in line:
        shown = " " * (TAB - column % TAB) if character == "\t" else _shown(character)
        width = columns(shown)
        column += width
        yield shown, width


def _window(cells: list[tuple[str, int]], caret: int) -> tuple[int, int]:
    """The range of cells to show, so that they fit and include the caret."""
    if sum(width for _, width in cells) <= WIDTH:
        return 0, len(cells)
    first, room = caret, CONTEXT
    while first > 0 and cells[first - 1][1] <= room:
        first -= 1
        room -= cells[first][1]
    last, room = first, WIDTH
    while last < len(cells) and cells[last][1] <= room:
        room -= cells[last][1]
        last += 1
    return first, last


def _shown(character: str) -> str:
    if category(character) in _UNSAFE:
        return character.encode("unicode_escape").decode("ascii")
    return character
