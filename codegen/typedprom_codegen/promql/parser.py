"""Reads a query into a syntax tree, as Prometheus 3.14 does with all of its features on.

What each kind of node looks like stands in its module in `nodes/`; here is what can follow what.
Grafana's variables can stand for names, values, durations and whole expressions.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Final

from typedprom_codegen.promql.aggregations import AGGREGATIONS
from typedprom_codegen.promql.extent import Extent, QuerySyntaxError
from typedprom_codegen.promql.keywords import NAMED_NUMBERS, NOT_A_METRIC
from typedprom_codegen.promql.lexer import (
    DURATION,
    END,
    NUMBER,
    STRING,
    WORD,
    Tokens,
    has_variable,
)
from typedprom_codegen.promql.nodes.aggregation import GROUPING_KEYWORDS, open_aggregation
from typedprom_codegen.promql.nodes.binary import read_operator
from typedprom_codegen.promql.nodes.call import open_call
from typedprom_codegen.promql.nodes.modifiers import (
    EXTENSIONS,
    open_at,
    open_offset,
    read_extension,
)
from typedprom_codegen.promql.nodes.number import read_number
from typedprom_codegen.promql.nodes.parenthesis import open_parenthesis
from typedprom_codegen.promql.nodes.selector import Selector, check_not_empty, read_selector
from typedprom_codegen.promql.nodes.string import read_string
from typedprom_codegen.promql.nodes.unary import read_sign
from typedprom_codegen.promql.nodes.variable import read_variable
from typedprom_codegen.promql.nodes.window import open_window
from typedprom_codegen.promql.precedence import PRECEDENCE
from typedprom_codegen.promql.query import Query
from typedprom_codegen.promql.reader import Reader, fail

LONGEST: Final = 1 << 21
"""Characters of a query. A longer one is refused: it would take seconds, and nobody wrote it."""

_Read = Callable[[Reader], bool]
"""Reads on from here. True: an operand is complete. False: one must follow."""


class _Root:
    """The whole query."""

    base = 0
    is_single = False

    def go_on(self, reader: Reader) -> bool:
        reader.unexpected("an operator")


@lru_cache(maxsize=4096)
def parse(text: str) -> Query:
    """Parse a query. Raises QuerySyntaxError for the first thing that Prometheus would reject."""
    if len(text) > LONGEST:
        fail(f"a query of more than {LONGEST:,} characters is not read", Extent(0, 1))
    tokens = Tokens(text)
    reader = Reader(tokens)
    reader.frames.append(_Root())
    kinds, frames = reader.kinds, reader.frames
    while True:
        read = _OPERANDS.get(kinds[reader.at])
        if read is None:
            reader.unexpected("an expression")
        complete = read(reader)
        while complete:
            if frames[-1].is_single:
                complete = frames[-1].go_on(reader)
            elif kinds[reader.at] == END and len(frames) == 1:
                return _query(reader, tokens)
            else:
                complete = _after_operand(reader)


def parsed(text: str) -> Query | None:
    """The query that a text is; None if Prometheus would reject it."""
    try:
        return parse(text)
    except QuerySyntaxError:
        return None


def _after_operand(reader: Reader) -> bool:
    at = reader.at
    kind = reader.kinds[at]
    if kind in PRECEDENCE:
        read_operator(reader, kind)
        return False
    read = _POSTFIXES.get(kind)
    if read is not None:
        return read(reader)
    if kind == WORD:
        word = reader.texts[at].lower()
        if word in PRECEDENCE:
            read_operator(reader, word)
            return False
        if word == "offset":
            return open_offset(reader)
        if word in EXTENSIONS:
            return read_extension(reader)
        if reader.varies and has_variable(word):
            return _after_variable(reader)
    return reader.frames[-1].go_on(reader)


def _after_variable(reader: Reader) -> bool:
    """Read a variable after an expression: for an operator, or else for an offset and the like."""
    at = reader.at
    following = reader.texts[at + 1].lower()
    kind = reader.kinds[at + 1]
    if kind not in _BEGINNINGS or following in PRECEDENCE or following in _AFTER:
        reader.at = at + 1
        return True
    read_operator(reader, reader.texts[at])
    return False


def _read_word(reader: Reader) -> bool:
    at = reader.at
    text = reader.texts[at]
    if reader.kinds[at + 1] == "(":
        if text.lower() in AGGREGATIONS:
            return open_aggregation(reader)
        return open_call(reader, varies=reader.varies and has_variable(text))
    if reader.varies and has_variable(text) and reader.kinds[at + 1] != "{":
        return read_variable(reader)
    word = text.lower()
    if word in AGGREGATIONS and reader.texts[at + 1].lower() in GROUPING_KEYWORDS:
        return open_aggregation(reader)
    if word in NAMED_NUMBERS:
        return read_number(reader)
    if word in NOT_A_METRIC:
        reader.unexpected("an expression")
    return read_selector(reader)


_OPERANDS: Final[Mapping[str, _Read]] = {
    WORD: _read_word,
    NUMBER: read_number,
    DURATION: read_number,
    STRING: read_string,
    "(": open_parenthesis,
    "{": read_selector,
    "+": read_sign,
    "-": read_sign,
}
_BEGINNINGS: Final = frozenset({WORD, NUMBER, DURATION, "(", "{"})
"""The kinds of tokens that can only begin an expression, where they follow a word."""

_AFTER: Final = EXTENSIONS | GROUPING_KEYWORDS | {"offset"}
_POSTFIXES: Final[Mapping[str, _Read]] = {"[": open_window, "@": open_at}


def _query(reader: Reader, tokens: Tokens) -> Query:
    reader.reduce_to(0)
    for node in reader.nameless:
        if isinstance(node, Selector):
            check_not_empty(node)
    variables = tokens.variables() if reader.varies else ()
    return Query(tokens.text, reader.operands[0], tuple(reader.nodes), variables)
