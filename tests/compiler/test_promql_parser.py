"""What the parser finds and rejects in queries, and how queries are rewritten."""

from __future__ import annotations

import pytest

from typedprom_codegen.promql_old.lexer import Extent, QuerySyntaxError, TokenKind, tokenize
from typedprom_codegen.promql_old.parser import DEEPEST, parse
from typedprom_codegen.promql_old.rewrite import Edit, add_matchers, apply, swap_windows

REWRITTEN = {
    "x": 'x{job=~"$job"}',
    "x{}": 'x{job=~"$job"}',
    'x{a="b"}': 'x{a="b", job=~"$job"}',
    'x{a="b",}': 'x{a="b", job=~"$job",}',
    'x{a="}" # }\n}': 'x{a="}", job=~"$job" # }\n}',
    "x # x": 'x{job=~"$job"} # x',
    'x {a="b"} [5m]': 'x {a="b", job=~"$job"} [5m]',
    '{__name__="x"}': '{__name__="x", job=~"$job"}',
    '{"x.y"}': '{"x.y", job=~"$job"}',
    'sum by (by) (sum{sum="sum"})': 'sum by (by) (sum{sum="sum", job=~"$job"})',
    "offset offset 5m": 'offset{job=~"$job"} offset 5m',
    "a and by or on_call": 'a{job=~"$job"} and by{job=~"$job"} or on_call{job=~"$job"}',
    "inf + nan": "inf + nan",
    "info(x)": 'info(x{job=~"$job"})',
    'label_replace(x, "y", "$1", "a", "(.*)")': (
        'label_replace(x{job=~"$job"}, "y", "$1", "a", "(.*)")'
    ),
    "rate(x[5m])": 'rate(x{job=~"$job"}[$__rate_interval])',
    "rate(x[ 5m ] offset 1h)": 'rate(x{job=~"$job"}[ $__rate_interval ] offset 1h)',
    "irate((x[1h30m]))": 'irate((x{job=~"$job"}[$__rate_interval]))',
    "increase(x[1h])": 'increase(x{job=~"$job"}[1h])',
    "max_over_time(x[1d])": 'max_over_time(x{job=~"$job"}[1d])',
    "max_over_time(rate(x[5m])[1h:30s])": (
        'max_over_time(rate(x{job=~"$job"}[$__rate_interval])[1h:30s])'
    ),
    "rate(x[1h:1m])": 'rate(x{job=~"$job"}[1h:1m])',
    "rate(max_over_time(x[5m])[1h:])": 'rate(max_over_time(x{job=~"$job"}[5m])[1h:])',
}

REFUSED = {
    "": ("unexpected end of query: expected an expression", ""),
    "sum(x": ("unexpected end of query: expected `,` or `)`", ""),
    "x)": ("unexpected `)`: expected an operator", ")"),
    "x y": ("unexpected `y`: expected an operator", "y"),
    "on + a": ("unexpected `on`: expected an expression", "on"),
    "sum by a (x)": ("unexpected `a`: expected `(`", "a"),
    "sum()": ("unexpected `)`: expected an argument", ")"),
    "rat(x[5m])": ("unknown function `rat`; did you mean `rate`?", "rat"),
    "a + bool b": ("`bool` is only allowed after a comparison operator", "bool"),
    "x[5m": ("unexpected end of query: expected `]`", ""),
    "x[30m1h]": ("`30m1h` is neither a number nor a duration", "30m1h"),
    "x[0s]": ("a duration must not be zero", "0s"),
    "sum(x)[5m]": (
        "unexpected `]`: expected `:`, because only a selector has a range without a step",
        "]",
    ),
    "sum(x) offset 5m": ("`offset` is only allowed after a selector or a subquery", "offset"),
    "x offset 5m offset 5m": ("a second `offset`", "offset"),
    "x{a}": ("unexpected `}`: expected one of =, !=, =~ and !~", "}"),
    "x{a=b}": ("unexpected `b`: expected a string in quotes", "b"),
    "{}": ("a selector needs a name or a matcher", "}"),
    'x{__name__="y"}': ("the metric has two names", '__name__="y"'),
    'x{a="b}': ('this string is not closed with "', '"b}'),
    'x{a=~"\\d"}': (
        "`\\d` is not an escape of PromQL: double the backslash, or quote with backticks",
        "\\d",
    ),
    "x ; y": ("unexpected character `;`", ";"),
    "(" * (DEEPEST + 9): (f"more than {DEEPEST} levels of nesting", "("),
}


@pytest.mark.parametrize("query", REWRITTEN)
def test_matchers_and_windows_are_inserted_at_their_places(query: str) -> None:
    edits = [
        *add_matchers(parse(query), lambda _: ['job=~"$job"']),
        *swap_windows(parse(query), "$__rate_interval"),
    ]
    assert apply(parse(query), edits) == REWRITTEN[query]


@pytest.mark.parametrize("query", REFUSED)
def test_queries_that_prometheus_refuses_are_refused_at_the_same_place(query: str) -> None:
    with pytest.raises(QuerySyntaxError) as caught:
        parse(query)
    extent = caught.value.extent
    assert (caught.value.message, query[extent.start : extent.end]) == REFUSED[query]


@pytest.mark.parametrize(
    "query",
    ["rate(x[$__rate_interval])", "$metric", "sms_${kind:raw}_total", "x[[[w]]]", "x[5m:$step]"],
)
def test_grafana_variables_are_parsed_as_their_values(query: str) -> None:
    assert any(token.varies for token in parse(query).tokens)


def test_a_name_with_a_variable_is_unknown() -> None:
    assert [s.name for s in parse('sms_$kind{a="$b"} + {__name__=~"sms_.+"}').selectors] == [
        None
    ] * 2


def test_groupings_have_the_range_they_apply_to() -> None:
    text = "sum by (le, a) (x) / on (b) group_left (c,) avg without () (y)"
    found = [
        (g.keyword, [label.name for label in g.labels], text[g.scope.start : g.scope.end])
        for g in parse(text).groupings
    ]
    assert found == [
        ("by", ["le", "a"], "(x)"),
        ("without", [], "(y)"),
        ("on", ["b"], text),
        ("group_left", ["c"], text),
    ]


def test_matchers_have_the_values_of_their_strings() -> None:
    query = parse("""x{a="\\"\\x41\\u00e9\\101", b=`\\d`, c!='"', "d.e"=~"f"}""")
    matchers = [(m.label.name, m.operator, m.value) for m in query.selectors[0].matchers]
    assert matchers == [
        *(("a", "=", '"AéA'), ("b", "=", "\\d")),
        *(("c", "!=", '"'), ("d.e", "=~", "f")),
    ]


def test_a_colon_is_part_of_a_name_but_not_of_a_range() -> None:
    assert [token.text for token in tokenize("a:b[5m:1m]")][:-1] == [
        *("a:b", "[", "5m", ":", "1m", "]")
    ]


def test_tokens_have_their_positions() -> None:
    text = 'sum # é\n (rate(x{a="#"}[5m])) * 0x1F'
    for token in tokenize(text):
        assert text[token.extent.start : token.extent.end] == token.text
    assert tokenize(text)[-1].kind is TokenKind.END


def test_overlapping_edits_raise() -> None:
    with pytest.raises(ValueError, match="overlap"):
        apply(parse("abc"), [Edit(Extent(0, 2), "x"), Edit(Extent(1, 3), "y")])
