"""Admission: under which label value a metric records what it was given."""

from __future__ import annotations

from typing import TYPE_CHECKING

from typedprom.core.events import count_refused
from typedprom.core.misuse import log_once, report_misuse, safe_repr
from typedprom.core.text import to_label_value
from typedprom.metrics.labels import INVALID, OVERFLOW, Label

if TYPE_CHECKING:
    from typedprom.metrics.cell import Undo

__tracebackhide__ = True  # pytest shows the line that is wrong instead


class LabelValues:
    """Decides for one label of one metric, and remembers the values that fill its budget."""

    __slots__ = ("_label", "_metric", "_seen")

    def __init__(self, metric: str, label: Label) -> None:
        self._metric = metric
        self._label = label
        self._seen: dict[str, None] = {}

    def admit(self, value: object) -> str:
        """`value` itself as an exact str, `_invalid` or `_overflow`.

        It takes its place in the budget with `take`, once it is recorded.
        """
        text = to_label_value(value)
        if text in (INVALID, OVERFLOW):
            return text
        if text is None or not self._label.allows(text):
            return self._invalid(value)
        return text if self._has_place(text) else self._overflow(text)

    def take(self, value: str) -> None:
        """Let an admitted value take its place in the budget."""
        # No lock, because a signal handler may record too: threads that meet just here can exceed
        # the budget by one value each. It bounds memory, and that it still does.
        if self._label.budget is not None and value not in (INVALID, OVERFLOW):
            self._seen[value] = None

    def share(self, previous: LabelValues) -> None:
        """Count on the budget that `previous` has begun to fill."""
        self._seen = previous._seen

    def release(self, value: str) -> None:
        """Give the budget back what `value` took of it."""
        self._seen.pop(value, None)

    def is_unused(self) -> bool:
        """Whether nothing of the budget is used."""
        return not self._seen

    def reset(self) -> Undo:
        """Start with an unused budget, and return what undoes that: for tests."""
        seen, before = self._seen, dict(self._seen)
        seen.clear()

        def undo() -> None:
            seen.clear()
            seen.update(before)

        return undo

    def _has_place(self, value: str) -> bool:
        budget = self._label.budget
        return budget is None or value in self._seen or len(self._seen) < budget

    def _invalid(self, value: object) -> str:
        metric, label = self._metric, self._label.name
        report_misuse(
            ValueError,
            (metric, label, INVALID),
            lambda: (
                f"{safe_repr(value)} is not a value of label `{label}` of `{metric}`: "
                + self._why(value)
            ),
            f"recorded as `{INVALID}`",
        )
        count_refused(INVALID, metric, label)
        return INVALID

    def _why(self, value: object) -> str:
        if to_label_value(value) is not None:
            return self._label.takes
        return "UTF-8 cannot encode it" if issubclass(type(value), str) else "it takes a str"

    def _overflow(self, value: str) -> str:
        metric, label = self._metric, self._label.name
        log_once(
            (metric, label, OVERFLOW),
            lambda: (
                f"label `{label}` of `{metric}` has more than {self._label.budget} values; "
                f"{safe_repr(value)} is recorded as `{OVERFLOW}`, as are all further ones"
            ),
        )
        count_refused(OVERFLOW, metric, label)
        return OVERFLOW


def over_budget(metric: str, budget: int) -> None:
    """Count and log that a series of `metric` is one too many: it becomes all `_overflow`."""
    log_once(
        (metric, OVERFLOW),
        lambda: f"`{metric}` has {budget} series; further ones are recorded as `{OVERFLOW}`",
    )
    count_refused(OVERFLOW, metric, "")
