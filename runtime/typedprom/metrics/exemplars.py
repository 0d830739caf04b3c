"""Exemplars: an example of what was recorded, such as the trace of one request."""

from __future__ import annotations

from collections.abc import Mapping
from time import time
from typing import Final, NamedTuple, cast

from typedprom.core.misuse import report_misuse, safe_repr
from typedprom.core.text import is_label_name, to_label_value

__tracebackhide__ = True  # pytest shows the line that is wrong instead

_MAX_LENGTH: Final = 128  # of all names and values together: what OpenMetrics allows


class Exemplar(NamedTuple):
    """Labels that lead to an example, the recorded amount, and when it was recorded (Unix time)."""

    labels: Mapping[str, str]
    value: float
    timestamp: float


def exemplar(metric: str, labels: object, value: float) -> Exemplar | None:
    """An exemplar of now; None, after reporting misuse, if OpenMetrics does not allow it."""
    texts: dict[str, str] = {}
    try:
        reason = _read(labels, texts)
    except Exception as error:  # a mapping's methods are the user's code
        reason = f"reading it failed with {type(error).__name__}"
    if reason is None:
        return Exemplar(texts, value, time())
    report_misuse(
        ValueError,
        (metric, "exemplar"),
        lambda: f"`{metric}` was given the exemplar {safe_repr(labels)}: {reason}",
        "recorded without it",
    )
    return None


def _read(labels: object, texts: dict[str, str]) -> str | None:
    """Copy the labels into `texts`; the reason why they are not allowed, if so."""
    if not isinstance(labels, Mapping):
        return "it is not a mapping"
    for key, value in cast("Mapping[object, object]", labels).items():
        name, text = to_label_value(key), to_label_value(value)
        if name is None or not is_label_name(name):
            return f"{safe_repr(key)} is not a label name"
        if text is None:
            return f"{safe_repr(value)} is not a str that UTF-8 can encode"
        texts[name] = text
    length = sum(map(len, (*texts, *texts.values())))
    too_long = f"names and values have {length} characters, more than {_MAX_LENGTH}"
    return too_long if length > _MAX_LENGTH else None
