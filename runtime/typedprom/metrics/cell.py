"""The base class of cells, each of which holds one series, and a metric as its cells see it.

The cell of a removed series is detached: its class is changed, so that recording into other cells
costs nothing more. The next recording into it brings the series back, into this cell or into the
one that has taken its place.
"""
# ruff: noqa: D102 - a class documents the members of its protocol

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, ClassVar, Final, NoReturn, TypeAlias

__tracebackhide__ = True  # pytest shows the line that is wrong instead

Undo: TypeAlias = Callable[[], None]
Values: TypeAlias = tuple[str, ...]

if TYPE_CHECKING:  # making protocols takes time at every import
    from collections.abc import Iterable, Mapping, Sequence
    from typing import Protocol, Self

    from prometheus_client.metrics_core import Metric as CollectedFamily

    from typedprom.metrics.definition import MetricType, Stability
    from typedprom.metrics.labels import Label

    class Storage(Protocol):
        """Where the series of a catalog are kept beside memory: a spool."""

        @property
        def run(self) -> str | None: ...

        def holds(self, metric: AnyInstrument) -> bool:
            """Whether what is recorded into the metric is kept there now."""
            ...

        def declare(self, metrics: Iterable[AnyInstrument]) -> None:
            """Write down which metrics there are, so that their zeros are delivered too."""

        def declare_again(self, metrics: Iterable[AnyInstrument]) -> None:
            """Write down metrics whose definition has changed; the last one holds."""

        def begin(self, cells: Iterable[Cell]) -> None:
            """Write down that these series are at zero; nothing was recorded into them."""

        def kept(self, metric: AnyInstrument) -> Mapping[Values, Cell]:
            """The cells of removed series, of whose counts it has a record."""
            ...

        def unkeep(self, cell: Cell) -> None:
            """Forget that the series of the cell was removed: it has come back."""

    class AnyInstrument(Protocol):
        """A metric that code records, of any type and with any labels.

        It has the attributes and methods of `Instrument`, which are documented there.
        """

        type: ClassVar[MetricType]
        key: str
        name: str
        family: str
        help: str
        signature: tuple[Label, ...]
        unit: str | None
        budget: int | None
        stability: Stability
        owner: str | None
        replaced_by: str | None
        removal: str | None
        zeros: dict[Values, Any]

        @property
        def shape(self) -> tuple[object, ...]: ...
        @property
        def spool(self) -> Storage | None: ...
        @property
        def constant_labels(self) -> Mapping[str, str]: ...
        def label_names(self) -> Sequence[str]: ...
        def series(self) -> Sequence[tuple[Values, Cell]]: ...
        def cells(self) -> Sequence[Cell]: ...
        def collect(self) -> Iterable[CollectedFamily]: ...
        def share(self, previous: Self) -> None: ...
        def reset(self) -> list[Undo]: ...
        def renew(self) -> list[tuple[Cell, Cell]]: ...
        def bring_back(self, removed: Cell) -> Cell: ...
        def recorded_values(self, label: str) -> set[str]: ...
        def reconcile(self, cell: Cell) -> None: ...


class Cell:
    """The recorded state of one series. `recordings` names the methods that record."""

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
        """Go back to the start: the series was removed or cleared."""
        self.reset()

    def __repr__(self) -> str:
        pairs = zip(self.metric.signature, self.values, strict=True)
        labels = ", ".join(f'{label.name}="{value}"' for label, value in pairs)
        return f"<{type(self).__name__} {self.metric.name}{f'{{{labels}}}' if labels else ''}>"

    def __reduce__(self) -> NoReturn:
        raise TypeError(
            f"a series of `{self.metric.name}` cannot be copied: counts would go to the copy"
        )


class Detached:
    """Marks the classes of detached cells, so that no cell is detached twice."""

    __slots__ = ()


_detached_classes: Final[dict[type[Cell], type[Cell]]] = {}  # by the class before


def detach(cell: Cell) -> None:
    """Let the next recording into the cell bring its series back."""
    kind = type(cell)
    if issubclass(kind, Detached):
        return
    detached = _detached_classes.get(kind)
    if detached is None:  # the same slots, so that a cell can change its class
        members = {"__slots__": (), **{name: _rerouted(name) for name in kind.recordings}}
        detached = type(f"Detached{kind.__name__}", (Detached, kind), members)
        detached = _detached_classes.setdefault(kind, detached)
    cell.__class__ = detached


def attach(cell: Cell) -> None:
    """Let the cell record as it did before it was detached."""
    kind = type(cell)
    if issubclass(kind, Detached):
        cell.__class__ = kind.__mro__[2]


def _rerouted(name: str) -> Callable[..., object]:
    def record(cell: Cell, *args: Any, **kwargs: Any) -> object:
        method: Callable[..., object] = getattr(cell.metric.bring_back(cell), name)
        return method(*args, **kwargs)

    return record


def index(level: dict[str, Any], values: Values, cell: Cell) -> None:
    """Let recording find the cell of these values."""
    for value in values[:-1]:
        level = level.setdefault(value, {})
    level[values[-1]] = cell


def unindex(level: dict[str, Any], values: Values) -> None:
    """Let recording not find these values any longer, and leave no empty dicts."""
    first, *others = values
    below = level.get(first)
    if others and below is not None:
        unindex(below, tuple(others))
        if below:
            return
    level.pop(first, None)
