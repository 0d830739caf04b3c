"""The functions of histograms: which argument has the histogram, and what kind they take."""

from __future__ import annotations

from typing import Final

from typedprom_codegen.promql.nodes.call import Call
from typedprom_codegen.promql.nodes.expression import Expression

OF_BOTH: Final = {"histogram_fraction": 2, "histogram_quantile": 1, "histogram_quantiles": 0}
"""Functions of classic and native histograms, and which of their arguments has the buckets."""

OF_NATIVE: Final = {
    "histogram_avg": "the rate of the sum by the rate of the count",
    "histogram_count": "the series that ends in `_count`",
    "histogram_stddev": "",
    "histogram_stdvar": "",
    "histogram_sum": "the series that ends in `_sum`",
}
"""Functions of native histograms only, and what classic ones have instead."""


def buckets_argument(call: Call) -> Expression | None:
    """The argument with the buckets, of the functions that can read `le`."""
    index = OF_BOTH.get(call.name)
    return None if index is None else call.arguments[index]
