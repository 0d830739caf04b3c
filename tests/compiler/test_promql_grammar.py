"""Our parser compared with Prometheus' own grammar for editors, which knows all of its syntax."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.compiler.promql_strategies import broken, instant, newer
from tests.support.lezer import Lezer, running
from tests.support.promql import evaluated, refusal
from tests.support.promql_forms import Form, of_lezer, of_query
from typedprom_codegen.promql.nodes.binary import Binary
from typedprom_codegen.promql.nodes.number import Number
from typedprom_codegen.promql.nodes.timed import Timed
from typedprom_codegen.promql.nodes.unary import Unary
from typedprom_codegen.promql.parser import parse
from typedprom_codegen.promql.query import Query

REFUSED_BY_IT = {
    "`min_of` and `max_of` outside of durations": r"(min|max)_of\s*\(",
    "numbers that end with a point": r"\d\.(?!\d)",
    "`step` and `range` in upper case": r"STEP|RANGE",
    "a metric named `offset`": r"(?i)offset",
}
"""Queries that Prometheus reads, and its grammar for editors does not: what these contain."""

CHECKED_LATER = (
    "must be",  # kinds of values, and durations of no length
    "takes",
    "unknown function",
    "not allowed",
    "only allowed",
    "cannot",
    "only",
    "has two names",
    "a second",
    "exclude",
    "divided by zero",
    "out of bounds",
    "needs",
    "names",
    "before",
    "not a regular expression",
    "is not an escape",
    "neither a number nor a duration",  # it reads `0.9or x`
    "this string is not closed",  # it closes strings where a line ends
)
"""Words of errors about queries that are well-formed: a grammar does not look at what they say."""

once = settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@pytest.fixture(scope="module")
def grammar(request: pytest.FixtureRequest) -> Iterator[Lezer]:
    cache = request.config.cache
    assert cache is not None
    with running(Path(cache.mkdir("lezer-promql"))) as process:
        yield process


def test_every_query_that_prometheus_evaluates_is_read_into_the_same_tree(grammar: Lezer) -> None:
    reasons: set[str] = set()
    for query in evaluated():
        reasons |= compared(grammar, query)
    assert reasons >= {*REFUSED_BY_IT} - {"a metric named `offset`"}


@once
@given(instant())
def test_generated_queries_are_read_into_the_same_tree(grammar: Lezer, query: str) -> None:
    compared(grammar, query)


@once
@given(newer())
def test_generated_queries_of_prometheus_3_are_read_into_the_same_tree(
    grammar: Lezer, query: str
) -> None:
    if refusal(query) is None:
        compared(grammar, query)


@once
@given(broken(st.one_of(instant(), newer())).filter(lambda query: not re.search(r"\$|\[\[", query)))
def test_queries_that_the_grammar_reads_are_read(grammar: Lezer, query: str) -> None:
    problem = refusal(query)
    if problem is None:
        compared(grammar, query)
    elif grammar.tree(query).is_valid:
        assert any(words in problem for words in CHECKED_LATER), (query, problem)


def compared(grammar: Lezer, query: str) -> set[str]:
    """Compare the trees of a query; if the grammar cannot read it, return the reasons."""
    parsed, tree = parse(query), grammar.tree(query)
    if not tree.is_valid:
        reasons = {why for why, text in REFUSED_BY_IT.items() if re.search(text, query)}
        assert reasons, query
        return reasons
    if not is_read_differently(parsed):
        ours: Form = of_query(parsed.root)
        assert ours == of_lezer(tree), query
    return set()


def is_read_differently(query: Query) -> bool:
    """Whether the grammar reads a query in another way than Prometheus does.

    It applies `offset` and `@` to the whole operation before them, and a sign before a number
    before `^`.
    """
    operations = [*query.all(Binary), *query.all(Unary)]
    moved = any(timed.offset is not None or timed.at is not None for timed in query.all(Timed))
    return bool(operations) and (moved or any(signed_power(node) for node in query.all(Binary)))


def signed_power(node: Binary) -> bool:
    """Whether it is a power of a number."""
    return node.operator == "^" and isinstance(node.left, Number)
