"""What the parser finds and rejects in queries, and how queries are rewritten."""

from __future__ import annotations

import pytest

from typedprom_codegen.promql.extent import Extent, QuerySyntaxError
from typedprom_codegen.promql.lexer import END, Tokens
from typedprom_codegen.promql.nodes.aggregation import Aggregation
from typedprom_codegen.promql.nodes.binary import Binary
from typedprom_codegen.promql.nodes.expression import Kind
from typedprom_codegen.promql.nodes.number import Number
from typedprom_codegen.promql.nodes.range import Range
from typedprom_codegen.promql.nodes.selector import Selector
from typedprom_codegen.promql.parser import parse
from typedprom_codegen.promql.rewrite import Edit, add_matchers, apply, swap_windows

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
    "sum(x": ("unexpected end of query: expected an operator, `,` or `)`", ""),
    "x)": ("unexpected `)`: expected an operator", ")"),
    "x y": ("unexpected `y`: expected an operator", "y"),
    "on + a": ("unexpected `on`: expected an expression", "on"),
    "sum by a (x)": ("unexpected `a`: expected `(`", "a"),
    "sum()": ("unexpected `)`: expected an argument", ")"),
    "rat(x[5m])": ("unknown function `rat`; did you mean `rate`?", "rat"),
    "a + bool b": ("`bool` is only allowed after a comparison", "bool"),
    "x[5m": ("unexpected end of query: expected `]`, or `:` and the step of a subquery", ""),
    "x[30m1h]": ("`30m1h` is neither a number nor a duration", "30m1h"),
    "x[0s]": ("a duration must be greater than zero", "0s"),
    "sum(x)[5m]": ("only a selector has a range: a subquery is written `[5m:]`", "[5m]"),
    "sum(x) offset 5m": (
        "`offset` is only allowed after a selector, a range or a subquery",
        "offset",
    ),
    "x offset 5m offset 5m": ("a second `offset`", "offset"),
    "x{a}": ("unexpected `}`: expected one of =, !=, =~ and !~", "}"),
    "x{a=b}": ("unexpected `b`: expected a string in quotes", "b"),
    "{}": ("a selector needs a name, or a matcher that an absent label does not satisfy", "{}"),
    'x{__name__="y"}': ("the metric has two names", '"y"'),
    'x{a=~"\\d"}': (
        "`\\d` is not an escape of PromQL: double the backslash, or quote with backticks",
        "\\d",
    ),
    "x ; y": ("unexpected character `;`", ";"),
    "x[5m] + 1": ("a range vector cannot stand beside `+`", "x[5m]"),
    '"a" + 1': ("a string cannot stand beside `+`", '"a"'),
    "rate(x)": ("the first argument of `rate` must be a range vector, not an instant vector", "x"),
    "abs(x[5m])": (
        "the first argument of `abs` must be an instant vector, not a range vector",
        "x[5m]",
    ),
    "topk(x)": ("`topk` takes two arguments, not 1", "topk(x)"),
    "sum(1)": ("what `sum` aggregates must be an instant vector, not a scalar", "1"),
    "1 > 2": ("a comparison of two scalars needs `bool` after `>`", ">"),
    "a and 1": ("`and` only takes instant vectors, not a scalar", "1"),
    "a + on (b) 1": ("labels are only matched between instant vectors", "on (b)"),
    "a and on () group_left b": ("`group_left` is not allowed with `and`", "on () group_left"),
    "-x[5m]": ("a range vector cannot have a sign", "x[5m]"),
    "x @ y": ("`@` takes a timestamp, `start()` or `end()`", "y"),
    "x @ 1 @ 2": ("a second `@`", "@"),
    "x offset": ("unexpected end of query: expected an expression", ""),
    "x anchored smoothed": ("`anchored` and `smoothed` exclude each other", "smoothed"),
    "x[5m:1m] anchored": ("`anchored` is not allowed after a subquery", "anchored"),
    "x[5m][5m]": ("only a selector has a range: a subquery is written `[5m:]`", "[5m]"),
    "rate(x[5m:1m:2m])": ("unexpected `:`: expected `]`", ":"),
    "1e400": ("this number is out of bounds", "1e400"),
    "x[400y]": ("this duration is out of bounds", "400y"),
    "a group_left() b": ("unexpected `group_left`: expected an operator", "group_left"),
    "a on(b) c": ("unexpected `on`: expected an operator", "on"),
    "round()": ("`round` takes 1 to 2 arguments, not none", "round()"),
    "rate(x[5m], 2)": ("`rate` takes 1 argument, not 2", "rate(x[5m], 2)"),
    'label_replace(x, 1, "", "", "")': (
        "the second argument of `label_replace` must be a string, not a scalar",
        "1",
    ),
    "info(x, y)": ("the second argument of `info` must be matchers in braces", "y"),
    '{a=""}': (
        "a selector needs a name, or a matcher that an absent label does not satisfy",
        '{a=""}',
    ),
    'x{a=~"("}': ("not a regular expression: missing ), unterminated subpattern", '"("'),
    'x{a=~"(?=b)"}': (
        "not a regular expression: `(?=` is not part of RE2, Prometheus' regular expressions",
        '"(?=b)"',
    ),
    'x{a="1" or b="2"}': (
        "Prometheus has no `or` between matchers: use =~, or `or` between selectors",
        "or",
    ),
    "a + on (b) group_left (b) c": ("`b` cannot be in `on` and in the group at once", "b"),
    "x[5m + y]": (
        "a duration is made of numbers, durations, arithmetic, `step()` and `range()`",
        "y",
    ),
    "x[1/0]": ("a duration divided by zero", "1/0"),
    "x offset (y)": (
        "a duration is made of numbers, durations, arithmetic, `step()` and `range()`",
        "y",
    ),
    "é": ("unexpected character `é`", "é"),
    "a + fill(x) b": ("unexpected `x`: expected a number", "x"),
    'x{"a"}': ("the metric has two names", '"a"'),
    "a or fill(0) b": ("missing series cannot be filled in with `or`", "fill(0)"),
    "sum by (without) (x)": ("unexpected `without`: expected a label", "without"),
    "sum by (a b) (x)": ("unexpected `b`: expected `,` or `)`", "b"),
    'vector("x")': ("the first argument of `vector` must be a scalar, not a string", '"x"'),
    "sum(x,)": ("unexpected `)`: expected an argument", ")"),
    'x{a="b"': ("unexpected end of query: expected `,` or `}`", ""),
    "x{,}": ("unexpected `,`: expected the name of a label, or `}`", ","),
    "5x": ("`5x` is neither a number nor a duration", "5x"),
    '"\\q"': (
        "`\\q` is not an escape of PromQL: double the backslash, or quote with backticks",
        "\\q",
    ),
    "'a\nb'": ("this string is not closed with '", "'a\nb'"),
    "`a": ("this string is not closed with `", "`a"),
    "x or or y": ("unexpected `y`: expected an operator", "y"),
    "a / on b": ("unexpected `b`: expected `(`", "b"),
    "a / ignoring (b) on (c) d": ("unknown function `on`", "on"),
    "count_values(a, x)": (
        "the first argument of `count_values` must be a string, not an instant vector",
        "a",
    ),
    'x{a=="b"}': ("unexpected `==`: expected one of =, !=, =~ and !~", "=="),
    'x{a!"b"}': ("unexpected character `!`", "!"),
    'sum{a="b"}(x)': ("unexpected `(`: expected an operator", "("),
    "a && b": ("unexpected character `&`", "&"),
    "a = b": ("unexpected `=`: expected an operator", "="),
    "x[5 m]": ("unexpected `m`: expected `]`, or `:` and the step of a subquery", "m"),
    "x[1h 30m]": ("unexpected `30m`: expected `]`, or `:` and the step of a subquery", "30m"),
    "x[-5m]": ("a duration must be greater than zero", "-5m"),
    "sum(rate(x[5m])) by job": ("unexpected `job`: expected `(`", "job"),
    "holt_winters(x)": ("`holt_winters` takes 3 arguments, not 1", "holt_winters(x)"),
    "Rate(x[5m])": ("unknown function `Rate`; did you mean `rate`?", "Rate"),
    "x.y": ("unexpected `.`: a name with a dot is written in braces and quotes", "."),
    'x{a-b="c"}': ("unexpected `-`: expected one of =, !=, =~ and !~", "-"),
}

