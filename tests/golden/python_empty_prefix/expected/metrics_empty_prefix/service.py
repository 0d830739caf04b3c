"""Service: metrics of `service`.

Lives.

Generated from the catalog by typedprom: change the catalog, not this file.
"""

from __future__ import annotations

from typing import Final

from typedprom import Counter, Gauge

from ._catalog import CATALOG

HEARTBEAT: Final = Counter(
    CATALOG,
    key="heartbeat",
    name="heartbeat_total",
    help="Beats.",
)
"""Beats.

Counter `heartbeat_total`.
"""

CATALOG_: Final = Gauge(
    CATALOG,
    key="catalog",
    name="catalog",
    help="Called like the catalog itself.",
)
"""Called like the catalog itself.

Gauge `catalog`.
"""

UPTIME: Final = Gauge(
    CATALOG,
    key="uptime",
    name="uptime_seconds",
    help="Time since the start.",
    unit="seconds",
)
"""Time since the start.

Gauge `uptime_seconds`, in seconds.
"""
