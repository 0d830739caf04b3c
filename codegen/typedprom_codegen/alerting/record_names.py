"""The names of all metrics that the rules record."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from typedprom_codegen.promql.nodes.number import duration

NO_LABELS: Final = "all"
"""The level of a count that is not told apart by any label."""

SLO_LABEL: Final = "slo"
_UNNAMED: Final = "catalog"


def count(level: Sequence[str], stem: str, window: int) -> str:
    """How often something happened: `source_id:sms_sources_requests_error:increase6h`."""
    return f"{'_'.join(level) or NO_LABELS}:{stem}:increase{duration(window)}"


def bad(namespace: str, window: int) -> str:
    """The events that break objectives: `slo:sms_bad:increase1h`."""
    return f"slo:{_stem(namespace, 'bad')}:increase{duration(window)}"


def all_events(namespace: str, window: int) -> str:
    """All events that objectives are about: `slo:sms_all:increase1h`."""
    return f"slo:{_stem(namespace, 'all')}:increase{duration(window)}"


def late(namespace: str) -> str:
    """Whether a program is late, 1 or 0: `slo:sms_late:bool`."""
    return f"slo:{_stem(namespace, 'late')}:bool"


def watched(namespace: str, lookback: int) -> str:
    """1 where Prometheus scraped one look-back ago: `sms:watched:since2h15m`."""
    return f"{namespace or _UNNAMED}:watched:since{duration(lookback)}"


def unreachable(namespace: str, lookback: int) -> str:
    """The targets that were down for a whole look-back: `sms:unreachable:for2h15m`."""
    return f"{namespace or _UNNAMED}:unreachable:for{duration(lookback)}"


def _stem(namespace: str, word: str) -> str:
    return f"{namespace}_{word}" if namespace else word
