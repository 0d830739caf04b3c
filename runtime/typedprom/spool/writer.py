"""The spools of this process: where the series of its catalogs are kept beside memory."""

from __future__ import annotations

import os
from contextlib import suppress
from errno import ENOENT
from threading import get_ident
from time import monotonic, sleep
from typing import TYPE_CHECKING, Final, NamedTuple

from typedprom.metrics.catalog import Catalog, catalogs
from typedprom.metrics.cell import Detached
from typedprom.metrics.cell_classes import PER_THREAD, CellClasses, thread_mode
from typedprom.metrics.cells import CounterCell, GaugeCell, HistogramCell
from typedprom.spool.definition_json import definition_fields, definition_of
from typedprom.spool.directory import Busy, ProgramDirectory
from typedprom.spool.format import FormatError, definitions_texts, series_text
from typedprom.spool.liveness import own_header
from typedprom.spool.run_file import LostError, RunFile
from typedprom.spool.spooled_cells import Spooled, UnplacedCounterCell, UnplacedHistogramCell
from typedprom.spool.spooled_setting_cells import (
    SpooledInfoCell,
    SpooledStateSetCell,
    UnplacedGaugeCell,
)
from typedprom.spool.write_errors import WriteErrors

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from pathlib import Path

    from typedprom.metrics.cell import AnyInstrument, Cell
    from typedprom.spool.run_file import Slot


_PLACING_SECONDS: Final = 0.05  # that a recording waits for another thread to place its series
_STALE_SECONDS: Final = 1.0  # after which a thread that is placing a cell was interrupted for good
_REGAIN_SECONDS: Final = 1.0  # that a delivery waits for the lock on totals; recordings do not
_MOST_REMOVED: Final = 1_000


class PlacingThread(NamedTuple):
    """The thread that is placing a cell, and since when."""

    thread: int
    since: float


