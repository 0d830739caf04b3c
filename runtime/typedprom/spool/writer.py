"""The spools of this process: where the series of its catalogs are kept beside memory."""

from __future__ import annotations

import os
from contextlib import suppress
from errno import ENOENT
from pathlib import Path
from threading import get_ident
from time import monotonic, sleep, time
from typing import TYPE_CHECKING, Final, NamedTuple

from typedprom.metrics.catalog import Catalog, catalogs
from typedprom.metrics.cell import Detached
from typedprom.metrics.cells import CounterCell, GaugeCell, HistogramCell
from typedprom.spool import liveness
from typedprom.spool.definition_json import metric_text, series_text
from typedprom.spool.directory import Busy, SpoolDirectory
from typedprom.spool.format import FormatError, Header
from typedprom.spool.run_file import LostError, RunFile
from typedprom.spool.spooled_cell import Asked, Spooled
from typedprom.spool.spooled_cell_classes import spooled
from typedprom.spool.spooled_cells import SpooledHistogramCell
from typedprom.spool.spooled_thread_cells import SpooledPerThreadHistogramCell
from typedprom.spool.write_errors import WriteErrors

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from typedprom.metrics.cell import AnyInstrument, Cell
    from typedprom.spool.run_file import Slot


_REGAIN_SECONDS: Final = 1.0  # that a delivery waits for the lock on totals; recordings do not


