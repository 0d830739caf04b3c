"""What each operator, aggregation and function is changed to."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

OPERATORS: Final[Mapping[str, tuple[str, ...]]] = {
    "+": ("-",),
    "-": ("+",),
    "*": ("/",),
    "/": ("*",),
    "%": ("*",),
    "^": ("*",),
    "atan2": ("-",),
    ">": (">=", "<"),
    ">=": (">", "<"),
    "<": ("<=", ">"),
    "<=": ("<", ">"),
    "==": ("!=",),
    "!=": ("==",),
    "and": ("unless", "or"),
    "unless": ("and", "or"),
    "or": ("and", "unless"),
}

MATCH_OPERATORS: Final[Mapping[str, str]] = {"=": "!=", "!=": "=", "=~": "!~", "!~": "=~"}

AGGREGATIONS: Final[Mapping[str, str]] = {
    "sum": "max",
    "avg": "max",
    "max": "min",
    "min": "max",
    "count": "max",
    "group": "count",
    "stddev": "avg",
    "stdvar": "avg",
    "topk": "bottomk",
    "bottomk": "topk",
}

FUNCTIONS: Final[Mapping[str, str]] = {
    "rate": "increase",
    "increase": "rate",
    "irate": "increase",
    "delta": "max_over_time",
    "idelta": "delta",
    "deriv": "delta",
    "changes": "resets",
    "resets": "changes",
    "max_over_time": "min_over_time",
    "min_over_time": "max_over_time",
    "avg_over_time": "max_over_time",
    "sum_over_time": "max_over_time",
    "count_over_time": "max_over_time",
    "last_over_time": "min_over_time",
    "first_over_time": "max_over_time",
    "present_over_time": "count_over_time",
    "stddev_over_time": "avg_over_time",
    "stdvar_over_time": "avg_over_time",
    "absent": "group",
    "absent_over_time": "present_over_time",
    "clamp_max": "clamp_min",
    "clamp_min": "clamp_max",
    "floor": "ceil",
    "ceil": "floor",
    "round": "floor",
    "abs": "ceil",
    "histogram_count": "histogram_sum",
    "histogram_sum": "histogram_count",
}

KEYWORDS: Final[Mapping[str, str]] = {
    "by": "without",
    "without": "by",
    "on": "ignoring",
    "ignoring": "on",
    "group_left": "group_right",
    "group_right": "group_left",
}

SAME_SIGN: Final = frozenset({"sum", "avg", "max"})
"""Aggregations of what is never negative that are zero at the same time."""

CHANGE_THE_SERIES: Final = frozenset({"absent", "absent_over_time", "topk", "bottomk"})
"""What returns other series when it is changed, not only other values."""