class Spool:
    """The run file of this process in one directory, and the cells that have a slot in it."""

    def __init__(self, directory: Path) -> None:
        self.directory = ProgramDirectory(directory)
        self.cells = _cell_classes()
        self.on_open: Callable[[], None] | None = None  # when the process has a run file
        self.moves = 0  # how many times the process has left a run file for another
        self.recorded = False  # whether this process has recorded anything
        self._files: dict[int, RunFile] = {}  # by process id, of this process alone
        self._metrics: dict[AnyInstrument, None] = {}  # to be declared in each new file
        self._placing: dict[int, PlacingThread] = {}  # by the cell's id
        self._removed: dict[tuple[AnyInstrument, tuple[str, ...]], Spooled] = {}
        self._watched: dict[Spooled, None] = {}  # gauges with a function
        self._waiting: dict[Spooled, None] = {}  # cells without a slot
        self._errors = WriteErrors(directory)
        self._process = os.getpid()

    @property
    def run(self) -> str | None:
        """The id of this process's run; None before it has a file."""
        file = self._files.get(os.getpid())
        return None if file is None else file.run

    def declare(self, metrics: Iterable[AnyInstrument]) -> None:
        """Write down which metrics there are, so that their zeros are delivered too."""
        self._metrics.update(dict.fromkeys(metrics))
        try:
            self._declare_all()
        except OSError as error:
            self._errors.report(error)

    def declare_again(self, metrics: Iterable[AnyInstrument]) -> None:
        """Write down metrics whose definition has changed; the last one holds."""
        changed = tuple(metrics)
        for file in tuple(self._files.values()):
            file.declared.difference_update(changed)
        self.declare(changed)

    def place(self, cell: Spooled) -> bool:
        """Find the cell a slot unless it has one; False where it must wait for that."""
        key, mine = id(cell), PlacingThread(get_ident(), monotonic())
        try:
            first = self._placing.setdefault(key, mine)
            has_slot = self._find_slot(cell) if first is mine else self._wait_for(first, cell)
        finally:
            if self._placing.get(key) is mine:
                del self._placing[key]
        if not has_slot:
            self.await_room(cell)
            return False
        self._waiting.pop(cell, None)
        if not isinstance(cell, Detached):
            cell.__class__ = cell.placed
            cell.metric.reconcile(cell)
        if isinstance(cell, Detached):  # its series was removed just now
            cell.drop()
        return True

    def _find_slot(self, cell: Spooled) -> bool:
        while True:
            moves = self.moves
            if not cell.has_slot() and not cell.find_slot(self):
                return False
            if moves != self.moves:  # the slot was in a file which the process has left
                cell.detach()
            elif cell.has_slot():  # else the labels of an info have changed meanwhile
                return True

    def _wait_for(self, other: PlacingThread, cell: Spooled) -> bool:
        """Wait until another thread has placed the cell, but not for what this one interrupts."""
        key = id(cell)
        if monotonic() - other.since > _STALE_SECONDS and self._placing.get(key) is other:
            self._placing.pop(key, None)  # the next one places it
        elif other.thread != get_ident():
            deadline = monotonic() + _PLACING_SECONDS
            while self._placing.get(key) is other and monotonic() < deadline:
                sleep(0)
        return cell.has_slot()

    def record(self, cell: Cell, added: Mapping[str, str], numbers: list[float]) -> Slot | None:
        """A record for the series of the cell, with more labels; None where the file fails."""
        self.recorded = True
        if monotonic() < self._errors.retry_at:
            return None
        try:
            try:
                return self._write(cell, added, numbers)
            except LostError:
                self._recover_file(0.0)
                return self._write(cell, added, numbers)
        except OSError as error:
            self._errors.report(error)
            return None

    def _write(self, cell: Cell, added: Mapping[str, str], numbers: list[float]) -> Slot:
        file, metric = self._open(), cell.metric
        self._metrics.setdefault(metric)
        if metric not in file.declared:
            _declare(file, (metric,))
        names = [label.name for label in metric.signature]
        labels = {**dict(zip(names, cell.values, strict=True)), **added}
        return file.place(series_text(metric.name, labels), numbers)

    def _open(self) -> RunFile:
        process = os.getpid()
        opened = self._files.get(process)
        if opened is not None:
            return opened
        self.on_fork()  # if this is a child whose hook has failed: near the recursion limit, say
        self.directory.prepare()
        mine = RunFile(self.directory.runs, own_header())
        file = self._files.setdefault(process, mine)
        if file is not mine:  # another thread was quicker, or a signal handler
            mine.discard()
        elif self.on_open is not None:
            self.on_open()
        return file

    def _declare_all(self) -> None:
        if self._metrics:
            _declare(self._open(), self._metrics)

    def await_room(self, cell: Spooled) -> None:
        """Place the cell as soon as that can be done."""
        cell.wait()
        self.recorded = True
        self._waiting[cell] = None

    def forget(self, cell: Spooled) -> None:
        """Place the cell no more: its series was removed."""
        self._waiting.pop(cell, None)

    def keep(self, cell: Spooled) -> None:
        """Keep a cell whose series is being removed: if it is recorded again, it goes on.

        Those removed long ago are let go of. What they counted stays in the file; if their series
        are recorded again they begin at zero, and readers add that up.
        """
        cells = self._removed
        cells[cell.metric, cell.values] = cell
        while len(cells) > _MOST_REMOVED:
            try:
                oldest = next(iter(cells))
            except RuntimeError:  # another thread keeps one too
                return
            if not self._let_go(cells.pop(oldest, None)):
                return

    def take(self, metric: AnyInstrument, values: tuple[str, ...]) -> Cell | None:
        """The cell that was kept of a removed series, if one was."""
        return self._removed.pop((metric, values), None)

    def _let_go(self, cell: Spooled | None) -> bool:
        """Whether the cell is no longer needed."""
        is_removed = isinstance(cell, Detached)
        if cell is None or not is_removed:  # it is recorded into again
            return True
        if not cell.has_slot() and not cell.is_unused():  # the file does not have it yet
            self._removed[cell.metric, cell.values] = cell
            return False
        cell.on_fork()
        cell.metric.reconcile(cell)
        return True

    def watch(self, cell: Spooled) -> None:
        """Have the cell store the value of its function, before each delivery from now on."""
        self._watched[cell] = None

    def refresh(self) -> None:
        """Store the values of gauges' functions, and place the cells that have no slot."""
        self._errors.retry_at = 0.0
        try:
            self._recover_file(_REGAIN_SECONDS)
            self._declare_all()
        except OSError as error:
            self._errors.report(error)
        for cell in tuple(self._watched):
            if not cell.store_function_value():
                self._watched.pop(cell, None)
        for waiting in tuple(self._waiting):
            self._waiting.pop(waiting, None)  # the next time others come first
            if not self.place(waiting):
                break

    def mark_ending(self) -> None:
        """Tell readers that this process is about to end: gauges of the living are gone with it."""
        file = self._files.get(os.getpid())
        if file is not None:
            file.mark_ending()

    def synchronise(self) -> None:
        """Have the system write what is recorded to the disk."""
        for file in tuple(self._files.values()):
            with suppress(OSError):
                file.synchronise()

    def on_fork(self) -> None:
        """Begin with a file of its own, at zero, in a forked child; elsewhere do nothing."""
        if self._process == os.getpid():
            return
        for file in self._files.values():
            file.abandon()
        self._files = {}
        self._metrics = {}
        self._placing = {}
        self._waiting = {}
        self.recorded = False
        self._errors.retry_at = 0.0
        for cell in self._all_cells():
            cell.on_fork()
            cell.metric.reconcile(cell)  # a removed one stays detached
        self._process = os.getpid()

    def _all_cells(self) -> Iterator[Spooled]:
        """The cells of all metrics that are kept here, and those of removed series."""
        for catalog in catalogs():
            if catalog.spool is self:
                for metric in tuple(catalog.metrics.values()):
                    yield from (cell for cell in metric.cells() if isinstance(cell, Spooled))
        yield from tuple(self._removed.values())

    def _recover_file(self, seconds: float) -> None:
        """Make sure that the file can be written to, and is where readers look; else leave it.

        Where our descriptors are lost, wait so long for the lock on totals.
        """
        file = self._files.get(os.getpid())
        if file is None:
            return
        if not file.is_ours():
            with suppress(Busy, BlockingIOError):  # another process reads it: try the next time
                if not self._regain(file, seconds):
                    self._leave(file)
                    for cell in self._all_cells():
                        if cell.on_merged():
                            self.await_room(cell)
                        cell.metric.reconcile(cell)
        elif not file.is_there():
            self._errors.report(FileNotFoundError(ENOENT, "its file was removed"))
            self._leave(file)
            with suppress(OSError):
                self.directory.prepare()
                self.directory.set_aside(file.path, "it is a copy, its process has gone on since")
            for cell in self._all_cells():
                if cell.has_slot():
                    cell.detach()
                    self.await_room(cell)
            self._errors.retry_at = 0.0

    def _regain(self, file: RunFile, seconds: float) -> bool:
        """Whether the file is ours as before; else others took us for dead, and have merged it.

        While the lock on totals is held no other process merges. Raises OSError where it is not
        free in time, or the file's own is held.
        """
        from typedprom.spool.totals import load  # here: no other process needs it to record

        with self.directory.locked(seconds):
            try:
                if file.run in load(self.directory).totals.runs:
                    return False
            except FormatError:  # no process merges into what cannot be read
                pass
            try:
                file.regain()
            except FileNotFoundError:
                return False
        return True

    def _leave(self, file: RunFile) -> None:
        self._files.pop(os.getpid(), None)
        self.moves += 1
        file.abandon()


