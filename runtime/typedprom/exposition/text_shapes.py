"""How series are written as text, for each type of metric: in text 0.0.4 and OpenMetrics 1.0.

The text is what prometheus_client would write of the same metrics, to the byte. When a series began
is a line of its own, `_created`: in OpenMetrics after each series, in text 0.0.4 after all of them,
as a gauge.
"""

from __future__ import annotations

from bisect import bisect
from collections.abc import Callable, Mapping, Sequence
from itertools import accumulate, starmap
from math import inf
from typing import TYPE_CHECKING, Final, Generic, Literal, TypeAlias, TypeVar

from typedprom.exposition.text_format import (
    LARGE,
    help_and_type,
    in_braces,
    number,
    pair,
    timestamp,
    with_exemplar,
)
from typedprom.metrics.definition import ADDED
from typedprom.metrics.labels import INVALID

if TYPE_CHECKING:
    from typedprom.exposition.negotiation import Syntax
    from typedprom.exposition.series_cache import Began, Changed
    from typedprom.metrics.definition import Definition, Labels
    from typedprom.metrics.exemplars import Exemplar

StateT = TypeVar("StateT")

Created: TypeAlias = Literal["shown", "hidden"]

# The observations in each bucket of a histogram, not cumulated, +Inf last; their sum; the exemplars
# of buckets.
HistogramState: TypeAlias = "tuple[Sequence[float], float, Mapping[int, Exemplar]]"
NO_EXEMPLARS: Final[Mapping[int, Exemplar]] = {}

# The head of a series: its lines without their numbers; what follows them at once; its line after
# all series. A NamedTuple would take longer to make than all else.
TextHead: TypeAlias = tuple[str, str, str]

_WRITTEN_AS_GAUGE: Final = ("info", "stateset")  # in text 0.0.4, which does not have them


class TextShape:
    """What is around the series of a metric, whatever its type."""

    def __init__(self, definition: Definition, syntax: Syntax, created: Created) -> None:
        self._name = definition.name
        self._opening = _opening(definition, syntax).encode()
        is_shown = created == "shown" and definition.type in ADDED
        self._created = f"{definition.family}_created" if is_shown else ""
        self._created_opening = ""
        if is_shown and syntax == "text":
            self._created_opening = help_and_type(self._created, definition.help, "gauge", syntax)

    def head(self, labels: Labels, began: Began) -> TextHead:
        """What is written once of the series with these labels, which are sorted by name."""
        return self.head_of([*starmap(pair, labels)], began)

    def head_of(self, pairs: Sequence[str], began: Began, /) -> TextHead:
        """The same, from the text of each label. Here of a series that is one line."""
        labels = in_braces(pairs)
        return self._head(f"{self._name}{labels} ", labels, began)

    def tail(self, heads: Sequence[TextHead]) -> bytes:
        """When each series began, where that comes after all series."""
        if not (self._created_opening and heads):
            return b""
        return "".join([self._created_opening, *[line for _, _, line in heads]]).encode()

    def whole(self, chunks: Sequence[bytes], tail: bytes) -> bytes:
        """The metric with these series."""
        return b"".join((self._opening, *chunks, tail))

    def _head(self, lines: str, labels: str, began: Began) -> TextHead:
        if began is None or not self._created:
            return lines, "", ""
        line = f"{self._created}{labels} {timestamp(began)}\n"
        return (lines, "", line) if self._created_opening else (lines, line, "")


class ScalarShape(TextShape):
    """A series of one number. A gauge that has no number now has no line."""

    def rewrite(self, chunks: list[bytes], changed: Changed[TextHead, float | None]) -> None:  # noqa: D102
        for place, (line, after, _), value in changed:
            if value is None:
                chunks[place] = b""
                continue
            text = repr(value) if -inf < value < LARGE else number(value)
            chunks[place] = f"{line}{text}\n{after}".encode()


