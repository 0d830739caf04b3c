"""A cell, which holds one series, and the metric it belongs to, as cells and their readers see it.

The two are in one file because each needs the other.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, ClassVar, NoReturn, Protocol, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from typing import Self

    from prometheus_client.metrics_core import Metric as CollectedFamily

    from typedprom.metrics.definition import MetricType, Stability
    from typedprom.metrics.labels import Label

Undo: TypeAlias = Callable[[], None]
Values: TypeAlias = tuple[str, ...]


class Cell:
    """What all cells have: their metric, and the values of its labels."""

    __slots__ = ("metric", "values")
    recordings: ClassVar[tuple[str, ...]] = ()

    def __init__(self, metric: AnyInstrument, values: Values) -> None:
        self.metric = metric
        self.values = values

    def snapshot(self) -> object:
        """What is recorded, at one instant."""
        raise NotImplementedError

    def is_unused(self) -> bool:
        """Whether nothing was recorded since the cell was made or reset."""
        raise NotImplementedError

    def reset(self) -> Undo:
        """Go back to the start, in place, and return what undoes that."""
        raise NotImplementedError

    def release(self) -> None:
        """Begin anew: the series was removed or cleared."""
        self.reset()

    def __repr__(self) -> str:
        pairs = zip(self.metric.signature, self.values, strict=True)
        labels = ", ".join(f'{label.name}="{value}"' for label, value in pairs)
        return f"<{type(self).__name__} {self.metric.name}{f'{{{labels}}}' if labels else ''}>"

    def __reduce__(self) -> NoReturn:
        raise TypeError(
            f"a series of `{self.metric.name}` cannot be copied: counts would go to the copy"
        )


class Storage(Protocol):
    """Where the series of a catalog are kept beside memory: a spool."""

    def declare(self, metrics: Iterable[AnyInstrument]) -> None:
        """Write down which metrics there are, so that their zeros are delivered too."""
        ...

    def declare_again(self, metrics: Iterable[AnyInstrument]) -> None:
        """Write down metrics whose definition has changed; the last one holds."""
        ...

    def take(self, metric: AnyInstrument, values: Values) -> Cell | None:
        """The cell that was kept of a removed series, if one was."""
        ...


if TYPE_CHECKING:  # making it takes time at every import, and nothing asks for it at run time

    class AnyInstrument(Protocol):
        """A metric that code records, of any type and with any labels."""

        key: str
        name: str
        help: str
        signature: tuple[Label, ...]
        unit: str | None
        budget: int | None
        stability: Stability
        owner: str | None
        replaced_by: str | None
        removal: str | None

        @property
        def type(self) -> MetricType:
            """The type, as OpenMetrics calls it."""
            ...

        @property
        def family(self) -> str:
            """The name of the metric family: without a counter's `_total`, an info's `_info`."""
            ...

        @property
        def shape(self) -> tuple[object, ...]:
            """What two instruments must have in common to share their series."""
            ...

        @property
        def spool(self) -> Storage | None:
            """Where its series are kept beside memory, if they are."""
            ...

        @property
        def constant_labels(self) -> Mapping[str, str]:
            """Labels that every series of the catalog has, for code that exposes them."""
            ...

        def label_names(self) -> Sequence[str]:
            """The names that its series have labels of, constant ones left out."""
            ...

        def series(self) -> Sequence[tuple[Values, Cell]]:
            """The series there are: label values and cell, in order of first use."""
            ...

        def cells(self) -> Sequence[Cell]:
            """The cells of those series, in the same order."""
            ...

        def collect(self) -> Iterable[CollectedFamily]:
            """The metric and its samples, for prometheus_client's registries."""
            ...

        def share(self, previous: Self) -> None:
            """Record from now on into the series of `previous`, imported earlier."""
            ...

        def reset(self) -> list[Undo]:
            """Clear, for tests. What it returns, run after the next reset, undoes it."""
            ...

        def renew(self) -> list[tuple[Cell, Cell]]:
            """Make the cells anew, of the classes that the catalog has by now."""
            ...

        def bring_back(self, removed: Cell) -> Cell:
            """The cell to record into for one that was removed."""
            ...

        def reconcile(self, cell: Cell) -> None:
            """Let the look-up and the handles of the cell's series go by what series there are."""
            ...
