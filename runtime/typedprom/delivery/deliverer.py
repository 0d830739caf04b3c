"""Delivering a spool to its sinks, one process at a time."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from time import monotonic, time
from typing import TYPE_CHECKING, Final, Protocol
from zlib import crc32

from typedprom.core.misuse import log_once
from typedprom.delivery.saved_settings import recall
from typedprom.metrics.definition import Definition, Family
from typedprom.spool.directory import Busy
from typedprom.spool.format import FormatError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from typedprom.delivery.settings import Settings
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


class Sink(Protocol):
    """Where families go."""

    @property
    def name(self) -> str:
        """What to call it in messages; never with credentials."""
        ...

    def prepare(self) -> None:
        """Begin what takes long before there is something to deliver."""
        ...

    def push(self, families: Sequence[Family], deadline: float) -> SinkResult:
        """Deliver the families as they are now, until `time.monotonic()` is the deadline."""
        ...


@dataclass(frozen=True, slots=True)
class Delivery:
    """What became of delivering: why not, by the name of each sink that did not take it.

    `taken` are the names of those that did. `refused` are families that a receiver will not take,
    with its words; they are kept aside and do not keep back the others. `busy` says that another
    process was delivering all the time, `unread` why the spool cannot be read.
    """

    series: int
    failures: dict[str, str]
    taken: list[str] = field(default_factory=list[str])
    refused: dict[str, str] = field(default_factory=dict[str, str])
    busy: str = ""
    unread: str = ""

    @property
    def complete(self) -> bool:
        """Whether everything is where it should be."""
        return not (self.failures or self.busy or self.unread)

    def log(self) -> None:
        """Log what could not be delivered, once for each place it should have gone to or family."""
        for why in filter(None, (self.busy, self.unread)):
            log_once(("push", why), partial(str, f"nothing was delivered: {why}"))
        for name, why in self.failures.items():
            message = f"{name} did not take what was recorded, which stays in the spool: {why}"
            log_once(("push", name), partial(str, message))
        for family, words in self.refused.items():
            message = f"`{family}` was refused and is kept aside, the rest was delivered: {words}"
            log_once(("refused", family), partial(str, message))


class Deliverer:
    """Delivers one spool directory. Not for two threads at once."""

    def __init__(self, ledger: SpoolStore, sinks: Sequence[Sink]) -> None:
        self._ledger = ledger
        self._sinks = sinks
        self._refused = 0

    def deliver(self, deadline: float, *, leaving: str | None = None) -> Delivery:
        """Deliver, until `time.monotonic()` is the deadline; no OSError leaves it.

        `leaving` is the run of a process that ends now: its gauges of the living do not count.
        Pushes of a spool take turns, from reading to sending, so that none sends what is older
        than what another one sent before.
        """
        directory = self._ledger.directory
        try:
            with directory.push_locked(max(0.0, deadline - monotonic())):
                families = [
                    *self._ledger.collect(excluding_live=leaving, deadline=deadline),
                    *self._own(),
                ]
                delivery = self._pushed(families, deadline)
        except Busy:
            return Delivery(0, {}, busy=f"another process holds {directory.path / 'push.lock'}")
        except (OSError, FormatError) as error:
            return Delivery(0, {}, unread=f"{directory.path}: {error}")
        return delivery

    def prepare(self) -> None:
        """Begin what takes long before there is something to deliver."""
        for sink in self._sinks:
            sink.prepare()

    def compact(self) -> None:
        """Merge what dead processes left into the totals."""
        self._ledger.compact()

    def _pushed(self, families: Sequence[Family], deadline: float) -> Delivery:
        delivery = Delivery(sum(len(family.series) for family in families), {})
        for sink in self._sinks:
            outcome = sink.push(families, deadline)
            delivery.refused.update(outcome.refused)
            if outcome.delivered:
                delivery.taken.append(sink.name)
            else:
                delivery.failures[sink.name] = outcome.reason
        self._refused = len(delivery.refused)
        return delivery

    def _own(self) -> list[Family]:
        now = time()
        known = recall(self._ledger.directory.path)
        spool = () if known is None or not known.spool else (("spool", known.spool),)
        return [
            Family(LAST_PUSH, {(): [now, now]}),
            Family(REFUSED, {(): [now, float(self._refused)]}),
            *([Family(SPOOL, {spool: [now, 1.0]})] if spool else []),
        ]


@dataclass(frozen=True, slots=True)
class SinkResult:
    """Whether it was delivered; if not, why, as a sentence can go on after a colon.

    `refused` are families that the receiver will not take, with its own words; others got there.
    """

    delivered: bool
    reason: str = ""
    refused: Mapping[str, str] = field(default_factory=dict[str, str])


DELIVERED: Final = SinkResult(delivered=True)


class LastPush:
    """When everything last got through to the sinks of these settings, by whichever process.

    That is the modification time of a file in the spool, one for each choice of sinks.
    """

    def __init__(self, directory: Path, settings: Settings) -> None:
        places = (*settings.gateways, settings.textfile, settings.otlp_endpoint)
        where = repr((*map(str, places), dict(settings.grouping)))
        self._path = directory / f"pushed.{crc32(where.encode()):08x}"

    def note(self) -> None:
        """Everything just got through."""
        with suppress(OSError):
            self._path.touch(mode=0o600)

    def is_within(self, seconds: float) -> bool:
        """Whether everything got through within the last `seconds`."""
        with suppress(OSError):
            return 0.0 <= time() - self._path.lstat().st_mtime < seconds
        return False
