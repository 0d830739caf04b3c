"""The words of PromQL: operators, keywords, aggregations and functions."""

from __future__ import annotations

from typing import Final

EQUAL: Final = "="
PATTERN_OPERATORS: Final = frozenset({"=~", "!~"})
MATCH_OPERATORS: Final = PATTERN_OPERATORS | {EQUAL, "!="}
COMPARISONS: Final = frozenset({"==", "!=", "<", ">", "<=", ">="})
OPERATORS: Final = frozenset({"+", "-", "*", "/", "%", "^"}) | COMPARISONS
SIGNS: Final = frozenset({"+", "-"})
WORD_OPERATORS: Final = frozenset({"and", "or", "unless", "atan2"})

BOOL: Final = "bool"
OFFSET: Final = "offset"
AT: Final = "@"
GROUPING: Final = frozenset({"by", "without"})
MATCHING: Final = frozenset({"on", "ignoring"})
JOINING: Final = frozenset({"group_left", "group_right"})
FILLING: Final = frozenset({"fill", "fill_left", "fill_right"})
NOT_A_METRIC: Final = MATCHING | JOINING | {BOOL, "atan2"}
"""Keywords that cannot be the name of a metric in a query; all others can."""

NAMED_NUMBERS: Final = frozenset({"inf", "nan"})
NOT_A_LABEL: Final = NAMED_NUMBERS | {"without"}
"""Words that no query can group by, in lower or upper case."""

EVALUATION_ENDS: Final = frozenset({"start", "end"})

NAME_LABEL: Final = "__name__"
BUCKET_LABEL: Final = "le"

SELECTING: Final = frozenset({"topk", "bottomk", "limitk", "limit_ratio"})
"""Aggregations that select some of their series and keep their labels."""

AGGREGATIONS: Final = SELECTING | {
    *("avg", "count", "count_values", "group", "max", "min"),
    *("quantile", "stddev", "stdvar", "sum"),
}

LABEL_MAKERS: Final = frozenset({"count_values", "label_join", "label_replace"})
"""Calls that add a label to their result; its name is the first string argument."""

PER_SECOND: Final = frozenset({"rate", "irate"})
"""Functions whose window only smooths: the result has the same meaning for any window."""

FUNCTIONS: Final = PER_SECOND | {
    *("abs", "absent", "absent_over_time", "acos", "acosh", "asin", "asinh", "atan", "atanh"),
    *("avg_over_time", "ceil", "changes", "clamp", "clamp_max", "clamp_min", "cos", "cosh"),
    *("count_over_time", "day_of_month", "day_of_week", "day_of_year", "days_in_month", "deg"),
    *("delta", "deriv", "double_exponential_smoothing", "end", "exp", "first_over_time", "floor"),
    *("histogram_avg", "histogram_count", "histogram_fraction", "histogram_quantile"),
    *("histogram_quantiles", "histogram_stddev", "histogram_stdvar", "histogram_sum"),
    *("holt_winters", "hour", "idelta", "increase", "info", "label_join", "label_replace"),
    *(
        "last_over_time",
        "ln",
        "log10",
        "log2",
        "mad_over_time",
        "max_of",
        "max_over_time",
        "min_of",
        "min_over_time",
    ),
    *("minute", "month", "pi", "predict_linear", "present_over_time", "quantile_over_time"),
    *("rad", "range", "resets", "round", "scalar", "sgn", "sin", "sinh", "sort", "sort_by_label"),
    *(
        "sort_by_label_desc",
        "sort_desc",
        "sqrt",
        "start",
        "step",
        "stddev_over_time",
        "stdvar_over_time",
    ),
    *("sum_over_time", "tan", "tanh", "time", "timestamp", "ts_of_first_over_time"),
    *("ts_of_last_over_time", "ts_of_max_over_time", "ts_of_min_over_time", "vector", "year"),
}