def _declare(file: RunFile, metrics: Iterable[AnyInstrument]) -> None:
    new = [metric for metric in tuple(metrics) if metric not in file.declared]
    for text in definitions_texts(definition_fields(definition_of(metric)) for metric in new):
        file.define(text)
    file.declared.update(new)


def adopt(spool: Spool, catalog: Catalog) -> None:
    """Keep the catalog's series in the spool, with what was recorded before."""
    catalog.spool, catalog.cells = spool, spool.cells
    for metric in tuple(catalog.metrics.values()):
        for old, new in metric.renew():
            if not old.is_unused() and isinstance(new, Spooled):
                new.take_over(old)


def _cell_classes() -> CellClasses:
    """The classes of cells that are kept in a run file."""
    counter: type[CounterCell] = UnplacedCounterCell
    gauge: type[GaugeCell] = UnplacedGaugeCell
    histogram: type[HistogramCell] = UnplacedHistogramCell
    if thread_mode() == PER_THREAD:
        from typedprom.spool import spooled_thread_cells as cells

        counter, gauge = cells.SpooledPerThreadCounterCell, cells.SpooledPerThreadGaugeCell
        histogram = cells.SpooledPerThreadHistogramCell
    return CellClasses(counter, gauge, histogram, SpooledInfoCell, SpooledStateSetCell)
