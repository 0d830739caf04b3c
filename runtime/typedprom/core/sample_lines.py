"""Samples of an exposition in text: `name{label="value",…} number`, one a line."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final, NamedTuple

_SAMPLE: Final = re.compile(
    r"([A-Za-z_:][\w:]*)[ \t]*(?:\{(.*)\})?[ \t]*([^\s{}]+)(?:[ \t]+-?[0-9]+)?[ \t]*"
)
_LABEL: Final = re.compile(r'\s*([A-Za-z_]\w*)\s*=\s*"((?:[^"\\]|\\.)*)"\s*(?:,|$)')
_ESCAPED: Final = re.compile(r"\\(.)")
_CHARACTERS: Final = {"n": "\n"}


class Sample(NamedTuple):
    """One line of an exposition."""

    name: str
    labels: dict[str, str]
    value: float


def samples_of(text: str) -> Iterator[Sample]:
    """The samples of the text, without timestamps. Raises ValueError."""
    for line in text.split("\n"):
        plain = line.strip()
        if plain and not plain.startswith("#"):
            match = _SAMPLE.fullmatch(plain)
            if match is None:
                raise ValueError(f"{plain[:80]!r} is not a sample")
            yield Sample(match[1], _labels(match[2] or ""), float(match[3]))


def _labels(text: str) -> dict[str, str]:
    labels: dict[str, str] = {}
    at = 0
    while at < len(text.rstrip()):
        match = _LABEL.match(text, at)
        if match is None:
            raise ValueError(f"{text[at : at + 80]!r} is not a label")
        labels[match[1]] = _ESCAPED.sub(_character, match[2])
        at = match.end()
    return labels


def _character(found: re.Match[str]) -> str:
    return _CHARACTERS.get(found[1], found[1])
