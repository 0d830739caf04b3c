"""When alerts fire: `for` and `keep_firing_for`, applied to when an expression is true."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass

from proofs.backtest.rules import Alert

Labels = tuple[tuple[str, str], ...]  # sorted by name


@dataclass(frozen=True, slots=True)
class Firing:
    """An alert that fires, from its first evaluation in that state to the first in another."""

    alert: str
    labels: Labels
    begins: float
    ends: float

    def __str__(self) -> str:
        """Return the alert with its labels."""
        braced = ", ".join(f'{name}="{value}"' for name, value in self.labels)
        return f"{self.alert}{{{braced}}}" if braced else self.alert


def firings(
    alert: Alert, labels: Labels, active: Collection[float], times: Sequence[float]
) -> Iterator[Firing]:
    """Yield when an alert fires whose expression has a value at the times `active`."""
    fired: float | None = None
    for at, fires in zip(times, _states(alert, active, times), strict=True):
        if fires and fired is None:
            fired = at
        elif not fires and fired is not None:
            yield Firing(alert.name, labels, fired, at)
            fired = None
    if fired is not None:
        yield Firing(alert.name, labels, fired, times[-1])


def _states(alert: Alert, active: Collection[float], times: Iterable[float]) -> Iterator[bool]:
    """Yield at each time whether the alert fires, as Prometheus decides it."""
    since: float | None = None  # when it became active
    last: float | None = None  # when it became inactive, while it is kept firing
    fires = False
    for at in times:
        if at in active:
            since, last = at if since is None else since, None
            fires = fires or at - since >= alert.holds
        else:
            last = at if last is None else last
            fires = fires and at - last < alert.keeps
            since = since if fires else None
        yield fires
