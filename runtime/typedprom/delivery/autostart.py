"""Opening the spool of a catalog, and starting the thread that delivers it."""

from __future__ import annotations

import atexit
import os
import sys
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final

from typedprom.core.environment import read_variable
from typedprom.core.forks import run_in_children
from typedprom.core.misuse import log_once
from typedprom.core.variables import JOB, SPOOL_DIR
from typedprom.delivery.exit_budget import ExitBudget
from typedprom.delivery.push_thread import PushThread
from typedprom.delivery.saved_settings import SavedSettings
from typedprom.delivery.settings import (
    explicit_fields,
    names_destination,
    read_group,
    read_settings,
)
from typedprom.metrics.catalog import catalogs
from typedprom.spool.writer import Spool

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from typedprom.core.environment import Environment
    from typedprom.delivery.settings import Settings
    from typedprom.delivery.sinks import Destination

EXIT_BUDGET: Final = ExitBudget()
_opened: Final[dict[Path, tuple[Spool, PushThread]]] = {}


def open_spool(namespace: str, environment: Environment) -> Spool | None:
    """The spool for a catalog, opened at its first use; None if no folder can be named."""
    directory = _directory(namespace)
    if directory is None:
        return None
    own = (environment.pushgateway_url,) if environment.pushgateway_url else ()
    for _, other in _opened.values():
        other.load()  # its destinations are compared with this one's, or joined
    if directory in _opened:
        spool, thread = _opened[directory]
        thread.add_destinations(read_settings(SavedSettings(namespace), own))
        spool.pushed_by = tuple(one.origin for one in thread.settings.destinations)
        return spool
    saved = SavedSettings.load(directory) or SavedSettings(namespace)
    settings, read_later = read_group(saved, own), None
    if _opened:
        settings = read_settings(saved, own)
    elif names_destination(own):
        read_later = partial(_read_destinations, saved, own)
    spool = Spool(directory)
    explicit = explicit_fields()
    if any(_share_group(settings, thread.settings) for _, thread in _opened.values()):
        settings = settings._replace(grouping={**settings.grouping, "catalog": namespace})
        explicit |= {"more"}
        log_once(
            (JOB, namespace),
            lambda: (
                f"{JOB} is the same for two spools: the one of {namespace} pushes to a group with "
                f"catalog={namespace}, so that they do not overwrite each other"
            ),
        )
    thread = PushThread(spool, settings, read_later)
    (_, job), (_, instance), *more = settings.grouping.items()
    wanted = SavedSettings(job, instance, tuple(more), own)
    spool.on_open = partial(_on_open, directory, wanted, explicit, thread)
    spool.on_fault = partial(_start, spool, thread)  # which makes up for it
    _opened[directory] = spool, thread
    return spool


def _read_destinations(saved: SavedSettings, own: Sequence[str]) -> tuple[Destination, ...]:
    return read_settings(saved, own).destinations


def finish() -> None:
    """Deliver what this process recorded, before it exits, within the exit budget."""
    _for_each_thread(PushThread.finish)


def flush() -> None:
    """Deliver what this process recorded, within the exit budget."""
    _for_each_thread(PushThread.flush)


def push_threads() -> Iterator[PushThread]:
    """The threads that deliver the spools of this process."""
    for spool, thread in tuple(_opened.values()):
        spool.on_fork()  # if this is a child whose hook has failed
        thread.on_fork()
        yield thread


def _for_each_thread(deliver: Callable[[PushThread, float], object]) -> None:
    for thread in push_threads():
        # Nothing is raised, Ctrl-C included: how the program ends does not depend on us.
        with suppress(BaseException), EXIT_BUDGET.spending():
            deliver(thread, EXIT_BUDGET.left(thread.settings.exit_seconds))


def _directory(namespace: str) -> Path | None:
    named = read_variable(SPOOL_DIR)
    try:
        return absolute(named) if named else state_folder() / namespace
    except NoFolderError as error:
        message = "nothing is kept or delivered: {}; set {} to the absolute path of a folder".format
        log_once((SPOOL_DIR,), partial(message, error, SPOOL_DIR))
        return None


