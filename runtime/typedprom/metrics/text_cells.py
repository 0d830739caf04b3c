"""Cells of infos and statesets: what was set last counts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Generic, TypeVar

from typedprom.core.events import count_refused
from typedprom.core.misuse import report_misuse, safe_repr
from typedprom.core.text import to_label_value
from typedprom.metrics.cell import Cell, Undo
from typedprom.metrics.labels import INVALID

if TYPE_CHECKING:
    from typedprom.metrics.cell import AnyInstrument

__tracebackhide__ = True  # pytest shows the line that is wrong instead

StateT = TypeVar("StateT", bound=str)


class InfoCell(Cell):
    """A series of an info. `snapshot()` is the values of its info labels, None before any."""

    __slots__ = ("_said",)
    recordings = ("set",)

    def __init__(self, metric: AnyInstrument, values: tuple[str, ...]) -> None:
        super().__init__(metric, values)
        self._said: tuple[str, ...] | None = None

    def set(self, values: tuple[str, ...], /) -> None:
        """Set the info labels, in their order."""
        self._said = values

    def snapshot(self) -> tuple[str, ...] | None:
        return self._said

    def is_unused(self) -> bool:
        return self._said is None

    def reset(self) -> Undo:
        before, self._said = self._said, None

        def undo() -> None:
            self._said = before

        return undo


class StateSetCell(Cell, Generic[StateT]):
    """A series of a stateset for each state. `snapshot()` is the state it is in."""

    __slots__ = ("_state", "states")
    recordings = ("set",)

    def __init__(
        self, metric: AnyInstrument, values: tuple[str, ...], states: tuple[StateT, ...]
    ) -> None:
        super().__init__(metric, values)
        self.states = states
        self._state: str = states[0]

    def set(self, state: StateT, /) -> None:
        """Set the current state."""
        text = to_label_value(state)
        self._state = text if text is not None and text in self.states else self._invalid(state)

    def snapshot(self) -> str:
        """The current state; `_invalid` after one that is not in the set."""
        return self._state

    def is_unused(self) -> bool:
        """Whether it is in its first state."""
        return self._state == self.states[0]

    def reset(self) -> Undo:
        before, self._state = self._state, self.states[0]

        def undo() -> None:
            self._state = before

        return undo

    def _invalid(self, state: object) -> str:
        name, states = self.metric.name, ", ".join(self.states)
        report_misuse(
            ValueError,
            (name, INVALID),
            lambda: f"{safe_repr(state)} is not a state of `{name}`: it takes {states}",
            f"the state is `{INVALID}`",
        )
        count_refused(INVALID, name, name)
        return INVALID
