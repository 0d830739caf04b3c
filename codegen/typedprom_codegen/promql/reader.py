"""The state of reading a query: where it is, what is read, and what is still open."""

from __future__ import annotations

from typing import NoReturn, Protocol

from typedprom_codegen.message_parts import quoted
from typedprom_codegen.promql.extent import Extent, QuerySyntaxError
from typedprom_codegen.promql.lexer import END, Tokens
from typedprom_codegen.promql.nodes.expression import Expression, Kind


class Pending(Protocol):
    """An operator whose right side is not read yet."""

    @property
    def precedence(self) -> int:
        """Operators with a greater one are applied first."""
        ...

    def reduce(self, reader: Reader) -> None:
        """Make a node of the operator and its operands."""
        ...


class Frame(Protocol):
    """Something open: a parenthesis, the arguments of a call, a range."""

    @property
    def base(self) -> int:
        """How many operators were pending when it was opened."""
        ...

    @property
    def is_single(self) -> bool:
        """Whether it takes one operand and is closed after it, like an offset."""
        ...

    def go_on(self, reader: Reader) -> bool:
        """Take the token after an expression inside of it.

        True: an operand is complete, which the frame itself can be. False: another one follows.
        """
        ...


class Reader:
    """Reads a query with stacks of its own, so that no nesting is too deep.

    Operands are read onto `operands`. Operators wait in `pending` until one that is applied later,
    or the end of their frame, has been read.
    """

    __slots__ = (
        "at",
        "frames",
        "kinds",
        "nameless",
        "nodes",
        "operands",
        "pending",
        "starts",
        "text",
        "texts",
        "varies",
    )

    def __init__(self, tokens: Tokens) -> None:
        self.text = tokens.text
        self.kinds = tokens.kinds
        self.texts = tokens.texts
        self.starts = tokens.starts
        self.at = 0
        self.operands: list[Expression] = []
        self.pending: list[Pending] = []
        self.frames: list[Frame] = []
        self.nodes: list[Expression] = []
        self.nameless: list[Expression] = []  # selectors that need a matcher
        self.varies = "$" in self.text or "[[" in self.text

    def push(self, node: Expression) -> None:
        """Add an operand."""
        self.operands.append(node)
        self.nodes.append(node)

    def reduce_to(self, base: int) -> None:
        """Apply the operators that wait since a frame was opened."""
        pending = self.pending
        while len(pending) > base:
            pending.pop().reduce(self)

    def end(self) -> int:
        """Where the last token ends."""
        return self.starts[self.at - 1] + len(self.texts[self.at - 1])

    def extent(self, index: int) -> Extent:
        """Where a token stands."""
        start = self.starts[index]
        return Extent(start, start + len(self.texts[index]))

    def expect(self, symbol: str) -> None:
        """Take a symbol."""
        if self.kinds[self.at] != symbol:
            self.unexpected(f"`{symbol}`")
        self.at += 1

    def unexpected(self, expected: str) -> NoReturn:
        """Refuse the next token."""
        found = self.texts[self.at]
        met = "end of query" if self.kinds[self.at] == END else quoted(found)
        fail(f"unexpected {met}: expected {expected}", self.extent(self.at))


def fail(message: str, extent: Extent) -> NoReturn:
    """Refuse a part of the query."""
    raise QuerySyntaxError(message, extent)


def require(node: Expression, kind: Kind, where: str) -> None:
    """Refuse an expression of another kind."""
    if node.kind is not kind and node.kind is not Kind.ANY:
        article = "an" if kind is Kind.INSTANT else "a"
        found = "an" if node.kind is Kind.INSTANT else "a"
        message = f"{where} must be {article} {kind.value}, not {found} {node.kind.value}"
        fail(message, node.extent)
