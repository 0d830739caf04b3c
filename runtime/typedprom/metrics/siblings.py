"""Siblings: counters that begin at zero with the first recording of a value of a label.

Prometheus' `increase` does not see the event that a series is born with. Series of closed labels
are there from the start; of an open label nobody knows the values before. So where a label says
`siblings="zero"`, the first recording of a value, by any metric of a component, begins all counters
of that component at zero that have this label and otherwise closed ones.

These zeros are no recordings. They take no place in budgets, and where recorded series leave no
room for them they go.
"""
# ruff: noqa: D102 - `CounterKind` documents the members of its protocol

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Protocol, cast

from typedprom.core.misuse import log_once, report_misuse
from typedprom.core.text import to_label_value
from typedprom.core.variables import IS_DISABLED
from typedprom.metrics.labels import INVALID, OVERFLOW, refusal

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from typedprom.metrics.cell import AnyInstrument, Cell, Undo
    from typedprom.metrics.labels import Label

    class AnyCounter(AnyInstrument, Protocol):
        """A counter, as its siblings see it."""

        def siblings_of_a_value(self, label: str) -> int: ...
        def begin(self, label: str, value: str) -> Sequence[Cell]: ...
        def has_zeros(self, label: str, value: str) -> bool: ...
        def end(self, label: str, value: str) -> None: ...


__tracebackhide__ = True  # pytest shows the line that is wrong instead

SIBLINGS_LIMIT: Final = 1_000  # series that one value may begin in one component

_STAND_INS: Final = (INVALID, OVERFLOW)  # for values that are not recorded themselves


class SiblingGroup:
    """The metrics of one component that have one such label, and the values that have begun.

    Nothing is locked: what begins twice, by another thread or a signal handler, is there once.
    """

    __slots__ = ("_begun", "_component", "_counters", "_label", "_metrics")

    def __init__(self, component: str, label: Label) -> None:
        self._component = component
        self._label = label
        self._metrics: dict[str, AnyInstrument] = {}
        self._counters: dict[str, AnyCounter] = {}  # of those
        self._begun: dict[str, bool] = {}  # whether it was announced, by value

    def add(self, metric: AnyInstrument) -> None:
        """Add a metric, in place of the one with its key that a reloaded module has made before."""
        self._metrics[metric.key] = metric
        if metric.type == "counter":
            self._counters[metric.key] = counter = cast("AnyCounter", metric)
            for value in tuple(self._begun):
                self._begin_in(counter, value)

    def begin(self, value: str) -> None:
        """Begin all counters at zero for this value, once."""
        if value not in self._begun and value not in _STAND_INS and not IS_DISABLED:
            self._begin(value)
            self._begun.setdefault(value, False)

    def announce(self, value: object) -> None:
        """The same, for a value that nobody has recorded yet."""
        text = to_label_value(value)
        if text in _STAND_INS or IS_DISABLED:
            return
        label = self._label
        why = refusal(label, value, text)
        if text is None or why:
            report_misuse(
                ValueError,
                (label.name, "announce", INVALID),
                lambda: f"an announced value is not a value of label `{label.name}`: {why}",
                "it does not begin at zero",
            )
        elif text in self._begun:
            self._begun[text] = True
        elif label.budget is not None and len(self._begun) >= label.budget:
            log_once(
                (label.name, "announce", OVERFLOW),
                lambda: (
                    f"label `{label.name}` has more than {label.budget} values with those that are "
                    "announced: further ones do not begin at zero"
                ),
            )
        else:
            self._begin(text)
            self._begun[text] = True

    def end(self, value: str) -> None:
        """Take back the zeros of a value of which something was removed, if nothing is left."""
        if value in self._begun and not any(value in used for used in self._used()):
            self._end(value)

    def end_unused(self, cleared: AnyInstrument) -> None:
        """Take back the zeros of values that nothing is recorded of, after a metric was cleared.

        For the others the metric goes back to zero. Announced ones stay.
        """
        used = set[str]().union(*self._used())
        for value, is_announced in self._begun.copy().items():
            if not is_announced and value not in used:
                self._end(value)
        if (counter := self._counters.get(cleared.key)) is not None:
            for value in tuple(self._begun):
                counter.begin(self._label.name, value)

    def reset(self) -> Undo:
        """Begin no value, for tests, and return what undoes that."""
        begun = self._begun.copy()
        zeros = [(one, one.zeros.copy()) for one in self._counters.values()] if begun else []
        self._begun.clear()
        for counter, _ in zeros:
            counter.zeros.clear()

        def undo() -> None:
            self._begun.clear()
            self._begun.update(begun)
            for counter, cells in zeros:
                counter.zeros.update(cells)

        return undo

    def _begin(self, value: str) -> None:
        counters, name = tuple(self._counters.values()), self._label.name
        count = sum(counter.siblings_of_a_value(name) for counter in counters)
        if count <= SIBLINGS_LIMIT:
            for counter in counters:
                self._begin_in(counter, value)
        else:
            log_once(
                (self._component, name, "siblings"),
                lambda: (
                    f"a value of label `{name}` would begin {count:,} series of component "
                    f"`{self._component}` at zero, more than {SIBLINGS_LIMIT:,}: none begins there"
                ),
            )

    def _begin_in(self, counter: AnyCounter, value: str) -> None:
        cells = counter.begin(self._label.name, value)
        if cells and counter.spool is not None:
            counter.spool.begin(cells)

    def _end(self, value: str) -> None:
        name, counters = self._label.name, tuple(self._counters.values())
        if any(one.spool is not None and one.has_zeros(name, value) for one in counters):
            return  # what a spool has is delivered on
        self._begun.pop(value, None)
        for counter in counters:
            counter.end(name, value)

    def _used(self) -> Iterator[set[str]]:
        """The values that something is recorded of, by metric."""
        for metric in tuple(self._metrics.values()):
            yield metric.recorded_values(self._label.name)
