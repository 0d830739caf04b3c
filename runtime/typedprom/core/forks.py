"""Functions that run in each forked child, also in those of uWSGI, which forks in C."""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from importlib import import_module
from types import ModuleType
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable

_HOOK: Final = "post_fork_hook"
_HOOKS: Final = frozenset((_HOOK, "spooler", "mule_msg_hook"))  # uwsgidecorators sets these

_functions: Final[list[Callable[[], None]]] = []  # for uWSGI
_process = os.getpid()


def run_in_children(function: Callable[[], None]) -> None:
    """Run the function in each forked child, after those that were given before."""
    if hasattr(os, "register_at_fork"):
        os.register_at_fork(after_in_child=function)
    server = sys.modules.get("uwsgi")
    if isinstance(server, ModuleType):  # tests may have put something else there
        if not _functions:
            _hook_into(server)
        _functions.append(function)


def is_uwsgi_master() -> bool:
    """Whether this process is uWSGI's master, where no thread should run.

    Where a thread holds the interpreter's lock when the master forks, the child waits forever.
    """
    master = getattr(sys.modules.get("uwsgi"), "masterpid", None)
    return callable(master) and master() == os.getpid()


def _hook_into(server: ModuleType) -> None:
    """Have uWSGI run the functions, and then what it would run otherwise.

    uwsgidecorators replaces the hook when it is imported. So it is imported now, unless that would
    replace a hook of the program.
    """
    names: dict[str, object] = vars(server)
    if _HOOKS.isdisjoint(names):
        with suppress(Exception):  # it is not installed, or there is no master process
            import_module("uwsgidecorators")
    others = names.get(_HOOK)

    def hook() -> None:
        _run_functions()
        if callable(others):
            others()

    names[_HOOK] = hook


def _run_functions() -> None:
    if _process == os.getpid():  # it is no child, or Python's hooks have run
        return
    _note_process()
    for function in tuple(_functions):
        with suppress(Exception):  # the others run all the same
            function()


def _note_process() -> None:
    global _process
    _process = os.getpid()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_note_process)
