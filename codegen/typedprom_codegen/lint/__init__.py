"""The lint stage: applies rules to the resolved catalog and its queries, and suppressions."""

from __future__ import annotations

from collections.abc import Iterable

from typedprom_codegen.diagnostics import Diagnostic
from typedprom_codegen.ir import Catalog
from typedprom_codegen.lint.query_check import check_queries
from typedprom_codegen.lint.rules_in_use import Rules
from typedprom_codegen.lint.suppressions import apply_suppressions
from typedprom_codegen.queries.checked import QueryOptions
from typedprom_codegen.queries.known import KnownSeries
from typedprom_codegen.sources.catalog import catalog_queries


def lint(
    catalog: Catalog,
    rules: Rules,
    known: KnownSeries,
    options: QueryOptions,
    in_compiled: Iterable[Diagnostic] = (),
) -> list[Diagnostic]:
    """What these rules report, without suppressed warnings, with unused suppressions.

    `in_compiled` is what they report about queries that the compiler made.
    """
    found = [diagnostic for rule in rules.on_catalogs for diagnostic in rule.check(catalog)]
    found.extend(check_queries(catalog_queries(catalog), known, options, rules.on_queries))
    found.extend(in_compiled)
    return apply_suppressions(catalog, found, rules.codes)
