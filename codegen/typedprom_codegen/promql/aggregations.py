"""All aggregations of PromQL: their parameters, and what each needs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from typedprom_codegen.promql.needs import ANY_PROMETHEUS, Needs, experimental
from typedprom_codegen.promql.nodes.expression import Kind


@dataclass(frozen=True, slots=True)
class Aggregator:
    """What an aggregation is made with: `sum`."""

    name: str
    parameter: Kind | None = None  # of its first argument, before the series; None without
    selects: bool = False  # whether it returns some of the series as they are, with all labels
    needs: Needs = ANY_PROMETHEUS


_ALL: Final = (
    *map(Aggregator, ("avg", "count", "max", "min", "stddev", "stdvar", "sum")),
    Aggregator("group", needs=Needs((2, 20))),
    Aggregator("quantile", Kind.SCALAR),
    Aggregator("count_values", Kind.STRING),
    Aggregator("bottomk", Kind.SCALAR, selects=True),
    Aggregator("topk", Kind.SCALAR, selects=True),
    Aggregator("limitk", Kind.SCALAR, selects=True, needs=experimental(2, 54)),
    Aggregator("limit_ratio", Kind.SCALAR, selects=True, needs=experimental(2, 54)),
)

AGGREGATIONS: Final[Mapping[str, Aggregator]] = MappingProxyType({a.name: a for a in _ALL})
"""Every aggregation by its name in lower case."""
