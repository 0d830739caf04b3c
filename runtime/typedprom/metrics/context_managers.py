"""Context managers around code: timing, counting exceptions, tracking what is in progress.

They decorate as well. The whole body of a decorated function is inside the block, whatever kind of
function it is: a coroutine until it returns, a generator from its first value until it ends or is
closed. Exceptions pass through unchanged.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from time import perf_counter
from typing import TYPE_CHECKING, Final, ParamSpec, TypeAlias, TypeVar, cast

from typedprom.core.misuse import report_misuse, safe_repr

if TYPE_CHECKING:
    from types import TracebackType
    from typing import Protocol, Self

    class Countable(Protocol):
        """A counter, or a gauge."""

        def inc(self) -> None:
            """Add one."""

    class UpAndDown(Countable, Protocol):
        """A gauge."""

        def dec(self) -> None:
            """Subtract one."""

    class Observer(Protocol):
        """A histogram."""

        def observe(self, amount: float, /) -> None:
            """Count `amount`."""


__tracebackhide__ = True  # pytest shows the line that is wrong instead

P = ParamSpec("P")
R = TypeVar("R")
CauseT = TypeVar("CauseT", bound=str)

ExceptionClass: TypeAlias = type[BaseException]
Exceptions: TypeAlias = ExceptionClass | tuple[ExceptionClass, ...]
Causes: TypeAlias = Mapping[ExceptionClass, CauseT]  # the label value for each class

_NOT_COUNTED: Final = "no exception is counted"


class Block:
    """A `with` block that can also decorate a function."""

    __slots__ = ()

    def __enter__(self) -> None:
        pass

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
        /,
    ) -> None:
        pass

    def __call__(self, function: Callable[P, R], /) -> Callable[P, R]:
        """Decorate a function, a coroutine function, a generator function or an async one."""
        if isinstance(function, type):
            name = function.__qualname__
            raise TypeError(f"this decorates functions and methods, not the class `{name}`")
        from typedprom.metrics.decorators import decorated  # here: not all programs decorate

        return decorated(function, self.again)

    def again(self) -> Self:
        """The block for one call of a decorated function; calls may overlap."""
        return self


class InProgress(Block):
    """Counts the blocks that are being executed now."""

    __slots__ = ("_gauge",)

    def __init__(self, gauge: UpAndDown, /) -> None:
        self._gauge = gauge

    def __enter__(self) -> None:
        self._gauge.inc()

    def __exit__(self, *_: object) -> None:
        self._gauge.dec()


class Timer(Block):
    """Observes how many seconds its block took, also when the block raises."""

    __slots__ = ("_observer", "_start")

    def __init__(self, observer: Observer | None, /) -> None:
        self._observer = observer
        self._start = perf_counter()

    def __enter__(self) -> None:
        self._start = perf_counter()

    def __exit__(self, *_: object) -> None:
        if self._observer is not None:
            self._observer.observe(perf_counter() - self._start)

    def again(self) -> Self:
        """A timer for one call: calls may overlap."""
        return type(self)(self._observer)


class ExceptionCounter(Block):
    """Counts the exceptions that leave its block.

    `counters` has a counter for each class of exceptions. An exception is counted by that of its
    nearest class that has one, and not at all if there is none.
    """

    __slots__ = ("_counters",)

    def __init__(self, metric: str, counters: Mapping[ExceptionClass, Countable], /) -> None:
        self._counters = counters
        for kind in counters:
            if not _is_exception_class(kind):
                refused = safe_repr(kind)
                _refuse(metric, f"`{metric}` cannot count {refused}: it is not an exception class")

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        for ancestor in () if kind is None else kind.__mro__:
            counter = self._counters.get(ancestor)
            if counter is not None:
                counter.inc()
                return


def counting(metric: str, exceptions: object, counter: Countable) -> ExceptionCounter:
    """A counter of the exceptions of one class, or of several in a tuple."""
    _check_parentheses(exceptions)
    if isinstance(exceptions, Mapping):
        form = "classes, as in `count_exceptions(OSError)`: it has no closed label"
        _refuse(metric, f"`count_exceptions` of `{metric}` takes {form}", _NOT_COUNTED)
        return ExceptionCounter(metric, {})
    classes = cast("Exceptions", exceptions)
    each = classes if isinstance(classes, tuple) else (classes,)
    return ExceptionCounter(metric, dict.fromkeys(each, counter))


def counting_causes(
    metric: str, label: str, causes: object, counter: Callable[[str], Countable]
) -> ExceptionCounter:
    """A counter of the exceptions in a mapping, under the label value each is mapped to."""
    _check_parentheses(causes)
    if not isinstance(causes, Mapping):
        form = f"a mapping to values of `{label}`, as in `count_exceptions({{OSError: …}})`"
        _refuse(metric, f"`count_exceptions` of `{metric}` takes {form}", _NOT_COUNTED)
        return ExceptionCounter(metric, {})
    by_class = cast("Causes[str]", causes)
    return ExceptionCounter(metric, {kind: counter(cause) for kind, cause in by_class.items()})


def without_parentheses(decorator: str) -> TypeError:
    """The error for a decorator that was used without its parentheses."""
    return TypeError(f"`{decorator}` needs its parentheses to decorate: `@….{decorator}`")


def _check_parentheses(argument: object) -> None:
    if callable(argument) and not isinstance(argument, type):  # the function to decorate
        raise without_parentheses("count_exceptions()")


def _is_exception_class(kind: object) -> bool:
    return isinstance(kind, type) and issubclass(kind, BaseException)


def _refuse(metric: str, message: str, result: str = "") -> None:
    report_misuse(TypeError, (metric, "exceptions"), lambda: message, result)
