"""Labels: a name, a help text and the values allowed."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Final, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Callable

_MOST_SHOWN: Final = 20  # values in a message

INVALID: Final = "_invalid"  # stands for a value that is not allowed
OVERFLOW: Final = "_overflow"  # stands for a value over budget


class ClosedLabel:
    """A label that takes one of `values` and no other."""

    __slots__ = ("_allowed", "help", "name", "values")
    budget: ClassVar[int | None] = None  # the set is the limit

    def __init__(self, name: str, *, help: str, values: tuple[str, ...]) -> None:
        self.name = name
        self.help = help
        self.values = values
        self._allowed = frozenset(values)

    def allows(self, value: str) -> bool:
        """Whether `value` is in the set."""
        return value in self._allowed

    @property
    def takes(self) -> str:
        """What is allowed, for a message."""
        more = len(self.values) - _MOST_SHOWN
        return f"it takes {', '.join(self.values[:_MOST_SHOWN])}" + (
            f" and {more} more" if more > 0 else ""
        )

    def __repr__(self) -> str:
        return f"ClosedLabel({self.name!r})"


class OpenLabel:
    """A label with any value, of which a metric keeps the first `budget` distinct ones."""

    __slots__ = ("budget", "help", "name")

    def __init__(self, name: str, *, help: str, budget: int) -> None:
        self.name = name
        self.help = help
        self.budget = budget

    def allows(self, _value: str) -> bool:
        """Any value is allowed."""
        return True

    @property
    def takes(self) -> str:
        """What is allowed, for a message."""
        return "it takes any str"

    def __repr__(self) -> str:
        return f"OpenLabel({self.name!r})"


class PatternLabel:
    """A label whose values match `pattern` from end to end, at most `budget` distinct ones."""

    __slots__ = ("_matches", "budget", "help", "name", "pattern")

    def __init__(self, name: str, *, help: str, pattern: str, budget: int) -> None:
        # Here, not where a value is first checked: that may be in a signal handler, which must not
        # come upon `re` half imported. A package without such labels is imported without it.
        __import__("re")
        self._matches: Callable[[str], object] | None = None
        self.name = name
        self.help = help
        self.pattern = pattern
        self.budget = budget

    def allows(self, value: str) -> bool:
        """Whether `value` matches."""
        matches = self._matches
        if matches is None:
            import re

            self._matches = matches = re.compile(self.pattern).fullmatch
        return matches(value) is not None

    @property
    def takes(self) -> str:
        """What is allowed, for a message."""
        return f"it must match {self.pattern}"

    def __repr__(self) -> str:
        return f"PatternLabel({self.name!r})"


Label: TypeAlias = ClosedLabel | OpenLabel | PatternLabel
