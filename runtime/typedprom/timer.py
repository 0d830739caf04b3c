"""What `time()` gives: a block that observes how long it took."""

from __future__ import annotations

from time import perf_counter
from typing import TYPE_CHECKING, Final

from typedprom.blocks import Block

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
