"""Our parser and rewriter compared with promql-parser, for generated queries."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.compiler.promql_strategies import instant
from tests.support import promql
from tests.support.promql import Found
from typedprom_codegen.promql.extent import QuerySyntaxError
from typedprom_codegen.promql.nodes.selector import Selector
from typedprom_codegen.promql.parser import parse
from typedprom_codegen.promql.rewrite import add_matchers, apply, swap_windows

WINDOW = "$__rate_interval"
ADDED = (("instance", "=~", "$instance"), ("job", "=~", "$job"))
STRICTER = ("the metric's name is given twice", "a duration must not be zero")  # like Prometheus
BREAKING = ("", "(", ")", "{", "}", "[", "]", ",", ":", "=", "by", "bool", '"', "5m", "x", "@", " ")

queries = instant().filter(promql.parses)


@settings(max_examples=150, deadline=None)
@given(queries)
def test_the_selectors_are_those_that_the_oracle_finds(query: str) -> None:
    assert sorted(map(found, parse(query).all(Selector)), key=repr) == promql.selectors(query)


@settings(max_examples=150, deadline=None)
@given(queries)
def test_added_matchers_are_on_every_selector_and_change_nothing_else(query: str) -> None:
    rewritten = apply(parse(query), add_matchers(parse(query), variables))
    before = promql.selectors(query)
    expected = [Found(s.name, tuple(sorted((*s.matchers, *ADDED)))) for s in before]
    assert promql.selectors(rewritten) == sorted(expected, key=repr)


@settings(max_examples=100, deadline=None)
@given(queries)
def test_other_parts_of_a_query_are_unchanged(query: str) -> None:
    edits = [*add_matchers(parse(query), variables), *swap_windows(parse(query), WINDOW)]
    rewritten = apply(parse(query), edits)
    at = 0
    for edit in sorted(edits):
        length = edit.extent.end - edit.extent.start
        kept = query[at : edit.extent.start]
        assert rewritten.startswith(kept + edit.text)
        rewritten = rewritten[len(kept + edit.text) :]
        at = edit.extent.start + length
    assert rewritten == query[at:]


@settings(max_examples=100, deadline=None)
@given(queries)
def test_rewritten_queries_parse_once_grafana_has_filled_in_the_window(query: str) -> None:
    edits = [*add_matchers(parse(query), variables), *swap_windows(parse(query), WINDOW)]
    assert promql.parses(apply(parse(query), edits).replace(WINDOW, "1m"))


@settings(max_examples=400, deadline=None)
@given(queries, st.integers(0, 400), st.integers(0, 3), st.sampled_from(BREAKING))
def test_queries_that_the_oracle_accepts_are_accepted(
    query: str, at: int, length: int, inserted: str
) -> None:
    at = min(at, len(query))
    broken = query[:at] + inserted + query[at + length :]
    assert refusal(broken) in {None, *STRICTER} or not promql.parses(broken), broken


def found(selector: Selector) -> Found:
    matchers = ((m.label.name, m.operator, m.value) for m in selector.matchers)
    others = sorted(m for m in matchers if m[:2] != ("__name__", "="))
    return Found(selector.name, tuple(others))


def variables(_: Selector) -> list[str]:
    return ['job=~"$job"', 'instance=~"$instance"']


def refusal(text: str) -> str | None:
    try:
        parse(text)
    except QuerySyntaxError as problem:
        return problem.message
    return None