class ExemplifiedShape(TextShape):
    """A series of a counter, with the last exemplar."""

    def rewrite(  # noqa: D102
        self, chunks: list[bytes], changed: Changed[TextHead, tuple[float, Exemplar | None]]
    ) -> None:
        for place, (line, after, _), (value, exemplar) in changed:
            text = repr(value) if value < LARGE else number(value)
            if exemplar is not None:
                text += with_exemplar(exemplar)
            chunks[place] = f"{line}{text}\n{after}".encode()


class HistogramShape(TextShape, Generic[StateT]):
    """A series of buckets, their count and, where it cannot fall, their sum."""

    def __init__(
        self,
        definition: Definition,
        syntax: Syntax,
        created: Created,
        convert: Callable[[StateT], HistogramState],
    ) -> None:
        super().__init__(definition, syntax, created)
        self._convert = convert
        self._bounds = [pair("le", number(bound)) for bound in (*definition.buckets, inf)]
        self._has_sum = definition.buckets[0] >= 0.0

    def head_of(self, pairs: Sequence[str], began: Began, /) -> TextHead:
        """All lines, with `%s` for each number."""
        escaped = [one.replace("%", "%%") for one in pairs]
        place = bisect(pairs, "le", key=_name)
        before, after = escaped[:place], escaped[place:]
        ends = [f"_bucket{in_braces((*before, bound, *after))}" for bound in self._bounds]
        ends.append(f"_count{in_braces(escaped)}")
        if self._has_sum:
            ends.append(f"_sum{in_braces(escaped)}")
        lines = "".join([f"{self._name}{end} %s\n" for end in ends])
        return self._head(lines, in_braces(pairs), began)

    def rewrite(self, chunks: list[bytes], changed: Changed[TextHead, StateT]) -> None:
        """Write all lines of the series at these places."""
        convert = self._convert
        for place, (lines, after, _), state in changed:
            buckets, total, exemplars = convert(state)
            texts = [number(observations) for observations in accumulate(buckets)]
            texts.append(texts[-1])
            if self._has_sum:
                texts.append(number(total))
            for bucket, exemplar in exemplars.items():
                texts[bucket] += with_exemplar(exemplar)
            chunks[place] = f"{lines % (*texts,)}{after}".encode()


class StateSetShape(TextShape):
    """A line for each state, which is 1 for the state the series is in."""

    def __init__(self, definition: Definition, syntax: Syntax, created: Created) -> None:
        super().__init__(definition, syntax, created)
        self._states = [pair(self._name, state) for state in (*definition.states, INVALID)]

    def head_of(self, pairs: Sequence[str], _began: Began, /) -> TextHead:
        """The lines of all states, with `%s` for each number, and that of `_invalid`."""
        escaped = [one.replace("%", "%%") for one in pairs]
        place = bisect(pairs, self._name, key=_name)
        before, after = escaped[:place], escaped[place:]
        *lines, invalid = [
            f"{self._name}{in_braces((*before, state.replace('%', '%%'), *after))} %s\n"
            for state in self._states
        ]
        return "".join(lines), invalid, ""

    def rewrite(self, chunks: list[bytes], changed: Changed[TextHead, float]) -> None:
        """Write all lines of the series; that of `_invalid` only while it is in no state."""
        each = range(len(self._states) - 1)
        for place, (lines, invalid, _), current in changed:
            text = lines % (*[float(index == current) for index in each],)
            chunks[place] = (text + invalid % 1.0 if current < 0 else text).encode()


def _name(pair: str) -> str:
    return pair.partition("=")[0]


def _opening(definition: Definition, syntax: Syntax) -> str:
    """The lines before the series."""
    if syntax == "text":
        kind = "gauge" if definition.type in _WRITTEN_AS_GAUGE else definition.type
        return help_and_type(definition.name, definition.help, kind, syntax)
    lines = help_and_type(definition.family, definition.help, definition.type, syntax)
    if definition.unit and definition.family.endswith("_" + definition.unit):
        lines += f"# UNIT {definition.family} {definition.unit}\n"
    return lines
