"""The labels of an expression's series: surely there, possibly there, gone."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final

from typedprom_codegen.promql.nodes.expression import Expression

_MOST: Final = 200
"""Of more labels nothing is known: a query that makes thousands takes no longer for it."""

_ABSENT: Final[frozenset[str]] = frozenset()


@dataclass(frozen=True, slots=True)
class Labels:
    """Labels of series. `__name__` is not among them. A label with the value "" is none."""

    sure: frozenset[str] = frozenset()  # every series has them
    possible: frozenset[str] = frozenset()  # some can have them; includes `sure`
    is_open: bool = False  # whether there can be others, which nobody declares
    values: Mapping[str, frozenset[str]] = field(default_factory=dict)
    """The only values that labels can have, where these are known: closed sets after matchers.

    No values: the label is surely not there, also where `is_open`.
    """
    gone: Mapping[str, Expression] = field(default_factory=dict)
    """Labels that the metrics have, and the aggregation or operation that dropped them."""

    def may_have(self, label: str) -> bool:
        """Whether a series can have this label."""
        return label in self.possible or (self.is_open and self.values.get(label) != _ABSENT)

    def having(self, label: str, values: frozenset[str] | None = None) -> Labels:
        """These labels, with one that every series has; `values` if only those are possible."""
        return self._plus(label, values, self.sure | {label})

    def perhaps_having(self, label: str, values: frozenset[str] | None = None) -> Labels:
        """These labels, with one that series can have."""
        return self._plus(label, values, self.sure - {label})

    def _plus(self, label: str, values: frozenset[str] | None, sure: frozenset[str]) -> Labels:
        if len(self.possible) >= _MOST:
            return UNKNOWN
        kept = {name: known for name, known in self.values.items() if name != label}
        if values is not None:
            kept[label] = values
        gone = self.gone
        if label in gone:
            gone = {name: node for name, node in gone.items() if name != label}
        return Labels(sure, self.possible | {label}, self.is_open, kept, gone)

    def lacking(self, label: str) -> Labels:
        """These labels, without one that no series has: `{label=""}`."""
        alone = frozenset({label})
        if len(self.values) > _MOST:
            return UNKNOWN
        values = {**self.values, label: _ABSENT}
        return Labels(self.sure - alone, self.possible - alone, self.is_open, values, self.gone)

    def only(self, names: Collection[str], node: Expression) -> Labels:
        """Those that `by (names)` leaves; `node` drops the others."""
        wanted = frozenset(names)
        if len(wanted) > _MOST:
            return UNKNOWN
        possible = frozenset(name for name in wanted if self.may_have(name))
        values = {name: known for name, known in self.values.items() if name in possible}
        gone = self._gone(self.possible - wanted, node)
        return Labels(self.sure & wanted, possible, values=values, gone=gone)

    def dropping(self, names: Collection[str], node: Expression) -> Labels:
        """Those that `without (names)` leaves; `node` drops these."""
        dropped = frozenset(names)
        if len(self.values) + len(dropped) > _MOST:
            return UNKNOWN
        if self.is_open:
            values = {**self.values, **dict.fromkeys(dropped, _ABSENT)}
        else:
            values = {name: v for name, v in self.values.items() if name not in dropped}
        here = dropped if self.is_open else dropped & self.possible
        gone = self._gone(here, node)
        return Labels(self.sure - dropped, self.possible - dropped, self.is_open, values, gone)

    def _gone(self, dropped: Iterable[str], node: Expression) -> Mapping[str, Expression]:
        if not dropped or len(self.gone) > _MOST:
            return self.gone
        return {**self.gone, **dict.fromkeys(dropped, node)}

    def opened(self) -> Labels:
        """These labels, of which any can have been replaced, and others."""
        return Labels(possible=self.possible, is_open=True)


def either(left: Labels, right: Labels) -> Labels:
    """The labels of series that are from one of two expressions."""
    if left is right:
        return left
    possible = left.possible | right.possible
    if len(possible) > _MOST:
        return UNKNOWN
    values = {
        name: found
        for name in {*left.values, *right.values}
        if (found := _values_of_either(left, right, name)) is not None
    }
    gone = merged_gone(left, right, possible)
    return Labels(left.sure & right.sure, possible, left.is_open or right.is_open, values, gone)


def _values_of_either(left: Labels, right: Labels, name: str) -> frozenset[str] | None:
    mine = left.values.get(name) if left.may_have(name) else _ABSENT
    theirs = right.values.get(name) if right.may_have(name) else _ABSENT
    return None if mine is None or theirs is None else mine | theirs


def merged_gone(left: Labels, right: Labels, possible: frozenset[str]) -> Mapping[str, Expression]:
    """What two sides have dropped and their result does not have."""
    if not left.gone and not right.gone:
        return left.gone
    both = {**right.gone, **left.gone}
    return {name: node for name, node in both.items() if name not in possible}


NONE: Final = Labels()
"""Of scalars, and of an aggregation of all series into one."""

UNKNOWN: Final = Labels(is_open=True)
