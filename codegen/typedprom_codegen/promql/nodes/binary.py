"""An operation on two expressions: `a / on (job) group_left () b`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, NamedTuple

from typedprom_codegen.promql.extent import Extent
from typedprom_codegen.promql.lexer import DURATION, NUMBER
from typedprom_codegen.promql.nodes.expression import Expression, Kind
from typedprom_codegen.promql.nodes.label_list import read_labels
from typedprom_codegen.promql.nodes.selector import LabelName
from typedprom_codegen.promql.nodes.unknown_operation import UnknownOperation
from typedprom_codegen.promql.precedence import LOWEST, POWER, PRECEDENCE
from typedprom_codegen.promql.reader import Reader, fail

COMPARISONS: Final = frozenset({"==", "!=", "<", ">", "<=", ">="})
TRIMS: Final = frozenset({"</", ">/"})
"""Operators that trim the buckets of native histograms."""

SETS: Final = frozenset({"and", "or", "unless"})
"""Operators on sets of series, which do not compute with values."""

_MATCHING: Final = frozenset({"on", "ignoring"})
_MANY: Final = frozenset({"group_left", "group_right"})
_FILLS: Final = ({"fill"}, {"fill_left", "fill_right"})
_SIGNS: Final = frozenset({"+", "-"})


class Matching(NamedTuple):
    """How the series of the two sides find each other."""

    keyword: str  # "on" or "ignoring"; "" without: all labels
    labels: tuple[LabelName, ...]
    many: str  # "group_left" or "group_right", the side with several series; "" for one to one
    included: tuple[LabelName, ...]  # labels of the one side that the result gets
    fills: bool  # whether a missing series counts as one with a given value
    extent: Extent


@dataclass(slots=True, eq=False)
class Binary(Expression):
    """A binary operation. Word operators are in lower case."""

    operator: str
    left: Expression
    right: Expression
    returns_bool: bool  # a comparison with `bool`: 0 or 1 instead of a filter
    matching: Matching | None
    operator_extent: Extent

    def parts(self) -> tuple[Expression, ...]:
        """The expressions whose values it needs."""
        return (self.left, self.right)


class PendingBinary:
    """An operator whose right side is not read yet."""

    __slots__ = ("extent", "matching", "operator", "precedence", "returns_bool")

    def __init__(self, operator: str, extent: Extent) -> None:
        self.operator = operator
        self.extent = extent
        self.precedence = PRECEDENCE.get(operator, LOWEST)
        self.returns_bool = False
        self.matching: Matching | None = None

    def reduce(self, reader: Reader) -> None:
        """Check the two sides and make the node."""
        right, left = reader.operands.pop(), reader.operands.pop()
        if self.operator not in PRECEDENCE:
            reader.push(UnknownOperation(left.start, right.end, Kind.ANY, left, right))
            return
        kind = Kind.INSTANT
        if left.kind is not Kind.INSTANT or right.kind is not Kind.INSTANT:
            kind = self._check_sides(left, right)
        elif self.matching is not None and self.operator in SETS:
            self._check_set(self.matching)
        reader.push(
            Binary(
                left.start,
                right.end,
                kind,
                self.operator,
                left,
                right,
                self.returns_bool,
                self.matching,
                self.extent,
            )
        )

    def _check_set(self, matching: Matching) -> None:
        if matching.many:
            fail(f"`{matching.many}` is not allowed with `{self.operator}`", matching.extent)
        if matching.fills:
            fail(f"missing series cannot be filled in with `{self.operator}`", matching.extent)

    def _check_sides(self, left: Expression, right: Expression) -> Kind:
        """Refuse what is not between vectors or scalars; the kind of the result."""
        for side in (left, right):
            if side.kind is Kind.RANGE or side.kind is Kind.STRING:
                name = f"a {side.kind.value}"
                fail(f"{name} cannot stand beside `{self.operator}`", side.extent)
            if side.kind is Kind.SCALAR and self.operator in SETS:
                fail(f"`{self.operator}` only takes instant vectors, not a scalar", side.extent)
        kinds = {left.kind, right.kind}
        if Kind.SCALAR in kinds and self.matching is not None:
            if self.matching.labels:
                fail("labels are only matched between instant vectors", self.matching.extent)
            if self.matching.fills:
                fail("series are only filled in between instant vectors", self.matching.extent)
        if kinds == {Kind.SCALAR}:
            if self.operator in COMPARISONS and not self.returns_bool:
                fail(
                    f"a comparison of two scalars needs `bool` after `{self.operator}`", self.extent
                )
            return Kind.SCALAR
        return Kind.INSTANT if Kind.INSTANT in kinds else Kind.ANY


def read_operator(reader: Reader, operator: str) -> None:
    """Read a binary operator and its modifiers, and apply those before that come first.

    A Grafana variable can stand for the operator.
    """
    at = reader.at
    this = PendingBinary(operator, reader.extent(at))
    reader.at = at + 1
    pending, base, mine = reader.pending, reader.frames[-1].base, this.precedence
    while len(pending) > base and (
        pending[-1].precedence > mine or (pending[-1].precedence == mine and mine != POWER)
    ):
        pending.pop().reduce(reader)
    pending.append(this)
    if reader.kinds[at + 1] == "word":
        _read_modifiers(reader, this)


def _read_modifiers(reader: Reader, this: PendingBinary) -> None:
    word = reader.texts[reader.at].lower()
    if word == "bool":
        if this.operator not in COMPARISONS and this.operator in PRECEDENCE:
            fail("`bool` is only allowed after a comparison", reader.extent(reader.at))
        this.returns_bool = True
        reader.at += 1
        word = reader.texts[reader.at].lower()
    start, at = reader.starts[reader.at], reader.at
    keyword, many = "", ""
    labels: tuple[LabelName, ...] = ()
    included: tuple[LabelName, ...] = ()
    if word in _MATCHING:
        keyword = word
        reader.at += 1
        labels = read_labels(reader)
        word = reader.texts[reader.at].lower()
        if word in _MANY:
            many = word
            reader.at += 1
            included = read_labels(reader) if reader.kinds[reader.at] == "(" else ()
    elif word in _MANY:
        reader.unexpected("an expression; `on` or `ignoring` comes before it")
    fills = _read_fills(reader)
    if reader.at > at:
        extent = Extent(start, reader.end())
        this.matching = Matching(keyword, labels, many, included, fills, extent)
    if keyword == "on":
        _check_included(labels, included)


def _check_included(labels: tuple[LabelName, ...], included: tuple[LabelName, ...]) -> None:
    matched = {label.name for label in labels}
    for label in included:
        if label.name in matched:
            fail(f"`{label.name}` cannot be in `on` and in the group at once", label.extent)


def _read_fills(reader: Reader) -> bool:
    """Read `fill(0)`, or `fill_left(0) fill_right(0)` in any order, once each."""
    allowed: set[str] = set().union(*_FILLS)
    found = False
    while reader.kinds[reader.at + 1 : reader.at + 2] == ["("]:
        word = reader.texts[reader.at].lower()
        if word not in allowed:
            break
        allowed = {"fill_left", "fill_right"} - {word} if word != "fill" else set()
        found = True
        reader.at += 2
        if reader.kinds[reader.at] in _SIGNS:
            reader.at += 1
        if reader.kinds[reader.at] not in {NUMBER, DURATION} and not (
            reader.texts[reader.at].lower() in {"inf", "nan"} or reader.varies
        ):
            reader.unexpected("a number")
        reader.at += 1
        reader.expect(")")
    return found
