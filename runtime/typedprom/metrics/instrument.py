"""The base class of all instruments: a definition, and a cell for each series."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product
from math import inf, prod
from operator import itemgetter
from typing import TYPE_CHECKING, Any, ClassVar, Final, Generic, NoReturn, TypeVar, cast

from typedprom.core.events import count_refused
from typedprom.core.misuse import log_once, report_misuse, safe_repr
from typedprom.core.text import to_label_value
from typedprom.core.variables import IS_DISABLED
from typedprom.metrics.cell import Cell, attach, detach, index, unindex
from typedprom.metrics.labels import OVERFLOW, ZERO_SERIES_LIMIT, ClosedLabel, LabelValues
from typedprom.metrics.ports import PORTS

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from typing import NotRequired, Self, TypedDict, Unpack

    from prometheus_client.metrics_core import Metric as CollectedFamily

    from typedprom.metrics.catalog import Catalog
    from typedprom.metrics.cell import Storage, Undo, Values
    from typedprom.metrics.definition import MetricType, Stability
    from typedprom.metrics.labels import Label
    from typedprom.metrics.siblings import SiblingGroup

    class MetricArguments(TypedDict):
        """What the catalog says about any metric."""

        component: NotRequired[str]
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


__tracebackhide__ = True  # pytest shows the line that is wrong instead

CellsT_co = TypeVar("CellsT_co", covariant=True)
CellT_co = TypeVar("CellT_co", bound=Cell, covariant=True)

_SUFFIXES: Final = {"counter": "_total", "info": "_info"}  # of names, by the metric's type
_MOST_KEPT: Final = 10_000  # removed series of a metric whose counts a spool keeps
_NONE_KEPT: Final[Mapping[Values, Cell]] = {}


class Instrument(Generic[CellsT_co, CellT_co]):
    """A metric that code records.

    `_cells` maps label values, one nested dict a label, to the cell of a series: recording looks it
    up there. Without labels it is the cell. `_series` has the same cells in order of first use.
    `zeros` are the cells of series that are at zero because a sibling was recorded.
    """

    __slots__ = (
        "_budgeted",
        "_catalog",
        "_cells",
        "_initial_count",
        "_label_values",
        "_series",
        "_siblings",
        "budget",
        "family",
        "help",
        "key",
        "name",
        "owner",
        "removal",
        "replaced_by",
        "signature",
        "stability",
        "unit",
        "zeros",
    )
    type: ClassVar[MetricType]
    starts_at_zero: ClassVar[bool] = False  # with labels; without, the one series always exists

    def __init__(self, catalog: Catalog, /, **definition: Unpack[MetricArguments]) -> None:
        self.key = definition["key"]
        self.name = definition["name"]
        self.family = self.name.removesuffix(_SUFFIXES.get(self.type, ""))
        self.help = definition["help"]
        self.signature = definition.get("labels", ())
        self.unit = definition.get("unit")
        self.budget = definition.get("budget")
        self.stability: Stability = definition.get("stability", "stable")
        self.owner = definition.get("owner")
        self.replaced_by = definition.get("replaced_by")
        self.removal = definition.get("removal")
        self._catalog = catalog
        self._label_values = tuple(LabelValues(self.name, label) for label in self.signature)
        places = enumerate(self.signature)
        self._budgeted = tuple(place for place, label in places if label.budget is not None)
        self._series: dict[Values, CellT_co] = {}
        self.zeros: dict[Values, CellT_co] = {}
        self._cells = cast("CellsT_co", {})
        self._siblings: Sequence[tuple[int, SiblingGroup]] = ()
        self._start()
        catalog.add(self)
        if any(label.siblings for label in self.signature):
            self._siblings = catalog.join_siblings(self, definition.get("component", ""))

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
        """The constant labels, for code that exposes them."""
        return self._catalog.expose_constant_labels()

    def label_names(self) -> Sequence[str]:
        """The names of all labels that are not constant."""
        return [label.name for label in self.signature]

    def series(self) -> Sequence[tuple[Values, CellT_co]]:
        """Label values and cell of each series, in order of first use."""
        # The copies are made in one step. A list of items is not: making their tuples can start the
        # garbage collector, which can run a finalizer that records.
        zeros = self.zeros.copy()  # first: one that is recorded comes into the other, then goes
        series = self._series.copy()
        for values, cell in zeros.items():
            series.setdefault(values, cell)
        return [] if IS_DISABLED else list(series.items())

    def cells(self) -> Sequence[CellT_co]:
        """The cells of those series, in the same order."""
        if IS_DISABLED or self.zeros:
            return [cell for _, cell in self.series()]
        return list(self._series.values())

    def collect(self) -> Iterable[CollectedFamily]:
        """The metric and its samples, for prometheus_client's registries."""
        return [] if IS_DISABLED else PORTS.collected(self)

    def describe(self) -> Iterable[CollectedFamily]:
        """The metric without samples, for prometheus_client's registries."""
        return [PORTS.described(self)]

    def share(self, previous: Self) -> None:
        """Record from now on into the series of `previous`, imported earlier."""
        for mine, theirs in zip(self._all_values(), previous._all_values(), strict=True):
            mine.share(theirs)
        self._series = previous._series
        self.zeros = previous.zeros
        self._cells = previous._cells
        self._start()  # a set of label values may have grown

    def clear(self) -> None:
        """Go back to the start: series that start at zero are zero, the others are removed.

        Handles stay valid: recording into one brings its series back.
        """
        initial = set(self._initial_values())
        for values, cell in self._series.copy().items():
            if values in initial:
                cell.release()
            else:
                self._discard(values)
        for label_values in self._all_values():
            label_values.reset()
        kept = tuple(self._kept())
        for place in self._budgeted:
            self._label_values[place].take_all(map(itemgetter(place), kept))
        self._start()
        for _, siblings in self._siblings:
            siblings.end_unused(self)

    def reset(self) -> list[Undo]:
        """Clear, for tests. What it returns, run after the next reset, undoes it."""
        before = dict(self._series)
        parts: list[LabelValues | Cell] = [*self._all_values(), *before.values()]
        used = [part for part in parts if not part.is_unused()]
        if not used and len(before) == self._initial_count:
            return []  # most metrics, in most tests
        undos = [part.reset() for part in used]
        self.clear()

        def undo() -> None:
            for values, cell in before.items():
                during = self._series.get(values, cell)
                self._series[values] = cell
                self.reconcile(cell)
                self.reconcile(during)

        return [undo, *undos]

    def renew(self) -> list[tuple[Cell, Cell]]:
        """Replace all cells by new ones, of the catalog's present classes: each old and new one.

        Handles of old ones record into the new ones.
        """
        renewed: list[tuple[Cell, Cell]] = []
        for values, old in self._series.copy().items():
            new = self._series[values] = self._new_cell(values)
            self.reconcile(new)
            self.reconcile(old)
            renewed.append((old, new))
        return renewed

    def bring_back(self, removed: Cell) -> CellT_co:
        """The cell to record into instead of a removed one: that one, or another of the series."""
        return self._get_or_add(removed.values, removed)

    def reconcile(self, cell: Cell) -> None:
        """Make the lookup, and the class of the cell, agree with `_series`.

        It is called after each change of `_series` and of the cell's class. Another thread, or a
        signal handler, may change them again at any moment, so this is repeated until nothing has
        changed meanwhile: the last one to return leaves everything in agreement.
        """
        values = cell.values
        current = self._series.get(values)
        while True:
            if current is cell:
                attach(cell)
            else:
                detach(cell)
            if current is not None and not values:
                self._cells = cast("CellsT_co", current)
            elif current is not None:
                index(cast("dict[str, Any]", self._cells), values, current)
            elif values:
                unindex(cast("dict[str, Any]", self._cells), values)
            now = self._series.get(values)
            if now is current:
                return
            current = now

    def recorded_values(self, label: str) -> set[str]:
        """The values of a label in series that something was recorded into."""
        place = [one.name for one in self.signature].index(label)
        series = self._series.copy().items()
        return {values[place] for values, cell in series if not cell.is_unused()}

    def _new_cell(self, values: Values) -> CellT_co:
        """A cell for a series that begins."""
        raise NotImplementedError

    def _cell(self, *values: object) -> CellT_co:
        """The cell for these label values, made on first use."""
        return self._get_or_add(values, None)

    def _get_or_add(self, values: tuple[object, ...], removed: Cell | None) -> CellT_co:
        """The cell for these label values; a new series takes `removed` if that was its cell.

        No lock is taken, because a signal handler may come between and record too: if several
        cells are made at once, `setdefault` keeps one. If the series is removed meanwhile, the cell
        is detached, and recording into it comes back here.
        """
        admitted = tuple(map(LabelValues.admit, self._label_values, values))
        cell = self._series.get(admitted)
        if cell is None:
            admitted = self._within_budget(admitted)
            for place in self._budgeted:
                self._label_values[place].take(admitted[place])
            kept = self._kept()
            new = kept.get(admitted)
            if new is None and removed is not None and removed.values == admitted:
                new = removed
            if new is None:
                new = self.zeros.get(admitted)
            made = self._new_cell(admitted) if new is None else cast("CellT_co", new)
            cell = self._series.setdefault(admitted, made)
            if kept.get(admitted) is cell and self.spool is not None:
                self.spool.unkeep(cell)
                if self._series.get(admitted) is not cell:  # it was removed just now
                    cell.release()
            self.zeros.pop(admitted, None)
            self._make_room()
            for place, siblings in self._siblings:
                siblings.begin(admitted[place])
        self.reconcile(cell)
        return cell

    def _make_room(self) -> None:
        """Let zeros go for which recorded series have left no room; only counters have some."""

    def _kept(self) -> Mapping[Values, Cell]:
        """Removed series whose counts a spool delivers on: they use budgets as before."""
        spool = self.spool
        return _NONE_KEPT if spool is None else spool.kept(self)

    def _within_budget(self, admitted: Values) -> Values:
        """The label values to record a new series under: `_overflow` where it is one too many."""
        kept = self._kept()
        budget = inf if self.budget is None else self.budget
        overflow = (OVERFLOW,) * len(admitted)
        series = sum(len(some) - (overflow in some) for some in (self._series, kept))
        within = series < budget and len(kept) < _MOST_KEPT
        if within or admitted in self._series or admitted in kept:
            return admitted
        removed = f" and {len(kept)} that were removed and are delivered on" if kept else ""
        log_once(
            (self.name, OVERFLOW),
            lambda: (
                f"`{self.name}` has {len(self._series)} series{removed}; "
                f"further ones are recorded as `{OVERFLOW}`"
            ),
        )
        count_refused(OVERFLOW, self.name, "")
        return overflow

    def _remove(self, *values: object) -> None:
        """Remove the series of these label values, if there is one."""
        texts = [to_label_value(value) for value in values]
        if None in texts:
            place = texts.index(None)
            label, value = self.signature[place].name, values[place]
            report_misuse(
                TypeError,
                (self.name, label, "remove"),
                lambda: f"label `{label}` of `{self.name}` takes a str, not {safe_repr(value)}",
                "nothing is removed",
            )
        removed = cast("Values", tuple(texts))
        self.zeros.pop(removed, None)
        if removed in self._series:
            self._remove_recorded(removed)
        for place, siblings in self._siblings:
            siblings.end(removed[place])

    def _remove_recorded(self, removed: Values) -> None:
        self._discard(removed)
        kept = self._kept()
        if removed in kept:
            return
        others = (*self._series, *kept)
        for place in self._budgeted:
            if removed[place] not in map(itemgetter(place), others):
                self._label_values[place].release(removed[place])

    def _discard(self, values: Values) -> None:
        """Remove a series: first from the lookup, then from the handles.

        What is recorded meanwhile either counts as recorded before, or brings the series back:
        the recording does so where the cell is detached already, otherwise this method does. Only
        an amount that a call was about to add all this time stays in the cell, until the next
        recording into it.
        """
        cell = self._series.pop(values, None)
        if cell is None:
            return
        unindex(cast("dict[str, Any]", self._cells), values)
        cell.release()
        self.reconcile(cell)
        # In a spool a removed series goes on from what it counted.
        keeps_counts = self.spool is not None and self.type in ("counter", "histogram")
        if not (keeps_counts or cell.is_unused() or values in self._series):
            self.bring_back(cell)

    def _all_values(self) -> tuple[LabelValues, ...]:
        """The values of every label that is not constant."""
        return self._label_values

    def _start(self) -> None:
        """Make the series that are known to exist, so that their first increment is seen."""
        initial = list(self._initial_values())
        self._initial_count = len(initial)
        for values in initial:
            self._cell(*values)

    def _initial_values(self) -> Iterator[Values]:
        """The label values of the series that exist before anything is recorded.

        With labels, gauges have none: each would be a claim about the world.
        """
        closed = [label.values for label in self.signature if isinstance(label, ClosedLabel)]
        if not self.signature or (
            self.starts_at_zero
            and len(closed) == len(self.signature)
            and prod(map(len, closed)) <= ZERO_SERIES_LIMIT
        ):
            yield from product(*closed)

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.name}>"

    def __reduce__(self) -> NoReturn:
        raise TypeError(f"`{self.name}` cannot be copied: import it from its package instead")
