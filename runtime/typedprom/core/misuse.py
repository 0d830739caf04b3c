"""Misuse: raised in strict mode, otherwise logged once while the program goes on."""

from __future__ import annotations

import os
import reprlib
import sys
from collections.abc import Callable
from contextlib import suppress
from typing import TYPE_CHECKING, Final, TypeAlias

from typedprom.core.variables import STRICT, is_on

if TYPE_CHECKING:
    from types import FrameType

__tracebackhide__ = True  # pytest shows the line that is wrong instead

# What is logged once: names from the catalog and never values, so that there are few keys.
OnceKey: TypeAlias = tuple[str, ...]

_PROCESS_QUEUES: Final = frozenset(
    ("multiprocessing.queues", "billiard.queues", "multiprocess.queues")
)

_ONCE: Final = "(further ones are not logged)"

_logged: Final[dict[OnceKey, object]] = {}
_tests: Final[dict[object, None]] = {}  # one key for each call of `be_strict` not yet undone


def is_strict() -> bool:
    """Whether misuse raises: as `TYPEDPROM_STRICT` says or, if it is not set, in tests."""
    if os.environ.get(STRICT):
        return is_on(STRICT)
    return bool(_tests) or "PYTEST_VERSION" in os.environ


def be_strict() -> Callable[[], None]:
    """Let misuse raise, unless `TYPEDPROM_STRICT` says otherwise, and return what undoes that."""
    test = object()
    _tests[test] = None
    return lambda: _tests.pop(test, None)


def report_misuse(
    error: type[TypeError | ValueError], key: OnceKey, message: Callable[[], str], result: str = ""
) -> None:
    """Raise `error` in strict mode, else log the message, and `result`: what is done instead."""
    if is_strict():
        raise error(message()) from None
    log_once(key, (lambda: f"{message()}; {result}") if result else message)


def log_once(key: OnceKey, message: Callable[[], str]) -> None:
    """Log the message the first time `key` is seen, with the first line that is not ours."""
    if key in _logged:
        return
    mine = object()
    if _logged.setdefault(key, mine) is not mine:  # another thread was quicker
        return
    with suppress(Exception):  # a broken logging filter must not break the recording program
        level = _level_of_caller()
        if level is None:
            _logged.pop(key, None)  # the next one is logged
        else:
            _log(printable(message()), level)


def _log(message: str, level: int) -> None:
    """Log a warning; where the program has not imported logging, write what that would write.

    Importing it costs half of our import time, and it registers functions that run at forks.
    Logging lists a thread of ours in `threading.enumerate()`, where programs join all threads; this
    one would raise an error then.
    """
    if hasattr(sys.modules.get("logging"), "getLogger"):  # else it is being imported, at most
        import logging
        import threading

        logger, thread = logging.getLogger("typedprom"), threading.get_ident()
        listed: dict[int, object] = getattr(threading, "_active", {})
        was_listed = thread in listed
        try:
            logger.warning(f"%s {_ONCE}", message, stacklevel=level + 1)
        finally:
            if not was_listed:
                listed.pop(thread, None)
    else:
        sys.stderr.write(f"{message} {_ONCE}\n")
        sys.stderr.flush()


def forget() -> Callable[[], None]:
    """Log everything once more, and return what undoes that: for tests."""
    before = dict(_logged)
    _logged.clear()

    def undo() -> None:
        _logged.clear()
        _logged.update(before)

    return undo


def printable(text: str) -> str:
    """The text with escapes instead of what a terminal or a log file would not show as it is."""
    if text.isprintable():
        return text
    return "".join([one if one.isprintable() else ascii(one)[1:-1] for one in text])


def safe_repr(value: object) -> str:
    """`repr(value)` for a message, shortened; the name of the type where `repr` fails."""
    try:
        return reprlib.repr(value)
    except Exception:  # of huge integers, of proxies without an object
        return f"<{type(value).__name__}>"


def _level_of_caller() -> int | None:
    """How far above `log_once` the first frame is that is not ours, as logging counts frames.

    None where logging must not be called: a signal handler or a finalizer has interrupted code that
    may hold a lock which a QueueHandler would wait for. Those of logging itself are reentrant.
    """
    level, depth, inner = 0, 0, ""
    frame: FrameType | None = sys._getframe(1)  # pyright: ignore[reportPrivateUsage]
    while frame is not None:
        depth += 1
        module, name = str(frame.f_globals.get("__name__")), frame.f_code.co_name
        if (module == "queue" and inner != "wait") or (module in _PROCESS_QUEUES and name != "get"):
            return None  # who waits holds no lock, nor one of those that `put` needs
        if not (
            level or module.partition(".")[0] == "typedprom" or module.endswith("._signatures")
        ):
            level = depth
        frame, inner = frame.f_back, name
    return level or depth
