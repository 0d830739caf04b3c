"""The metrics that recording rules make, so that other queries can use them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from typedprom_codegen.ir import MetricType
from typedprom_codegen.queries.known import KnownMetric, Pack
from typedprom_codegen.sources.source_query import SourceQuery

RECORDED: Final = "recording rules"


def recorded(queries: Iterable[SourceQuery]) -> Pack:
    """What the recording rules among these queries make. Of it, only the names are known."""
    names = {query.record.name: None for query in queries if query.record is not None}
    return Pack(RECORDED, tuple(map(_metric, names)))


def _metric(name: str) -> KnownMetric:
    return KnownMetric(
        name=name,
        type=MetricType.UNKNOWN,
        unit=None,
        labels={},
        buckets=None,
        is_native=False,
        is_whole=False,
        origin=RECORDED,
        declared=None,
    )
