"""The line of totals that `check` prints when there are no errors."""

from __future__ import annotations

from collections.abc import Iterator

from typedprom_codegen.ir import Catalog
from typedprom_codegen.sources.query_files import FileQueries


def totals(catalog: Catalog, queries: FileQueries, hidden: int) -> str:
    """What was checked: "9 metrics in 2 components; 212 queries in 3 dashboards".

    `hidden` is the number of findings that the baseline lists.
    """
    metrics = len(list(catalog.metrics()))
    parts = [f"{count(metrics, 'metric')} in {count(len(catalog.components), 'component')}"]
    if where := ", ".join(_places(queries)):
        parts.append(where)
    if passed := queries.passed_over:
        of = "of another data source" if passed == 1 else "of other data sources"
        parts.append(f"{count(passed, 'query')} {of} passed over")
    if hidden:
        parts.append(f"{count(hidden, 'finding')} in the baseline")
    return "; ".join(parts) + "\n"


def _places(queries: FileQueries) -> Iterator[str]:
    dashboards, rules = queries.dashboards, queries.rules
    if dashboards.files:
        yield _in(len(dashboards.queries), dashboards.files, "dashboard")
    if rules.files:
        yield _in(len(rules.queries), rules.files, "rule file")


def _in(queries: int, files: int, kind: str) -> str:
    return f"{count(queries, 'query')} in {count(files, kind)}"


def count(number: int, thing: str) -> str:
    """A number with its noun: "1 query", "2 queries"."""
    if number == 1:
        return f"1 {thing}"
    return f"{number} {thing[:-1]}ies" if thing.endswith("y") else f"{number} {thing}s"
