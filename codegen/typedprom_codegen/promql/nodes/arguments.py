"""Arguments in parentheses, of a function or an aggregation, while they are being read."""

from __future__ import annotations

from abc import ABC, abstractmethod

from typedprom_codegen.promql.nodes.expression import Expression
from typedprom_codegen.promql.reader import Reader


class OpenArguments(ABC):
    """Arguments that are being read, after the opening parenthesis."""

    __slots__ = ("arguments", "base", "name_at")

    is_single = False

    def __init__(self, reader: Reader) -> None:
        """Take the name and the parenthesis after it."""
        self.base = len(reader.pending)
        self.arguments: list[Expression] = []
        self.name_at = reader.at
        reader.at += 2

    @abstractmethod
    def complete(self, reader: Reader) -> None:
        """Make the node; the closing parenthesis has been read."""

    def go_on(self, reader: Reader) -> bool:
        """Take a comma, or the closing parenthesis."""
        kind = reader.kinds[reader.at]
        if kind != "," and kind != ")":
            reader.unexpected("an operator, `,` or `)`")
        if len(reader.pending) > self.base:
            reader.reduce_to(self.base)
        self.arguments.append(reader.operands.pop())
        reader.at += 1
        if kind == ",":
            if reader.kinds[reader.at] == ")":
                reader.unexpected("an argument")
            return False
        reader.frames.pop()
        self.complete(reader)
        return True
