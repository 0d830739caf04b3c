"""The incidents of a simulation: what each does, when it happens, which alerts must find it."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from examples.sms.simulation import SOURCES, Odds
from proofs.backtest.calendar import BEGAN, CRONTAB, HOUR, MINUTE, next_start
from sms_metrics_generated import PipelineCommand

QUIET: Final = Odds(
    registry_damaged=0,
    request_fails=0.02,
    page_invalid=0.003,
    policy_denies=0.002,
    store_fails=0,
    log_fails=0,
    batch_unacknowledged=0.02,
    match_fails=0.01,
    command_fails=0.003,
)
_GAP: Final = (0.75, 2.0)  # hours between two incidents
_FIRST: Final = 5.0  # hours until the first


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of incident.

    `found_by` are the alerts that must find it, `also` others that are true then. `label` is the
    label whose value they name. `touches` is the first command that notices; without one, it is
    noticed at once. `changes` are the odds meanwhile.
    """

    name: str
    what: str
    hours: float
    found_by: tuple[str, ...] = ()
    also: tuple[str, ...] = ()
    label: str = ""
    touches: PipelineCommand | None = None
    changes: Mapping[str, float] = field(default_factory=dict)


_NOT_SCRAPED: Final = ("TypedpromPushAbsent", "TypedpromPushVanished")
KINDS: Final[tuple[Kind, ...]] = (
    Kind(
        "all sources fail",
        "10 of 12 requests fail for an hour",
        1,
        found_by=("SmsAllSourcesFailing",),
        also=("SmsSourceFailing", "SmsFetchingBudgetBurn", "SmsFastBudgetBurn"),
        touches="ingester",
        changes={"request_fails": 10 / 12},
    ),
    Kind(
        "one source fails",
        "all requests to one source fail for six hours",
        6,
        found_by=("SmsSourceFailing",),
        also=("SmsFetchingBudgetBurn", "SmsFastBudgetBurn"),
        label="source_id",
        touches="ingester",
        changes={"request_fails": 1},
    ),
    Kind(
        "the store's disk is full",
        "writes to the store fail for two hours",
        2,
        found_by=("SmsStoreCannotWrite",),
        also=("SmsKeepingBudgetBurn",),
        touches="ingester",
        changes={"store_fails": 0.7},
    ),
    Kind(
        "the log's disk is full",
        "writes to the log fail for two hours",
        2,
        found_by=("SmsLogCannotWrite",),
        also=("SmsKeepingBudgetBurn",),
        touches="ingester",
        changes={"log_fails": 0.7},
    ),
    Kind(
        "a command stops",
        "cron does not start one command for five hours",
        5,
        found_by=("SmsCommandLate",),
        also=("SmsLostOnTheWay", "SmsPunctualBudgetBurn"),
        label="command",
    ),
    Kind(
        "a command fails",
        "each run of one command fails for four hours",
        4,
        found_by=("SmsCommandFailing",),
        also=("SmsLostOnTheWay",),
        label="command",
        changes={"command_fails": 1},
    ),
    Kind(
        "the heartbeat stops",
        "the service hangs for half an hour",
        0.5,
        found_by=("SmsHeartbeatStopped",),
    ),
    Kind(
        "pages changed",
        "the pages of one source have a new structure for six hours",
        6,
        found_by=("SmsPagesChanged",),
        also=("SmsReadingBudgetBurn",),
        label="source_id",
        touches="ingester",
        changes={"page_changed": 1, "page_invalid": 1},
    ),
    Kind(
        "quarantine rises",
        "most events have an impossible price for four hours",
        4,
        found_by=("SmsQuarantineHigh",),
        touches="ingester",
        changes={"page_changed": 1},
    ),
    Kind(
        "a consumer is behind",
        "the service's consumer of the log hangs for an hour and a half",
        1.5,
        found_by=("SmsConsumerBehind",),
    ),
    Kind(
        "the registry is damaged",
        "the entry of one source is invalid for three hours",
        3,
        found_by=("SmsRegistryBroken",),
        touches="ingester",
        changes={"registry_damaged": 1},
    ),
    Kind(
        "the gateway restarts empty",
        "it has no series until the next push",
        0,
        also=_NOT_SCRAPED,
    ),
    Kind(
        "the network is away",
        "Prometheus does not reach the gateway for four hours",
        4,
        found_by=("SmsDeliveryStuck",),
        also=_NOT_SCRAPED,
    ),
    Kind("a deploy", "the service is down for a minute and counts from zero", 1 / 60),
)
OF: Final = {kind.name: kind for kind in KINDS}


@dataclass(frozen=True, slots=True)
class Incident:
    """One incident: `target` is the source or command that it is about, or empty."""

    kind: Kind
    begins: float  # Unix time
    target: str = ""

    @property
    def ends(self) -> float:
        """When it is over, as a Unix time."""
        return self.begins + self.kind.hours * HOUR

    @property
    def touches(self) -> float:
        """When something that records first notices it."""
        command = next((one for one in CRONTAB if one == self.target), self.kind.touches)
        return self.begins if command is None else next_start(command, self.begins)

    def active(self, at: float) -> bool:
        """Whether it is going on."""
        return self.begins <= at < self.ends

    def concerns(self, name: str) -> bool:
        """Whether it is about this source or command."""
        return self.target in ("", name)

    def changed(self, odds: Odds) -> Odds:
        """Return the odds while it is going on."""
        return replace(odds, **self.kind.changes)


def plan(seed: int, kinds: Sequence[Kind] = KINDS) -> list[Incident]:
    """Return an incident of each kind, one after the other, in the order and at times of a seed."""
    choice = random.Random(seed)  # noqa: S311 - not for secrets
    at, found = BEGAN + _FIRST * HOUR, list[Incident]()
    for kind in choice.sample(kinds, len(kinds)):
        at += choice.uniform(*_GAP) * HOUR
        found.append(Incident(kind, float(at // MINUTE * MINUTE), _target(kind, choice)))
        at = found[-1].ends
    return found


def _target(kind: Kind, choice: random.Random) -> str:
    if kind.label == "command":
        return choice.choice([*CRONTAB])
    if kind.label == "source_id" or kind.name == "the registry is damaged":
        return choice.choice(SOURCES)
    return ""


def end_of(incidents: Sequence[Incident]) -> float:
    """Return when a simulation with these incidents may end, as a Unix time."""
    return max(one.ends for one in incidents) + 3 * HOUR
