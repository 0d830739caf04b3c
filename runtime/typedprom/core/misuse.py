"""The policy for wrong use: raise in strict mode, else log once and keep the program running."""

from __future__ import annotations

import os
import reprlib
import sys
from collections.abc import Callable
from contextlib import suppress
from typing import Final, TypeAlias

from typedprom.core.variables import STRICT, is_on

__tracebackhide__ = True  # pytest shows the line that is wrong instead

# What is reported once: names out of the catalog, never values, so that there are few of them.
OnceKey: TypeAlias = tuple[str, ...]

# Whoever is in the middle of one of these may hold a lock that logging would wait for.
_NOT_TO_INTERRUPT: Final = frozenset(("logging", "queue", "multiprocessing"))

_reported: Final[dict[OnceKey, object]] = {}
_tests: Final[dict[object, None]] = {}  # what tests the program just now


def is_strict() -> bool:
    """Whether misuse raises: `TYPEDPROM_STRICT` says so, or unless it is set, a test is running."""
    if os.environ.get(STRICT):
        return is_on(STRICT)
    return bool(_tests) or "PYTEST_VERSION" in os.environ


def be_strict() -> Callable[[], None]:
    """Let misuse raise, unless `TYPEDPROM_STRICT` says otherwise, and return what undoes that."""
    test = object()
    _tests[test] = None

    def undo() -> None:
        _tests.pop(test, None)

    return undo


def report_misuse(
    error: type[TypeError | ValueError], key: OnceKey, message: Callable[[], str], done: str = ""
) -> None:
    """Raise `error` in strict mode, else log a warning with the same words, and what was done."""
    if is_strict():
        raise error(message()) from None
    log_once(key, (lambda: f"{message()}; {done}") if done else message)


def log_once(key: OnceKey, message: Callable[[], str]) -> None:
    """Log the message the first time `key` is seen, as of the line that is not ours."""
    if key in _reported:
        return
    mine = object()
    if _reported.setdefault(key, mine) is not mine:  # another thread was quicker
        return
    level = _level_of_caller()
    if level is None:
        _reported.pop(key, None)  # the next one is logged
        return
    import logging  # here: most programs never need it, and it is half of our import time

    with suppress(Exception):  # a broken logging filter must not reach whoever records a metric
        logger = logging.getLogger("typedprom")
        logger.warning("%s (further ones are not logged)", message(), stacklevel=level)


def forget() -> Callable[[], None]:
    """Report everything once more, and return what undoes that: for tests."""
    before = dict(_reported)
    _reported.clear()

    def undo() -> None:
        _reported.clear()
        _reported.update(before)

    return undo


def safe_repr(value: object) -> str:
    """`value` for a message, short and safe: a broken or endless `repr` does no harm."""
    try:
        return reprlib.repr(value)
    except Exception:  # of huge integers, of proxies for what is not there
        return f"<{type(value).__name__}>"


def _level_of_caller() -> int | None:
    """How far up from `warn_once` the first frame is that is not ours, as logging counts them.

    None where logging must not be entered: a signal handler, or a finalizer, has come upon code
    that may hold one of its locks, and would wait for itself.
    """
    level, depth = None, 0
    frame = sys._getframe(1)  # pyright: ignore[reportPrivateUsage]
    while True:
        depth += 1
        module = str(frame.f_globals.get("__name__"))
        if module.partition(".")[0] in _NOT_TO_INTERRUPT:
            return None
        if level is None and not _is_ours(module):
            level = depth
        if frame.f_back is None:
            return level or depth
        frame = frame.f_back


def _is_ours(module: str) -> bool:
    return module.partition(".")[0] == "typedprom" or module.endswith("._signatures")
