"""The known name nearest to an unknown one, found by their words, not by looking at all names."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterable
from itertools import takewhile
from typing import Final

from typedprom_codegen.message_parts import similar

_MOST_LOOKED_AT: Final = 2000
_MOST_COMPARED: Final = 30
_SUFFIX_WORDS: Final = frozenset({"total", "info", "bucket", "sum", "count"})
"""Words that the name of a series can have after its metric's key, besides the unit."""


class NearNames:
    """Names by their words, and what was found for each unknown name."""

    __slots__ = ("_found", "_sorted", "_suffixes", "_with_word")

    def __init__(self, names: Iterable[str], units: Iterable[str | None]) -> None:
        self._sorted = sorted(names)
        self._suffixes = _SUFFIX_WORDS.union(filter(None, units))
        self._found: dict[str, str | None] = {}
        self._with_word: dict[str, list[str]] = defaultdict(list)
        for name in self._sorted:
            for word in _words(name):
                self._with_word[word].append(name)

    def nearest(self, name: str) -> str | None:
        """The known name that only adds suffixes to `name`, else the most similar one."""
        if name not in self._found:
            self._found[name] = self._suffixed(name) or self._similar(name)
        return self._found[name]

    def _suffixed(self, name: str) -> str | None:
        longer = f"{name}_"
        following = self._sorted[bisect_left(self._sorted, longer) :][:_MOST_LOOKED_AT]
        known = takewhile(lambda other: other.startswith(longer), following)
        fitting = [k for k in known if {*k[len(longer) :].split("_")} <= self._suffixes]
        return min(fitting, key=lambda other: other.count("_"), default=None)

    def _similar(self, name: str) -> str | None:
        """Of the names with the same words, rare words first, the one spelled most alike."""
        lists = (self._with_word.get(word, []) for word in _words(name))
        shared: Counter[str] = Counter()
        for having in sorted(lists, key=len):
            shared.update(having[:_MOST_LOOKED_AT])
            if shared.total() >= _MOST_LOOKED_AT:
                break

        def difference(other: str) -> tuple[int, int]:
            return -shared[other], abs(len(other) - len(name))

        candidates = sorted(shared, key=difference)[:_MOST_COMPARED]
        return next(iter(similar(name, candidates, most=1)), None)


def _words(name: str) -> set[str]:
    """The words of a name; of a single word its ends, of which a misspelled one has the same."""
    words = {*name.split("_")}
    return words if len(words) > 1 else {name, f"{name[:2]}…", f"…{name[-2:]}"}
