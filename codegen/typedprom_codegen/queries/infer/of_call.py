"""The type of a call, by the name of the function."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from typedprom_codegen.promql.nodes.call import Call
from typedprom_codegen.queries.infer.calls_histograms import HISTOGRAMS
from typedprom_codegen.queries.infer.calls_labels import LABELS
from typedprom_codegen.queries.infer.calls_math import MATH
from typedprom_codegen.queries.infer.calls_over_time import OVER_TIME
from typedprom_codegen.queries.infer.calls_rates import RATES
from typedprom_codegen.queries.infer.calls_time import TIMES
from typedprom_codegen.queries.infer.inference import CallInference, Inference
from typedprom_codegen.queries.types import Type

CALLS: Final[Mapping[str, CallInference]] = {
    **RATES,
    **OVER_TIME,
    **HISTOGRAMS,
    **LABELS,
    **TIMES,
    **MATH,
}
"""The functions, by their names."""


def infer_call(node: Call, inference: Inference) -> Type:
    """The type of a call; unknown if a variable stands for the function."""
    infer = CALLS.get(node.name)
    return Type(node.kind) if infer is None else infer(node, inference)
