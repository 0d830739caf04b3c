"""What a rule on queries is, and the discovery of all: each module in `query_rules/` is one."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache
from typing import Any, Generic, NamedTuple, TypeVar

from typedprom_codegen.diagnostics import Code
from typedprom_codegen.internal_errors import defined_in
from typedprom_codegen.lint import query_rules
from typedprom_codegen.promql.extent import Extent
from typedprom_codegen.promql.nodes.expression import Expression
from typedprom_codegen.queries.checked import CheckedQuery
from typedprom_codegen.sources.source_query import Place

_Node = TypeVar("_Node", bound=Expression)


class Finding(NamedTuple):
    """A problem in a query: a message of one sentence, where, and how to fix it."""

    message: str
    extent: Extent
    help: str
    place: Place | None = None  # of the text that `extent` is a part of, if not of the query


@dataclass(frozen=True, slots=True)
class QueryRule(Generic[_Node]):
    """One rule: a module in `query_rules/` that defines `RULE`.

    `check` is a pure function. It is called for each node of the class `on`, in the order of
    `Query.nodes`.
    """

    code: Code
    on: type[_Node]
    check: Callable[[_Node, CheckedQuery], Iterable[Finding]]


@cache
def all_query_rules() -> tuple[QueryRule[Any], ...]:
    """All rules on queries, by code."""
    modules = (
        importlib.import_module(f"{query_rules.__name__}.{module.name}")
        for module in pkgutil.iter_modules(query_rules.__path__)
    )
    found = [defined_in(module, "RULE", QueryRule, "a rule on queries") for module in modules]
    return tuple(sorted(found, key=lambda rule: rule.code.id))
