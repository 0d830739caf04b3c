"""Kinds of incidents: what each does, for how long, and which alerts must find it."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from sms_metrics_generated import PipelineCommand

FOR_GOOD: Final = math.inf
SLOW: Final = 30.0
"""Seconds that a slow source takes to answer."""


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of incident.

    `found_by` are the alerts that must find it, `also` others that are true then. `label` is the
    label whose value they name. `touches` is the command that first notices what `ingester` brings;
    without one, it is noticed at once. `changes` are the odds meanwhile, `clock` the hours by which
    the clock of the commands' host is ahead. Nothing else happens while one that is `apart` goes
    on: it would hide others.
    """

    name: str
    what: str
    hours: float
    found_by: tuple[str, ...] = ()
    also: tuple[str, ...] = ()
    label: str = ""
    touches: PipelineCommand | None = None
    changes: Mapping[str, float] = field(default_factory=dict)
    clock: float = 0
    apart: bool = False

    @property
    def is_for_good(self) -> bool:
        """Whether it never ends."""
        return self.hours == FOR_GOOD


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
        apart=True,
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
        apart=True,
    ),
    Kind(
        "the log's disk is full",
        "writes to the log fail for two hours",
        2,
        found_by=("SmsLogCannotWrite",),
        also=("SmsKeepingBudgetBurn",),
        touches="ingester",
        changes={"log_fails": 0.7},
        apart=True,
    ),
    Kind(
        "a command stops",
        "cron does not start one command for five hours",
        5,
        found_by=("SmsCommandLate",),
        also=("SmsLostOnTheWay", "SmsPunctualBudgetBurn"),
        label="command",
        apart=True,
    ),
    Kind(
        "a command fails",
        "each run of one command fails for four hours",
        4,
        found_by=("SmsCommandFailing",),
        also=("SmsLostOnTheWay",),
        label="command",
        changes={"command_fails": 1},
        apart=True,
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
        touches="parse",
        changes={"page_changed": 1, "page_invalid": 1},
    ),
    Kind(
        "quarantine rises",
        "most events have an impossible price for four hours",
        4,
        found_by=("SmsQuarantineHigh",),
        touches="quality-gate",
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
        apart=True,
    ),
    Kind("a deploy", "the service is down for a minute and counts from zero", 1 / 60, apart=True),
    Kind("a source is slow", "one source answers after half a minute, for six hours", 6),
    Kind("commands run twice", "cron starts each command twice, for three hours", 3),
    Kind("the clock is ahead", "the host's clock is two hours ahead for three hours", 3, clock=2),
    Kind(
        "the clock is behind",
        "the host's clock is three hours behind for three hours",
        3,
        found_by=("SmsCommandLate",),
        also=("SmsPunctualBudgetBurn",),
        clock=-3,
    ),
    Kind(
        "a command is gone",
        "one command is removed from cron for good, and the gateway restarts empty meanwhile",
        FOR_GOOD,
        found_by=("SmsCommandLate",),
        also=("SmsLostOnTheWay", "SmsPunctualBudgetBurn", *_NOT_SCRAPED),
        label="command",
        apart=True,
    ),
)
