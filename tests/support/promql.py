"""promql-parser as the oracle of our parser, and the queries they are compared with."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass

import promql_parser

from tests.support.needs import shared_data
from typedprom_codegen.promql.extent import QuerySyntaxError
from typedprom_codegen.promql.parser import parse


@dataclass(frozen=True, slots=True, order=True)
class Found:
    """A vector selector: its name, and its matchers as (label, operator, value)."""

    name: str | None
    matchers: tuple[tuple[str, str, str], ...]


def parses(text: str) -> bool:
    """Whether promql-parser accepts the query, types included."""
    try:
        promql_parser.parse(text)
    except ValueError:
        return False
    return True


def selectors(text: str) -> list[Found]:
    """Return every selector of a query, sorted."""
    return sorted(_selectors(promql_parser.parse(text)), key=repr)


def _selectors(node: object) -> Iterator[Found]:
    match node:
        case promql_parser.VectorSelector():
            yield _found(node)
        case promql_parser.MatrixSelector():
            yield _found(node.vector_selector)
        case promql_parser.AggregateExpr():
            yield from _selectors(node.expr)
            yield from _selectors(node.param)
        case promql_parser.BinaryExpr():
            yield from _selectors(node.lhs)
            yield from _selectors(node.rhs)
        case promql_parser.Call():
            for argument in node.args:
                yield from _selectors(argument)
        case promql_parser.ParenExpr() | promql_parser.SubqueryExpr() | promql_parser.UnaryExpr():
            yield from _selectors(node.expr)


def _found(selector: promql_parser.VectorSelector) -> Found:
    matchers = [(m.name, _operator(m.op), m.value) for m in selector.matchers.matchers]
    named = [value for label, op, value in matchers if (label, op) == ("__name__", "=")]
    others = [matcher for matcher in matchers if matcher[:2] != ("__name__", "=")]
    return Found(selector.name or next(iter(named), None), tuple(sorted(others)))


def _operator(op: promql_parser.MatchOp) -> str:
    return {"Equal": "=", "NotEqual": "!=", "Re": "=~", "NotRe": "!~"}[str(op).rpartition(".")[2]]


def refusal(text: str) -> str | None:
    """Why our parser refuses a query; None if it does not."""
    try:
        parse(text)
    except QuerySyntaxError as problem:
        return problem.message
    return None


def evaluated() -> list[str]:
    """Return the queries that Prometheus' own tests evaluate."""
    lines = shared_data("promql-expressions.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(line)["expr"] for line in lines]
