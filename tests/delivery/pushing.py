"""A push to a Pushgateway, with everything that tests do not care about filled in."""

from __future__ import annotations

import time

from tests.delivery.made import one_of_each
from typedprom.delivery.sinks import SinkResult
from typedprom.delivery.sinks.pushgateway import Pushgateway
from typedprom.metrics.definition import Family

GROUP = {"job": "j", "instance": "host-1"}
DELIVERED = SinkResult(delivered=True)
PATIENT = 30.0  # seconds, for what ends long before that
SOON = 1.0  # seconds that a hopeless push may take


def push(gateway: Pushgateway, *families: Family, seconds: float = PATIENT) -> SinkResult:
    return gateway.push(families or one_of_each(), time.monotonic() + seconds)
