"""A shop whose alerts, objectives and records the tests of the language write."""

from __future__ import annotations

from pathlib import Path

from tests.support.catalogs import HEADER, Outcome, compiled
from typedprom_codegen.ir import Alert, Slo

ORDERS = """\
component: {name: orders, title: Orders, owner: packers}
labels:
  country: {help: Country., domain: {kind: open, budget: 50}}
  channel: {help: Channel., domain: {kind: closed, values: [web, app, phone]}}
  cause: {help: Cause., domain: {kind: closed, values: [refused, unreachable]}}
metrics:
  placed: {type: counter, help: Orders placed., labels: [country, channel]}
  payments.success: {type: counter, help: Payments., labels: [country]}
  payments.error: {type: counter, help: Failed payments., labels: [country, cause]}
  sent.bytes: {type: counter, unit: bytes, help: Bytes sent.}
  queue.bytes: {type: gauge, unit: bytes, help: Queue., labels: [channel]}
  fill: {type: gauge, unit: ratio, help: How full it is.}
  packing.duration:
    type: histogram
    unit: seconds
    help: Time to pack an order.
    buckets: {kind: explicit, bounds: [0.1, 1, 5, 60, 3600]}
  last_order.timestamp: {type: gauge, unit: seconds, help: When the last order came.}
"""
JOBS = """\
component: {name: jobs, title: Jobs}
metrics:
  last_run.timestamp: {type: gauge, unit: seconds, help: Last run., labels: [command]}
  last_success.timestamp: {type: gauge, unit: seconds, help: Last success., labels: [command]}
  errors: {type: counter, help: Failed runs., labels: [command]}
"""
COMMAND = """\
labels:
  command: {help: Program., domain: {kind: closed, values: [import, report, serve]}}
"""


def with_rules(folder: Path, rules: str, *, header: str = HEADER) -> Outcome:
    """Return the shop with these lines at the end of `orders.yaml`."""
    return compiled(folder, {"catalog.yaml": header, "orders.yaml": ORDERS + rules})


def scheduled(folder: Path, schedules: str, rules: str = "", *, jobs: str = JOBS) -> Outcome:
    """Return jobs with these schedules, and lines at the end of `jobs.yaml`."""
    header = HEADER.replace("}", f", schedules: {schedules}}}") + COMMAND
    return compiled(folder, {"catalog.yaml": header, "jobs.yaml": jobs + rules})


def alert(outcome: Outcome, key: str) -> Alert:
    """Return the alert with this key."""
    return next(each for each in outcome.whole.alerts if each.key == key)


def slo(outcome: Outcome, key: str) -> Slo:
    """Return the objective with this key."""
    return next(each for each in outcome.whole.slos if each.key == key)
