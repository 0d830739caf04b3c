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

# Code of these modules may hold a lock that logging would wait for.
_NOT_TO_INTERRUPT: Final = frozenset(("logging", "queue", "multiprocessing"))

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
    level = _level_of_caller()
    if level is None:
        _logged.pop(key, None)  # the next one is logged
        return
    import logging  # here: most programs never need it, and it is half of our import time

    with suppress(Exception):  # a broken logging filter must not break the recording program
        logger = logging.getLogger("typedprom")
        text = printable(message())
        logger.warning("%s (further ones are not logged)", text, stacklevel=level)


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
    may hold a lock of logging, and would wait for itself.
    """
    level, depth = 0, 0
    frame: FrameType | None = sys._getframe(1)  # pyright: ignore[reportPrivateUsage]
    while frame is not None:
        depth += 1
        module = str(frame.f_globals.get("__name__"))
        package = module.partition(".")[0]
        if package in _NOT_TO_INTERRUPT:
            return None
        if not (level or package == "typedprom" or module.endswith("._signatures")):
            level = depth
        frame = frame.f_back
    return level or depth
