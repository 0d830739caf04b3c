"""How bounds of buckets are written in the label `le`."""

from __future__ import annotations

from math import inf

_LARGE = 1e6  # from here on there is an exponent


def bound_text(bound: float) -> str:
    """A bound as clients for Python write it, and as Prometheus 3 stores those of all clients."""
    if bound == inf:
        return "+Inf"
    text = repr(float(bound))
    point = text.find(".")
    if not bound >= _LARGE or point < 0 or "e" in text:
        return text
    digits = f"{text[0]}.{text[1:point]}{text[point + 1 :]}".rstrip("0").rstrip(".")
    return f"{digits}e+{point - 1:02d}"


def go_text(bound: float) -> str:
    """A bound as clients for Go write it, and as Prometheus 2 stores theirs."""
    return bound_text(bound).removesuffix(".0")
