"""What the values of an expression mean."""

from __future__ import annotations

from enum import Enum


class Meaning(Enum):
    """What values mean, in words for messages. UNKNOWN is never reported as wrong."""

    UNKNOWN = "unknown"
    COUNTER = "cumulative counter"  # also the sums, counts and buckets of a histogram
    RATE = "rate"  # per second
    INCREASE = "increase"
    GAUGE = "gauge"
    RATIO = "ratio"
    TIMESTAMP = "timestamp"  # seconds since 1970
    INFO = "info"  # always 1, the labels matter
    STATE = "state"  # 0 or 1
    COUNT = "number of series"
    QUANTILE = "quantile"
