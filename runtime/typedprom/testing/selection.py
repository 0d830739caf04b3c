"""Which series a test asks for: labels, checked against the metric's."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from typedprom.core.misuse import shown
from typedprom.metrics.labels import INVALID, OVERFLOW, ClosedLabel, Label

if TYPE_CHECKING:
    from typedprom.metrics.catalog import AnyInstrument


def checked(metric: AnyInstrument, labels: Mapping[str, object]) -> dict[str, str]:
    """The labels, if series of the metric can have them: else a TypeError or ValueError."""
    by_name = {label.name: label for label in metric.signature}
    for name in labels:
        if name not in by_name:
            raise TypeError(_unknown(metric, name, list(by_name)))
    return {name: _checked(metric, by_name[name], value) for name, value in labels.items()}


def _checked(metric: AnyInstrument, label: Label, value: object) -> str:
    where = f"label `{label.name}` of `{metric.name}`"
    if not isinstance(value, str):
        raise TypeError(f"{where} takes a str, not {shown(value)}")
    text = str.__str__(value)  # of an enum its value
    if text not in (INVALID, OVERFLOW) and not label.allows(text):
        values = label.values if isinstance(label, ClosedLabel) else ()
        closest = _closest(text, values)
        raise ValueError(f"{text!r} is not a value of {where}{closest}: {label.takes}")
    return text


def _unknown(metric: AnyInstrument, name: str, names: list[str]) -> str:
    has = f"its labels are {', '.join(names)}" if names else "it has none"
    return f"`{metric.name}` has no label `{name}`{_closest(name, names)}: {has}"


def _closest(word: str, words: Sequence[str]) -> str:
    from difflib import get_close_matches

    found = get_close_matches(word, words, n=1)
    return f"; did you mean `{found[0]}`?" if found else ""
