"""A cache of the written series of one metric: only series that changed are written again."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from itertools import count
from typing import Final, Generic, NamedTuple, Protocol, TypeAlias, TypeVar, cast

KeyT = TypeVar("KeyT")
HeadT = TypeVar("HeadT")
StateT = TypeVar("StateT")
HeadT_contra = TypeVar("HeadT_contra", contravariant=True)
StateT_contra = TypeVar("StateT_contra", contravariant=True)

Began: TypeAlias = float | None  # when a series began; None where that is not written

# Series that have changed: place, head and state of each.
Changed: TypeAlias = Iterable[tuple[int, HeadT, StateT]]


class SeriesShape(Protocol[HeadT_contra, StateT_contra]):
    """How the series of one metric are written in one format.

    A series has a head, made once: all but its numbers. Its chunk of bytes is made again whenever
    its state has changed.
    """

    def rewrite(
        self, chunks: list[bytes], changed: Changed[HeadT_contra, StateT_contra], /
    ) -> None:
        """Write the chunks at these places."""
        ...

    def tail(self, heads: Sequence[HeadT_contra], /) -> bytes:
        """What follows all series."""
        ...

    def whole(self, chunks: Sequence[bytes], tail: bytes, /) -> bytes:
        """The metric with these series."""
        ...


class _Written(NamedTuple, Generic[KeyT, HeadT, StateT]):
    """A metric at one instant: columns of one order, and all of it as bytes.

    It never changes once it is made, so that threads can render at the same time: each makes its
    own from the last one.
    """

    keys: Sequence[KeyT]
    began: Sequence[Began]
    states: Sequence[StateT]
    heads: Sequence[HeadT]
    chunks: Sequence[bytes]
    tail: bytes
    whole: bytes


_NOT_WRITTEN: Final = object()  # unequal to every state


class SeriesCache(Generic[KeyT, HeadT, StateT]):
    """Writes one metric in one shape, and remembers what it wrote.

    A key tells a series from the others. `head` makes the head of a series.
    """

    def __init__(
        self, shape: SeriesShape[HeadT, StateT], head: Callable[[KeyT, Began], HeadT]
    ) -> None:
        self._shape = shape
        self._head = head
        # No list equals a tuple: the first time, everything is new.
        self._last: _Written[KeyT, HeadT, StateT] = _Written((), (), (), (), (), b"", b"")

    def write(self, keys: list[KeyT], began: list[Began], states: Sequence[StateT]) -> bytes:
        """The metric with these series."""
        last = self._last
        is_rearranged = keys != last.keys or began != last.began
        if is_rearranged:
            last = self._rearranged(last, keys, began)
        places = _changed(states, last.states)
        if places or is_rearranged:
            chunks = [*last.chunks]
            heads, new = last.heads, states
            if len(places) < len(states):
                heads = [heads[place] for place in places]
                new = [new[place] for place in places]
            self._shape.rewrite(chunks, zip(places, heads, new, strict=True))
            whole = self._shape.whole(chunks, last.tail)
            last = last._replace(states=states, chunks=chunks, whole=whole)
        self._last = last
        return last.whole

    def _rearranged(
        self, last: _Written[KeyT, HeadT, StateT], keys: list[KeyT], began: list[Began]
    ) -> _Written[KeyT, HeadT, StateT]:
        """The series there are now, with what was made of those that were there before."""
        places = {key: place for place, key in enumerate(last.keys)}
        states: list[StateT] = []
        heads: list[HeadT] = []
        chunks: list[bytes] = []
        for key, since in zip(keys, began, strict=True):
            place = places.get(key)
            if place is None or last.began[place] != since:
                heads.append(self._head(key, since))
                states.append(cast("StateT", _NOT_WRITTEN))
                chunks.append(b"")
            else:
                heads.append(last.heads[place])
                states.append(last.states[place])
                chunks.append(last.chunks[place])
        return _Written(keys, began, states, heads, chunks, self._shape.tail(heads), b"")


def _changed(new: Sequence[object], old: Sequence[object]) -> list[int]:
    """The places at which the states differ; 0.0 and -0.0 do."""
    return [
        place
        for place, a, b in zip(count(), new, old, strict=False)
        if a is not b and (a != b or (not a and repr(a) != repr(b)))
    ]
