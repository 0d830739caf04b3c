"""Long queries are broken into lines without a change of what they mean."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from tests.compiler.promql_strategies import instant
from typedprom_codegen.promql.lexer import Tokens
from typedprom_codegen.promql.line_breaks import in_lines


@given(instant(), st.sampled_from([1, 20, 60]))
def test_the_tokens_are_the_same(text: str, width: int) -> None:
    broken = in_lines(text, width)
    assert Tokens(broken).texts == Tokens(text).texts
    assert Tokens(broken).kinds == Tokens(text).kinds


def test_a_long_query() -> None:
    query = "sum by (a) (rate(x{a='1 / 2'}[5m]) / rate(y[5m])) > 0.5 and sum by (a) (x) >= 3"
    assert in_lines(query, 100) == query
    assert (
        in_lines(query, 40)
        == """\
sum by (a) (
  rate(x{a='1 / 2'}[5m]) / rate(y[5m])
) > 0.5
and sum by (a) (x) >= 3"""
    )


def test_what_its_author_has_broken_is_broken_further_only_where_it_is_long() -> None:
    query = "sum(x)\n  / (sum(yyyyyyyyyyyyyyyyyyyyyyyy) + sum(zzzzzzzzzzzzzzzz))"
    assert (
        in_lines(query, 40)
        == """\
sum(x)
  / (
    sum(yyyyyyyyyyyyyyyyyyyyyyyy)
    + sum(zzzzzzzzzzzzzzzz)
  )"""
    )
    commented = f"{query} # {'word ' * 30}\n"
    assert in_lines(commented, 40) == commented


def test_a_query_as_deep_as_it_is_long() -> None:
    query = "(" * 3000 + "x" + ")" * 3000
    assert in_lines(query, 40).split() == [*"(" * 3000, "x", *")" * 3000]