class Spool:
    """The run file of this process in one directory, and the cells that have a place in it."""

    def __init__(self, directory: Path) -> None:
        self.directory = SpoolDirectory(directory)
        self.cells = spooled()
        self.on_open: Callable[[], None] | None = None  # when the process has a run file
        self.removed = Removed()
        self.moves = 0  # how many times the process has left a run file for another
        self.recorded = False  # whether this process has recorded anything
        self._files: dict[int, RunFile] = {}  # by the process they are of: this one's alone
        self._metrics: dict[AnyInstrument, None] = {}  # to be declared in whatever file there is
        self._claims: dict[int, Claim] = {}  # who is placing a cell, by its id
        self._asked: dict[Asked, None] = {}
        self._waiting: dict[Spooled, None] = {}
        self._faults = WriteErrors(directory)

    @property
    def run(self) -> str | None:
        """The id of this process's run; None before it has a file."""
        file = self._files.get(os.getpid())
        return None if file is None else file.run

    def declare(self, metrics: Iterable[AnyInstrument]) -> None:
        """Write down which metrics there are, so that their zeros are delivered too."""
        self._metrics.update(dict.fromkeys(metrics))
        with self._faults:
            self._declare_all()

    def declare_again(self, metrics: Iterable[AnyInstrument]) -> None:
        """Write down metrics whose definition has changed; the last one holds."""
        changed = tuple(metrics)
        for file in tuple(self._files.values()):
            file.declared.difference_update(changed)
        self.declare(changed)

    def place(self, cell: Spooled) -> bool:
        """Whether the cell has a place, now or already."""
        if not placed(self, self._claims, cell):
            self.await_room(cell)
            return False
        self._waiting.pop(cell, None)
        return True

    def await_room(self, cell: Spooled) -> None:
        """Place the cell as soon as that can be done."""
        cell.wait()
        self.recorded = True
        self._waiting[cell] = None

    def forget(self, cell: Spooled) -> None:
        """Place the cell no more: its series was removed."""
        self._waiting.pop(cell, None)

    def record(self, cell: Cell, added: Mapping[str, str], numbers: list[float]) -> Slot | None:
        """A record for the series of the cell, with more labels; None where the file fails."""
        self.recorded = True
        if self._faults.are_recent():
            return None
        with self._faults:
            try:
                return self._write(cell, added, numbers)
            except LostError:
                self._mend(0.0)
                return self._write(cell, added, numbers)
        return None

    def keep(self, cell: Spooled) -> None:
        """Keep a cell whose series is being removed."""
        self.removed.keep(cell)

    def take(self, metric: AnyInstrument, values: tuple[str, ...]) -> Cell | None:
        """The cell that was kept of a removed series, if one was."""
        return self.removed.take(metric, values)

    def ask(self, cell: Asked) -> None:
        """Ask the cell's function from now on, before what is recorded is delivered."""
        self._asked[cell] = None

    def refresh(self) -> None:
        """Store what gauges' functions say, and place what has no place, or no longer."""
        self._faults.forget()
        with self._faults:
            self._mend(_REGAIN_SECONDS)
            self._declare_all()
        for cell in tuple(self._asked):
            if not cell.ask():
                self._asked.pop(cell, None)
        for waiting in tuple(self._waiting):
            self._waiting.pop(waiting, None)  # the next time others come first
            if not self.place(waiting):
                break

    def synchronise(self) -> None:
        """Have the system write what is recorded to the disk."""
        for file in tuple(self._files.values()):
            with suppress(OSError):
                file.synchronise()

    def on_fork(self) -> None:
        """Begin with a file of its own, at zero, in a forked child."""
        for file in self._files.values():
            file.abandon()
        self._files = {}
        self._metrics = {}
        self._claims = {}
        self._waiting = {}
        self.recorded = False
        self._faults.forget()
        for cell in self._all_cells():
            cell.on_fork()
            cell.metric.reconcile(cell)  # a removed one stays detached

    def _all_cells(self) -> Iterator[Spooled]:
        """The cells of all metrics that are kept here, and those of removed series."""
        for catalog in catalogs():
            if catalog.spool is self:
                for metric in tuple(catalog.metrics.values()):
                    yield from (cell for cell in metric.cells() if isinstance(cell, Spooled))
        yield from self.removed

    def _mend(self, seconds: float) -> None:
        """See that the file can still be recorded into, and found by readers; else have another."""
        file = self._files.get(os.getpid())
        if file is None:
            return
        if not file.is_ours():
            with suppress(Busy, BlockingIOError):  # somebody looks at it now: the next time
                if not regained(self.directory, file, seconds):
                    self._begin_anew(file)
        elif not file.is_there():
            self._faults.report(FileNotFoundError(ENOENT, "its file was removed"))
            self._move(file)
            self._faults.forget()

    def _move(self, file: RunFile) -> None:
        """Leave a file that readers find no longer: all it holds goes to another."""
        self._leave(file)
        with suppress(OSError):
            self.directory.prepare()
            self.directory.set_aside(file.path, "it is a copy, its process has gone on since")
        for cell in self._all_cells():
            if cell.has_place():
                cell.detach()
                self.await_room(cell)

    def _begin_anew(self, file: RunFile) -> None:
        """Leave a file that was counted meanwhile: what adds up begins at zero in another."""
        self._leave(file)
        for cell in self._all_cells():
            if cell.on_merged():
                self.await_room(cell)
            cell.metric.reconcile(cell)

    def _leave(self, file: RunFile) -> None:
        self._files.pop(os.getpid(), None)
        self.moves += 1
        file.abandon()

    def _open(self) -> RunFile:
        process = os.getpid()
        there = self._files.get(process)
        if there is not None:
            return there
        self.directory.prepare()
        mine = RunFile(self.directory.runs, _header())
        file = self._files.setdefault(process, mine)
        if file is not mine:  # another thread was quicker, or a signal handler
            mine.discard()
        elif self.on_open is not None:
            self.on_open()
        return file

    def _write(self, cell: Cell, added: Mapping[str, str], numbers: list[float]) -> Slot:
        file = self._open()
        self._metrics.setdefault(cell.metric)
        _declare(file, cell.metric)
        return file.place(series_text(cell, added), numbers)

    def _declare_all(self) -> None:
        if self._metrics:
            file = self._open()
            for metric in tuple(self._metrics):
                _declare(file, metric)


def _declare(file: RunFile, metric: AnyInstrument) -> None:
    if metric not in file.declared:
        file.define(metric_text(metric))
        file.declared.add(metric)


def _header() -> Header:
    me = liveness.own_identity()
    return Header(
        run=os.urandom(16).hex(),
        pid=me.pid,
        started=me.started,
        boot=me.boot,
        pid_namespace=me.pid_namespace,
        created=time(),
    )


_SECONDS: Final = 0.05  # that a recording waits for another thread to place its series
_STALE_SECONDS: Final = 1.0  # after which whoever was placing a cell was interrupted for good


class Claim(NamedTuple):
    """Who is placing a cell."""

    thread: int
    since: float


