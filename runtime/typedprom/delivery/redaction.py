"""Redaction: text from outside is shown only if it repeats nothing of a secret."""

from __future__ import annotations

import re
from base64 import b32encode, b64encode
from collections.abc import Iterable, Iterator
from html import unescape
from typing import Final
from unicodedata import normalize
from urllib.parse import unquote

WITHHELD: Final = "(not shown, because it repeats credentials)"

_SHOWN: Final = 500  # characters of a text
_SHORTEST: Final = 4  # characters of a secret that may not be repeated
_LONGEST: Final = 8  # enough of a long one, of which 4 characters may occur by chance
_ESCAPED: Final = re.compile(
    r"\\(?:U0000|u)([0-9a-f]{4})|\\u\{0*([0-9a-f]{1,4})\}|[\\0]x([0-9a-f]{2})|\\([0-3][0-7]{2})",
    re.I,
)
_NUMBER: Final = re.compile(r"\b[0-9]{2,3}\b")  # a byte, in a list of them
_TIMES: Final = 2  # that a text may be escaped


def redacted(text: str, secrets: Iterable[str]) -> str:
    """The text, or a remark instead of it if it repeats a secret, or a part of one.

    A part has from 4 to 8 characters, an eighth of the secret. It is found in upper and lower case,
    with other characters between its letters, escaped as in URLs, HTML and JSON, also twice, in
    base64, base32 and hexadecimal, and as a list of bytes.
    """
    words = [*filter(None, secrets)]
    if not words:
        return text
    heard = _readings(text)
    plain = "\n".join(heard).casefold()
    letters = "\n".join(map(_letters, heard))
    for word in map(str.casefold, words):
        if word in plain or any(part in plain for part in _parts(word)):
            return WITHHELD
    for word in words:
        if any(part in letters for form in _forms(word) for part in _parts(_letters(form))):
            return WITHHELD
    return text


def beginning(text: str) -> str:
    """The beginning of the text, in one line that can be printed."""
    line = " ".join(text.split())[:_SHOWN]
    return "".join([one if one.isprintable() else "?" for one in line])


def _readings(text: str) -> list[str]:
    """The text, and what it says if it is escaped."""
    listed = _NUMBER.sub(lambda found: chr(int(found[0])), text)
    readings = [text, unquote(text), unescape(text), _unescaped(text), listed]
    for _ in range(_TIMES):
        text = _unescaped(unescape(unquote(text)))
    return [*readings, text]


def _unescaped(text: str) -> str:
    """The text without escapes as in JSON and programming languages."""
    return _ESCAPED.sub(_character, text)


def _character(found: re.Match[str]) -> str:
    octal = found[4]
    return chr(int(octal, 8) if octal else int(found[1] or found[2] or found[3], 16))


def _forms(word: str) -> Iterator[str]:
    """How a secret may be written."""
    data = word.encode(errors="replace")
    yield word
    yield data.decode("latin-1")  # as http.client reads the line with the status
    yield data.hex()
    yield b32encode(data).decode()
    for before in range(3):  # its characters in base64 depend on what stands before it
        encoded = b64encode(bytes(before) + data).decode().rstrip("=")
        yield encoded[-(-before * 8 // 6) :]


def _letters(text: str) -> str:
    """Letters and digits only, in one case."""
    return "".join(filter(str.isalnum, normalize("NFKC", text).casefold()))


def _parts(word: str) -> Iterator[str]:
    size = min(max(len(word) // 8, _SHORTEST), _LONGEST)
    return (word[start : start + size] for start in range(len(word) - size + 1))
