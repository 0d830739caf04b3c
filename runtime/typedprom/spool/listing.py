"""Listing: which runs a spool has, and which of their processes live."""

from __future__ import annotations

import os
import time
from collections.abc import Collection, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from typedprom.spool.directory import RUN_SUFFIX, SpoolDirectory
from typedprom.spool.format import FormatError, OtherVersionError
from typedprom.spool.liveness import is_dead, is_free
from typedprom.spool.run_reader import header_of, opened

_BEGUN_SUFFIX: Final = ".new"  # of a file that its process has not finished making
_ABANDONED_SECONDS: Final = 3600.0
_LEAST_BYTES: Final = 16 * 1024  # that the smallest run takes in memory


@dataclass(frozen=True, slots=True)
class Found:
    """A run file that can be read."""

    path: Path
    run: str
    created: float
    size: int
    pid: int

    @property
    def weight(self) -> int:
        """About how many bytes it takes in memory."""
        return max(self.size, _LEAST_BYTES)


@dataclass(slots=True)
class Listing:
    """The files under `runs/`. Runs are in the order in which they began."""

    live: list[Found] = field(default_factory=list[Found])
    ended: list[Found] = field(default_factory=list[Found])
    # What is in the totals already.
    merged: list[Path] = field(default_factory=list[Path])
    # To be set aside.
    broken: list[tuple[Path, str]] = field(default_factory=list[tuple[Path, str]])
    # Not ours to touch.
    skipped: list[tuple[Path, str]] = field(default_factory=list[tuple[Path, str]])
    # Nobody knows what it is.
    unreadable: list[tuple[Path, OSError]] = field(default_factory=list[tuple[Path, OSError]])
    abandoned: list[Path] = field(default_factory=list[Path])

    def is_untidy(self) -> bool:
        """Whether there is something to merge, to remove or to set aside."""
        return bool(self.ended or self.merged or self.broken or self.abandoned)


def look(directory: SpoolDirectory, merged: Collection[str]) -> Listing:
    """Look at every run; those in `merged` are not opened."""
    listing = Listing()
    for name in _names(directory, listing):
        _sort(directory.runs / name, merged, listing)
    for found in (listing.live, listing.ended):
        found.sort(key=lambda one: (one.created, one.run))
    return listing


def batches(found: list[Found], largest_bytes: int) -> Iterator[list[Found]]:
    """The runs in their order, a few at a time."""
    batch: list[Found] = []
    taken = 0
    for one in found:
        if batch and taken + one.weight > largest_bytes:
            yield batch
            batch = []
            taken = 0
        batch.append(one)
        taken += one.weight
    if batch:
        yield batch


def _names(directory: SpoolDirectory, listing: Listing) -> list[str]:
    try:
        with os.scandir(directory.runs) as entries:
            return [entry.name for entry in entries]
    except OSError as error:
        if not isinstance(error, FileNotFoundError) or os.path.lexists(directory.path):
            listing.unreadable.append((directory.runs, error))
        return []


def _sort(path: Path, merged: Collection[str], listing: Listing) -> None:
    if path.name.startswith(".") and path.suffix == _BEGUN_SUFFIX:
        if _is_abandoned(path):
            listing.abandoned.append(path)
    elif path.suffix == RUN_SUFFIX:
        if path.stem in merged:
            listing.merged.append(path)
            return
        try:
            _sort_run(path, listing)
        except FileNotFoundError:
            pass  # merged meanwhile
        except FormatError as error:
            listing.broken.append((path, str(error)))
        except OSError as error:
            listing.unreadable.append((path, error))


def _sort_run(path: Path, listing: Listing) -> None:
    with opened(path) as descriptor:
        try:
            header = header_of(descriptor, path)
        except FormatError as error:
            if isinstance(error, OtherVersionError) or not is_free(descriptor):
                listing.skipped.append((path, str(error)))
                return
            raise
        size = os.fstat(descriptor).st_size
        found = Found(path, header.run, header.created, size, header.pid)
        (listing.ended if is_dead(descriptor, header) else listing.live).append(found)


def _is_abandoned(path: Path) -> bool:
    with suppress(FormatError, OSError), opened(path) as descriptor:
        age = time.time() - os.fstat(descriptor).st_mtime
        return age > _ABANDONED_SECONDS and is_free(descriptor)
    return False
