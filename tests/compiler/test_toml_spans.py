"""The scanner finds the position of every key of a TOML text."""

from __future__ import annotations

import tomllib

import pytest

from typedprom_codegen.diagnostics import Span
from typedprom_codegen.toml_spans import KeyPath, places

TEXT = '''\
# a comment with "quotes" and [brackets]
title = "a # b" # and a comment
'literal key' = 'C:\\no escape'
"quoted \\u0041" = 1
dotted . key.here = 1.5
date = 1979-05-27 07:32:00Z

[table]
list = [1, [2, "]"], {inner = 3}, # comment ]
  4,
]
inline = {a = 1, b.c = "}", d = [true]}
multi = """
x = 1
\\"""" # four quotes: the last is text
raw = \'\'\'
[no.table]
\'\'\'\'
empty = ""
  [ table . "sub.table" ]
  key=-1e3
[[array]]
x = 1
[[array]]
x = 2
'''


def covered(text: str, span: Span) -> str:
    lines = text.splitlines(keepends=True)[span.line - 1 : span.end_line]
    lines[-1] = lines[-1][: span.end_column - 1]
    lines[0] = lines[0][span.column - 1 :]
    return "".join(lines)


def paths(value: object, path: KeyPath = ()) -> list[KeyPath]:
    if not isinstance(value, dict):
        return []
    return [
        found
        for key, inner in value.items()
        for found in ((*path, key), *paths(inner, (*path, key)))
    ]


def test_every_key_is_found() -> None:
    found = places("x.toml", TEXT)
    assert set(paths(tomllib.loads(TEXT))) <= set(found)


@pytest.mark.parametrize(
    ("path", "key"),
    [
        (("title",), "title"),
        (("literal key",), "'literal key'"),
        (("quoted A",), '"quoted \\u0041"'),
        (("dotted", "key", "here"), "dotted . key.here"),
        (("table",), "[table]"),
        (("table", "inline", "b", "c"), "b.c"),
        (("table", "sub.table"), '[ table . "sub.table" ]'),
        (("table", "sub.table", "key"), "key"),
    ],
)
def test_key_is_covered(path: KeyPath, key: str) -> None:
    assert covered(TEXT, places("x.toml", TEXT)[path].key) == key


def value_at(path: KeyPath) -> object:
    value: object = tomllib.loads(TEXT)
    for key in path:
        assert isinstance(value, dict)
        value = value[key]
    return value


VALUES = [
    path
    for path in paths(tomllib.loads(TEXT))
    if path != ("array",) and (path == ("table", "inline") or not isinstance(value_at(path), dict))
]


@pytest.mark.parametrize("path", VALUES, ids=".".join)
def test_value_is_covered(path: KeyPath) -> None:
    """Check that the text at the position of a value, parsed alone, is the value."""
    text = covered(TEXT, places("x.toml", TEXT)[path].value)
    assert tomllib.loads(f"value = {text}")["value"] == value_at(path)


def test_lines_end_with_carriage_returns() -> None:
    found = places("x.toml", "a = 1\r\n[b]\r\nc = 'x'\r\n")
    assert found["b", "c"].value == Span("x.toml", 3, 5, 3, 8)
