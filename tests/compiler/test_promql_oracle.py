"""Our parser and rewriter compared with promql-parser: Prometheus' data, generated queries."""

from __future__ import annotations

import re

import promql_parser
import pytest
from hypothesis import given, settings

from tests.compiler.promql_strategies import broken, instant
from tests.support import promql
from tests.support.promql import Found, evaluated, refusal
from tests.support.promql_forms import of_promql_parser, of_query
from typedprom_codegen.promql.nodes.selector import Selector
from typedprom_codegen.promql.parser import parse
from typedprom_codegen.promql.rewrite import add_matchers, apply, swap_windows

WINDOW = "$__rate_interval"
ADDED = (("instance", "=~", "$instance"), ("job", "=~", "$job"))

REFUSED_BY_IT = {
    "trims the buckets of native histograms, since Prometheus 3.11": r"</|>/",
    "ranges are extended, since 3.7": r"(?i)anchored|smoothed",
    "durations are expressions, since 3.4": r"(?i)\[[^\]]*[-+*/%^(]|offset\s*[-+]?\s*(\(|\w+\()",
    "times of the evaluation as functions, since 3.12": r"\b(start|end|range|step)\(\)",
    "new functions, since 3.13": r"start_timestamp|(min|max)_of",
    "the second argument of `info` can match everything": r"info\(.*\{",
}
"""Why it refuses queries that Prometheus' own tests evaluate, and what these contain."""

STRICTER = frozenset({"a duration must be greater than zero"})
"""It accepts a step of zero, which Prometheus refuses."""

queries = instant().filter(promql.parses)


def test_every_query_that_prometheus_evaluates_is_read_into_the_same_tree() -> None:
    reasons: set[str] = set()
    for query in evaluated():
        form = of_query(parse(query).root)
        if promql.parses(query):
            assert form == of_promql_parser(promql_parser.parse(query)), query
        else:
            found = {why for why, text in REFUSED_BY_IT.items() if re.search(text, query)}
            assert found, query
            reasons |= found
    assert reasons == set(REFUSED_BY_IT)


@settings(max_examples=200, deadline=None)
@given(queries)
def test_generated_queries_are_read_into_the_same_tree(query: str) -> None:
    assert of_query(parse(query).root) == of_promql_parser(promql_parser.parse(query))


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
@given(broken(queries))
def test_queries_that_the_oracle_accepts_are_accepted(query: str) -> None:
    if promql.parses(query):
        assert refusal(query) in {None, *STRICTER}, query


@pytest.mark.parametrize("text", ["0x1F", "010", "09", "1e3", ".5", "5m", "1h30m", "-3"])
def test_numbers_have_the_same_values(text: str) -> None:
    node = promql_parser.parse(text)
    assert isinstance(node, promql_parser.NumberLiteral)
    assert getattr(parse(text).root, "value", None) == node.val


def found(selector: Selector) -> Found:
    matchers = ((m.label.name, m.operator, m.value) for m in selector.matchers)
    others = sorted(m for m in matchers if m[:2] != ("__name__", "="))
    return Found(selector.name, tuple(others))


def variables(_: Selector) -> list[str]:
    return ['job=~"$job"', 'instance=~"$instance"']
