"""Doubles: the numbers of a series where they are kept, in a mapped file or in a list."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol


class Doubles(Protocol):
    """What a memoryview of doubles and a list of floats have in common."""

    def __getitem__(self, place: int, /) -> float: ...

    def __setitem__(self, place: int, number: float, /) -> None: ...

    def __iter__(self) -> Iterator[float]: ...

    def __len__(self) -> int: ...
