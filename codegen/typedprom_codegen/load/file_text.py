"""Reads and decodes a file: UTF-8, limited in size, without invisible characters."""

from __future__ import annotations

import errno
import re
from pathlib import Path
from typing import Final

from typedprom_codegen.codes import files as codes
from typedprom_codegen.diagnostics import Diagnostics, Span
from typedprom_codegen.load.yaml_nodes import Position, span

LARGEST_FILE: Final = 16 << 20
"""Bytes."""

LINE_BREAK: Final = re.compile("\r\n|[\n\r\x85\u2028\u2029]")
_FORBIDDEN: Final = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]"
)
_UTF16_MARKS: Final = (b"\xff\xfe", b"\xfe\xff")

SAVE_AS_UTF8: Final = "save the file as UTF-8"


def line_lengths(text: str) -> tuple[int, ...]:
    """The number of characters of each line, except an empty last one."""
    lengths = [len(line) for line in LINE_BREAK.split(text)]
    return tuple(lengths if lengths[-1] else lengths[:-1])


def position_of(text: str, index: int, length: int = 1) -> Position:
    """The position of `length` characters at `index`, all on one line."""
    before = LINE_BREAK.split(text[:index])
    line, column = len(before) - 1, len(before[-1])
    return line, column, line, column + length


def read_text(path: Path, shown: str, diagnostics: Diagnostics) -> str | None:
    """The text of a catalog file, named `shown` in messages; None if it cannot be read."""
    start = Span(shown, 1, 1, 1, 1)
    try:
        data = read_bytes(path)
    except (OSError, ValueError) as problem:
        message = f"`{shown}` cannot be read: {reason_of(problem)}"
        diagnostics.report(
            codes.UNREADABLE_FILE, message, start, help="fix its permissions, or remove it"
        )
        return None
    if len(data) > LARGEST_FILE:
        message = f"`{shown}` is larger than {LARGEST_FILE >> 20} MiB"
        diagnostics.report(codes.TOO_LARGE, message, start, help="split it by component")
        return None
    return _decode(data, shown, diagnostics)


def read_bytes(path: Path) -> bytes:
    """The bytes of a regular file, at most one more than LARGEST_FILE.

    Raises OSError, or ValueError for a path that is none.
    """
    if path.exists() and not path.is_file() and not path.is_dir():  # reading a pipe would block
        raise OSError(errno.EINVAL, "it is not a regular file")
    with path.open("rb") as file:
        return file.read(LARGEST_FILE + 1)


def reason_of(problem: OSError | ValueError) -> str:
    """Why a file cannot be read, for a message: "permission denied"."""
    reason: str = getattr(problem, "strerror", None) or "its name is not valid"
    return f"{reason[0].lower()}{reason[1:]}"


def _decode(data: bytes, shown: str, diagnostics: Diagnostics) -> str | None:
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as problem:
        message, place = encoding_problem(data, problem.start, shown)
        diagnostics.report(codes.NOT_UTF8, message, place, help=SAVE_AS_UTF8)
        return None
    found = _FORBIDDEN.search(text)
    if found is None:
        return text
    position = span(shown, line_lengths(text), position_of(text, found.start()))
    diagnostics.report(
        codes.FORBIDDEN_CHARACTER,
        f"the character U+{ord(found[0]):04X} is not allowed in a catalog file",
        position,
        help='remove it, or write it as an escape in double quotes, such as "\\u2028"',
    )
    return None


def encoding_problem(data: bytes, offset: int, shown: str) -> tuple[str, Span]:
    """What to say of the byte at `offset`, which is not UTF-8, and where it is."""
    text = data[:offset].decode("utf-8-sig") + "\ufffd"
    place = span(shown, line_lengths(text), position_of(text, len(text) - 1))
    if data.startswith(_UTF16_MARKS):
        return "the file is UTF-16, not UTF-8", place
    return f"the byte 0x{data[offset]:02X} is not UTF-8", place
