"""Families as text: what prometheus_client would print of the same metrics, to the byte.

Two formats, text 0.0.4 and OpenMetrics 1.0. When a series began is a line of its own, `_created`:
in OpenMetrics after each series, in text 0.0.4 after all of them, as a gauge. A gateway gets none.
"""

from __future__ import annotations

from bisect import bisect
from collections.abc import Iterable, Sequence
from itertools import accumulate
from math import inf
from typing import Final, Literal, NamedTuple, TypeAlias

from typedprom.exposition.family_renderer import CachedFamily, FamilyRenderer, FamilyWriter
from typedprom.exposition.negotiation import OPENMETRICS, TEXT, Syntax
from typedprom.exposition.text_format import labels as braces
from typedprom.exposition.text_format import number, pair, timestamp
from typedprom.metrics.definition import Definition, Family, Labels
from typedprom.metrics.labels import INVALID

Created: TypeAlias = Literal["shown", "hidden"]

CONTENT_TYPES: Final[dict[Syntax, str]] = {
    "text": TEXT.content_type,
    "openmetrics": OPENMETRICS.content_type,
}
_END: Final[dict[Syntax, bytes]] = {"text": b"", "openmetrics": b"# EOF\n"}
_AS_GAUGE: Final = ("info", "stateset")  # in text 0.0.4, which does not have them


class TextRenderer:
    """Renders families in one syntax, and remembers the lines of every series."""

    def __init__(self, syntax: Syntax, created: Created = "shown") -> None:
        self._end = _END[syntax]
        self._renderer = FamilyRenderer(lambda definition: _writer(definition, syntax, created))

    def parts(self, families: Iterable[Family]) -> dict[str, bytes]:
        """The text of each family, by its metric's name, without the mark of the end."""
        return self._renderer.parts(families)

    def render(self, families: Iterable[Family]) -> bytes:
        """The exposition of the families."""
        return b"".join((*self.parts(families).values(), self._end))


class _TextHead(NamedTuple):
    """What is made once of a series: its lines but for the numbers, and when it began."""

    text: str
    created: str


class _TextFrame:
    """What is around the series of a family, in each of the two syntaxes."""

    def __init__(self, definition: Definition, syntax: Syntax, created: Created) -> None:
        self._opening = _opening(definition, syntax)
        shown = created == "shown" and definition.type in ("counter", "histogram")
        self._created = f"{definition.family}_created" if shown else ""
        self._apart = b""
        if shown and syntax == "text":
            self._apart = _about(self._created, definition.help, "gauge", syntax).encode()

    def began(self, own: Sequence[str], began: float) -> str:
        """The line that says when a series with these labels began."""
        return f"{self._created}{braces(own)} {timestamp(began)}\n" if self._created else ""

    def after(self, head: _TextHead) -> str:
        """What follows a series at once."""
        return "" if self._apart else head.created

    def whole(self, heads: Sequence[_TextHead], chunks: Sequence[bytes]) -> bytes:
        """The family with these series."""
        parts = [self._opening, *chunks]
        if self._apart and heads:
            parts += [self._apart, "".join([head.created for head in heads]).encode()]
        return b"".join(parts)


class _TextScalars:
    """Series of one number: counters, gauges, infos."""

    def __init__(self, definition: Definition, frame: _TextFrame) -> None:
        self._name = definition.name
        self._frame = frame

    def head(self, labels: Labels, began: float) -> _TextHead:
        """Name and labels."""
        own = _pairs(labels)
        return _TextHead(f"{self._name}{braces(own)} ", self._frame.began(own, began))

    def chunk(self, head: _TextHead, numbers: Sequence[float]) -> bytes:
        """The line."""
        return f"{head.text}{number(numbers[1])}\n{self._frame.after(head)}".encode()

    def whole(self, heads: Sequence[_TextHead], chunks: Sequence[bytes]) -> bytes:
        """The family with these series."""
        return self._frame.whole(heads, chunks)


