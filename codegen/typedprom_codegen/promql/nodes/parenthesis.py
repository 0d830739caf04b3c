"""An expression in parentheses."""

from __future__ import annotations

from dataclasses import dataclass

from typedprom_codegen.promql.nodes.expression import Expression
from typedprom_codegen.promql.reader import Reader


@dataclass(slots=True, eq=False)
class Parenthesis(Expression):
    """An expression in parentheses, which has the value of what it contains."""

    expression: Expression

    def parts(self) -> tuple[Expression, ...]:
        """The expressions whose values it needs."""
        return (self.expression,)


class OpenParenthesis:
    """A parenthesis that is not closed yet."""

    __slots__ = ("base", "start")

    is_single = False

    def __init__(self, reader: Reader) -> None:
        self.base = len(reader.pending)
        self.start = reader.starts[reader.at]

    def go_on(self, reader: Reader) -> bool:
        """Close it."""
        if reader.kinds[reader.at] != ")":
            reader.unexpected("an operator or `)`")
        reader.reduce_to(self.base)
        reader.at += 1
        reader.frames.pop()
        inner = reader.operands.pop()
        reader.push(Parenthesis(self.start, reader.end(), inner.kind, inner))
        return True


def open_parenthesis(reader: Reader) -> bool:
    """Read the opening parenthesis of an expression."""
    reader.frames.append(OpenParenthesis(reader))
    reader.at += 1
    return False
