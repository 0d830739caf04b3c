"""Decisions on budgets: who has a place, what is folded, and who makes room."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from math import inf
from typing import Final, Generic, NamedTuple, TypeAlias, TypeVar, cast

from typedprom.core.misuse import log_once, safe_repr
from typedprom.metrics.definition import Definition, Labels, base, label_values
from typedprom.metrics.labels import OVERFLOW

IDLE_DAYS: Final = 30
IDLE_SECONDS: Final = IDLE_DAYS * 24 * 3600.0  # without a recording, until it may be dropped

T = TypeVar("T")


@dataclass(slots=True)
class Decisions(Generic[T]):
    """What is admitted to one budget, and when a run that had recorded it was last merged.

    All else that was placed until `until` is folded. `folded` are those of the admitted that were
    so before, and until when.

    `merged` is how many ended runs had folded, since `began`; a value counts once a run. `live` is
    how many those have that live. These can remove some again: `most` is what was shown once.
    """

    admitted: dict[T, float] = field(default_factory=dict[T, float])
    folded: dict[T, float] = field(default_factory=dict[T, float])
    until: float = -inf
    merged: int = 0
    live: int = 0
    most: int = 0
    began: float = 0.0

    @property
    def overflow(self) -> int:
        """How many were folded so far, which never becomes less."""
        return max(self.most, self.merged + self.live)

    def copy(self) -> Decisions[T]:
        """One that can change without this one."""
        return replace(self, admitted=dict(self.admitted), folded=dict(self.folded))

    def join(self, other: Decisions[T]) -> None:
        """Add the decisions of the other on what nothing was decided here."""
        if not self.admitted and self.until == -inf:  # the same as the loop, in one step
            self.admitted.update(other.admitted)
            self.folded.update(other.folded)
            new: Iterable[tuple[T, float]] = ()
        else:
            new = other.admitted.items()
        for one, recorded in new:
            if one not in self.admitted:
                self.admit(one, recorded)
                if (until := other.folded.get(one, -inf)) > self.until:
                    self.folded[one] = until
        self.until = max(self.until, other.until)
        if other.overflow:
            self.began = min(self.began or other.began, other.began)
            self.most = max(self.most, other.overflow)

    def has(self, one: T, placed: float) -> bool:
        """Whether it is shown; `placed` is `inf` for what is set and not counted."""
        return one in self.admitted and placed > self.folded.get(one, -inf)

    def has_all(self, ones: set[T]) -> bool:
        """Whether all of them are shown, whenever they were placed."""
        return ones <= self.admitted.keys() and self.folded.keys().isdisjoint(ones)

    def admit(self, one: T, now: float) -> None:
        """Show it from now on. What was folded of it stays folded."""
        self.admitted[one] = now
        if self.until > -inf:
            self.folded[one] = self.until

    def take(self, ones: set[T], budget: float, now: float) -> bool:
        """Admit all of them if there is room, and nothing was ever folded."""
        new = ones - self.admitted.keys()
        if new and (self.until > -inf or len(self.admitted) + len(new) > budget):
            return False
        self.admitted.update(dict.fromkeys(new, now))
        return True

    def keep(self, left: set[T]) -> None:
        """Give back what is not in `left`."""
        for one in self.admitted.keys() - left:
            self.drop(one)

    def drop(self, one: T) -> None:
        """Give it back."""
        self.admitted.pop(one, None)
        self.folded.pop(one, None)

    def note(self, ones: Iterable[T], now: float) -> None:
        """Something was recorded for these."""
        self.admitted.update((one, now) for one in ones if one in self.admitted)


AnyDecisions: TypeAlias = Decisions[str] | Decisions[Labels]


@dataclass(slots=True)
class MetricDecisions:
    """What was decided for a metric: on values by label, and on the keys of series."""

    values: dict[str, Decisions[str]] = field(default_factory=dict[str, Decisions[str]])
    series: Decisions[Labels] = field(default_factory=Decisions[Labels])

    def of(self, label: str) -> AnyDecisions:
        """Those on the values of a label, or on series where it is empty."""
        return self.values[label] if label else self.series

    def copy(self) -> MetricDecisions:
        """One that can change without this one."""
        values = {label: decisions.copy() for label, decisions in self.values.items()}
        return MetricDecisions(values, self.series.copy())

    def join(self, other: MetricDecisions) -> None:
        """Add the decisions of the other on what nothing was decided here."""
        for label, decisions in other.values.items():
            self.values.setdefault(label, Decisions()).join(decisions)
        self.series.join(other.series)

    def note(self, recorded: Sequence[Labels], definition: Definition, now: float) -> None:
        """Something was recorded into these series."""
        for label, decisions in self.values.items():
            decisions.note(label_values(recorded, label), now)
        if self.series.admitted:
            self.series.note((base(labels, definition) for labels in recorded), now)


class Dropped(NamedTuple):
    """What has made room for others: pairs of a label and its value, and keys of series."""

    values: set[tuple[str, str]]
    series: set[Labels]

    def has(self, labels: Labels, definition: Definition) -> bool:
        """Whether the series with these labels goes."""
        return not self.values.isdisjoint(labels) or base(labels, definition) in self.series


class Limit(Generic[T]):
    """One budget of a metric, while it is decided who has a place in it.

    `used` says what runs that are not merged yet have recorded, and since when.
    """

    def __init__(
        self, has: str, decisions: Decisions[T], now: float, used: Callable[[], Mapping[T, float]]
    ) -> None:
        self._has = has
        self._decisions = decisions
        self._now = now
        self._read_used = used
        self._used: Mapping[T, float] | None = None
        self._idle: list[tuple[float, T]] | None = None

    def decide(
        self, one: T, placed: float, budget: float, is_recorded: Callable[[], bool]
    ) -> tuple[bool, Sequence[T]]:
        """Whether it is shown, decided now if it was not before; and what is dropped for it."""
        decisions = self._decisions
        if one in decisions.admitted:
            return decisions.has(one, placed), ()
        dropped: Sequence[T] = ()
        if placed > decisions.until:
            missing = len(decisions.admitted) + 1 - budget
            if missing > 0 and is_recorded():
                dropped = self._drop(missing, placed)
            if missing <= len(dropped):
                decisions.admit(one, self._now)
                if dropped:
                    self._report_dropped(dropped[0], one)
                return True, dropped
        if decisions.until < placed <= self._now and is_recorded():
            decisions.until = placed
            self._report_folded(one, budget)
        return False, dropped

    def _drop(self, missing: float, placed: float) -> Sequence[T]:
        """Drop so many of those idle longest, if so many were idle when a new one was placed."""
        decisions = self._decisions
        if self._idle is None:
            pairs = ((recorded, one) for one, recorded in decisions.admitted.items())
            idle = [pair for pair in pairs if pair[0] < self._now - IDLE_SECONDS]
            self._idle = sorted(idle, key=lambda pair: pair[0])
        if len(self._idle) < missing:
            return ()
        if self._used is None:
            self._used = self._read_used()
        dropped: list[T] = []
        for recorded, one in self._idle:
            if len(dropped) >= missing or recorded >= placed - IDLE_SECONDS:
                break
            since = self._used.get(one)
            if since is None or placed < since <= self._now:
                dropped.append(one)
        if len(dropped) < missing:
            return ()
        for one in dropped:
            decisions.drop(one)
        self._idle = [pair for pair in self._idle if pair[1] in decisions.admitted]
        return dropped

    def _report_folded(self, one: T, budget: float) -> None:
        log_once(
            ("spool", self._has.format(""), OVERFLOW),
            lambda: (
                f"{self._has.format(f'more than {budget:.0f}')} over all runs of the spool; "
                f"{_shown(one)} is added up as `{OVERFLOW}`, as are all further ones: raise the "
                "budget in the catalog, or remove what is no longer needed with "
                "`typedprom-spool retire`"
            ),
        )

    def _report_dropped(self, dropped: T, one: T) -> None:
        log_once(
            ("spool", self._has.format(""), "dropped"),
            lambda: (
                f"{self._has.format(len(self._decisions.admitted))}, as many as its budget allows; "
                f"{_shown(dropped)}, of which nothing was recorded for {IDLE_DAYS} days, is no "
                f"longer delivered and makes room for {_shown(one)}"
            ),
        )


def _shown(one: object) -> str:
    """A value, or the labels of a series, for a message."""
    return safe_repr(dict(cast("Labels", one)) if isinstance(one, tuple) else one)
