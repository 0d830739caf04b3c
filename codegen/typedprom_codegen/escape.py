"""Escapes catalog text for Python source: string literals and docstrings.

Catalog text is data. A literal evaluates to exactly that text, and invisible characters (control
characters, direction marks, unusual spaces) are always escaped.
"""

from __future__ import annotations

import re
from typing import Final
from unicodedata import category, east_asian_width

_RISKY_QUOTES: Final = re.compile('^"+|"{3,}')
_NAMED: Final = {"\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t"}


def python_string(text: str) -> str:
    """A string literal of `text`, in the quotes that need fewer escapes, else in double quotes."""
    if _is_plain(text):
        return f'"{text}"'
    quote = _quote(text)
    return quote + "".join(_escaped(char, quote) for char in text) + quote


def python_strings(text: str, width: int) -> list[str]:
    """String literals that concatenate to `text`, each at most `width` columns wide.

    They are split after a space or a line break of the text if there is one, else anywhere.
    """
    parts: list[str] = []
    rest = text
    while rest:
        end = _break(rest, width)
        parts.append(python_string(rest[:end]))
        rest = rest[end:]
    return parts


def python_float(number: float) -> str:
    """A float literal, without the `+` of an exponent, as formatters write it."""
    return repr(number).replace("e+", "e")


def docstring(text: str) -> str:
    """A docstring of `text`: a raw one if only backslashes need escapes.

    Otherwise all escapes are Unicode escapes, which linters accept in a docstring that is not raw.
    `text` must not end with a quote or a backslash.
    """
    visible = text.replace("\n", "").isprintable()
    if visible and '"""' not in text and not text.startswith('"'):
        return f'r"""{text}"""' if "\\" in text else f'"""{text}"""'
    body = "".join(_docstring_char(char) for char in text)
    return f'"""{_RISKY_QUOTES.sub(_escaped_quotes, body)}"""'


def width(text: str) -> int:
    """The columns of `text` in an editor: two for wide characters, none for combining ones."""
    if text.isascii():
        return len(text)
    return sum(_char_width(char) for char in text)


def _is_plain(text: str) -> bool:
    """Whether `text` needs no escape in double quotes, and each character has one column."""
    return text.isascii() and text.isprintable() and '"' not in text and "\\" not in text


def _quote(text: str) -> str:
    return "'" if text.count('"') > text.count("'") else '"'


def _escaped(char: str, quote: str) -> str:
    if char in _NAMED:
        return _NAMED[char]
    if char == quote:
        return "\\" + char
    if char.isprintable():
        return char
    return f"\\x{ord(char):02x}" if ord(char) < 0x100 else _unicode_escape(char)


def _docstring_char(char: str) -> str:
    plain = char == "\n" or (char != "\\" and char.isprintable())
    return char if plain else _unicode_escape(char)


def _escaped_quotes(quotes: re.Match[str]) -> str:
    return _unicode_escape('"') * len(quotes.group())


def _unicode_escape(char: str) -> str:
    code = ord(char)
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def _char_width(char: str) -> int:
    if category(char) in {"Mn", "Me"}:
        return 0
    return 2 if east_asian_width(char) in "WF" else 1


def _break(text: str, width_limit: int) -> int:
    """The number of characters of `text` that fit into a literal of `width_limit` columns."""
    if _is_plain(text):
        room = width_limit - len('""')
        return len(text) if len(text) <= room else text.rfind(" ", 0, room) + 1 or max(room, 1)
    quote = _quote(text)
    columns, end, word_end = 2, 0, 0
    for char in text:
        columns += width(_escaped(char, quote))
        if columns > width_limit:
            return word_end or max(end, 1)
        end += 1
        if char == "\n":
            return end
        if char == " ":
            word_end = end
    return end
