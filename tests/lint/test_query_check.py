"""What is reported about queries: once a query, at each of its places, and without consequences."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.queries import Case, TextPlace, diagnostics_of, known, marked
from typedprom_codegen.codes.define import error, warning
from typedprom_codegen.lint.query_check import MOST_FINDINGS, check_queries
from typedprom_codegen.lint.query_rule import Finding, QueryRule, all_query_rules
from typedprom_codegen.promql.nodes.expression import Expression
from typedprom_codegen.promql.nodes.selector import Selector
from typedprom_codegen.promql.nodes.timed import Timed
from typedprom_codegen.promql.parser import parse
from typedprom_codegen.queries.checked import CheckedQuery, QueryOptions
from typedprom_codegen.sources.source_query import SourceQuery, Use

WRONG = error("TP598", "wrong", "A page.")
DUBIOUS = warning("TP599", "dubious", "A page.")


class Counting:
    """A rule that reports each node and remembers its calls."""

    def __init__(self) -> None:
        self.seen: list[Expression] = []

    def check(self, node: Expression, _: CheckedQuery) -> Iterator[Finding]:
        self.seen.append(node)
        yield Finding("found", node.extent, "help")


def source(text: str, use: Use = Use.PANEL) -> SourceQuery:
    return SourceQuery(text, use, TextPlace(text), subject='panel "A"', metric="shop.a")


def test_a_query_in_several_places_is_checked_once_and_reported_at_each() -> None:
    rule = Counting()
    sources = [source("up"), replace(source("up"), subject='panel "B"'), source("up", Use.ALERT)]
    on_selectors = QueryRule(WRONG, Selector, rule.check)
    found = list(check_queries(sources, known(), QueryOptions(), [on_selectors]))
    assert [each.subject for each in found] == ['panel "A"', 'panel "B"', 'panel "A"']
    assert {each.metric for each in found} == {"shop.a"}
    assert len(rule.seen) == 2


@pytest.mark.parametrize("metrics", [("sales", "jobs"), ("jobs", "sales")])
def test_the_same_query_on_panels_of_two_metrics_is_checked_for_each(
    metrics: tuple[str, str],
) -> None:
    sources = [replace(source("sum(rate(shop_sales_total[5m]))"), metric=m) for m in metrics]
    found = check_queries(sources, known(), QueryOptions(), all_query_rules())
    deprecated = [each.metric for each in found if each.code.name == "query-deprecated-metric"]
    assert deprecated == ["jobs"]


def test_a_rule_sees_the_nodes_of_its_class_and_of_those_below_it() -> None:
    text = "sum(up) + max_over_time(up[5m])"
    for on, expected in (
        (Selector, ["up", "up"]),
        (Timed, ["up", "up", "up[5m]"]),
        (Expression, [text]),
    ):
        rule = Counting()
        found = list(
            check_queries(
                [source(text)], known(), QueryOptions(), [QueryRule(WRONG, on, rule.check)]
            )
        )
        assert sorted(map(marked, found)) == sorted(expected)


def test_an_error_hides_the_warnings_about_the_same_text() -> None:
    rules = [
        QueryRule(code, Selector, Counting().check) for code in (DUBIOUS, WRONG, DUBIOUS, WRONG)
    ]
    found = list(check_queries([source("up")], known(), QueryOptions(), rules))
    assert [each.code for each in found] == [WRONG]


def test_about_an_unknown_metric_nothing_else_is_said() -> None:
    case = Case('sum by (land) (rate(shop_jobs_totl{outcome="ded"}[5m])) / rate(shop_job[1s])')
    assert {each.code.id for each in diagnostics_of(case)} <= {"TP502", "TP519", "TP524"}


@pytest.mark.parametrize(
    ("expr", "at"),
    [
        ("rate(shop_jobs_total[$__rate_interval])", "$__rate_interval"),
        ("rate($metric[5m])", "$metric"),
        ('shop_jobs_total{job=~"$job"}', 'job=~"$job"'),
        ('shop_jobs_total{[[label]]="x"}', "[[label]]"),
    ],
)
def test_queries_of_the_catalog_have_no_variables(expr: str, at: str) -> None:
    found = diagnostics_of(Case(expr, generated=True), rules=[])
    assert [(each.code.id, marked(each)) for each in found] == [("TP501", at)]
    assert found[0].message.endswith("is a Grafana variable")
    assert not diagnostics_of(Case(expr), rules=[])


def test_a_dollar_in_a_value_of_the_catalog_is_text() -> None:
    assert not diagnostics_of(Case('shop_jobs_total{source_id="$5"}', generated=True), rules=[])


def test_what_is_above_a_node() -> None:
    query = parse("-(sum(up))")
    checked = CheckedQuery(query, {}, source(query.text), known(), QueryOptions())
    selector = query.nodes[0]
    assert [query.text[n.start : n.end] for n in checked.above(selector)] == [
        "sum(up)",
        "(sum(up))",
        "-(sum(up))",
    ]


def test_a_deep_query_is_checked() -> None:
    depth = 20_000
    text = "(" * depth + "shop_jobs_totl" + ")" * depth
    assert [each.code.id for each in diagnostics_of(Case(text))][:1] == ["TP502"]
    text = "+".join(["shop_jobs_total"] * depth)
    assert all(each.help for each in diagnostics_of(Case(text)))


NAMES = st.sampled_from(
    [
        *("shop_jobs_total", "shop_request_duration_seconds_bucket", "shop_carts_open"),
        *("shop_db_latency_seconds", "shop_rpc_duration_seconds", "shop_mode", "unknown"),
        *("shop_build_info", "$metric", "up"),
    ]
)
LABELS = st.sampled_from(["outcome", "le", "job", "queue", "ded", "$by", "shop_mode", "quantile"])
VALUES = st.one_of(
    st.sampled_from(
        ["dead", "ded", "1", "1.0", "+Inf", "", ".*", "a||b", "^x$", "$v", "d(ea", "["]
    ),
    st.text("ade|()[]^$.*+?\\\\1-", max_size=8),
)
MATCHERS = st.builds(
    lambda label, operator, value: f"{label}{operator}`{value}`",
    *(LABELS, st.sampled_from(["=", "!=", "=~", "!~"]), VALUES),
)
SELECTORS = st.builds(
    lambda name, matchers: f"{name}{{{','.join(matchers)}}}", NAMES, st.lists(MATCHERS, max_size=3)
)
QUERIES = st.recursive(
    SELECTORS,
    lambda inner: st.one_of(
        st.builds("rate({}[5m])".format, inner),
        st.builds("({}[1h:$__interval])".format, inner),
        st.builds("sum by ({}) ({})".format, LABELS, inner),
        st.builds("topk without ({}) (3, {})".format, LABELS, inner),
        st.builds("histogram_quantile(0.9, {})".format, inner),
        st.builds("({}) / on ({}) group_left ({}) ({})".format, inner, LABELS, LABELS, inner),
        st.builds("({}) > bool ({})".format, inner, inner),
        st.builds('label_replace({}, "x", "$1", "{}", "(.*)")'.format, inner, LABELS),
        st.builds("absent({}) or vector(0)".format, inner),
    ),
    max_leaves=5,
)


@settings(max_examples=300, deadline=None)
@given(expr=QUERIES, use=st.sampled_from([use.value for use in Use]), generated=st.booleans())
def test_any_query_is_checked(expr: str, use: str, generated: bool) -> None:
    for version in ("", "2.42", "3.5"):
        case = Case(expr, use, generated=generated, prometheus_version=version)
        for found in diagnostics_of(case):
            assert found.message
            assert found.help
            assert 0 < found.span.column <= found.span.end_column <= len(expr) + 1


def test_there_are_rules() -> None:
    assert len(all_query_rules()) > 20


@pytest.mark.parametrize(
    "expr",
    [
        'shop_jobs_total{outcome=~"' + "|".join(f"a{n}" for n in range(5000)) + '"}',
        'shop_jobs_total{outcome=~"' + "|".join(f"a\\\\d{n}" for n in range(5000)) + '"}',
        'shop_jobs_total{outcome=~"' + "(a|" * 5000 + '"}',
        'shop_request_duration_seconds_bucket{le=~"' + "3.5|" * 5000 + '"}',
        "shop_jobs_total{" + ",".join(f'outcome!="x{n}"' for n in range(5000)) + "}",
        "sum by (" + ",".join(f"l{n}" for n in range(5000)) + ") (shop_jobs_total)",
    ],
    ids=lambda expr: str(expr)[:40],
)
def test_large_queries_take_linear_time(expr: str) -> None:
    began = time.process_time()
    diagnostics_of(Case(expr))
    assert time.process_time() - began < 20


@pytest.mark.parametrize("text", ["{{if" * 20_000, "{{" * 50_000, "{{ $labels." * 20_000 + "a}}"])
def test_large_templates_take_linear_time(text: str) -> None:
    began = time.process_time()
    diagnostics_of(Case("shop_carts_open > 1", alert={"annotations": {"summary": text}}))
    assert time.process_time() - began < 20


def test_a_query_has_so_many_findings_at_most() -> None:
    values = "|".join(f"x{number}" for number in range(200_000))
    found = diagnostics_of(Case(f'shop_jobs_total{{outcome=~"{values}"}}'))
    assert len(found) == MOST_FINDINGS
