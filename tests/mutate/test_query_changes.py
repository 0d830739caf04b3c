"""The changes of a query: every one is another query, and none is known to return the same."""

from __future__ import annotations

import pytest

from tests.support.promql import evaluated, parses
from typedprom_codegen.mutate.query_mutants import query_changes
from typedprom_codegen.mutate.unseen_values import unseen_values
from typedprom_codegen.promql.extent import QuerySyntaxError
from typedprom_codegen.promql.lexer import Tokens
from typedprom_codegen.promql.parser import parse
from typedprom_codegen.promql.rewrite import apply


def changed(text: str) -> list[str]:
    """Return all changed queries, of a query whose value is seen."""
    query = parse(text)
    return [apply(query, [each.edit]) for each in query_changes(query, unseen_values(query))]


def changed_unseen(text: str) -> list[str]:
    """Return all changed queries, of a query whose value nobody sees."""
    query = parse(text)
    unseen = unseen_values(query, [query.root])
    return [apply(query, [each.edit]) for each in query_changes(query, unseen)]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("x > 5", {"x >= 5", "x < 5", "x > 6", "x > 4"}),
        ("x and y", {"x or y", "x unless y"}),
        ("x unless y", {"x and y", "x or y"}),
        ("x * y", {"x / y"}),
        ("x > 0.5", {"x >= 0.5", "x < 0.5", "x > 0.55", "x > 0.45"}),
        ("x[5m]", {"x[10m]", "x[2m30s]"}),
        ("rate(x[90m])", {"increase(x[90m])", "rate(x[3h])", "rate(x[45m])"}),
        ("max_over_time(x[1d])", {"min_over_time(x[1d])", "max_over_time(x[2d])"}),
        ("x offset 1h", {"x", "x offset 2h"}),
        ("sum by (a, b) (x)", {"max by (a, b) (x)", "sum by (b) (x)", "sum by (a) (x)"}),
        ("sum without (a) (x)", {"sum by (a) (x)", "sum without () (x)"}),
        ('x{a="b"}', {'x{a!="b"}', "x{}"}),
        ('x{a="b",}', {"x{}"}),
        ('x{a="b", c!="d"}', {'x{c!="d"}', 'x{a="b"}', 'x{a="b", c="d"}'}),
        ('x{a=~"b|c|d"}', {'x{a!~"b|c|d"}', 'x{a=~"c|d"}', 'x{a=~"b|d"}', 'x{a=~"b|c"}'}),
        ("x / on (a) group_left (c) y", {"x * on (a) group_left (c) y"}),
        ("x / on (a) group_left (c) y", {"x / on (a) group_left () y"}),
        ("x and on () y", {"x and ignoring () y"}),
    ],
)  # fmt: skip
def test_a_query_is_changed_in_each_of_these_ways(query: str, expected: set[str]) -> None:
    assert expected <= {*changed(query)}


@pytest.mark.parametrize(
    ("query", "same"),
    [
        ("sum(sum by (a) (x))", None),
        ("max(sum(x))", "min(sum(x))"),
        ("sum by (a, b) (max by (a) (x))", "max by (a, b) (max by (a) (x))"),
        ("sum(vector(1))", "max(vector(1))"),
        ('x{a=~".*"}', "x{}"),
        (
            "histogram_quantile(0.9, sum by (le) (rate(x[5m])))",
            "histogram_quantile(0.9, sum by (le) (increase(x[5m])))",
        ),
        ("count(x * 2) > 1", "count(x / 2) > 1"),
        ("x and on () vector(1)", "x and on () vector(2)"),
        ("x or sum(y) * 0", "x or max(y) * 0"),
    ],
)
def test_a_change_that_surely_makes_no_difference_is_left_out(query: str, same: str | None) -> None:
    found = changed(query)
    if same is None:  # the outer one has several series
        assert "max(sum by (a) (x))" in found
    else:
        assert is_read(same)
        assert same not in found


def test_values_of_an_alert_that_no_text_names_are_not_seen() -> None:
    query = "rate(x[5m]) > 0"
    assert "increase(x[5m]) > 0" not in changed_unseen(query)
    assert "increase(x[5m]) > 0" in changed(query)
    assert "increase(x[5m]) > 1" in changed_unseen("rate(x[5m]) > 1")
    assert "increase(x[5m]) > 0" in changed_unseen("irate(x[5m]) > 0")


def test_each_change_of_any_query_is_another_query_that_others_can_read() -> None:
    read = [text for text in evaluated() if is_read(text) and parses(text) and "info" not in text]
    assert len(read) > 100
    for text in read:
        found = changed(text)
        assert tuple(Tokens(text).texts) not in {tuple(Tokens(each).texts) for each in found}
        assert len({*found}) == len(found)
        assert [each for each in found if not parses(each)] == []


def is_read(text: str) -> bool:
    """Whether we can read a query."""
    try:
        parse(text)
    except QuerySyntaxError:
        return False
    return True
