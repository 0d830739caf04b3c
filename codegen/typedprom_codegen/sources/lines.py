"""Offsets in a file's text as lines and columns."""

from __future__ import annotations

from bisect import bisect_right
from functools import cached_property

from typedprom_codegen.diagnostics import Span
from typedprom_codegen.load.file_text import LINE_BREAK


class Lines:
    """Where the lines of a text begin; found when first asked for."""

    def __init__(self, text: str) -> None:
        self._text = text

    @cached_property
    def _starts(self) -> list[int]:
        return [0, *(found.end() for found in LINE_BREAK.finditer(self._text))]

    def offset(self, line: int, column: int) -> int:
        """The offset of a position, both from 0; not after the end of the text."""
        starts, size = self._starts, len(self._text)
        return min(starts[line] + column, size) if line < len(starts) else size

    def span(self, path: str, start: int, end: int) -> Span:
        """The span in the file `path` from one offset to another."""
        return Span(path, *self._position(start), *self._position(end))

    def _position(self, offset: int) -> tuple[int, int]:
        line = bisect_right(self._starts, offset)
        return line, offset - self._starts[line - 1] + 1
