"""Where the entries of a catalog and their fields stand in the YAML."""

from __future__ import annotations

from typing import Protocol

from typedprom_codegen.diagnostics import Span


class FieldSpans(Protocol):
    """Where the fields of an entry stand in the YAML."""

    def __call__(self, *path: str | int) -> Span:
        """The span of the value at a path below the entry; of the entry's key if it has none.

        A step into a list is an index, or the text of an item: `where("labels", "country")`.
        """
        ...
