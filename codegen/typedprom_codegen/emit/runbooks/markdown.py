"""Text of the catalog as Markdown: shown as it is written, whatever it contains."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Final

_MEANINGS: Final = re.compile(r"[\\`*_\[\]<&|~${}]")
_LEADING: Final = re.compile(r"^(?:[-+=#>]|\d+(?=[.)](?:\s|$)))")
_FENCE: Final = re.compile(r"`+")
_TAG: Final = re.compile(r"<(?!https?://[^\s<>]*>)")
_CODE: Final = re.compile(
    r"(?ms)^(```+|~~~+)[^\n]*\n.*?^\1[`~]*\s*$|(?<!`)(`+)(?!`).+?(?<!`)\2(?!`)"
)
_HEADING: Final = re.compile(r"(?m)^ {0,3}(#{1,4})(?=\s)")
_UNDERLINE: Final = re.compile(r"(?m)^ {0,3}(?=(?:=+|-+)\s*$)")


def text(words: str) -> str:
    """Text on one line."""
    return at_start(joined(" ".join(words.split())))


def joined(words: str) -> str:
    """A part of a line: line breaks are spaces, the rest is as it is."""
    return _MEANINGS.sub(lambda found: "\\" + found[0], re.sub(r"\s", " ", words))


def at_start(line: str) -> str:
    """A line whose beginning makes no list, heading or quote of it."""
    return _LEADING.sub(_escaped_start, line)


def _escaped_start(found: re.Match[str]) -> str:
    return f"{found[0]}\\" if found[0].isdigit() else f"\\{found[0]}"


def code(words: str) -> str:
    """A code span. In a table, `cell` escapes it further."""
    one_line = " ".join(words.split()) or " "
    longest = max((len(found) for found in _FENCE.findall(one_line)), default=0)
    fence = "`" * (longest + 1)
    pad = " " if longest or one_line != one_line.strip() else ""
    return f"{fence}{pad}{one_line}{pad}{fence}"


def block(content: str, language: str) -> str:
    """A block of code."""
    longest = max((len(found) for found in _FENCE.findall(content)), default=0)
    fence = "`" * max(3, longest + 1)
    return f"{fence}{language}\n{content}\n{fence}"


def authored(content: str) -> str:
    """Markdown of an author: HTML in it is text, its headings are below those of the page."""
    parts: list[str] = []
    at = 0
    for found in _CODE.finditer(content):
        parts += [_outside_of_code(content[at : found.start()]), found[0]]
        at = found.end()
    return "".join([*parts, _outside_of_code(content[at:])]).strip()


def _outside_of_code(content: str) -> str:
    headings = _HEADING.sub(lambda found: "##" + found[1], _TAG.sub("&lt;", content))
    return _UNDERLINE.sub("\\\\", headings)


def link(words: str, address: str) -> str:
    """A link. `words` are text."""
    return f"[{text(words)}](<{_address(address)}>)"


def _address(address: str) -> str:
    return re.sub(
        r"[\s<>\\]", lambda found: "".join(f"%{b:02X}" for b in found[0].encode()), address
    )


def table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table of Markdown."""
    lines = [header, ["---"] * len(header), *rows]
    return "\n".join("| " + " | ".join(map(_cell, line)) + " |" for line in lines)


def _cell(content: str) -> str:
    return re.sub(r"(?<!\\)\|", r"\\|", content.replace("\n", " "))
