"""A sign: `-x`."""

from __future__ import annotations

from dataclasses import dataclass

from typedprom_codegen.promql.nodes.expression import Expression, Kind
from typedprom_codegen.promql.nodes.number import Number
from typedprom_codegen.promql.precedence import PRODUCT
from typedprom_codegen.promql.reader import Reader, fail


@dataclass(slots=True, eq=False)
class Unary(Expression):
    """An expression with a sign. A minus drops the metric's name."""

    sign: str  # "+" or "-"
    expression: Expression

    def parts(self) -> tuple[Expression, ...]:
        """The expressions whose values it needs."""
        return (self.expression,)


class PendingSign:
    """A sign whose expression is not read yet. It is applied like a factor: `-2 ^ 2` is -4."""

    __slots__ = ("sign", "start")

    precedence = PRODUCT

    def __init__(self, sign: str, start: int) -> None:
        self.sign = sign
        self.start = start

    def reduce(self, reader: Reader) -> None:
        """Apply the sign; a number with a sign is a number."""
        inner = reader.operands.pop()
        if isinstance(inner, Number):
            reader.nodes.pop()
            value = -inner.value if self.sign == "-" else inner.value
            reader.push(Number(self.start, inner.end, inner.kind, value, inner.is_duration))
            return
        if inner.kind is Kind.RANGE or inner.kind is Kind.STRING:
            fail(f"a {inner.kind.value} cannot have a sign", inner.extent)
        reader.push(Unary(self.start, inner.end, inner.kind, self.sign, inner))


def read_sign(reader: Reader) -> bool:
    """Read a sign."""
    at = reader.at
    reader.pending.append(PendingSign(reader.kinds[at], reader.starts[at]))
    reader.at = at + 1
    return False
