"""Any text is a query or a syntax error with a position, however long and deep, in linear time."""

from __future__ import annotations

import time
from typing import Final

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.compiler.promql_strategies import PIECES, WORDS, broken, instant, newer
from tests.support.promql import evaluated, refusal
from typedprom_codegen.promql import parser
from typedprom_codegen.promql.alternatives import alternatives_in
from typedprom_codegen.promql.extent import QuerySyntaxError
from typedprom_codegen.promql.nodes.expression import Expression
from typedprom_codegen.promql.parser import parse
from typedprom_codegen.promql.patterns import LONGEST, matches_whole, problem

DEEP: Final = 100_000
SLOWEST: Final = 60e-6  # seconds a character, on the slowest machine
TOKEN_NAMES: Final = ("word", "token", "EOF", "identifier")

REPEATED: Final = {
    "open": ("", "(", ""),
    "parentheses": ("", "(", "x", ")"),
    "signs": ("", "-", "x"),
    "signs of numbers": ("", "+-", "1"),
    "sums": ("x", " + x", ""),
    "powers": ("x", "^x", ""),
    "sets": ("x", " or x", ""),
    "calls": ("", "abs(", "x", ")"),
    "aggregations": ("", "sum by (a) (", "x", ")"),
    "subqueries": ("", "rate(", "x", "[5m:1m])"),
    "brackets": ("x", "[", ""),
    "braces": ("x", "{", ""),
    "durations": ("x[", "(", "5m", ")"),
    "signs of durations": ("x offset ", "-", "5m"),
    "matchers": ("x{", 'a="b",', "}"),
    "labels": ("sum by (", "a,", ") (x)"),
    "arguments": ("label_join(x, ", '"a",', '"b")'),
    "white space": ("x", " \n", "!"),
    "comments": ("x", "#\n", "!"),
    "escapes": ('"', "\\n", '"'),
    "digits": ("", "9", ""),
    "hexadecimal digits": ("0x", "f", ""),
    "octal digits": ("0", "7", ""),
    "a long duration": ("x[", "9", "s]"),
    "letters": ("", "x", ""),
    "variables": ("", "$x", ""),
    "dollars": ("", "$", ""),
    "groups of a pattern": ('x{a=~"', "(", '"}'),
    "repetitions of a pattern": ('{a=~"', "(a*)*", '"}'),
    "empty selectors": ("x", '+ {a=""}', ""),
    "calls of info": ("x", "+ info(x, {a=''})", ""),
}
"""What is before, what is repeated, what is in the middle, and what closes each of the repeated."""


@settings(max_examples=600, deadline=None)
@given(st.one_of(st.text(), st.lists(st.sampled_from(WORDS)).map("".join)))
def test_any_text_is_a_query_or_a_syntax_error(text: str) -> None:
    check(text)


@settings(max_examples=600, deadline=None)
@given(broken(broken(st.one_of(instant(), newer()))))
def test_broken_queries_are_queries_or_syntax_errors(text: str) -> None:
    check(text)


def test_every_beginning_of_a_query_is_a_query_or_a_syntax_error() -> None:
    for query in evaluated()[::7]:
        for end in range(len(query)):
            check(query[:end])


@pytest.mark.parametrize("name", REPEATED)
def test_queries_can_be_long_and_deep(name: str) -> None:
    before, repeated, inside, *close = REPEATED[name]
    text = before + repeated * DEEP + inside + "".join(close) * DEEP
    began = time.process_time()
    check(text)
    assert time.process_time() - began < SLOWEST * len(text) + 5


@settings(max_examples=600, deadline=None)
@given(st.lists(st.sampled_from(PIECES), max_size=30).map("".join), st.text())
def test_any_pattern_is_looked_at(pattern: str, text: str) -> None:
    problem(pattern)
    alternatives_in(pattern)
    matches_whole(pattern, text)


@pytest.mark.parametrize("piece", [*PIECES, "[a", "(a|", "(a*)*", "a{1,9}", "(?:a|b)*c"])
def test_patterns_can_be_long(piece: str) -> None:
    began = time.process_time()
    for length in (LONGEST, 999, 30):
        pattern = (piece * length)[:length]
        problem(pattern)
        alternatives_in(pattern)
        matches_whole(pattern, "a" * 50 + "!")
    assert time.process_time() - began < 10


def check(text: str) -> None:
    """Parse a text; if it is a query, look at its nodes, else at the error."""
    try:
        query = parse(text)
    except QuerySyntaxError as problem:
        message, extent = problem.message, problem.extent
    else:
        check_nodes(query.nodes, text)
        assert query.nodes[-1] is query.root
        return
    assert 0 <= extent.start <= extent.end <= len(text)
    assert message
    said = message.replace(text[extent.start : extent.end], "")
    assert not any(name in said for name in TOKEN_NAMES), message


def check_nodes(nodes: tuple[Expression, ...], text: str) -> None:
    seen: set[int] = set()
    for node in nodes:
        assert 0 <= node.start <= node.end <= len(text)
        for part in node.parts():
            assert id(part) in seen
            assert node.start <= part.start <= part.end <= node.end
        seen.add(id(node))


def test_a_query_of_megabytes_is_refused_at_once() -> None:
    assert (
        refusal("x" + "+ 1" * parser.LONGEST)
        == "a query of more than 2,097,152 characters is not read"
    )