VARYING = {
    "rate(x[$__rate_interval])": ("$__rate_interval",),
    "$metric": ("$metric",),
    "sms_${kind:raw}_total": ("${kind:raw}",),
    "x[[[w]]]": ("[[w]]",),
    "x[5m:$step]": ("$step",),
    "x[$__range] offset $by": ("$__range", "$by"),
    "sum by ($labels) (x{$filters})": ("$labels", "$filters"),
    "topk($n, x) > $limit": ("$n", "$limit"),
    "$f(x[5m])": ("$f",),
    'x{a=~"$a"}': (),
    "x $operator on (a) y": ("$operator",),
    "sum(x) $compared 5": ("$compared",),
    "rate(x[5m] $earlier)": ("$earlier",),
    "x $earlier / y $earlier": ("$earlier", "$earlier"),
}

VALUES = {
    "1": 1,
    "010": 8,
    "09": 9,
    "0x1F": 31,
    "1_000.5": 1000.5,
    "1e3": 1000,
    ".5": 0.5,
    "5.": 5,
    "-Inf": float("-inf"),
    "1h30m": 5400,
    "1d100ms": 86400.1,
    "-5m": -300,
    "+2w": 1209600,
}

KINDS = {
    "1 + 2": Kind.SCALAR,
    "x": Kind.INSTANT,
    "x + 1": Kind.INSTANT,
    "x[5m]": Kind.RANGE,
    "x[5m:]": Kind.RANGE,
    '("a")': Kind.STRING,
    "scalar(x) > bool 3": Kind.SCALAR,
    "vector(1)": Kind.INSTANT,
    "$x + 1": Kind.ANY,
    "$x + y": Kind.INSTANT,
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


@pytest.mark.parametrize("query", VARYING)
def test_grafana_variables_stand_for_anything(query: str) -> None:
    assert parse(query).variables == VARYING[query]


def test_a_name_with_a_variable_is_unknown() -> None:
    query = parse('sms_$kind{a="$b"} + {__name__=~"sms_.+"} + x{$more}')
    found = [(selector.name, selector.is_open) for selector in query.all(Selector)]
    assert found == [(None, False), (None, False), ("x", True)]


def test_groupings_have_their_labels() -> None:
    query = parse("sum by (le, a) (x) / on (b) group_left (c,) avg without () (y)")
    groupings = [a.grouping for a in query.all(Aggregation) if a.grouping is not None]
    found = [(g.keyword, [label.name for label in g.labels]) for g in groupings]
    assert found == [("by", ["le", "a"]), ("without", [])]
    assert isinstance(query.root, Binary)
    matching = query.root.matching
    assert matching is not None
    assert (matching.keyword, matching.many) == ("on", "group_left")
    assert [label.name for label in (*matching.labels, *matching.included)] == ["b", "c"]


def test_matchers_have_the_values_of_their_strings() -> None:
    (selector,) = parse("""x{a="\\"\\x41\\u00e9\\101", b=`\\d`, c!='"', "d.e"=~"f"}""").all(
        Selector
    )
    matchers = [(m.label.name, m.operator, m.value) for m in selector.matchers]
    assert matchers == [
        *(("a", "=", '"AéA'), ("b", "=", "\\d")),
        *(("c", "!=", '"'), ("d.e", "=~", "f")),
    ]


def test_a_second_name_is_a_matcher() -> None:
    (selector,) = parse('{"a", "b"}').all(Selector)
    assert selector.name == "a"
    assert [(m.label.name, m.value) for m in selector.matchers] == [("__name__", "b")]


@pytest.mark.parametrize("text", VALUES)
def test_numbers_and_durations_have_the_values_that_prometheus_gives_them(text: str) -> None:
    root = parse(text).root
    assert isinstance(root, Number)
    assert root.value == VALUES[text]
    assert root.extent == (0, len(text))


@pytest.mark.parametrize("query", KINDS)
def test_queries_have_the_kind_of_their_values(query: str) -> None:
    assert parse(query).root.kind is KINDS[query]


def test_nodes_come_after_their_parts_and_contain_them() -> None:
    query = parse('topk(3, sum by (a) (rate(x{a="b"}[5m] offset 1h))) / -(y offset -3m + 2) ^ 2')
    seen: set[int] = set()
    for node in query.nodes:
        assert all(id(part) in seen for part in node.parts())
        assert all(node.extent.contains(part.extent) for part in node.parts())
        seen.add(id(node))
    assert query.nodes[-1] is query.root
    assert query.root.extent == (0, len(query.text))


def test_numbers_in_durations_and_times_are_no_values_of_the_query() -> None:
    query = parse("rate(x[5m + 3 * step()] offset (2m) @ 7)")
    assert [type(node).__name__ for node in query.nodes] == ["Selector", "Range", "Call"]
    (ranged,) = query.all(Range)
    assert query.text[slice(*ranged.duration.extent)] == "5m + 3 * step()"
    assert ranged.end == query.text.index(" @ 7") + len(" @ 7")


def test_a_colon_is_part_of_a_name_but_not_of_a_range() -> None:
    assert Tokens("a:b[5m:1m]").texts[:-1] == [*("a:b", "[", "5m", ":", "1m", "]")]


def test_tokens_have_their_positions() -> None:
    tokens = Tokens('sum # é\n (rate(x{a="#"}[5m])) * 0x1F')
    for index, text in enumerate(tokens.texts):
        assert tokens.text[slice(*tokens.extent(index))] == text
    assert tokens.kinds[-1] == END


def test_overlapping_edits_raise() -> None:
    with pytest.raises(ValueError, match="overlap"):
        apply(parse("abc"), [Edit(Extent(0, 2), "x"), Edit(Extent(1, 3), "y")])
