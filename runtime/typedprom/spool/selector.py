"""Selectors: which series somebody means by `name{label="value",…}`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from typedprom.metrics.definition import Definition, Labels

_ESCAPED: Final = {"\\": "\\", '"': '"', "n": "\n"}


class SelectorError(ValueError):
    """The text is no selector; the message says where and why."""


@dataclass(frozen=True, slots=True)
class Selector:
    """A name, and values that labels must have. Labels that are not named may have any."""

    name: str
    labels: Labels = ()

    def selects_metric(self, definition: Definition) -> bool:
        """Whether it means that metric, by the name of its samples or of its family."""
        return self.name in (definition.name, definition.family)

    def selects(self, labels: Labels) -> bool:
        """Whether it means the series of the metric with these labels."""
        return set(self.labels) <= set(labels)


def parse(text: str) -> Selector:
    """The selector that the text is. Raises SelectorError."""
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
        self._skip_blanks()
        if not self._text.startswith(character, self._at):
            return False
        self._at += 1
        return True

    def expect(self, character: str) -> None:
        """Go on behind the character, which must come next."""
        if not self.takes(character):
            raise self.error(f"`{character}` is due")

    def expect_end(self) -> None:
        """Nothing may follow."""
        self._skip_blanks()
        if self._at < len(self._text):
            raise self.error("the end is due")

    def name(self, what: str) -> str:
        """A name, which must come next."""
        self._skip_blanks()
        start = end = self._at
        while end < len(self._text) and _is_name(self._text[start : end + 1]):
            end += 1
        if start == end:
            raise self.error(f"{what} is due")
        self._at = end
        return self._text[start:end]

    def value(self) -> str:
        """A value in quotes, which must come next."""
        self.expect('"')
        found: list[str] = []
        while self._at < len(self._text):
            character = self._text[self._at]
            if character == '"':
                self._at += 1
                return "".join(found)
            if character == "\\":
                self._at += 1
                character = _ESCAPED.get(self._text[self._at : self._at + 1], "")
                if not character:
                    raise self.error('only `\\\\`, `\\"` and `\\n` stand behind a backslash')
            found.append(character)
            self._at += 1
        raise self.error('the value has no end, `"` is due')

    def _skip_blanks(self) -> None:
        while self._text[self._at : self._at + 1].isspace():
            self._at += 1


def _is_name(text: str) -> bool:
    return text.isascii() and text.replace(":", "_").isidentifier()
