"""What rules say that Prometheus never returns, it does not return for random queries."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from tests.queries import shop
from tests.queries.random_queries import Maker
from tests.queries.shop import SEED
from tests.support.queries import TextPlace
from tools.promql_api import Answer, Api, QueryError
from typedprom_codegen.lint.query_rule import QueryRule
from typedprom_codegen.lint.query_rules import (
    comparison_outcome,
    no_histogram,
    no_match,
    quantile_without_le,
)
from typedprom_codegen.promql.nodes.expression import Expression
from typedprom_codegen.promql.parser import parse
from typedprom_codegen.queries.checked import CheckedQuery, QueryOptions
from typedprom_codegen.queries.infer import types_of
from typedprom_codegen.sources.source_query import SourceQuery, Use

RULES: tuple[QueryRule[Any], ...] = (
    comparison_outcome.RULE,
    no_histogram.RULE,
    no_match.RULE,
    quantile_without_le.RULE,
)
QUERIES = 1500


def test_what_is_said_to_be_empty_is_empty(api: Api) -> None:
    maker, wrong, said = Maker(SEED), [], 0
    for _ in range(QUERIES):
        checked = checked_query(maker.query())
        for node, message in findings(checked):
            if "unless" in message or "always 1" in message:
                continue  # its result is not empty
            text = checked.query.text[node.start : node.end]
            said += 1
            values = [answer.value for answer in answers(api, text)]
            if any(values) if "always 0" in message else values:
                wrong.append(f"{text}\n    {message}: {values}")
    assert not wrong, "\n".join(wrong)
    assert said > QUERIES / 20


def checked_query(text: str) -> CheckedQuery:
    query, series = parse(text), shop.known()
    source = SourceQuery(text, Use.PANEL, TextPlace(text))
    return CheckedQuery(query, types_of(query, series), source, series, QueryOptions())


def findings(checked: CheckedQuery) -> Iterator[tuple[Expression, str]]:
    for rule in RULES:
        for node in checked.query.nodes:
            if isinstance(node, rule.on):
                yield from ((node, found.message) for found in rule.check(node, checked))


def answers(api: Api, text: str) -> list[Answer]:
    try:
        return api.query(text, at=float(shop.END))
    except QueryError:
        return []  # many-to-many: said at evaluation only
