"""Claims: what runs take of budgets, read of all runs before any is added."""

from __future__ import annotations

import errno
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, NoReturn, TypeAlias

from typedprom.metrics.definition import Definition, Labels
from typedprom.spool.budgets import Declared, has_budget
from typedprom.spool.format import FormatError
from typedprom.spool.listing import Found
from typedprom.spool.run_reader import Layout, Places, RunReading, layout_of

BATCH_BYTES: Final = 32 * 1024 * 1024

Failed: TypeAlias = Callable[[Path, OSError], None]


class Moved(OSError):  # noqa: N818 - it is no error: try again
    """Something was merged or removed meanwhile."""

    def __init__(self) -> None:
        super().__init__(errno.EAGAIN, "the run files change while they are read")


@dataclass(slots=True)
class Claims:
    """The definitions of each metric and where its series are, and the layouts, by run."""

    histories: dict[str, list[Declared]] = field(default_factory=dict[str, list[Declared]])
    places: dict[str, list[Places]] = field(default_factory=dict[str, list[Places]])
    layouts: dict[str, Layout] = field(default_factory=dict[str, Layout])

    def unknown(self, runs: Iterable[RunReading]) -> Claims:
        """What these claim whose layout is not among those here."""
        layouts = (run.layout for run in runs)
        return claims_of(one for one in layouts if one is not self.layouts.get(one.header.run))


def fail(path: Path, error: OSError) -> NoReturn:
    """Raise the error, with the path in it.

    A run that cannot be read must not be left out: what it counted would be missing, and come back.
    """
    if error.filename is not None or error.errno is None:
        raise error
    raise OSError(error.errno, error.strerror, str(path)) from error


def in_time(deadline: float) -> None:
    """Raise TimeoutError once `time.monotonic()` is later."""
    if time.monotonic() > deadline:
        raise TimeoutError("the runs are more than can be read in the time given")


def claims_of(layouts: Iterable[Layout]) -> Claims:
    """What these claim. The same order must give the same claims."""
    claims = Claims()
    for layout in sorted(layouts, key=_began):
        claims.layouts[layout.header.run] = layout
        for name, history in layout.history.items():
            claims.histories.setdefault(name, []).extend(history)
        for places in layout.metrics:
            claims.places.setdefault(places.definition.name, []).append(places)
    return claims


def read_claims(
    found: Sequence[Found], known: Mapping[str, Layout], failed: Failed, deadline: float
) -> Claims:
    """What these runs claim; `known` are layouts of earlier readings of files that are live still.

    Runs of no format that can be read claim nothing. Raises `Moved`, or TimeoutError.
    """
    layouts = _layouts(found, known, failed, deadline)
    if sum(one.weight for one in found) <= BATCH_BYTES:
        return claims_of(layouts)
    return _first_claims(layouts)


def _layouts(
    found: Iterable[Found], known: Mapping[str, Layout], failed: Failed, deadline: float
) -> Iterable[Layout]:
    for one in found:
        in_time(deadline)
        try:
            yield layout_of(one.path, known.get(one.run))
        except FileNotFoundError as error:
            raise Moved from error
        except FormatError:
            pass
        except OSError as error:
            failed(one.path, error)


def _first_claims(layouts: Iterable[Layout]) -> Claims:
    """Where there are many runs: of metrics with budgets when each series was first placed."""
    claims = Claims()
    first: dict[Definition, dict[Labels, float]] = {}
    for layout in layouts:
        for name, history in layout.history.items():
            if any(has_budget(definition) for _, definition in history):
                claims.histories.setdefault(name, []).extend(history)
        for places in layout.metrics:
            if has_budget(places.definition):
                placed = first.setdefault(places.definition, {})
                for labels, timestamp in zip(places.labels, places.placed, strict=True):
                    placed[labels] = min(timestamp, placed.get(labels, timestamp))
    for definition, placed in first.items():
        one = Places(definition, [*placed], [], [*placed.values()])
        claims.places.setdefault(definition.name, []).append(one)
    return claims


def _began(layout: Layout) -> tuple[float, str]:
    return layout.header.created, layout.header.run
