"""Service: metrics of `service`.

The program as a whole. Is it alive, and what did its first version count?

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
    help="Times the running process said that it is alive. It stands still when the process hangs.",
    owner="sms",
)
"""Times the running process said that it is alive. It stands still when the process hangs.

Counter `sms_heartbeat_total`.
"""