def placed(spool: Spool, claims: dict[int, Claim], cell: Spooled) -> bool:
    """Whether the cell has a place, now or already."""
    key, mine = id(cell), Claim(get_ident(), monotonic())
    try:
        holder = claims.setdefault(key, mine)
        return _placed(spool, cell) if holder is mine else _placed_by(holder, claims, cell)
    finally:
        if claims.get(key) is mine:
            del claims[key]


def _placed(spool: Spool, cell: Spooled) -> bool:
    while True:
        moves = spool.moves
        if not cell.has_place() and not cell.find_place(spool):
            return False
        if moves != spool.moves:  # that place was in a file which the process has left
            cell.detach()
        elif cell.has_place():  # else something else was said meanwhile
            return True


def _placed_by(holder: Claim, claims: dict[int, Claim], cell: Spooled) -> bool:
    """Wait until another thread has placed the cell, but not for what this one interrupts."""
    key = id(cell)
    if monotonic() - holder.since > _STALE_SECONDS and claims.get(key) is holder:
        claims.pop(key, None)  # the next one places it
    elif holder.thread != get_ident():
        deadline = monotonic() + _SECONDS
        while claims.get(key) is holder and monotonic() < deadline:
            sleep(0)
    return cell.has_place()


def regained(directory: SpoolDirectory, file: RunFile, seconds: float) -> bool:
    """Whether the file is ours as before; else others took us for dead, and have counted it.

    The lock on totals is waited for so long: while it is held nobody merges. Raises OSError where
    it is not to be had, or the file's own is held.
    """
    from typedprom.spool.totals import load  # here: no other process needs it to record

    with directory.locked(seconds):
        try:
            if file.run in load(directory).totals.runs:
                return False
        except FormatError:  # nobody merges into what cannot be read
            pass
        try:
            file.regain()
        except FileNotFoundError:
            return False
    return True


_LIMIT: Final = 1_000


class Removed:
    """The cells that were removed last: a series that is recorded again goes on in its own one.

    Those removed long ago are let go of. What they counted stays in the file; if their series are
    recorded again they begin at zero, and readers add that up.
    """

    def __init__(self) -> None:
        self._cells: dict[tuple[AnyInstrument, tuple[str, ...]], Spooled] = {}

    def keep(self, cell: Spooled) -> None:
        """Keep a cell whose series is being removed."""
        cells = self._cells
        cells[cell.metric, cell.values] = cell
        while len(cells) > _LIMIT:
            try:
                oldest = next(iter(cells))
            except RuntimeError:  # another thread keeps one too
                return
            if not self._let_go(cells.pop(oldest, None)):
                return

    def take(self, metric: AnyInstrument, values: tuple[str, ...]) -> Cell | None:
        """The cell that was kept of a series, if one was."""
        return self._cells.pop((metric, values), None)

    def __iter__(self) -> Iterator[Spooled]:
        return iter(tuple(self._cells.values()))

    def _let_go(self, cell: Spooled | None) -> bool:
        """Whether the cell is no longer needed."""
        is_removed = isinstance(cell, Detached)
        if cell is None or not is_removed:  # it is recorded into again
            return True
        if not cell.has_place() and not cell.is_unused():  # the file does not have it yet
            self._cells[cell.metric, cell.values] = cell
            return False
        cell.on_fork()
        cell.metric.reconcile(cell)
        return True


def adopt(spool: Spool, catalog: Catalog) -> None:
    """Keep the catalog's series in the spool, with what was recorded before."""
    catalog.spool, catalog.cells = spool, spool.cells
    for metric in tuple(catalog.metrics.values()):
        for old, new in metric.renew():
            if not old.is_unused():
                _take_over(new, old)


def _take_over(new: Cell, old: Cell) -> None:
    if isinstance(old, CounterCell) and isinstance(new, CounterCell):
        new.created, new.exemplar = old.created, old.exemplar
        new.inc(old.snapshot())
    elif isinstance(old, GaugeCell) and isinstance(new, GaugeCell):
        value = old.snapshot()
        if value is not None and new.is_unused():
            new.set(value)
    elif isinstance(old, HistogramCell) and isinstance(
        new, SpooledHistogramCell | SpooledPerThreadHistogramCell
    ):
        new.created, new.exemplars = old.created, old.exemplars
        new.take_over(*old.snapshot())
