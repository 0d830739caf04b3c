"""The spools of this process: where the series of its catalogs are kept beside memory."""

from __future__ import annotations

import os
from contextlib import suppress
from errno import ENOENT
from time import monotonic
from typing import TYPE_CHECKING, Final, cast
from zlib import crc32

from typedprom.metrics.catalog import catalogs
from typedprom.metrics.cell import Detached
from typedprom.spool.adoption import spooled_cell_classes
from typedprom.spool.declarations import declare, largest_part_of_series
from typedprom.spool.directory import Busy, OtherKernelError, ProgramDirectory
from typedprom.spool.format import FormatError, series_text, zero_text
from typedprom.spool.kernels import OtherKernels, is_taken_over
from typedprom.spool.liveness import own_header
from typedprom.spool.opening import contents
from typedprom.spool.placing import PlacingThreads
from typedprom.spool.run_file import LostError, RunFile, TooLargeError
from typedprom.spool.spooled_cells import Spooled
from typedprom.spool.write_errors import WriteErrors

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from pathlib import Path
    from typing import TypeAlias

    from typedprom.metrics.cell import AnyInstrument, Cell
    from typedprom.spool.run_file import Slot

    SeriesText: TypeAlias = Callable[[str, Mapping[str, str]], bytes]


_REGAIN_SECONDS: Final = 1.0  # that a delivery waits for the lock on totals; recordings do not
_QUICKLY_READ: Final = 4 << 20  # bytes of a run file


