"""A query that is not plain PromQL."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from typedprom_codegen.codes.define import error
from typedprom_codegen.diagnostics import Diagnostic
from typedprom_codegen.ir import Catalog
from typedprom_codegen.lint.rule import Rule
from typedprom_codegen.promql_old.declared_queries import declared_queries
from typedprom_codegen.promql_old.keywords import PATTERN_OPERATORS
from typedprom_codegen.promql_old.lexer import VARIABLE, Extent, QuerySyntaxError
from typedprom_codegen.promql_old.parser import parse
from typedprom_codegen.promql_old.syntax import Query

CODE: Final = error(
    "TP501",
    "query-syntax",
    """
    A query of the catalog must be plain PromQL, as Prometheus accepts it. Grafana variables are not
    allowed; the compiler adds them to the dashboards.

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
    """Report the first thing in each query that Prometheus would reject."""
    for declared in declared_queries(catalog):
        try:
            query = parse(declared.query.expr)
        except QuerySyntaxError as problem:
            message = f"not PromQL: {problem.message}"
            yield declared.diagnostic(CODE, message, problem.extent, help=_HELP)
            continue
        for variable, extent in _variables(query):
            message = f"not PromQL: `{variable}` is a Grafana variable"
            yield declared.diagnostic(CODE, message, extent, help=_VARIABLE_HELP)


def _variables(query: Query) -> Iterator[tuple[str, Extent]]:
    """Words with Grafana variables, and patterns with a `$` that can only begin one."""
    for token in query.tokens:
        if token.varies:
            yield token.text, token.extent
    for selector in query.selectors:
        for matcher in selector.matchers:
            variable = re.search(VARIABLE, matcher.value, re.ASCII)
            if variable and matcher.operator in PATTERN_OPERATORS:
                yield variable[0], matcher.extent


_HELP: Final = "write the query as it works in Prometheus"
_VARIABLE_HELP: Final = (
    "write a window such as 5m, and no matchers for variables: the compiler adds both"
)

RULE: Final = Rule(CODE, check)
