"""Selectors: the series that `name{label="value",…}` selects."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from typedprom.metrics.definition import Definition, Labels

_ESCAPED: Final = {"\\": "\\", '"': '"', "n": "\n"}


class SelectorError(ValueError):
    """The text is not a selector; the message says where and why."""


@dataclass(frozen=True, slots=True)
class Selector:
    """A name, and values that labels must have. Labels that are not named may have any."""

    name: str
    labels: Labels = ()

    def selects_metric(self, definition: Definition) -> bool:
        """Whether it names that metric, by its samples or its family."""
        return self.name in (definition.name, definition.family)

    def selects(self, labels: Labels) -> bool:
        """Whether it selects the series of the metric with these labels."""
        return set(self.labels) <= set(labels)


def parse(text: str) -> Selector:
    """Parse a selector. Raises SelectorError."""
    parser = _Parser(text)
    name = parser.name("the name of a metric")
    labels: dict[str, str] = {}
    if parser.takes("{"):
        while not parser.takes("}"):
            label = parser.name("the name of a label or `}`")
            if label in labels:
                raise parser.error(f"label `{label}` is given twice")
            parser.expect("=")
            labels[label] = parser.value()
            if not parser.takes(","):
                parser.expect("}")
                break
    parser.expect_end()
    return Selector(name, tuple(sorted(labels.items())))


class _Parser:
    def __init__(self, text: str) -> None:
        self._text = text
        self._at = 0

    def error(self, why: str) -> SelectorError:
        """What to raise here."""
        return SelectorError(f"{self._text!r}, character {self._at + 1}: {why}")

    def takes(self, character: str) -> bool:
        """Whether the character comes next; then go on behind it."""
        return self._match(re.escape(character)) is not None

    def expect(self, character: str) -> None:
        """Go on behind the character, which must come next."""
        if not self.takes(character):
            raise self.error(f"expected `{character}`")

    def expect_end(self) -> None:
        """Nothing may follow."""
        if self._match("$") is None:
            raise self.error("expected the end")

    def name(self, what: str) -> str:
        """A name, which must come next."""
        name = self._match("[a-zA-Z_:][a-zA-Z0-9_:]*")
        if name is None:
            raise self.error(f"expected {what}")
        return name

    def value(self) -> str:
        """A value in quotes, which must come next."""
        self.expect('"')
        raw = self._match(r'(?:[^"\\]|\\["\\n])*', blanks="") or ""
        if self._text.startswith("\\", self._at):
            self._at += 1
            raise self.error('expected `\\`, `"` or `n` after a backslash')
        if not self._text.startswith('"', self._at):
            raise self.error('the value has no end: expected `"`')
        self._at += 1
        return re.sub(r"\\(.)", lambda found: _ESCAPED[found[1]], raw)

    def _match(self, pattern: str, blanks: str = r"\s*") -> str | None:
        """The text that matches the pattern next, after blanks; then go on behind it."""
        start = re.compile(blanks).match(self._text, self._at)
        self._at = start.end() if start else self._at
        found = re.compile(pattern).match(self._text, self._at)
        if found is None:
            return None
        self._at = found.end()
        return found[0]
