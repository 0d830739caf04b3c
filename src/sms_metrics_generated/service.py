"""Service: metrics of `service`.

The program as a whole, with its heartbeat and the counters of its first version.

Generated from the catalog by typedprom: change the catalog, not this file.
"""

from __future__ import annotations

from typing import Final

from typedprom import Counter

from ._catalog import CATALOG

HEARTBEAT: Final = Counter(
    CATALOG,
    key="heartbeat",
    name="sms_heartbeat_total",
    help="Heartbeats of the running process. It stops increasing when the process hangs.",
    owner="sms",
)
"""Heartbeats of the running process. It stops increasing when the process hangs.

Counter `sms_heartbeat_total`.
"""
