"""Context managers around code: timing, counting exceptions, tracking what is in progress.

A decorated function behaves as if its whole body stood in the block, whatever kind of function it
is: a coroutine is in it until it returns, a generator from its first value until it ends or is
closed. Exceptions pass through as they are.
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
        """Whatever counts up."""

        def inc(self) -> None:
            """Count up."""

    class UpAndDown(Countable, Protocol):
        """Whatever counts up and down."""

        def dec(self) -> None:
            """Count down."""


__tracebackhide__ = True  # pytest shows the line that is wrong instead

P = ParamSpec("P")
R = TypeVar("R")
CauseT = TypeVar("CauseT", bound=str)

ExceptionClass: TypeAlias = type[BaseException]
Exceptions: TypeAlias = ExceptionClass | tuple[ExceptionClass, ...]
Causes: TypeAlias = Mapping[ExceptionClass, CauseT]  # values of a label, by what they stand for

_ONLY_FUNCTIONS: Final = "what records around code decorates functions and methods"
_NOT_COUNTED: Final = "none is counted"


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
            raise TypeError(f"{_ONLY_FUNCTIONS}, not the class `{function.__qualname__}`")
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


class ExceptionCounter(Block):
    """Counts the exceptions that leave its block.

    `counters` says where an exception of each class is counted, and those of its subclasses that
    have no entry of their own. An exception without an entry is not counted.
    """

    __slots__ = ("_counters",)

    def __init__(self, metric: str, counters: Mapping[ExceptionClass, Countable], /) -> None:
        self._counters = counters
        for kind in counters:
            if not _is_exception(kind):
                _refuse(metric, kind)

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        for ancestor in () if kind is None else kind.__mro__:
            counter = self._counters.get(ancestor)
            if counter is not None:
                counter.inc()
                return


def counting(metric: str, exceptions: object, counter: Countable) -> ExceptionCounter:
    """What counts the exceptions of a class, or of several in a tuple, all by one counter."""
    if _is_function(exceptions):
        raise without_parentheses("count_exceptions()")
    if isinstance(exceptions, Mapping):
        _refuse_form(
            metric, "classes, as in `count_exceptions(OSError)`; no label of it says which"
        )
        return ExceptionCounter(metric, {})
    classes = cast("Exceptions", exceptions)
    each = classes if isinstance(classes, tuple) else (classes,)
    return ExceptionCounter(metric, dict.fromkeys(each, counter))


def counting_causes(
    metric: str, label: str, causes: object, counter: Callable[[str], Countable]
) -> ExceptionCounter:
    """What counts the exceptions of a mapping, each by the counter of its label's value."""
    if _is_function(causes):
        raise without_parentheses("count_exceptions()")
    if not isinstance(causes, Mapping):
        _refuse_form(
            metric, f"a mapping to values of `{label}`, as in `count_exceptions({{OSError: …}})`"
        )
        return ExceptionCounter(metric, {})
    by_class = cast("Causes[str]", causes)
    return ExceptionCounter(metric, {kind: counter(cause) for kind, cause in by_class.items()})


def without_parentheses(decorator: str) -> TypeError:
    """What to raise where a decorator was given what it decorates, for want of parentheses."""
    return TypeError(f"`{decorator}` decorates with its parentheses: `@….{decorator}`")


def _is_function(given: object) -> bool:
    return callable(given) and not isinstance(given, type)


def _is_exception(kind: object) -> bool:
    return isinstance(kind, type) and issubclass(kind, BaseException)


def _refuse(metric: str, kind: object) -> None:
    report_misuse(
        TypeError,
        (metric, "exceptions"),
        lambda: f"`{metric}` cannot count {safe_repr(kind)}: it is no class of exceptions",
    )


def _refuse_form(metric: str, form: str) -> None:
    report_misuse(
        TypeError,
        (metric, "exceptions"),
        lambda: f"`count_exceptions` of `{metric}` takes {form}",
        _NOT_COUNTED,
    )


if TYPE_CHECKING:
    from typing import Protocol, Self

    class Observer(Protocol):
        """Whatever takes observations."""

        def observe(self, amount: float, /) -> None:
            """Take one."""


class _Ignored:
    """Takes observations and keeps none."""

    __slots__ = ()

    def observe(self, amount: float, /) -> None:
        """Take one."""


IGNORED: Final[Observer] = _Ignored()


class Timer(Block):
    """Observes how many seconds its block took, also when the block raises."""

    __slots__ = ("_observer", "_start")

    def __init__(self, observer: Observer, /) -> None:
        self._observer = observer
        self._start = perf_counter()

    def __enter__(self) -> None:
        self._start = perf_counter()

    def __exit__(self, *_: object) -> None:
        self._observer.observe(perf_counter() - self._start)

    def again(self) -> Self:
        """A timer for one call: calls may overlap."""
        return type(self)(self._observer)
