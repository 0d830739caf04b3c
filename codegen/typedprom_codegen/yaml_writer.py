"""Writes data as YAML for people to read: comments, block scalars, quotes only where needed.

Strings are data whatever they contain. YAML 1.1 (PyYAML, Go's yaml.v2) and 1.2 read the same.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from textwrap import wrap
from typing import Final, TypeAlias

WIDTH: Final = 100
_STEP: Final = 2


@dataclass(frozen=True, slots=True)
class Commented:
    """An item of a list with a comment before it; the comment is text of ours."""

    comment: str
    item: YamlData


YamlData: TypeAlias = (
    "str | int | bool | Decimal | Commented | Sequence[YamlData] | Mapping[str, YamlData]"
)
"""What can be written. Strings with line breaks and long ones become block scalars."""


def to_yaml(data: Mapping[str, YamlData], header: str = "") -> str:
    """A document, with `header` as a comment before it."""
    return "".join(f"{line}\n" for line in (*_comment(header, 0), *_mapping(data, 0)))


def _comment(text: str, indent: int) -> Iterator[str]:
    for line in text.splitlines():
        for part in wrap(line, WIDTH - indent - 2, break_on_hyphens=False) or [""]:
            yield f"{' ' * indent}# {part}".rstrip()


def _mapping(data: Mapping[str, YamlData], indent: int) -> Iterator[str]:
    for key, value in data.items():
        yield from _entry(f"{' ' * indent}{_scalar(key)}:", value, indent)


def _sequence(data: Sequence[YamlData], indent: int) -> Iterator[str]:
    for each in data:
        item = each
        if isinstance(item, Commented):
            yield from _comment(item.comment, indent)
            item = item.item
        yield from _item(item, indent)


def _item(item: YamlData, indent: int) -> Iterator[str]:
    dash, inner = " " * indent + "-", indent + _STEP
    lines = [] if isinstance(item, str | int | Decimal | Commented) else [*_nested(item, inner)]
    if lines:
        yield f"{dash} {lines[0][inner:]}"
        yield from lines[1:]
    else:
        yield from _entry(dash, item, indent)


def _entry(before: str, value: YamlData, indent: int) -> Iterator[str]:
    """A value behind its key or dash."""
    if isinstance(value, str):
        yield from _string(before, value, indent)
    elif isinstance(value, bool):
        yield f"{before} {'true' if value else 'false'}"
    elif isinstance(value, int):
        yield f"{before} {value}"
    elif isinstance(value, Decimal):
        yield f"{before} {value:f}".replace("Infinity", ".inf")
    elif isinstance(value, Commented):
        raise TypeError("only items of lists have comments")
    elif not value:
        yield f"{before} {'{}' if isinstance(value, Mapping) else '[]'}"
    else:
        yield before
        yield from _nested(value, indent + _STEP)


def _nested(value: Sequence[YamlData] | Mapping[str, YamlData], indent: int) -> Iterator[str]:
    if isinstance(value, Mapping):
        return _mapping(value, indent)
    return _sequence(value, indent)


def _string(before: str, text: str, indent: int) -> Iterator[str]:
    if "\n" in text and _is_literal(text):
        yield f"{before} {'|' if text.endswith(_BREAK) else '|-'}"
        yield from _indented(text.removesuffix("\n").split("\n"), indent)
    elif len(before) + 1 + len(text) > WIDTH and _FOLDED.fullmatch(text):
        yield f"{before} >-"
        width = max(WIDTH - indent - _STEP, WIDTH // 2)
        yield from _indented(_wrapped(text, width), indent)
    else:
        yield f"{before} {_scalar(text)}"


def _indented(lines: Sequence[str], indent: int) -> Iterator[str]:
    for line in lines:
        yield f"{' ' * (indent + _STEP)}{line}" if line else ""


def _wrapped(text: str, width: int) -> list[str]:
    """The text in lines, broken at spaces, but not inside of a Go template."""
    whole = _TEMPLATE.sub(lambda found: found[0].replace(" ", _NO_SPACE), text)
    lines = wrap(whole, width, break_long_words=False, break_on_hyphens=False)
    return [line.replace(_NO_SPACE, " ") for line in lines]


def _is_literal(text: str) -> bool:
    """Whether a literal block gives exactly this text: no blank ends of lines, nothing hidden."""
    lines = text.removesuffix("\n").split("\n")
    return (
        bool(lines[0] and lines[-1])
        and not lines[0].startswith(" ")
        and all(_LINE.fullmatch(line) for line in lines)
    )


def _scalar(text: str) -> str:
    """A string on one line, in quotes unless it is a string without them."""
    if _PLAIN.fullmatch(text) and text.casefold() not in _WORDS_WITH_A_MEANING:
        return text
    if _PRINTABLE.fullmatch(text):
        return "'" + text.replace("'", "''") + "'"
    quoted = json.dumps(text, ensure_ascii=False)
    return _HIDDEN.sub(lambda match: f"\\u{ord(match[0]):04x}", quoted)


_BREAK: Final = "\n"
_NO_SPACE: Final = "\0"  # is in no text that is broken into lines
_TEMPLATE: Final = re.compile(r"\{\{[^{}]*\}\}")
_UNSEEN: Final = "\\x00-\\x1f\\x7f-\\xa0\\u2028\\u2029\\ud800-\\udfff\\ufeff\\ufffe\\uffff"
_HIDDEN: Final = re.compile(f"[{_UNSEEN}]")
_PRINTABLE: Final = re.compile(f"[^{_UNSEEN}]*")
_LINE: Final = re.compile(f"(?:[^{_UNSEEN}]*[^ {_UNSEEN}])?")
_FOLDED: Final = re.compile(f"[^ {_UNSEEN}]+(?: [^ {_UNSEEN}]+)*")
_PLAIN: Final = re.compile(
    r"(?:\d+(?:ms|[smhdwy]))+"  # a duration
    r"|(?!.*(?:: |:$| #))[A-Za-z(][!-~]*(?: [!-~]+)*"
)
_WORDS_WITH_A_MEANING: Final = frozenset(
    {"y", "n", "yes", "no", "on", "off", "true", "false", "null"}
)
