"""Queries are PromQL that Prometheus can parse."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from typedprom_codegen.codes.define import error
from typedprom_codegen.diagnostics import Diagnostic
from typedprom_codegen.ir import Catalog
from typedprom_codegen.lint.rule import Rule
from typedprom_codegen.promql.declared_queries import declared_queries
from typedprom_codegen.promql.keywords import PATTERN_OPERATORS
from typedprom_codegen.promql.lexer import VARIABLE, Extent, QuerySyntaxError
from typedprom_codegen.promql.parser import parse
from typedprom_codegen.promql.syntax import Query

CODE: Final = error(
    "TP501",
    "query-syntax",
    """
    A query of the catalog is plain PromQL: what Prometheus answers when it is pasted there. Grafana
    variables do not belong in it; the dashboards get them when they are generated.

    Wrong:

    ```yaml
    queries:
      - {name: Rate, expr: "rate(shop_orders_placed_total[$__rate_interval])"}
      - {name: Errors, expr: "sum by source (rate(shop_errors_total[5m]))"}
    ```

    Right:

    ```yaml
    queries:
      - {name: Rate, expr: "rate(shop_orders_placed_total[5m])"}
      - {name: Errors, expr: "sum by (source) (rate(shop_errors_total[5m]))"}
    ```
    """,
)


def check(catalog: Catalog) -> Iterator[Diagnostic]:
    """Report the first thing in each query that Prometheus would refuse."""
    for declared in declared_queries(catalog):
        try:
            query = parse(declared.query.expr)
        except QuerySyntaxError as problem:
            message = f"not PromQL: {problem.message}"
            yield declared.diagnostic(CODE, message, problem.extent, help=_HELP)
            continue
        for variable, extent in _variables(query):
            message = f"not PromQL: `{variable}` is a variable of Grafana"
            yield declared.diagnostic(CODE, message, extent, help=_VARIABLE_HELP)


def _variables(query: Query) -> Iterator[tuple[str, Extent]]:
    """Words with variables in them, and patterns with a `$` that could only begin one."""
    for token in query.tokens:
        if token.varies:
            yield token.text, token.extent
    for selector in query.selectors:
        for matcher in selector.matchers:
            variable = re.search(VARIABLE, matcher.value, re.ASCII)
            if variable and matcher.operator in PATTERN_OPERATORS:
                yield variable[0], matcher.extent


_HELP: Final = "a query is what you can paste into Prometheus"
_VARIABLE_HELP: Final = (
    "write windows like 5m and no matchers for variables: generated dashboards have both"
)

RULE: Final = Rule(CODE, check)
