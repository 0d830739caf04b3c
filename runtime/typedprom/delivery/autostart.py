"""Opening: which spool a catalog's series go to, and what delivers it."""

from __future__ import annotations

import atexit
import os
import sys
from contextlib import suppress
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final

from typedprom.core.environment import read_variable
from typedprom.core.misuse import log_once
from typedprom.core.variables import INSTANCE, JOB, PUSHGATEWAY_URL, SPOOL_DIR
from typedprom.delivery.fork_hooks import at_forks
from typedprom.delivery.push_thread import ExitBudget, Pusher
from typedprom.delivery.saved_settings import SavedSettings, recall, remember
from typedprom.delivery.settings import read_settings, said
from typedprom.spool.writer import Spool

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from typedprom.core.environment import Environment
    from typedprom.delivery.settings import Settings

_allowance: Final = ExitBudget()
_opened: Final[dict[Path, tuple[Spool, Pusher]]] = {}


def open_spool(namespace: str, environment: Environment) -> Spool | None:
    """The spool for a catalog, opened at its first use; None where none can be had."""
    directory = _directory(namespace)
    if directory is None:
        return None
    gateway = _gateway(environment)
    there = _opened.get(directory)
    if there is not None:
        spool, pusher = there
        pusher.also_to(gateway)
        return spool
    known = recall(directory) or SavedSettings(namespace)
    settings = read_settings(os.environ, known, gateway)
    explicit = said(os.environ)
    if any(_is_taken(settings, other.settings) for other in pushers()):
        grouping = {**settings.grouping, "spool": namespace}
        settings = replace(settings, grouping=grouping)
        explicit |= {"more"}
        log_once(
            (JOB, namespace),
            lambda: (
                f"{JOB} is the same for two spools: that of {namespace} pushes to a group with "
                f"spool={namespace}, so that they do not overwrite each other"
            ),
        )
    spool = Spool(directory)
    pusher = Pusher(spool, settings)
    pusher.load()
    job, *more = settings.grouping.items()
    wanted = SavedSettings(
        job[1], os.environ.get(INSTANCE, ""), tuple(more[1:]), _variables(environment)
    )
    spool.on_open = partial(_begun, directory, wanted, explicit, pusher)
    _opened[directory] = spool, pusher
    return spool


def pushers() -> Iterator[Pusher]:
    """What delivers the spools of this process."""
    for _, pusher in tuple(_opened.values()):
        yield pusher


def finish() -> None:
    """Deliver what this process recorded, before it ends; never for longer than is allowed."""
    _for_all(Pusher.finish)


def flush() -> None:
    """Deliver what this process recorded, within the time that an exit may take."""
    _for_all(Pusher.flush)


def _for_all(deliver: Callable[[Pusher, float], object]) -> None:
    for pusher in pushers():
        # Whatever happens, Ctrl-C included: the program's end is the program's.
        with suppress(BaseException), _allowance.spending():
            deliver(pusher, _allowance.left(pusher.settings.exit_seconds))


def _directory(namespace: str) -> Path | None:
    directory = read_variable(SPOOL_DIR)
    try:
        if directory:
            return Path(directory).expanduser().absolute()
        return state_folder() / namespace
    except (RuntimeError, OSError) as error:  # no home, no current folder
        why = str(error)
        log_once(
            (SPOOL_DIR,),
            lambda: f"there is no place for a spool, set {SPOOL_DIR}: {why}; nothing is delivered",
        )
        return None


def _begun(
    directory: Path, wanted: SavedSettings, explicit: frozenset[str], pusher: Pusher
) -> None:
    """The process has a run file."""
    with suppress(Exception):  # without the note the group is as wanted
        before, known = recall(directory), remember(directory, wanted, explicit)
        _warn_of_another_group(directory, before, known)
        grouping = read_settings(os.environ, known).grouping
        if "more" not in explicit and grouping != pusher.settings.grouping:
            pusher.change(replace(pusher.settings, grouping=grouping))  # another process was first
    pusher.start()


def _warn_of_another_group(
    directory: Path, before: SavedSettings | None, now: SavedSettings
) -> None:
    if before is not None and before[:3] != now[:3]:
        log_once(
            ("group", str(directory)),
            lambda: (
                f"{directory} was pushed as job={before.job} instance={before.instance or 'HOST'} "
                f"until now, and is as job={now.job} instance={now.instance or 'HOST'} from now "
                "on: delete the group from before, or its numbers count twice"
            ),
        )


def _is_taken(mine: Settings, other: Settings) -> bool:
    """Whether both would replace the same group of the same Pushgateway."""
    return mine.grouping == other.grouping and not set(mine.gateways).isdisjoint(other.gateways)


def _variables(environment: Environment) -> tuple[str, ...]:
    return (environment.pushgateway_url,) if environment.pushgateway_url else ()


def _gateway(environment: Environment) -> tuple[str, ...]:
    """The Pushgateway: the catalog's own variable wins."""
    own = environment.pushgateway_url
    url = (read_variable(own) if own else None) or read_variable(PUSHGATEWAY_URL)
    return (url,) if url else ()


def _before_fork() -> None:
    for pusher in pushers():
        pusher.pause()


def _after_in_parent() -> None:
    for spool, pusher in tuple(_opened.values()):
        pusher.has_forked = True
        if spool.run is not None:
            pusher.start()


def _after_in_child() -> None:
    for spool, pusher in tuple(_opened.values()):
        spool.on_fork()
        pusher.begin_anew()


at_forks(before=_before_fork, in_parent=_after_in_parent, in_child=_after_in_child)
atexit.register(finish)

# What is registered later runs earlier. Multiprocessing waits for its children at exit: they are to
# have ended before the last delivery. If it is imported only later, that is so by itself.
if _join_children := getattr(sys.modules.get("multiprocessing.util"), "_exit_function", None):
    atexit.unregister(_join_children)
    atexit.register(_join_children)


def is_spool(path: Path) -> bool:
    """Whether something was ever recorded into the folder."""
    return (path / "runs").is_dir() or (path / "totals").is_file()


def state_folder() -> Path:
    """The folder that holds a spool for each namespace, unless a variable says where it is."""
    state = Path(os.environ.get("XDG_STATE_HOME", ""))
    base = state if state.is_absolute() else Path("~/.local/state").expanduser()
    return base / "typedprom"


def spools_below(folder: Path) -> list[Path]:
    """The spools in the folder."""
    with suppress(OSError):
        return sorted(path for path in folder.iterdir() if is_spool(path))
    return []
