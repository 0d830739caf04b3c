"""Families as text, in text 0.0.4 or OpenMetrics 1.0."""

from __future__ import annotations

from collections.abc import Iterable

from typedprom.exposition.family_renderer import (
    FamilyRenderer,
    FamilyWriter,
    WriteFamily,
    histogram_states,
    scalar_states,
)
from typedprom.exposition.negotiation import OPENMETRICS, TEXT, Syntax
from typedprom.exposition.text_shapes import (
    NO_EXEMPLARS,
    Created,
    HistogramShape,
    HistogramState,
    ScalarShape,
    StateSetShape,
)
from typedprom.metrics.definition import Definition, Family


class TextRenderer:
    """Renders families in one syntax, and remembers the lines of every series.

    A gateway takes no `_created`: for that they are hidden.
    """

    def __init__(self, syntax: Syntax, created: Created = "shown") -> None:
        self._syntax: Syntax = syntax
        self._created: Created = created
        self._renderer = FamilyRenderer(self._writer)

    def parts(self, families: Iterable[Family]) -> dict[str, bytes]:
        """The text of each family, by its metric's name, without the mark of the end."""
        return self._renderer.parts(families)

    def render(self, families: Iterable[Family]) -> bytes:
        """The exposition of the families."""
        end = OPENMETRICS.end if self._syntax == "openmetrics" else TEXT.end
        return b"".join((*self.parts(families).values(), end))

    def _writer(self, definition: Definition) -> WriteFamily:
        around = (definition, self._syntax, self._created)
        if definition.type == "histogram":
            shape = HistogramShape(*around, _state)
            return FamilyWriter(definition, shape, histogram_states).write
        if definition.type == "stateset":
            return FamilyWriter(definition, StateSetShape(*around), scalar_states).write
        return FamilyWriter(definition, ScalarShape(*around), scalar_states).write


def _state(numbers: tuple[float, ...]) -> HistogramState:
    return numbers[1:-1], numbers[-1], NO_EXEMPLARS
