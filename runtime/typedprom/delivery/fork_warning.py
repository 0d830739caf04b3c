"""CPython's warning that a process with threads forks, unsaid where the only thread is ours.

From 3.12 on `os.fork` counts threads when the hooks for the parent have run, by which our thread,
which had ended for the fork, is there again (python/cpython#137109; 3.14.1 counts before). What is
true stays said: our filter is there from a fork without other threads until the next fork.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path
from threading import active_count
from time import monotonic, sleep
from typing import Final, cast

_WARNS: Final = (3, 12) <= sys.version_info < (3, 14, 1)
_MESSAGE: Final = re.compile("This process .* is multi-threaded, use of fork")
_FILTER: Final = ("ignore", _MESSAGE, DeprecationWarning, None, 0)
_THREADS: Final = 17  # where /proc/self/stat has their number, behind the program's name: proc(5)
_SECONDS: Final = 0.05  # that a fork waits for threads to end


class _Fork:
    """What is known of the fork under way."""

    native = False  # whether there are threads that Python did not start
    alone = False  # whether there is but one thread


def fork_is_near() -> None:
    """Our threads are still there."""
    if _WARNS:
        while _FILTER in _filters():  # others may have put a copy of the list in place
            _filters().remove(_FILTER)
        _Fork.native = _threads() > active_count()


def fork_begins() -> None:
    """Our threads have ended, as far as they could."""
    _Fork.alone = _WARNS and not _Fork.native and active_count() == 1 and _is_one_thread()


def fork_is_over() -> None:
    """In the parent, before our threads begin again."""
    if _Fork.alone:
        # Not by `filterwarnings`, after which what was said once is said once more. Nobody
        # remembers what is ignored, so this needs no such thing.
        _filters().insert(0, _FILTER)


def _filters() -> list[object]:
    import warnings  # here: not all programs have it

    return cast("list[object]", warnings.filters)


def _is_one_thread() -> bool:
    """Whether the system agrees, before long: a thread that was joined may not have ended there."""
    patience = monotonic() + _SECONDS
    while (threads := _threads()) > 1 and monotonic() < patience:
        sleep(_SECONDS / 100)
    return threads == 1


def _threads() -> int:
    try:
        return int(Path("/proc/self/stat").read_bytes().rpartition(b")")[2].split()[_THREADS])
    except (OSError, ValueError, IndexError):  # no such system, or no descriptor left
        return 1