class Spool:
    """The run file of this process in one directory, and the cells that have a slot in it."""

    def __init__(self, directory: Path) -> None:
        self.directory = ProgramDirectory(directory)
        self.cells = spooled_cell_classes()
        self.on_open: Callable[[], None] | None = None  # when the process has a run file
        self.pushed_by: tuple[str, ...] = ()  # the variables that name where it is pushed
        self.on_fault: Callable[[], None] | None = None  # when it cannot have one
        self.moves = 0  # how many times the process has left a run file for another
        self.recorded = False  # whether this process has recorded anything
        self._files: dict[int, RunFile] = {}  # by process id, of this process alone
        self._metrics: dict[AnyInstrument, None] = {}  # to be declared in each new file
        self._placing = PlacingThreads()
        # Of removed series, what goes on if they come back; by the metric's shape.
        self._removed: dict[tuple[object, ...], dict[tuple[str, ...], Spooled]] = {}
        self._watched: dict[Spooled, None] = {}  # gauges with a function
        self._waiting: dict[Spooled, None] = {}  # cells without a slot
        self._zeros: dict[Cell, None] = {}  # of series at zero that are not written down yet
        # Cells whose record is larger than any can be, and the labels that it has more.
        self._too_large: dict[Cell, Mapping[str, str]] = {}
        self._errors = WriteErrors(directory)
        self._other_kernels = OtherKernels(self.directory)
        self._process = os.getpid()

    @property
    def run(self) -> str | None:
        """The id of this process's run; None before it has a file."""
        file = self._files.get(os.getpid())
        return None if file is None else file.run

    def holds_everything(self) -> bool:
        """Whether all that this process has recorded is in its run file."""
        return not (self._waiting or self._zeros) and (self.run is not None or not self.recorded)

    def state(self) -> int | None:
        """A checksum of what this process has recorded.

        None where more than a recording changes what readers see: the values of functions, or the
        end of this process.
        """
        file = self._files.get(os.getpid())
        if file is None or self._watched or not self.holds_everything():
            return None
        if any(map(_counts_while_alive, tuple(self._metrics))):
            return None
        try:
            data = contents(file.path, _QUICKLY_READ)
        except (OSError, FormatError):
            return None
        return crc32(data) if len(data) < _QUICKLY_READ else None

    def holds(self, metric: AnyInstrument) -> bool:
        """Whether what is recorded into the metric is kept there now."""
        file = self._files.get(os.getpid())
        return file is not None and metric not in file.too_large

    def declare(self, metrics: Iterable[AnyInstrument]) -> None:
        """Write down which metrics there are, so that their zeros are delivered too."""
        self._metrics.update(dict.fromkeys(metrics))
        try:
            self._declare_all()
        except OSError as error:
            self._fail(error)

    def declare_again(self, metrics: Iterable[AnyInstrument]) -> None:
        """Write down metrics whose definition has changed; the last one holds."""
        changed = tuple(metrics)
        for file in tuple(self._files.values()):
            file.declared.difference_update(changed)
        self.declare(changed)

    def place(self, cell: Spooled) -> bool:
        """Find the cell a slot unless it has one; False where it must wait for that."""
        has_slot = self._placing.place(cell, self._find_slot)
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

    def begin(self, cells: Iterable[Cell]) -> None:
        """Write down that these series are at zero; nothing was recorded into them.

        The first recording into one places it like any other series.
        """
        for cell in cells:
            numbers = cast("Spooled", cell).initial_values()
            self._zeros[cell] = None
            if self.record(cell, {}, numbers, zero_text) is not None or cell in self._too_large:
                self._zeros.pop(cell, None)

    def record(
        self,
        cell: Cell,
        added: Mapping[str, str],
        numbers: list[float],
        text: SeriesText = series_text,
    ) -> Slot | None:
        """A record for the series of the cell, with more labels; None where the file fails."""
        self.recorded = True
        if self._too_large.get(cell) == added or monotonic() < self._errors.retry_at:
            return None
        self._too_large.pop(cell, None)
        try:
            try:
                slot = self._write(cell, added, numbers, text)
            except LostError:
                self._recover_file(0.0)
                slot = self._write(cell, added, numbers, text)
        except OSError as error:
            self._fail(error)
            return None
        if slot is None:
            self._too_large[cell] = added
        return slot

    def _write(
        self, cell: Cell, added: Mapping[str, str], numbers: list[float], text: SeriesText
    ) -> Slot | None:
        """A record for the series; None if it is too large."""
        file, metric = self._open(), cell.metric
        self._metrics.setdefault(metric)
        if metric not in file.declared:
            declare(file, (metric,), self._errors)
        if metric in file.too_large:
            return None
        names = [label.name for label in metric.signature]
        labels = {**dict(zip(names, cell.values, strict=True)), **added}
        try:
            return file.place(text(metric.name, labels), numbers)
        except TooLargeError as error:
            largest = largest_part_of_series(labels, numbers)
            self._errors.report_too_large(metric.name, "a series", error, largest)
            return None

    def _open(self) -> RunFile:
        process = os.getpid()
        opened = self._files.get(process)
        if opened is not None:
            return opened
        self.on_fork()  # if this is a child whose hook has failed: near the recursion limit, say
        self.directory.prepare()
        runs, kernels = self.directory.runs, self._other_kernels
        mine = kernels.file_beside_none(lambda: RunFile(runs, own_header()))
        file = self._files.setdefault(process, mine)
        if file is not mine:  # another thread was quicker, or a signal handler
            mine.discard()
        elif self.on_open is not None:
            self.on_open()
        return file

    def _declare_all(self) -> None:
        if self._metrics:
            declare(self._open(), tuple(self._metrics), self._errors)

    def await_room(self, cell: Spooled) -> None:
        """Place the cell as soon as that can be done, if it can be."""
        cell.wait()
        self.recorded = True
        if cell not in self._too_large:
            self._waiting[cell] = None

    def forget(self, cell: Spooled) -> None:
        """Place the cell no more: its series was removed."""
        self._waiting.pop(cell, None)
        self._too_large.pop(cell, None)

    def keep(self, cell: Spooled) -> None:
        """Keep a cell whose series is being removed: if it is recorded again, it goes on.

        What it counted stays in the file. Budgets limit how many there are: each uses its place.
        """
        self._removed.setdefault(cell.metric.shape, {}).setdefault(cell.values, cell)

    def kept(self, metric: AnyInstrument) -> Mapping[tuple[str, ...], Cell]:
        """The cells of removed series, of whose counts there are records."""
        return self._removed.setdefault(metric.shape, {})

    def unkeep(self, cell: Cell) -> None:
        """Forget that the series of the cell was removed: it has come back."""
        self._removed.setdefault(cell.metric.shape, {}).pop(cell.values, None)

    def watch(self, cell: Spooled) -> None:
        """Have the cell store the value of its function, before each delivery from now on."""
        self._watched[cell] = None

    def waits(self) -> bool:
        """Whether anything is in memory that the file should have."""
        has_no_file = os.getpid() not in self._files
        return bool(self._waiting or self._zeros or (self._metrics and has_no_file))

    def refresh(self) -> None:
        """Store the values of gauges' functions, and place the cells that have no slot."""
        self._recover()
        for cell in tuple(self._watched):
            if not cell.store_function_value():
                self._watched.pop(cell, None)
        self._place_waiting()

    def make_up(self) -> None:
        """Place the cells that have no slot, if that can be done now."""
        self._recover()
        self._place_waiting()

    def _recover(self) -> None:
        self._errors.retry_at = 0.0
        try:
            self._recover_file(_REGAIN_SECONDS)
            self._declare_all()
        except OSError as error:
            self._fail(error)

    def _fail(self, error: OSError) -> None:
        self._errors.report(error)
        if self.on_fault is not None and os.getpid() not in self._files:
            self.on_fault()

    def _place_waiting(self) -> None:
        for waiting in tuple(self._waiting):
            self._waiting.pop(waiting, None)  # the next time others come first
            if not self.place(waiting) and waiting in self._waiting:
                return
        self.begin(tuple(self._zeros))

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
        self._placing = PlacingThreads()
        self._waiting = {}
        self._zeros = {}
        self._too_large = {}
        self.recorded = False
        self._errors.retry_at = 0.0
        for cell in self._all_cells():
            cell.on_fork()
            cell.metric.reconcile(cell)  # a removed one stays detached
        self._removed = {}  # what they counted is the parent's
        self._process = os.getpid()

    def _all_cells(self) -> Iterator[Spooled]:
        """The cells of all metrics that are kept here, and those of removed series."""
        for metric in self._all_metrics():
            yield from (cell for cell in metric.cells() if isinstance(cell, Spooled))
        for kept in tuple(self._removed.values()):
            yield from tuple(kept.values())

    def _all_metrics(self) -> Iterator[AnyInstrument]:
        for catalog in catalogs():
            if catalog.spool is self:
                yield from tuple(catalog.metrics.values())

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
                    self._begin_anew(file)
        elif not file.is_there() and is_taken_over(self.directory):
            self._errors.report(OtherKernelError(self.directory.path))
            self._begin_anew(file)  # it was merged there
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
            for metric in self._all_metrics():
                self._zeros.update(dict.fromkeys(tuple(metric.zeros.values())))
            self._errors.retry_at = 0.0
        else:
            with suppress(OSError):  # other machines see by its time that the process lives
                os.utime(file.path, follow_symlinks=False)
            try:
                self._other_kernels.look_again()
            except OtherKernelError:
                self._begin_anew(file)
                raise

    def _begin_anew(self, file: RunFile) -> None:
        """Leave a file whose numbers others count: they merge it, or have done so."""
        self._leave(file)
        for cell in self._all_cells():
            if cell.on_merged():
                self.await_room(cell)
            cell.metric.reconcile(cell)

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


def _counts_while_alive(metric: AnyInstrument) -> bool:
    """Whether the metric has a value that counts only while its process lives."""
    is_one = getattr(metric, "combine", "") == "live_sum"
    return is_one and any(not cell.is_unused() for cell in metric.cells())