class _TextHistograms:
    """Series of buckets, their count and, where it cannot fall, their sum."""

    def __init__(self, definition: Definition, frame: _TextFrame) -> None:
        self._name = definition.name
        self._les = [pair("le", number(bound)) for bound in (*definition.buckets, inf)]
        self._has_sum = definition.buckets[0] >= 0.0
        self._frame = frame

    def head(self, labels: Labels, began: float) -> _TextHead:
        """All lines, with `%s` for each number."""
        created = self._frame.began(_pairs(labels), began)
        own = [one.replace("%", "%%") for one in _pairs(labels)]
        place = bisect([name for name, _ in labels], "le")
        before, after = own[:place], own[place:]
        ends = [f"_bucket{braces((*before, le, *after))}" for le in self._les]
        ends.append(f"_count{braces(own)}")
        if self._has_sum:
            ends.append(f"_sum{braces(own)}")
        return _TextHead("".join(f"{self._name}{end} %s\n" for end in ends), created)

    def chunk(self, head: _TextHead, numbers: Sequence[float]) -> bytes:
        """All lines."""
        texts = [number(upto) for upto in accumulate(numbers[1:-1])]
        texts.append(texts[-1])
        if self._has_sum:
            texts.append(number(numbers[-1]))
        return f"{head.text % (*texts,)}{self._frame.after(head)}".encode()

    def whole(self, heads: Sequence[_TextHead], chunks: Sequence[bytes]) -> bytes:
        """The family with these series."""
        return self._frame.whole(heads, chunks)


class _TextStateSets:
    """A line for each state, which is 1 for the state the series is in."""

    def __init__(self, definition: Definition, frame: _TextFrame) -> None:
        self._name = definition.name
        self._states: Sequence[str] = (*definition.states, INVALID)
        self._frame = frame

    def head(self, labels: Labels, _began: float) -> Sequence[str]:
        """The beginnings of all lines, that of `_invalid` last."""
        place = bisect([name for name, _ in labels], self._name)
        own = _pairs(labels)
        before, after = own[:place], own[place:]
        states = [pair(self._name, state) for state in self._states]
        return [f"{self._name}{braces((*before, state, *after))} " for state in states]

    def chunk(self, head: Sequence[str], numbers: Sequence[float]) -> bytes:
        """All lines; that of `_invalid` only while it is in no state of the set."""
        *lines, invalid = head
        current = numbers[1]
        texts = [f"{line}{float(index == current)}\n" for index, line in enumerate(lines)]
        if current < 0:
            texts.append(f"{invalid}1.0\n")
        return "".join(texts).encode()

    def whole(self, _heads: Sequence[Sequence[str]], chunks: Sequence[bytes]) -> bytes:
        """The family with these series."""
        return self._frame.whole((), chunks)


def _writer(definition: Definition, syntax: Syntax, created: Created) -> FamilyWriter:
    frame = _TextFrame(definition, syntax, created)
    if definition.type == "histogram":
        return CachedFamily[_TextHead](definition, _TextHistograms(definition, frame))
    if definition.type == "stateset":
        return CachedFamily(definition, _TextStateSets(definition, frame))
    return CachedFamily[_TextHead](definition, _TextScalars(definition, frame))


def _opening(definition: Definition, syntax: Syntax) -> bytes:
    """The lines before the series."""
    if syntax == "text":
        kind = "gauge" if definition.type in _AS_GAUGE else definition.type
        return _about(definition.name, definition.help, kind, syntax).encode()
    lines = _about(definition.family, definition.help, definition.type, syntax)
    if definition.unit and definition.family.endswith("_" + definition.unit):
        lines += f"# UNIT {definition.family} {definition.unit}\n"
    return lines.encode()


def _about(name: str, help: str, kind: str, syntax: Syntax) -> str:
    help = help.replace("\\", r"\\").replace("\n", r"\n")
    if syntax == "openmetrics":
        help = help.replace('"', r"\"")
    return f"# HELP {name} {help}\n# TYPE {name} {kind}\n"


def _pairs(labels: Labels) -> list[str]:
    return [pair(name, value) for name, value in labels]
