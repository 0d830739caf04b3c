"""What all instruments have in common: a definition, series by label values, being collected."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product
from math import prod
from typing import (
    TYPE_CHECKING,
    Any,
    ClassVar,
    Final,
    Generic,
    NoReturn,
    TypeVar,
    cast,
)

from typedprom.core.misuse import report_misuse, safe_repr
from typedprom.core.text import to_label_value
from typedprom.core.variables import IS_DISABLED
from typedprom.metrics.cell import Cell, Undo
from typedprom.metrics.label_values import LabelValues, over_budget
from typedprom.metrics.labels import OVERFLOW, ClosedLabel, Label
from typedprom.metrics.ports import PORTS
from typedprom.metrics.removed_cells import attach, detach

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from typing import NotRequired, Self, TypedDict, Unpack

    from prometheus_client.metrics_core import Metric as CollectedFamily

    from typedprom.metrics.catalog import Catalog
    from typedprom.metrics.cell import Storage, Values
    from typedprom.metrics.definition import MetricType, Stability

__tracebackhide__ = True  # pytest shows the line that is wrong instead

CellsT_co = TypeVar("CellsT_co", covariant=True)
CellT_co = TypeVar("CellT_co", bound=Cell, covariant=True)

# A larger product of closed labels is not started at zero; the compiler refuses it.
ZERO_SERIES_LIMIT: Final = 10_000
_ADDED: Final = {"counter": "_total", "info": "_info"}  # to a family's name, by the metric's type


if TYPE_CHECKING:  # making it takes a tenth of our import time

    class MetricArguments(TypedDict):
        """What the catalog says about any metric."""

        key: str
        name: str
        help: str
        labels: NotRequired[tuple[Label, ...]]
        unit: NotRequired[str | None]
        budget: NotRequired[int | None]
        stability: NotRequired[Stability]
        owner: NotRequired[str | None]
        replaced_by: NotRequired[str | None]
        removal: NotRequired[str | None]


class Instrument(Generic[CellsT_co, CellT_co]):
    """A metric that code records.

    `_cells` maps label values, one nested dict a label, to the cell of a series: the lookup of
    recording. Without labels it is the cell. `_series` has the same cells in order of first use.
    """

    __slots__ = (
        "_admissions",
        "_at_start",
        "_catalog",
        "_cells",
        "_limited",
        "_series",
        "budget",
        "help",
        "key",
        "name",
        "owner",
        "removal",
        "replaced_by",
        "signature",
        "stability",
        "unit",
    )
    type: ClassVar[MetricType]
    starts_at_zero: ClassVar[bool] = False  # with labels; without, the one series is always there

    def __init__(self, catalog: Catalog, /, **definition: Unpack[MetricArguments]) -> None:
        self.key = definition["key"]
        self.name = definition["name"]
        self.help = definition["help"]
        self.signature = definition.get("labels", ())
        self.unit = definition.get("unit")
        self.budget = definition.get("budget")
        self.stability: Stability = definition.get("stability", "stable")
        self.owner = definition.get("owner")
        self.replaced_by = definition.get("replaced_by")
        self.removal = definition.get("removal")
        self._catalog = catalog
        self._admissions = tuple(LabelValues(self.name, label) for label in self.signature)
        limited = (label.budget is not None for label in self.signature)
        self._limited = tuple(place for place, is_limited in enumerate(limited) if is_limited)
        self._series: dict[Values, CellT_co] = {}
        self._cells = cast("CellsT_co", {})
        self._start()
        catalog.add(self)

    @property
    def family(self) -> str:
        """The name of the metric family: without a counter's `_total`, an info's `_info`."""
        return self.name.removesuffix(_ADDED.get(self.type, ""))

    @property
    def shape(self) -> tuple[object, ...]:
        """What two instruments must have in common to share their series."""
        return (self.type, self.name, tuple(label.name for label in self.signature))

    @property
    def spool(self) -> Storage | None:
        """Where its series are kept beside memory, if they are."""
        return self._catalog.spool

    @property
    def constant_labels(self) -> Mapping[str, str]:
        """Labels that every series of the catalog has, for whoever exposes them."""
        return self._catalog.expose_constant_labels()

    def label_names(self) -> Sequence[str]:
        """The names that its series have labels of, constant ones left out."""
        return [label.name for label in self.signature]

    def series(self) -> Sequence[tuple[Values, CellT_co]]:
        """The series there are: label values and cell, in order of first use."""
        # The copy is made in one step. A list of items is not: making their tuples can start the
        # garbage collector, which can run a finalizer that records.
        return [] if IS_DISABLED else list(self._series.copy().items())

    def cells(self) -> Sequence[CellT_co]:
        """The cells of those series, in the same order."""
        return [] if IS_DISABLED else list(self._series.values())

    def collect(self) -> Iterable[CollectedFamily]:
        """The metric and its samples, for prometheus_client's registries."""
        return [] if IS_DISABLED else [PORTS.collected(self)]

    def describe(self) -> Iterable[CollectedFamily]:
        """The metric without samples, for prometheus_client's registries."""
        return [PORTS.described(self)]

    def share(self, previous: Self) -> None:
        """Record from now on into the series of `previous`, the same metric imported earlier."""
        for mine, its in zip(self._budgets(), previous._budgets(), strict=True):
            mine.share(its)
        self._series = previous._series
        self._cells = previous._cells
        self._start()  # a set of label values may have grown

    def clear(self) -> None:
        """Go back to the start: series that start at zero are zero, the others are gone.

        A handle bound before stays good: what is recorded into it brings its series back.
        """
        kept = set(self._first_values())
        for values, cell in self._series.copy().items():
            if values in kept:
                cell.release()
            else:
                self._discard(values)
        for admission in self._budgets():
            admission.reset()
        self._start()

    def reset(self) -> list[Undo]:
        """Clear, for tests. What it returns, run after the next reset, undoes it."""
        before = dict(self._series)
        parts: list[LabelValues | Cell] = [*self._budgets(), *before.values()]
        touched = [part for part in parts if not part.is_unused()]
        if not touched and len(before) == self._at_start:
            return []  # most metrics, in most tests
        undos = [part.reset() for part in touched]
        self.clear()

        def undo() -> None:
            for values, cell in before.items():
                during = self._series.get(values, cell)
                self._series[values] = cell
                self.reconcile(cell)
                self.reconcile(during)

        return [undo, *undos]

    def renew(self) -> list[tuple[Cell, Cell]]:
        """Make the cells anew, of the classes that the catalog has by now: each old and new one.

        Handles of old ones record into the new ones.
        """
        renewed: list[tuple[Cell, Cell]] = []
        for values, old in self.series():
            new = self._series[values] = self._new_cell(values)
            self.reconcile(new)
            self.reconcile(old)
            renewed.append((old, new))
        return renewed

    def bring_back(self, removed: Cell) -> CellT_co:
        """The cell to record into for one that was removed: itself, unless another is there now."""
        return self._found(removed.values, removed)

    def reconcile(self, cell: Cell) -> None:
        """Let who looks up the cell's series, and who holds the cell, go by what `_series` says.

        It is called after each change of that, and of the cell's class. Another thread, or a signal
        handler, may change it again at any moment: so what was done here is done over until it was
        still right afterwards. Whoever comes last leaves it right.
        """
        values = cell.values
        there = self._series.get(values)
        while True:
            if there is cell:
                attach(cell)
            else:
                detach(cell)
            if there is not None:
                self._index(values, there)
            elif values:
                _unindex(cast("dict[str, Any]", self._cells), values)
            now = self._series.get(values)
            if now is there:
                return
            there = now

    def _new_cell(self, values: Values) -> CellT_co:
        """A cell for a series that begins."""
        raise NotImplementedError

    def _cell(self, *values: object) -> CellT_co:
        """The cell for these label values, made on first use."""
        return self._found(values, None)

    def _found(self, values: tuple[object, ...], removed: Cell | None) -> CellT_co:
        """The cell for these label values; a series that begins takes `removed` if that is its own.

        No lock is taken, because a signal handler may come between and record too: of several
        cells made at once, `setdefault` keeps one. If the series is removed meanwhile, the cell is
        a detached one: recording into it comes back here.
        """
        admitted = tuple(map(LabelValues.admit, self._admissions, values))
        cell = self._series.get(admitted)
        if cell is None:
            admitted = self._within_budget(admitted)
            for place in self._limited:
                self._admissions[place].take(admitted[place])
            own = removed is not None and removed.values == admitted
            new = cast("CellT_co", removed) if own else self._beginning(admitted)
            cell = self._series.setdefault(admitted, new)
        self.reconcile(cell)
        return cell

    def _beginning(self, values: Values) -> CellT_co:
        """A cell for a series that begins, or begins again."""
        spool = self.spool
        kept = spool.take(self, values) if spool is not None else None
        return self._new_cell(values) if kept is None else cast("CellT_co", kept)

    def _within_budget(self, admitted: Values) -> Values:
        """The values a series that begins is kept under."""
        if self.budget is None:
            return admitted
        all_others = (OVERFLOW,) * len(admitted)
        within = len(self._series) - (all_others in self._series) < self.budget
        if within or admitted in self._series:
            return admitted
        over_budget(self.name, self.budget)
        return all_others

    def _index(self, values: Values, cell: object) -> None:
        """Let recording find the cell of these values."""
        if not values:
            self._cells = cast("CellsT_co", cell)
            return
        level = cast("dict[str, Any]", self._cells)
        for value in values[:-1]:
            level = level.setdefault(value, {})
        level[values[-1]] = cell

    def _remove(self, *values: object) -> None:
        """Remove the series of these label values, if it is there."""
        texts = [to_label_value(value) for value in values]
        removed = tuple(text for text in texts if text is not None)
        if len(removed) < len(texts):
            self._not_removed(self.signature[texts.index(None)], values[texts.index(None)])
        if removed not in self._series:
            return
        self._discard(removed)
        others = list(self._series)
        for position, (admission, value) in enumerate(zip(self._admissions, removed, strict=True)):
            if not any(other[position] == value for other in others):
                admission.release(value)

    def _discard(self, values: Values) -> None:
        """Take a series out: first where it is found, then from whoever holds its cell.

        What is recorded meanwhile either counts as recorded before, or brings the series back: the
        recording itself does where the cell is detached already, and otherwise this does. Only what
        a call was about to add all this time stays in the cell, until that is recorded into again.
        """
        cell = self._series.pop(values, None)
        if cell is None:
            return
        _unindex(cast("dict[str, Any]", self._cells), values)
        cell.release()
        self.reconcile(cell)
        if not (self._keeps_counts or cell.is_unused() or values in self._series):
            self.bring_back(cell)

    @property
    def _keeps_counts(self) -> bool:
        """Whether a removed series goes on from what it counted, as it does in a spool."""
        return self.spool is not None and self.type in ("counter", "histogram")

    def _not_removed(self, label: Label, value: object) -> None:
        report_misuse(
            TypeError,
            (self.name, label.name, "remove"),
            lambda: f"label `{label.name}` of `{self.name}` takes a str, not {safe_repr(value)}",
            "nothing is removed",
        )

    def _budgets(self) -> tuple[LabelValues, ...]:
        """What keeps the values of labels within their budgets."""
        return self._admissions

    def _start(self) -> None:
        """Make the series that are known to exist, so that their first increment is seen."""
        first = list(self._first_values())
        self._at_start = len(first)
        for values in first:
            self._cell(*values)

    def _first_values(self) -> Iterator[Values]:
        """The label values of the series that are there before anything is recorded.

        Where the values are a claim about the world (gauges), there are none.
        """
        closed = [label.values for label in self.signature if isinstance(label, ClosedLabel)]
        many = prod(map(len, closed)) > ZERO_SERIES_LIMIT
        if not self.signature or (
            self.starts_at_zero and len(closed) == len(self.signature) and not many
        ):
            yield from product(*closed)

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.name}>"

    def __reduce__(self) -> NoReturn:
        raise TypeError(f"`{self.name}` cannot be copied: import it from its package instead")


def _unindex(level: dict[str, Any], values: Values) -> None:
    """Let recording not find these values any longer; no dict without entries stays behind."""
    first, *others = values
    below = level.get(first)
    if others and below is not None:
        _unindex(below, tuple(others))
        if below:
            return
    level.pop(first, None)
