"""Labels: the values that are allowed, and the value a metric records for one it was given."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Final, Literal, TypeAlias

from typedprom.core.events import count_refused
from typedprom.core.misuse import log_once, report_misuse, safe_repr
from typedprom.core.text import LONGEST_VALUE, is_too_long, to_label_value

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

__tracebackhide__ = True  # pytest shows the line that is wrong instead

Siblings: TypeAlias = Literal["zero"]  # what counters are that a new value of the label begins

INVALID: Final = "_invalid"  # recorded instead of a value that is not allowed
OVERFLOW: Final = "_overflow"  # recorded instead of a value over budget

# A larger product of closed labels is not started at zero; the compiler refuses it.
ZERO_SERIES_LIMIT: Final = 10_000

_MAX_LISTED: Final = 20  # values in a message


class ClosedLabel:
    """A label that takes one of `values` and no other."""

    __slots__ = ("_allowed", "help", "name", "values")
    budget: ClassVar[int | None] = None  # the set is the limit
    siblings: ClassVar[Siblings | None] = None  # all its values are known from the start

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
        more = len(self.values) - _MAX_LISTED
        listed = ", ".join(self.values[:_MAX_LISTED])
        return f"it takes {listed}" + (f" and {more} more" if more > 0 else "")

    def __repr__(self) -> str:
        return f"ClosedLabel({self.name!r})"


class OpenLabel:
    """A label with any value, of which a metric keeps the first `budget` distinct ones."""

    __slots__ = ("budget", "help", "name", "siblings")
    takes: ClassVar[str] = "it takes any str"

    def __init__(
        self, name: str, *, help: str, budget: int, siblings: Siblings | None = None
    ) -> None:
        self.name = name
        self.help = help
        self.budget = budget
        self.siblings: Siblings | None = siblings

    def allows(self, _value: str) -> bool:
        """Any value is allowed."""
        return True

    def __repr__(self) -> str:
        return f"OpenLabel({self.name!r})"


class PatternLabel:
    """A label whose values match `pattern` from end to end, at most `budget` distinct ones."""

    __slots__ = ("_matches", "budget", "help", "name", "pattern", "siblings", "takes")

    def __init__(
        self,
        name: str,
        *,
        help: str,
        pattern: str,
        budget: int,
        siblings: Siblings | None = None,
    ) -> None:
        # Here and not where a value is first checked: that may be in a signal handler, which must
        # not find `re` half imported. A package without such labels does not import it.
        __import__("re")
        self._matches: Callable[[str], object] | None = None
        self.name = name
        self.help = help
        self.pattern = pattern
        self.budget = budget
        self.siblings: Siblings | None = siblings
        self.takes = f"it must match {pattern}"

    def allows(self, value: str) -> bool:
        """Whether `value` matches."""
        matches = self._matches
        if matches is None:
            import re

            self._matches = matches = re.compile(self.pattern).fullmatch
        return matches(value) is not None

    def __repr__(self) -> str:
        return f"PatternLabel({self.name!r})"


Label: TypeAlias = ClosedLabel | OpenLabel | PatternLabel


def refusal(label: Label, value: object, text: str | None) -> str:
    """Why a label does not take a value, whose text this is; nothing where it does."""
    if text is None:
        return "UTF-8 cannot encode it" if issubclass(type(value), str) else "it takes a str"
    if is_too_long(text):
        return f"it has {len(text.encode())} bytes, more than {LONGEST_VALUE}"
    return "" if label.allows(text) else label.takes


class LabelValues:
    """The values of one label of one metric: which are allowed, and which fill its budget."""

    __slots__ = ("_label", "_metric", "_seen")

    def __init__(self, metric: str, label: Label) -> None:
        self._metric = metric
        self._label = label
        self._seen: dict[str, None] = {}

    def admit(self, value: object) -> str:
        """The value to record for `value`: itself as an exact str, `_invalid` or `_overflow`.

        It uses none of the budget before `take` is called.
        """
        text = to_label_value(value)
        if text in (INVALID, OVERFLOW):
            return text
        if text is None or is_too_long(text) or not self._label.allows(text):
            return self._invalid(value, text)
        budget = self._label.budget
        if budget is None or text in self._seen or len(self._seen) < budget:
            return text
        return self._overflow(text)

    def has(self, value: str) -> bool:
        """Whether the value uses a place of the budget."""
        return value in self._seen

    def room(self) -> int | None:
        """How many places of the budget are free; None where there is no budget."""
        budget = self._label.budget
        return None if budget is None else max(budget - len(self._seen), 0)

    def take(self, value: str) -> None:
        """Let an admitted value use one place of the budget."""
        # No lock, because a signal handler may record too: threads that come here at once can
        # exceed the budget by one value each. It limits memory, and still does.
        if self._label.budget is not None and value not in (INVALID, OVERFLOW):
            self._seen[value] = None

    def take_all(self, values: Iterable[str]) -> None:
        """Let admitted values use places of the budget, also of one that is full."""
        self._seen.update(dict.fromkeys(values))
        for free in (INVALID, OVERFLOW):
            self._seen.pop(free, None)

    def share(self, previous: LabelValues) -> None:
        """Use the same budget as `previous`."""
        self._seen = previous._seen

    def release(self, value: str) -> None:
        """Give back to the budget what `value` used of it."""
        self._seen.pop(value, None)

    def is_unused(self) -> bool:
        """Whether nothing of the budget is used."""
        return not self._seen

    def reset(self) -> Callable[[], None]:
        """Start with an unused budget, and return what undoes that: for tests."""
        seen, before = self._seen, dict(self._seen)
        seen.clear()

        def undo() -> None:
            seen.clear()
            seen.update(before)

        return undo

    def _invalid(self, value: object, text: str | None) -> str:
        metric, label = self._metric, self._label.name

        def message() -> str:
            why = refusal(self._label, value, text)
            return f"{safe_repr(value)} is not a value of label `{label}` of `{metric}`: {why}"

        key = (metric, label, INVALID)
        report_misuse(ValueError, key, message, f"recorded as `{INVALID}`")
        count_refused(INVALID, metric, label)
        return INVALID

    def _overflow(self, value: str) -> str:
        metric, label = self._metric, self._label.name
        log_once(
            (metric, label, OVERFLOW),
            lambda: (
                f"label `{label}` of `{metric}` has more than {self._label.budget} values; "
                f"{safe_repr(value)} is recorded as `{OVERFLOW}`, as are all further ones: if all "
                "matter, raise the budget in the catalog"
            ),
        )
        count_refused(OVERFLOW, metric, label)
        return OVERFLOW