def _on_open(
    directory: Path, wanted: SavedSettings, explicit: frozenset[str], thread: PushThread
) -> None:
    """Save the settings and start the thread: the process has a run file."""
    with suppress(Exception):  # if nothing can be saved, the group is the wanted one
        before, saved = SavedSettings.load(directory), wanted.save(directory, explicit)
        _warn_of_new_group(directory, before, saved)
        grouping = read_group(saved).grouping
        if "more" not in explicit and grouping != thread.settings.grouping:
            thread.change(thread.settings._replace(grouping=grouping))  # another process was first
    _start(_opened[directory][0], thread)


def _start(spool: Spool, thread: PushThread) -> None:
    thread.on_fork()  # if this is a child whose hook has failed
    with suppress(Exception):  # what cannot be loaded is told at the first delivery
        thread.load_or_leave()
        spool.pushed_by = tuple(one.origin for one in thread.settings.destinations)
        _tell_of_labels(spool, thread.settings)
    thread.start()


def _tell_of_labels(spool: Spool, settings: Settings) -> None:
    """Tell at the start which labels both the grouping key and metrics of this process have."""
    if settings.destinations:
        from typedprom.delivery.group_url import renamed  # here: others do not need it

        for catalog in catalogs():
            for metric in catalog.metrics.values() if catalog.spool is spool else ():
                names = {*metric.label_names(), *catalog.constant_labels}
                renamed(settings.grouping, names, metric.name)


def _warn_of_new_group(directory: Path, before: SavedSettings | None, now: SavedSettings) -> None:
    if before is not None and _group(before) != _group(now):
        log_once(
            ("group", str(directory)),
            lambda: (
                f"the group of {directory} was {_group(before)} until now, and is {_group(now)} "
                "from now on: delete the old one from the Pushgateway, or its numbers count twice"
            ),
        )


def _group(saved: SavedSettings) -> str:
    """The grouping key in words."""
    labels = {
        "job": saved.job,
        "instance": saved.instance or os.uname().nodename,
        **dict(saved.more),
    }
    return ",".join(f"{name}={value}" for name, value in labels.items())


def _share_group(one: Settings, other: Settings) -> bool:
    """Whether both would replace the same group at the same address."""
    shared = set(one.destinations).intersection(other.destinations)
    return one.grouping == other.grouping and any(two.spec.is_grouped for two in shared)


def _after_in_child() -> None:
    for spool, thread in tuple(_opened.values()):
        spool.on_fork()
        thread.on_fork()


run_in_children(_after_in_child)
atexit.register(finish)

# Functions registered later run earlier. Multiprocessing waits for its children at exit, which must
# happen before the last delivery. If it is imported later, that is the case anyway.
if _join_children := getattr(sys.modules.get("multiprocessing.util"), "_exit_function", None):
    atexit.unregister(_join_children)
    atexit.register(_join_children)


def is_spool(path: Path) -> bool:
    """Whether something was ever recorded into the folder."""
    return (path / "runs").is_dir() or (path / "totals").is_file()


class NoFolderError(ValueError):
    """The folder of a spool cannot be determined; the message says why."""


def absolute(path: str) -> Path:
    """The absolute path, also of a relative one or one that begins with `~`.

    Raises NoFolderError where there is no home or no current folder.
    """
    try:
        return Path(path).expanduser().absolute()
    except (RuntimeError, OSError) as error:
        what = "current folder" if isinstance(error, OSError) else "home"
        raise NoFolderError(f"{path} is below a {what} that cannot be determined") from error


def state_folder() -> Path:
    """The folder with the spool of each namespace, unless a variable names another place.

    Raises NoFolderError.
    """
    state = Path(os.environ.get("XDG_STATE_HOME", ""))
    return (state if state.is_absolute() else absolute("~/.local/state")) / "typedprom"


def spools_in(folder: Path) -> list[Path]:
    """The spools in the folder."""
    with suppress(OSError):
        return sorted(path for path in folder.iterdir() if is_spool(path))
    return []
