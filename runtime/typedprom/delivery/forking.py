"""CPython's warning that a process with threads forks, unsaid where the only thread is ours.

From 3.12 on `os.fork` counts threads when the hooks for the parent have run, by which our thread,
which had ended for the fork, is there again (python/cpython#137109; 3.14.1 counts before). What is
true stays said: our filter is there from a fork without other threads until the next fork.
"""

from __future__ import annotations

import sys
from contextlib import suppress
from pathlib import Path
from threading import active_count
from time import monotonic, sleep
from typing import Final, cast

_WARNS: Final = (3, 12) <= sys.version_info < (3, 14, 1)
_MESSAGE: Final = "This process .* is multi-threaded, use of fork"
_THREADS: Final = 17  # where /proc/self/stat has their number, behind the program's name: proc(5)

_SECONDS: Final = 0.01  # that a fork waits for threads to end

_added: Final[list[object]] = []  # to the filters of warnings


def is_alone() -> bool:
    """Whether the process, about to fork, has but one thread."""
    while _added:
        _filters_without(_added.pop())
    return _WARNS and active_count() == 1 and _is_one_thread()


def hush() -> None:
    """Leave the warning unsaid until the next fork."""
    import warnings  # here: not all programs have it

    warnings.filterwarnings("ignore", _MESSAGE, DeprecationWarning)
    _added.append(warnings.filters[0])


def _filters_without(one: object) -> None:
    import warnings

    with suppress(ValueError):  # somebody has put other filters in place
        cast("list[object]", warnings.filters).remove(one)


def _is_one_thread() -> bool:
    """Whether the system agrees, before long: a thread that was joined may not have ended there."""
    patience = monotonic() + _SECONDS
    while (threads := _threads()) > 1 and monotonic() < patience:
        sleep(_SECONDS / 20)
    return threads == 1


def _threads() -> int:
    try:
        return int(Path("/proc/self/stat").read_bytes().rpartition(b")")[2].split()[_THREADS])
    except (OSError, ValueError, IndexError):  # no such system, or no descriptor left
        return 1
