"""Reads tables of a TOML file with the positions of their settings, and reports errors there."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path

from typedprom_codegen.codes import configuration as codes
from typedprom_codegen.diagnostics import Code, Diagnostics, Span
from typedprom_codegen.message_parts import did_you_mean, one_of, similar
from typedprom_codegen.toml_spans import KeyPath, SettingPlace, places, position

_KINDS: dict[type, str] = {
    bool: "a boolean",
    int: "an integer",
    float: "a number",
    str: "a string",
    list: "a list",
    dict: "a table",
}
_TOMLLIB_PLACE = re.compile(r" \(at (?:line (\d+), column (\d+)|end of document)\)$")


@dataclass(frozen=True, slots=True)
class Table:
    """A table of a configuration file, which reports errors about its settings."""

    file: str
    path: KeyPath
    settings: dict[str, object]
    places: dict[KeyPath, SettingPlace]
    found: Diagnostics

    @property
    def span(self) -> Span:
        """The span of its header; the start of the file if the table is the whole file."""
        return self.places[self.path].key if self.path else Span(self.file, 1, 1, 1, 1)

    def place(self, key: str) -> SettingPlace:
        """The position of the setting `key`."""
        return self.places[(*self.path, key)]

    def report(self, code: Code, message: str, span: Span, help: str) -> None:
        """Report a diagnostic about this table."""
        self.found.report(code, message, span, help=help)

    def check_keys(self, known: Iterable[str], kind: str) -> None:
        """Report every key that is not `known`, as not being a `kind`."""
        known = sorted(known)
        for key in self.settings.keys() - set(known):
            near = [f"`{name}`" for name in similar(key, known)]
            self.report(
                codes.UNKNOWN_SETTING,
                f"`{key}` is not {kind}{did_you_mean(key, known)}",
                self.place(key).key,
                f"rename it to {one_of(near)}, or remove it"
                if near
                else "remove it; `typedprom explain TP602` describes the settings",
            )

    def report_missing(self, key: str, example: str) -> None:
        """Report that the setting `key` is missing."""
        where = f"`[{'.'.join(self.path)}]`" if self.path else f"`{self.file}`"
        message = f"{where} has no `{key}`"
        self.report(codes.MISSING_SETTING, message, self.span, f"add `{key} = {example}`")

    def table(self, key: str) -> Table | None:
        """The table `key`; None if it is not a table, which is reported."""
        value = self.settings[key]
        if isinstance(value, dict):
            return replace(self, path=(*self.path, key), settings=value)
        self.report_type(key, "a table")
        return None

    def text(self, key: str) -> str | None:
        """The string `key`; None if it is not a string, which is reported."""
        value = self.settings[key]
        if isinstance(value, str):
            return value
        self.report_type(key, "a string")
        return None

    def report_type(self, key: str, expected: str) -> None:
        """Report that `key` does not have the `expected` type."""
        actual = _kind(self.settings[key])
        self.report(
            codes.SETTING_TYPE,
            f"`{key}` must be {expected}, not {actual}",
            self.place(key).value,
            'write it in quotes: "…"' if expected == "a string" else f"write {expected}",
        )


def read_table(folder: Path, file: str, path: KeyPath, found: Diagnostics) -> Table | None:
    """The table at `path` of a TOML file; None if there is none, or an error, which is reported."""
    text = _text(folder / file, found)
    if text is None:
        return None
    try:
        whole = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        _report_syntax(file, text, str(error), found)
        return None
    table: Table | None = Table(file, (), whole, places(file, text), found)
    for key in path:
        if table is None or key not in table.settings:
            return None
        table = table.table(key)
    return table


def _text(file: Path, found: Diagnostics) -> str | None:
    try:
        content = file.read_bytes()
        return content.decode()
    except OSError as error:
        message, before = f"`{file.name}` cannot be read: {error.strerror}", ""
        help = "fix its permissions"
    except UnicodeDecodeError as error:
        message, before = f"`{file.name}` is not UTF-8", content[: error.start].decode()
        help = "save it as UTF-8"
    line, column = position(before, len(before))
    span = Span(file.name, line, column, line, column + 1)
    found.report(codes.CONFIGURATION_SYNTAX, message, span, help=help)
    return None


def _report_syntax(file: str, text: str, message: str, found: Diagnostics) -> None:
    """Report an error of tomllib, which has its position in the message only."""
    line, column = position(text, len(text.rstrip()))
    place = _TOMLLIB_PLACE.search(message)
    if place is not None:
        message = message[: place.start()]
        line, column = (int(place[1]), int(place[2])) if place[1] else (line, column)
    span = Span(file, line, column, line, column + 1)
    message = f"invalid TOML: {message[:1].lower()}{message[1:]}"
    found.report(
        codes.CONFIGURATION_SYNTAX, message, span, help="fix the TOML; strings need quotes"
    )


def _kind(value: object) -> str:
    return _KINDS.get(type(value), "a date or a time")
