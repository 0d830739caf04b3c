"""Delivering a spool to its sinks, one process at a time."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from time import monotonic, time
from typing import TYPE_CHECKING, Final

from typedprom.core.misuse import OnceKey, log_once
from typedprom.delivery.quarantine import Quarantine
from typedprom.delivery.saved_settings import SavedSettings
from typedprom.metrics.definition import Definition, Family
from typedprom.spool.directory import Busy
from typedprom.spool.format import FormatError
from typedprom.spool.ownership import explain

if TYPE_CHECKING:
    from pathlib import Path

    from typedprom.delivery.settings import Settings
    from typedprom.delivery.sinks import Destination, Sink
    from typedprom.spool.directory import SpoolDirectory
    from typedprom.spool.store import SpoolStore

LAST_PUSH: Final = Definition(
    name="typedprom_push_last_timestamp_seconds",
    type="gauge",
    help="When the last push of this spool began, in Unix time.",
    unit="seconds",
)
REFUSED: Final = Definition(
    name="typedprom_push_refused_families",
    type="gauge",
    help="Metric families that a receiver refused, and that are kept aside.",
)
SPOOL: Final = Definition(
    name="typedprom_spool_info",
    type="info",
    help="Which spool was pushed. Two at a time in one group overwrite each other.",
    info_labels=("spool",),
)


class SinkError(ValueError):
    """A destination cannot be used; the message says why, without credentials."""


def make_sink(destination: Destination, settings: Settings, directory: SpoolDirectory) -> Sink:
    """Make the sink of a destination. Raises SinkError.

    Credentials that others can read on their way are logged once.
    """
    spec, origin = destination.spec, destination.origin
    try:
        sink = spec.make(destination.address, settings.grouping, directory)
        in_clear = spec.sends_in_clear(destination.address)
    except Exception as error:  # a sink that somebody added may raise anything
        raise SinkError(f"the {spec.name} of {origin} is not used: {error}") from error
    if in_clear:
        remedy = "use https, or a proxy on this machine"
        log_once(
            ("clear", origin),
            lambda: f"{origin}: credentials are sent to {sink.name} without encryption; {remedy}",
        )
    return sink


@dataclass(frozen=True, slots=True)
class Delivery:
    """The result of a delivery: `failures` are reasons, by the name of each sink that failed.

    `delivered_to` are the names of the other sinks. `refused` are families that a receiver
    rejected, with its words; they are quarantined and do not hold back the others. `busy` says that
    another process was delivering all the time, `unread` why the spool cannot be read.
    """

    series: int
    failures: dict[str, str]
    delivered_to: list[str] = field(default_factory=list[str])
    refused: dict[str, str] = field(default_factory=dict[str, str])
    busy: str = ""
    unread: str = ""

    @property
    def complete(self) -> bool:
        """Whether everything was delivered to every sink."""
        return not (self.failures or self.busy or self.unread)

    def problems(self) -> Iterator[tuple[OnceKey, str]]:
        """What was not delivered, each with a key for `log_once`."""
        for why in filter(None, (self.busy, self.unread)):
            yield ("push", why), f"nothing was delivered: {why}"
        for name, why in self.failures.items():
            yield ("push", name), f"push to {name} failed ({why}); the data stays in the spool"
        for family, words in self.refused.items():
            yield ("refused", family), f"`{family}` was refused and is kept aside: {words}"


def undelivered(error: OSError | FormatError, directory: SpoolDirectory) -> Delivery:
    """The result where the spool cannot be locked or read."""
    if isinstance(error, Busy):
        return Delivery(0, {}, busy=f"another process holds {directory.path / 'push.lock'}")
    return Delivery(0, {}, unread=explain(error, directory.path))


class Deliverer:
    """Delivers one spool. Not for two threads at once."""

    def __init__(self, store: SpoolStore, sinks: Sequence[Sink]) -> None:
        self._store = store
        self._sinks = sinks
        self._refused: int | None = None  # families, as of the last push

    def deliver(self, deadline: float) -> Delivery:
        """Deliver before `time.monotonic()` reaches the deadline. Raises no OSError.

        A lock is held from reading to sending, so that a push never overwrites a newer one.
        """
        directory = self._store.directory
        try:
            with directory.push_locked(max(0.0, deadline - monotonic())):
                return self.push(deadline)
        except OSError as error:
            return undelivered(error, directory)

    def push(self, deadline: float) -> Delivery:
        """Deliver like `deliver`: the lock is held already."""
        try:
            families = self._store.collect(deadline=deadline)
        except (OSError, FormatError) as error:
            return undelivered(error, self._store.directory)
        return self._push(families, deadline)

    def prepare(self) -> None:
        """Start what takes long before there is something to deliver."""
        for sink in self._sinks:
            sink.prepare()

    def compact(self, deadline: float) -> None:
        """Merge the runs of dead processes into the totals, if no other process does."""
        with suppress(TimeoutError):
            self._store.compact(seconds=0.0, deadline=deadline)

    def has_ended_runs(self) -> bool:
        """Whether there are runs of dead processes."""
        return self._store.has_ended_runs()

    def _push(self, families: Sequence[Family], deadline: float) -> Delivery:
        """Push the families, and our own.

        Where the number of refused families has changed, push again: a job may push only once.
        """
        directory = self._store.directory
        if self._refused is None:
            held = Quarantine(directory.refused).held()
            self._refused = len({name.partition(".")[0] for name in held})
        pushed = [*families, *_own_families(directory.path, self._refused)]
        delivery = Delivery(sum(len(family.series) for family in pushed), {})
        for place, sink in enumerate(self._sinks):
            share = max(0.0, deadline - monotonic()) / (len(self._sinks) - place)
            result = sink.push(pushed, monotonic() + share)  # if one hangs, the others get theirs
            delivery.refused.update(result.refused)
            if result.delivered:
                delivery.delivered_to.append(sink.name)
            else:
                delivery.failures[sink.name] = result.reason
        refused = len(delivery.refused)
        if refused > self._refused or (refused < self._refused and not delivery.failures):
            self._refused = refused
            pushed = [*families, *_own_families(directory.path, refused)]
            for sink in self._sinks:
                if sink.name in delivery.delivered_to:
                    sink.push(pushed, deadline)
        return delivery


def _own_families(spool: Path, refused: int) -> list[Family]:
    """The families about the delivery itself."""
    now = time()
    families = [
        Family(LAST_PUSH, {(): [now, now]}),
        Family(REFUSED, {(): [now, float(refused)]}),
    ]
    saved = SavedSettings.load(spool)
    if saved is not None and saved.spool:
        families.append(Family(SPOOL, {(("spool", saved.spool),): [now, 1.0]}))
    return families
